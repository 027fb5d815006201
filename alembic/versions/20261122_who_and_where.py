"""who took part in a call; tokens made for the platform"""

import sqlalchemy as sa

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Whose an extension was when an older call was made is not known: those calls keep no person.
    with op.batch_alter_table("call", schema=None) as batch_op:
        for side in ("caller", "callee"):
            batch_op.add_column(sa.Column(f"{side}_user_id", sa.Integer(), nullable=True))
            batch_op.create_index(batch_op.f(f"ix_call_{side}_user_id"), [f"{side}_user_id"], unique=False)
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.add_column(sa.Column("platform", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_column("platform")
    with op.batch_alter_table("call", schema=None) as batch_op:
        for side in ("callee", "caller"):
            batch_op.drop_index(batch_op.f(f"ix_call_{side}_user_id"))
            batch_op.drop_column(f"{side}_user_id")
