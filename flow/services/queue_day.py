"""What the records say of callers who were in a company's queues; the engine counts on from there."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from flow.acd.day import Fate, Noted, Visit, visits
from flow.catalog.call import Call, CallSegment, CallStep

_CALL: sa.Table = Call.__table__  # type: ignore[attr-defined]  # SQLModel makes it
_STEP: sa.Table = CallStep.__table__  # type: ignore[attr-defined]
_SEGMENT: sa.Table = CallSegment.__table__  # type: ignore[attr-defined]
_FATES = {"queue-wait": None, "queue": Fate.OVERFLOWED}
"""The steps that a queue writes when somebody comes, and when somebody is sent on."""


def visits_since(connection: sa.Connection, company_id: int, since: datetime) -> tuple[Visit, ...]:
    """Of the company's calls that began at `since` or later, in the order in which they were over."""
    by_call = visits_by_call(connection, sa.and_(_CALL.c.company_id == company_id, _CALL.c.started_at >= since))
    return tuple(sorted((visit for found in by_call.values() for visit in found), key=lambda visit: visit.at))


def visits_by_call(connection: sa.Connection, wanted: sa.ColumnElement[bool]) -> dict[str, list[Visit]]:
    """Of the `wanted` calls (a condition on their table) that were in a queue; in order of time."""
    facts: dict[str, list[Noted]] = defaultdict(list)
    for call_id, fact in _facts(connection, sa.and_(wanted, _CALL.c.queue_id.is_not(None))):
        facts[call_id].append(fact)
    return {call_id: list(visits(of_call)) for call_id, of_call in facts.items()}


def _facts(connection: sa.Connection, mine: sa.ColumnElement[bool]) -> Iterator[tuple[str, Noted]]:
    ends = sa.select(_CALL.c.id, _CALL.c.queue_id, _CALL.c.ended_at).where(mine, _CALL.c.ended_at.is_not(None))
    for call_id, queue_id, at in connection.execute(ends):
        yield call_id, Noted(at.timestamp(), queue_id, Fate.ABANDONED)  # unless somebody had answered
    steps = sa.select(_STEP.c.call_id, _STEP.c.kind, _STEP.c.at, _STEP.c.detail).join(
        _CALL, _CALL.c.id == _STEP.c.call_id
    )
    for call_id, kind, at, detail in connection.execute(steps.where(mine, _STEP.c.kind.in_(_FATES))):
        yield call_id, Noted(at.timestamp(), detail["queue"], _FATES[kind])
    columns = (_SEGMENT.c.call_id, _SEGMENT.c.queue_id, _SEGMENT.c.key, _SEGMENT.c.answered_at, _SEGMENT.c.ended_at)
    answers = sa.select(*columns).join(_CALL, _CALL.c.id == _SEGMENT.c.call_id)
    for call_id, queue_id, key, at, until in connection.execute(
        answers.where(mine, _SEGMENT.c.answered_at.is_not(None))
    ):
        over = until.timestamp() if until else None
        yield call_id, Noted(at.timestamp(), queue_id, Fate.ANSWERED, key, over)
