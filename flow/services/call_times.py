"""How long a caller waited for somebody, and how long they talked: menus, announcements and surveys are neither."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from flow.acd.day import Fate, Visit
from flow.catalog.call import Call, CallResult, CallStep
from flow.services.queue_day import visits_by_call

_CALL: sa.Table = Call.__table__  # type: ignore[attr-defined]  # SQLModel makes it
_STEP: sa.Table = CallStep.__table__  # type: ignore[attr-defined]
_NEVER_RANG = (CallResult.SERVED, CallResult.ABANDONED)


@dataclass(frozen=True, slots=True)
class Times:
    """`visits`: to queues, that are over. `rang_at`: when an extension was first to ring."""

    visits: Sequence[Visit] = field(default=())
    rang_at: datetime | None = None


NO_TIMES = Times()


def times_of(db: Session, ids: Iterable[str]) -> dict[str, Times]:
    """Of those calls that have any. The caller has seen to it that the person may see them."""
    wanted = list(ids)
    connection = db.connection()
    visits = visits_by_call(connection, _CALL.c.id.in_(wanted))
    rings = sa.select(_STEP.c.call_id, sa.func.min(_STEP.c.at)).where(
        _STEP.c.call_id.in_(wanted), _STEP.c.kind == "decision"
    )
    rang = {row[0]: row[1] for row in connection.execute(rings.group_by(_STEP.c.call_id))}
    return {call_id: Times(visits.get(call_id, ()), rang.get(call_id)) for call_id in visits.keys() | rang.keys()}


def waited(call: Call, times: Times) -> float:
    """Seconds in queues; without one, while a telephone was to ring."""
    if call.queue_id is not None:
        return sum(visit.waited for visit in times.visits)
    began = times.rang_at or (None if call.result in _NEVER_RANG else call.started_at)
    return _between(began, call.answered_at or call.ended_at)


def talked(call: Call, times: Times) -> float:
    """Seconds from an answer until that person's part was over."""
    answers = [visit for visit in times.visits if visit.fate is Fate.ANSWERED]
    if not answers:
        return _between(call.answered_at, call.ended_at)
    end = call.ended_at.timestamp() if call.ended_at else 0.0
    return sum(max(0.0, end - v.at) if v.talked is None else v.talked for v in answers)


def _between(start: datetime | None, end: datetime | None) -> float:
    return max(0.0, (end - start).total_seconds()) if start and end else 0.0
