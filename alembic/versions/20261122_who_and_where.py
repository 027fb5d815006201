"""who took part in a call; tokens made for the platform"""

import sqlalchemy as sa

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Whose an extension was when an older call was made is not known: those calls keep no person.
    # Added in place: SQLite's copy of a table would forget that it never gives an id twice.
    for side in ("caller", "callee"):
        op.add_column("call", sa.Column(f"{side}_user_id", sa.Integer(), nullable=True))
        op.create_index(f"ix_call_{side}_user_id", "call", [f"{side}_user_id"])
    op.add_column("api_token", sa.Column("platform", sa.Boolean(), nullable=False, server_default=sa.text("false")))


def downgrade() -> None:
    op.drop_column("api_token", "platform")
    for side in ("callee", "caller"):
        op.drop_index(f"ix_call_{side}_user_id", "call")
        op.drop_column("call", f"{side}_user_id")
