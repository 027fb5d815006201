"""What must survive a restart of the engine about people at work: the queues they are in, and their pauses.

`key`: as in a queue's members, "user:3".
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.tenant import TenantRow
from flow.clock import now


class QueueLogin(TenantRow, table=True):
    __tablename__ = "queue_login"
    __table_args__ = (sa.UniqueConstraint("company_id", "queue_id", "key"), {"sqlite_autoincrement": True})
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    queue_id: int
    key: str
    since: datetime = Field(default_factory=now)


class AgentPause(TenantRow, table=True):
    __tablename__ = "agent_pause"
    __table_args__ = (sa.UniqueConstraint("company_id", "key"), {"sqlite_autoincrement": True})
    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    key: str
    reason: str
    since: datetime = Field(default_factory=now)
