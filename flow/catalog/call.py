"""A call, and the steps that say why it went as it did. Times in UTC."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.tenant import TenantRow


class CallResult(StrEnum):
    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NOT_REGISTERED = "not_registered"
    UNKNOWN_NUMBER = "unknown_number"
    CANCELLED = "cancelled"  # the caller gave up
    SERVED = "served"  # the service itself answered and ended it: a URA, an announcement, Desligar
    ABANDONED = "abandoned"  # the caller gave up after a URA, an announcement or a queue had answered
    REJECTED = "rejected"  # the callee refused
    FAILED = "failed"
    LOST = "lost"  # ended while nobody watched; what is known is kept


LIST_INDEX = (
    *("company_id", "started_at", "id", "ended_at", "direction", "result", "caller_user_id", "callee_user_id"),
    *("caller_number", "caller_name", "dialled", "callee_number", "callee_name", "queue_name"),
)


class Call(TenantRow, table=True):
    __tablename__ = "call"
    # Everything that the list filters, sorts and counts by: it never reads a row that it does not show.
    __table_args__ = (sa.Index("ix_call_list", *LIST_INDEX),)
    id: str = Field(primary_key=True)
    company_id: int = Field(foreign_key="company.id")
    node_id: int = Field(foreign_key="node.id")
    revision: int = 0
    direction: str = "internal"
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    caller_extension_id: int | None = Field(default=None, index=True)
    caller_user_id: int | None = Field(default=None, index=True)  # whose extension it was then: it may change hands
    caller_number: str = ""
    caller_name: str = ""
    dialled: str = ""
    callee_extension_id: int | None = Field(default=None, index=True)
    callee_user_id: int | None = Field(default=None, index=True)
    callee_number: str = ""
    callee_name: str = ""
    queue_id: int | None = None  # the last queue that it waited in
    queue_name: str = ""
    queued_at: datetime | None = None
    result: str | None = None  # CallResult once ended
    ended_by: str | None = None  # caller, callee or system
    cause: int | None = None  # Q.850
    recovered: bool = False  # adopted by an engine that had been restarted


class CallSegment(TenantRow, table=True):
    """One member of a queue who was tried for a call. `key`: "extension:7" or "user:3"; `grade`: the survey's, 1 to 5.

    `result`: answered, unanswered, refused, elsewhere, abandoned, overflow, member_left or interrupted (by a restart);
    None while it rings.
    """

    __tablename__ = "call_segment"
    __table_args__ = (
        sa.UniqueConstraint("call_id", "position"),
        sa.Index("ix_call_segment_company_offered", "company_id", "offered_at"),
        sa.Index("ix_call_segment_company_graded", "company_id", "grade", "offered_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(foreign_key="call.id", ondelete="CASCADE")
    company_id: int = Field(foreign_key="company.id")
    position: int
    queue_id: int
    queue_name: str
    key: str
    user_id: int | None = Field(default=None, index=True)
    extension_id: int | None = Field(default=None, index=True)
    name: str
    offered_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    result: str | None = None
    grade: int | None = None


class CallStep(TenantRow, table=True):
    __tablename__ = "call_step"
    id: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True, ondelete="CASCADE")
    company_id: int = Field(foreign_key="company.id")
    position: int
    at: datetime
    kind: str
    text: str
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    revision: int = 0
