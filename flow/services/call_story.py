"""One call whole: its steps, the members of queues who were tried, and the records that it passed."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from flow.access.actor import Actor
from flow.access.reach import within
from flow.catalog.call import Call, CallSegment, CallStep
from flow.catalog.registry import by_key
from flow.errors import NotFound
from flow.services.call_log import CallRow, row_of, seconds
from flow.services.call_times import NO_TIMES, times_of
from flow.services.listing import visible

SEGMENT_LABELS = {
    "answered": "Atendeu",
    "unanswered": "Não atendeu",
    "refused": "Recusou ou não pôde ser chamado",
    "elsewhere": "Outro atendeu",
    "abandoned": "Quem ligou desistiu",
    "overflow": "A chamada saiu da fila",
    "member_left": "Saiu da fila",
}
# What a step's detail names, from the most particular on: its key there, and the entity.
_PASSED = {
    "route": "inbound_route",
    "schedule": "schedule",
    "announcement": "announcement",
    "ivr": "ivr",
    "queue": "queue",
    "extension": "extension",
    "trunk": "trunk",
}
Passed = tuple[str, int]
"""Entity key and id."""


@dataclass(frozen=True)
class StepRow:
    """`passed`: the record that it speaks of; `path`: of that record, or of the call that a transfer ties to this one,
    if it is there and this person may see it."""

    at: datetime
    after_ms: int
    since_last_ms: int
    kind: str
    text: str
    detail: dict[str, Any]
    revision: int
    passed: Passed | None = None
    path: str = ""


@dataclass(frozen=True)
class SegmentRow:
    """`ring_seconds` until answered or given up."""

    name: str
    queue: str
    queue_path: str
    offered_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    ring_seconds: int
    talk_seconds: int
    result: str
    result_label: str
    grade: int | None


@dataclass(frozen=True)
class CallStory:
    """`callee_path`: of the extension that was called."""

    call: CallRow
    steps: list[StepRow]
    segments: list[SegmentRow]
    revision: int
    cause: int | None
    callee_path: str = ""


def load_call(db: Session, actor: Actor, call_id: str) -> CallStory:
    """Raises NotFound when the call is not in reach."""
    actor.demand("call.view")
    call = db.exec(select(Call).where(Call.id == call_id, within(actor, "call"))).first()
    if call is None:
        raise NotFound()
    steps = db.exec(select(CallStep).where(CallStep.call_id == call_id).order_by(col(CallStep.position))).all()
    tried = db.exec(select(CallSegment).where(CallSegment.call_id == call_id).order_by(col(CallSegment.position))).all()
    named = {passed for step in steps if (passed := passed_by(step.detail))}
    callee: set[Passed] = {("extension", call.callee_extension_id)} if call.callee_extension_id else set()
    paths = paths_of(db, actor, named | callee | {("queue", row.queue_id) for row in tried})
    joined = _calls_in_reach(db, actor, {other for step in steps for other in _joined_by(step.detail)})
    return CallStory(
        row_of(call, times_of(db, [call_id]).get(call_id, NO_TIMES)),
        _steps(call, steps, paths, joined),
        [_segment(row, paths) for row in tried],
        call.revision,
        call.cause,
        next((paths.get(key, "") for key in callee), ""),
    )


def passed_by(detail: Mapping[str, Any]) -> Passed | None:
    found = ((entity, detail.get(name)) for name, entity in _PASSED.items())
    return next(((entity, number) for entity, number in found if isinstance(number, int)), None)


def _joined_by(detail: Mapping[str, Any]) -> list[str]:
    """The calls that a transfer ties to this one: where it went on, or where it came from."""
    return [str(other) for other in (detail.get("to_call"), *detail.get("from_calls", ())) if other]


def _calls_in_reach(db: Session, actor: Actor, ids: set[str]) -> set[str]:
    return set(db.exec(select(Call.id).where(col(Call.id).in_(ids), within(actor, "call")))) if ids else set()


def paths_of(db: Session, actor: Actor, wanted: Iterable[Passed]) -> dict[Passed, str]:
    """The pages of those records that are still there and that this person may see."""
    by_entity: dict[str, list[int]] = {}
    for key, record_id in wanted:
        by_entity.setdefault(key, []).append(record_id)
    paths: dict[Passed, str] = {}
    for key, ids in by_entity.items():
        entity = by_key(key)
        if not actor.can(entity.permission("view")):
            continue
        model: Any = entity.model
        there = db.exec(select(model.id).where(model.id.in_(ids), visible(actor, entity)))
        paths |= {(key, record_id): f"/{entity.slug}/{record_id}" for record_id in there}
    return paths


def _steps(call: Call, steps: Iterable[CallStep], paths: Mapping[Passed, str], joined: Container[str]) -> list[StepRow]:
    rows, before = [], call.started_at
    for step in steps:
        passed = passed_by(step.detail)
        other = next((f"/chamadas/{call_id}" for call_id in _joined_by(step.detail) if call_id in joined), "")
        rows.append(
            StepRow(
                at=step.at,
                after_ms=_ms(call.started_at, step.at),
                since_last_ms=_ms(before, step.at),
                kind=step.kind,
                text=step.text,
                detail=step.detail,
                revision=step.revision,
                passed=passed,
                path=paths.get(passed, "") if passed else other,
            )
        )
        before = step.at
    return rows


def _ms(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds() * 1000)


def _segment(row: CallSegment, paths: Mapping[Passed, str]) -> SegmentRow:
    return SegmentRow(
        name=row.name,
        queue=row.queue_name,
        queue_path=paths.get(("queue", row.queue_id), ""),
        offered_at=row.offered_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        ring_seconds=seconds(row.offered_at, row.answered_at or row.ended_at),
        talk_seconds=seconds(row.answered_at, row.ended_at),
        result=row.result or "",
        result_label=SEGMENT_LABELS.get(row.result or "", "Tocando"),
        grade=row.grade,
    )
