"""announcements, URAs, queues, schedules in full, DIDs without a route"""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
_NEW = ("queue", "announcement", "ivr")
_MENUS = (*_NEW, "schedule")
_VERBS = ("view", "create", "edit", "delete")
_SIGN = "extension.delete"  # who may delete a Ramal configures the telephony


def upgrade() -> None:
    for name, empty in (("inside", "hangup"), ("outside", "hangup"), ("forced", ""), ("forced_until", "")):
        op.add_column("schedule", sa.Column(name, _TEXT(), nullable=False, server_default=empty))
    op.add_column("schedule", sa.Column("holidays", sa.JSON(), nullable=False, server_default="[]"))
    _table(
        "announcement",
        sa.Column("audios", sa.JSON(), nullable=False),
        sa.Column("destination", _TEXT(), nullable=False),
    )
    sounds = ("greeting_id", "menu_id", "exceeded_id", "invalid_id", "timeout_id")
    _table(
        "ivr",
        sa.Column("kind", _TEXT(), nullable=False),
        *(sa.Column(name, sa.Integer(), sa.ForeignKey("audio.id"), nullable=True) for name in sounds),
        sa.Column("survey", sa.Boolean(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("timeout_seconds", sa.Integer(), nullable=False),
        sa.Column("exceeded", _TEXT(), nullable=False),
    )
    seconds = ("ring_seconds", "retry_seconds", "wrapup_seconds", "max_wait_seconds", "position_every_seconds")
    texts = ("number", "strategy", "member_kind", "overflow", "empty_rule", "empty_destination")
    _table(
        "queue",
        *(sa.Column(name, _TEXT(), nullable=False) for name in texts),
        sa.Column("members", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in (*seconds, "priority", "service_seconds")),
        sa.Column("music_id", sa.Integer(), sa.ForeignKey("music.id"), nullable=True),
        sa.Column("say_wait", sa.Boolean(), nullable=False),
        sa.Column("survey_id", sa.Integer(), sa.ForeignKey("ivr.id"), nullable=True),
        sa.UniqueConstraint("company_id", "number"),
    )
    op.create_table(
        "unrouted_did",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), sa.ForeignKey("company.id"), nullable=True),
        sa.Column("number", _TEXT(), nullable=False),
        sa.Column("trunk_id", sa.Integer(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", _MOMENT(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("company_id", "trunk_id", "number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_unrouted_did_company_id", "unrouted_did", ["company_id"])
    _grant()


def _table(name: str, *columns: sa.Column | sa.UniqueConstraint) -> None:
    """A named thing of a company that can be searched for."""
    op.create_table(
        name,
        sa.Column("search", _TEXT(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), sa.ForeignKey("company.id"), nullable=False),
        sa.Column("name", _TEXT(), nullable=False),
        *columns,
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("company_id", "name"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{name}_company_id", name, ["company_id"])
    op.create_index(f"ix_{name}_search", name, ["company_id", "search"])


def _grant() -> None:
    """Who configures the telephony today also configures what it is now made of."""
    profile = sa.table("profile", *(sa.column("id"), sa.column("menus", sa.JSON), sa.column("permissions", sa.JSON)))
    connection = op.get_bind()
    for row in connection.execute(sa.select(profile)).all():
        if _SIGN not in row.permissions:
            continue
        permissions = sorted({*row.permissions, *(f"{key}.{verb}" for key in _NEW for verb in _VERBS)})
        menus = list(dict.fromkeys([*row.menus, *_MENUS])) if row.menus else []
        connection.execute(sa.update(profile).where(profile.c.id == row.id).values(permissions=permissions, menus=menus))


def downgrade() -> None:
    for name in ("unrouted_did", "queue", "ivr", "announcement"):
        op.drop_table(name)
    with op.batch_alter_table("schedule") as schedule:
        for name in ("inside", "outside", "holidays", "forced", "forced_until"):
            schedule.drop_column(name)
