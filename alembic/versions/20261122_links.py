"""links, inbound routes"""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_PEOPLE = (("profile_id", "profile"), ("schedule_id", "schedule"), ("team_id", "team"), ("extension_id", "extension"))
_NEW = ("inbound_route", "audio", "music")
_VERBS = ("view", "create", "edit", "delete")
_SIGN = "extension.delete"  # who may delete a Ramal configures the telephony


def upgrade() -> None:
    op.create_table(
        "link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("owner_key", _TEXT(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("place", _TEXT(), nullable=False),
        sa.Column("target_key", _TEXT(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_link_target", "link", ["company_id", "target_key", "target_id"])
    op.create_index("ix_link_owner", "link", ["company_id", "owner_key", "owner_id"])
    _fill_links()
    op.create_table(
        "inbound_route",
        sa.Column("search", _TEXT(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("name", _TEXT(), nullable=False),
        sa.Column("did", _TEXT(), nullable=False),
        sa.Column("description", _TEXT(), nullable=False),
        sa.Column("destination", _TEXT(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("company_id", "name"),
        sa.UniqueConstraint("did"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbound_route_company_id", "inbound_route", ["company_id"])
    op.create_index("ix_inbound_route_search", "inbound_route", ["company_id", "search"])
    _grant()


def _fill_links() -> None:
    """What the rows that exist already point to."""
    head = "INSERT INTO link (company_id, owner_key, owner_id, place, target_key, target_id) "
    for column, target in _PEOPLE:
        op.execute(
            f"{head} SELECT company_id, 'user', id, '{column}', '{target}', {column} FROM \"user\" "
            f"WHERE {column} IS NOT NULL AND company_id IS NOT NULL AND deleted_at IS NULL"
        )
    op.execute(f"{head} SELECT company_id, 'team', team_id, 'supervisors', 'user', user_id FROM team_supervisor")


def _grant() -> None:
    """Who configures the telephony today also configures what it is now made of."""
    profile = sa.table("profile", *(sa.column("id"), sa.column("menus", sa.JSON), sa.column("permissions", sa.JSON)))
    connection = op.get_bind()
    for row in connection.execute(sa.select(profile)).all():
        if _SIGN not in row.permissions:
            continue
        permissions = sorted({*row.permissions, *(f"{key}.{verb}" for key in _NEW for verb in _VERBS)})
        menus = [*row.menus, *_NEW] if row.menus else []
        connection.execute(sa.update(profile).where(profile.c.id == row.id).values(permissions=permissions, menus=menus))


def downgrade() -> None:
    op.drop_table("inbound_route")
    op.drop_table("link")
