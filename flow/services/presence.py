"""The only writers of who is logged in to which queue, and who is paused. Saying the same twice changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, delete, select, update

from flow.catalog.presence import AgentPause, QueueLogin
from flow.db import platform_session


@dataclass(frozen=True)
class Presence:
    """`logins`: since when, by queue id and member key; `pauses`: member key, reason, and since when."""

    logins: Mapping[tuple[int, str], datetime] = field(default_factory=dict)
    pauses: tuple[tuple[str, str, datetime], ...] = ()


def of_company(db: Session, company_id: int) -> Presence:
    logins = db.exec(select(QueueLogin).where(QueueLogin.company_id == company_id)).all()
    pauses = db.exec(select(AgentPause).where(AgentPause.company_id == company_id)).all()
    return Presence(
        {(login.queue_id, login.key): login.since for login in logins},
        tuple((pause.key, pause.reason, pause.since) for pause in pauses),
    )


def keep_login(company_id: int, queue_id: int, key: str, logged_in: bool) -> None:
    with platform_session(writes=True) as db:
        set_login(db, company_id, queue_id, key, logged_in)


def keep_pause(company_id: int, key: str, reason: str) -> None:
    """`reason` empty: back at work."""
    with platform_session(writes=True) as db:
        set_pause(db, company_id, key, reason)


def keep_pause_began(company_id: int, key: str, reason: str, since: datetime) -> None:
    """One that was asked for in a call begins after it. Without effect once the person is back at work."""
    mine = (col(AgentPause.company_id) == company_id, col(AgentPause.key) == key, col(AgentPause.reason) == reason)
    with platform_session(writes=True) as db:
        db.exec(update(AgentPause).where(*mine).values(since=since))
        db.commit()


def set_login(db: Session, company_id: int, queue_id: int, key: str, logged_in: bool) -> None:
    mine = (
        col(QueueLogin.company_id) == company_id,
        col(QueueLogin.queue_id) == queue_id,
        col(QueueLogin.key) == key,
    )
    there = db.exec(select(QueueLogin).where(*mine)).first()
    if logged_in and there is None:
        db.add(QueueLogin(company_id=company_id, queue_id=queue_id, key=key))
    elif not logged_in:
        db.exec(delete(QueueLogin).where(*mine))
    db.commit()


def set_pause(db: Session, company_id: int, key: str, reason: str) -> None:
    """`reason` empty: back at work."""
    db.exec(delete(AgentPause).where(col(AgentPause.company_id) == company_id, col(AgentPause.key) == key))
    if reason:
        db.add(AgentPause(company_id=company_id, key=key, reason=reason))
    db.commit()
