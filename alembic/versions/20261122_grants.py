"""profiles that were made before the screens of a customer's call"""

import sqlalchemy as sa

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_SEEN = ("trunk", "inbound_route", "queue", "audio", "music", "announcement", "schedule", "ivr")
_MENUS = (*_SEEN, "queues", "simulation")
_VERBS = ("create", "edit", "delete")


def upgrade() -> None:
    """Who sees the Ramais sees what calls pass through; who may delete a Ramal configures it."""
    profile = sa.table("profile", *(sa.column("id"), sa.column("menus", sa.JSON), sa.column("permissions", sa.JSON)))
    connection = op.get_bind()
    for row in connection.execute(sa.select(profile)).all():
        if "extension.view" not in row.permissions:
            continue
        granted = {f"{key}.view" for key in _SEEN}
        if "extension.delete" in row.permissions:
            granted |= {f"trunk.{verb}" for verb in _VERBS}
        menus = list(dict.fromkeys([*row.menus, *_MENUS])) if row.menus else []
        permissions = sorted({*row.permissions, *granted})
        connection.execute(sa.update(profile).where(profile.c.id == row.id).values(permissions=permissions, menus=menus))


def downgrade() -> None:
    """What was granted stays: nobody can tell any more who had it before."""
