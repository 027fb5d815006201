"""People at the queues, told by somebody in a browser: who may tell whom, and the trail of it.

Who is logged in and who is paused is the engine's own; it is asked by `state.queues` once this has said yes.
"""

from sqlmodel import Session, col, select

from flow.access.actor import Actor
from flow.access.reach import within
from flow.catalog.queue import Queue
from flow.catalog.registry import by_key
from flow.catalog.user import User
from flow.db import company_session
from flow.errors import NotFound, ValidationFailed
from flow.services import trail

LONGEST_REASON = 60
ACTIONS = {
    "queue-login": "pôs na fila",
    "queue-logout": "tirou da fila",
    "pause": "pausou",
    "resume": "retomou",
}
"""What the trail of a person says was done; the person may have done it to themselves."""


def key_of(user_id: int) -> str:
    """How a person is named among a queue's members."""
    return f"user:{user_id}"


def reason_of(text: object) -> str:
    """Why somebody pauses, as it is kept. Raises ValidationFailed when nothing was said."""
    reason = " ".join(str(text).split())[:LONGEST_REASON]
    if not reason:
        raise ValidationFailed({"reason": "Diga o motivo da pausa."}, "Diga o motivo da pausa, por exemplo Almoço.")
    return reason


def person_in_reach(actor: Actor, user_id: int) -> str:
    """The name of a person of the company whom `actor` may see; NotFound for everybody else."""
    with company_session(actor.company) as db:
        return _person(db, actor, user_id).name


def how_many_queues(actor: Actor) -> int:
    actor.demand("queue.view")
    with company_session(actor.company) as db:
        return len(db.exec(select(Queue.id)).all())


def note(actor: Actor, user_id: int, action: str, *, queue_id: int | None = None, reason: str = "") -> None:
    """Keep who did what to whom, in the person's own history."""
    with company_session(actor.company, writes=True) as db:
        user = db.exec(select(User).where(col(User.id) == user_id)).first()
        if user is None:
            return
        queue = db.exec(select(Queue).where(col(Queue.id) == queue_id)).first() if queue_id else None
        label, what = ("Fila", queue.name if queue else "") if queue_id else ("Pausa", reason)
        before, after = ("", what) if action in ("queue-login", "pause") else (what, "")
        changes = [{"field": action, "label": label, "before": before, "after": after}]
        trail.note(db, actor, by_key("user"), user, actor.company, action, changes)
        db.commit()


def _person(db: Session, actor: Actor, user_id: int) -> User:
    condition = (col(User.id) == user_id, col(User.deleted_at).is_(None), within(actor, "user"))
    user = db.exec(select(User).where(*condition)).first()
    if user is None:
        raise NotFound()
    return user
