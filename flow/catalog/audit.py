"""Who changed which field of what, from what, to what, and when it was in service."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from flow.catalog.tenant import TenantRow
from flow.clock import now


class AuditEntry(TenantRow, table=True):
    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index("ix_audit_record", "company_id", "entity", "record_id"),)
    id: int | None = Field(default=None, primary_key=True)
    company_id: int | None = Field(default=None, foreign_key="company.id")  # type: ignore[assignment]
    entity: str
    record_id: int
    title: str = ""
    action: str  # create, edit, delete, or the id of an entity's action
    user_id: int | None = Field(default=None, foreign_key="user.id")
    user_name: str = ""
    at: datetime = Field(default_factory=now)
    revision: int = 0
    version: int = 0  # of the row, after the change
    changes: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)  # field, label, before, after
    in_service_ms: int | None = None
