"""where a call waited; what the list of calls and of grades is read from; who has put the guide away"""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_TIME = sqlmodel.sql.sqltypes.UTCDateTime
_LIST = (
    *("company_id", "started_at", "id", "ended_at", "direction", "result", "caller_user_id", "callee_user_id"),
    *("caller_number", "caller_name", "dialled", "callee_number", "callee_name", "queue_name"),
)


def upgrade() -> None:
    op.add_column("call", sa.Column("queue_id", sa.Integer(), nullable=True))
    op.add_column("call", sa.Column("queue_name", _TEXT(), nullable=False, server_default=""))
    op.add_column("call", sa.Column("queued_at", _TIME(), nullable=True))
    op.drop_index("ix_call_company_started", "call")
    op.drop_index("ix_call_company_result", "call")
    op.create_index("ix_call_list", "call", list(_LIST))
    op.create_index("ix_call_segment_company_graded", "call_segment", ["company_id", "grade", "offered_at"])
    op.add_column("user", sa.Column("guide_hidden", sa.Boolean(), nullable=False, server_default=sa.text("false")))


def downgrade() -> None:
    op.drop_column("user", "guide_hidden")
    op.drop_index("ix_call_segment_company_graded", "call_segment")
    op.drop_index("ix_call_list", "call")
    op.create_index("ix_call_company_result", "call", ["company_id", "result"])
    op.create_index("ix_call_company_started", "call", ["company_id", "started_at"])
    for name in ("queued_at", "queue_name", "queue_id"):
        op.drop_column("call", name)
