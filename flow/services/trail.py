"""The trail of every change: who, what, from, to, when, and how long until it was in service."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from flow.access.actor import Actor
from flow.catalog.audit import AuditEntry
from flow.catalog.company import Company
from flow.catalog.entity import Entity
from flow.services.listing import title_of


@dataclass(frozen=True)
class Change:
    at: datetime
    who: str
    action: str
    field_label: str
    before: str
    after: str
    in_service_ms: int | None


def write_entry(
    db: Session,
    actor: Actor,
    entity: Entity,
    row: Any,
    company_id: int,
    action: str,
    changes: list[dict[str, Any]],
) -> tuple[int, int]:
    """Write who did what, raise the company's revision; return the entry's id and the revision."""
    company = db.get(Company, company_id)
    revision = 0
    if company is not None:
        db.exec(sa.update(Company).where(col(Company.id) == company_id).values(revision=Company.revision + 1))
        db.refresh(company, ["revision"])
        revision = company.revision
    entry = _entry(actor, entity, row, company_id if company is not None else None, action, changes)
    entry.revision = revision
    db.add(entry)
    db.flush()
    assert entry.id is not None
    return entry.id, revision


def note(
    db: Session, actor: Actor, entity: Entity, row: Any, company_id: int, action: str, changes: list[dict[str, Any]]
) -> None:
    """Write who did what to a record without changing its configuration: nothing has to reach the telephony."""
    db.add(_entry(actor, entity, row, company_id, action, changes))


def _entry(
    actor: Actor, entity: Entity, row: Any, company_id: int | None, action: str, changes: list[dict[str, Any]]
) -> AuditEntry:
    return AuditEntry(
        company_id=company_id,
        entity=entity.key,
        record_id=row.id,
        title=title_of(entity, row),
        action=action,
        user_id=actor.user_id,
        user_name=actor.name,
        version=row.version,
        changes=changes,
    )


def changes_of(db: Session, entity: Entity, record_id: int, *, limit: int = 200) -> list[Change]:
    """The newest first, one line per changed field."""
    entries = db.exec(
        select(AuditEntry)
        .where(AuditEntry.entity == entity.key, AuditEntry.record_id == record_id)
        .order_by(col(AuditEntry.id).desc())
        .limit(limit)
    ).all()
    return [
        Change(e.at, e.user_name, e.action, c["label"], c["before"], c["after"], e.in_service_ms)
        for e in entries
        for c in (e.changes or [{"label": "", "before": "", "after": ""}])
    ]


def in_service(db: Session, audit_id: int, milliseconds: int) -> None:
    """Note how long the node took to obey."""
    entry = db.get(AuditEntry, audit_id)
    if entry is not None and entry.in_service_ms is None:
        entry.in_service_ms = milliseconds
        db.commit()
