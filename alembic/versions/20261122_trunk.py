"""trunks, members tried for a call, and who is at work"""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_TIME = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "trunk",
        sa.Column("search", _TEXT(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        *(sa.Column(name, _TEXT(), nullable=False) for name in ("name", "code", "host", "username", "extra")),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("use_auth", "active")),
        *(sa.Column(name, _TEXT(), nullable=False) for name in ("sip_key", "secret_enc", "registration_enc")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("max_calls", "version")),
        sa.Column("created_at", _TIME(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("company_id", "code"),
        sa.UniqueConstraint("company_id", "name"),
        sa.UniqueConstraint("sip_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_trunk_company_id", "trunk", ["company_id"])
    op.create_index("ix_trunk_search", "trunk", ["company_id", "search"])
    op.create_table(
        "call_segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", _TEXT(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("company_id", "position", "queue_id")),
        *(sa.Column(name, _TEXT(), nullable=False) for name in ("queue_name", "key", "name")),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("user_id", "extension_id", "grade")),
        sa.Column("offered_at", _TIME(), nullable=False),
        *(sa.Column(name, _TIME(), nullable=True) for name in ("answered_at", "ended_at")),
        sa.Column("result", _TEXT(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("call_id", "position"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_call_segment_company_offered", "call_segment", ["company_id", "offered_at"])
    op.create_index("ix_call_segment_user_id", "call_segment", ["user_id"])
    op.create_index("ix_call_segment_extension_id", "call_segment", ["extension_id"])
    op.create_table(
        "queue_login",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "company_id", "queue_id")),
        sa.Column("key", _TEXT(), nullable=False),
        sa.Column("since", _TIME(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("company_id", "queue_id", "key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_queue_login_company_id", "queue_login", ["company_id"])
    op.create_table(
        "agent_pause",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "company_id")),
        *(sa.Column(name, _TEXT(), nullable=False) for name in ("key", "reason")),
        sa.Column("since", _TIME(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("company_id", "key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_agent_pause_company_id", "agent_pause", ["company_id"])


def downgrade() -> None:
    for table in ("agent_pause", "queue_login", "call_segment", "trunk"):
        op.drop_table(table)
