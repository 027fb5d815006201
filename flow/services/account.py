"""What each person does with their own account: password, and the browsers that are signed in."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, delete, select

from flow.access import passwords, sessions
from flow.access.actor import Actor
from flow.catalog.audit import AuditEntry
from flow.catalog.signin import UserSession
from flow.catalog.user import User
from flow.db import platform_session
from flow.errors import NotFound, ValidationFailed


@dataclass(frozen=True)
class SessionRow:
    id: int
    browser: str
    address: str
    created_at: datetime
    seen_at: datetime
    this_one: bool


def list_sessions(actor: Actor) -> list[SessionRow]:
    with platform_session() as db:
        rows = db.exec(
            select(UserSession).where(UserSession.user_id == actor.user_id).order_by(col(UserSession.seen_at).desc())
        ).all()
    return [
        SessionRow(r.id or 0, r.browser, r.address, r.created_at, r.seen_at, r.id == actor.session_id) for r in rows
    ]


def end_session(actor: Actor, session_id: int) -> None:
    """End one of the own sessions; another person's is NotFound."""
    with platform_session(writes=True) as db:
        done = db.exec(
            delete(UserSession).where(col(UserSession.id) == session_id, col(UserSession.user_id) == actor.user_id)
        )
        if not done.rowcount:
            raise NotFound()
        db.commit()


def end_other_sessions(actor: Actor) -> None:
    with platform_session(writes=True) as db:
        sessions.end_all(db, actor.user_id, keep=actor.session_id)
        db.commit()


def end_every_session(actor: Actor) -> None:
    """ "Sair de todos os lugares", this browser included."""
    with platform_session(writes=True) as db:
        sessions.end_all(db, actor.user_id)
        db.commit()


def change_password(actor: Actor, *, current: str, new: str, repeated: str) -> None:
    """Also ends every other session. Raises ValidationFailed, or LockedOut: a stolen session must not guess on."""
    key = f"password:{actor.user_id}"
    with platform_session(writes=True) as db:
        sessions.demand_unlocked(db, key)
        user = db.get(User, actor.user_id)
        if user is None:
            raise NotFound()
        errors: dict[str, str] = {}
        if not passwords.verify(current[:1024], user.password_hash):
            errors["current"] = "A senha atual não confere."
            sessions.count_failure(db, key)
            db.commit()
        elif why := passwords.weakness(new, user.login):
            errors["new"] = why
        elif new != repeated:
            errors["repeated"] = "As duas senhas não são iguais. Digite de novo."
        if errors:
            raise ValidationFailed(errors)
        sessions.forgive(db, key)
        user.password_hash = passwords.hash_password(new)
        user.version += 1
        hidden = "••••••"
        db.add(
            AuditEntry(
                company_id=user.company_id,
                entity="user",
                record_id=actor.user_id,
                title=user.name,
                action="edit",
                user_id=actor.user_id,
                user_name=actor.name,
                version=user.version,
                changes=[{"field": "password", "label": "Senha", "before": hidden, "after": hidden}],
            )
        )
        sessions.end_all(db, actor.user_id, keep=actor.session_id)
        db.commit()
