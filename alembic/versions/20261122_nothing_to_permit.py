"""permissions of functions that the product does not have"""

import sqlalchemy as sa

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_GONE = {"live.listen", "live.whisper", "live.barge", "recording.download"}


def upgrade() -> None:
    """Nobody holds them any more, so a profile that kept one would stand above everybody who may change it."""
    profile = sa.table("profile", sa.column("id"), sa.column("permissions", sa.JSON))
    connection = op.get_bind()
    for row in connection.execute(sa.select(profile)).all():
        kept = [name for name in row.permissions if name not in _GONE]
        if len(kept) < len(row.permissions):
            connection.execute(sa.update(profile).where(profile.c.id == row.id).values(permissions=kept))


def downgrade() -> None:
    """What permitted nothing is not given back."""
