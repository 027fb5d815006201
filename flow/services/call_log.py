"""Reading calls: the list with its filters, and one call with the steps that say why."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from flow.access.actor import Actor
from flow.access.reach import within
from flow.catalog.call import Call, CallResult, CallStep
from flow.catalog.company import Company
from flow.errors import NotFound

RESULT_LABELS: dict[str, str] = {
    CallResult.ANSWERED: "Atendida",
    CallResult.BUSY: "Ocupado",
    CallResult.NO_ANSWER: "Não atendida",
    CallResult.NOT_REGISTERED: "Sem telefone registrado",
    CallResult.UNKNOWN_NUMBER: "Número inexistente",
    CallResult.CANCELLED: "Desistência",
    CallResult.SERVED: "Encerrada pelo atendimento automático",
    CallResult.REJECTED: "Recusada",
    CallResult.FAILED: "Falhou",
    CallResult.LOST: "Encerrada sem acompanhamento",
}
MAX_SIZE = 200


@dataclass(frozen=True)
class CallFilter:
    """Days are the company's, both included. `number`: part of either side's number or name. `over`: without those that
    still run."""

    first_day: date | None = None
    last_day: date | None = None
    number: str = ""
    result: str = ""
    over: bool = False


@dataclass(frozen=True)
class CallRow:
    """Times in UTC; `talk_seconds` counts from the answer. `result` empty while the call runs."""

    id: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    caller: str
    callee: str
    dialled: str
    result: str
    result_label: str
    ended_by: str
    ring_seconds: int
    talk_seconds: int
    recovered: bool


@dataclass(frozen=True)
class StepRow:
    at: datetime
    after_ms: int
    kind: str
    text: str
    detail: dict[str, Any]
    revision: int


@dataclass(frozen=True)
class CallStory:
    call: CallRow
    steps: list[StepRow] = field(default_factory=list)
    revision: int = 0
    cause: int | None = None


@dataclass(frozen=True)
class CallPage:
    rows: list[CallRow]
    total: int


def list_calls(db: Session, actor: Actor, criteria: CallFilter, *, page: int = 1, size: int = 25) -> CallPage:
    actor.demand("call.view")
    size = min(max(size, 1), MAX_SIZE)
    condition = sa.and_(within(actor, "call"), *_conditions(criteria, zone_of(db, actor)))
    total = db.exec(select(sa.func.count()).select_from(Call).where(condition)).one()
    page = min(max(page, 1), max(1, -(-total // size)))
    query = select(Call).where(condition).order_by(col(Call.started_at).desc(), Call.id)
    return CallPage([_row(call) for call in db.exec(query.offset((page - 1) * size).limit(size))], total)


def zone_of(db: Session, actor: Actor) -> str:
    company = db.get(Company, actor.company)
    return company.time_zone if company else "America/Sao_Paulo"


def _conditions(criteria: CallFilter, zone: str) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if criteria.first_day:
        found.append(col(Call.started_at) >= _midnight(criteria.first_day, zone))
    if criteria.last_day:
        found.append(col(Call.started_at) < _midnight(criteria.last_day + timedelta(days=1), zone))
    if criteria.number:
        sides = (Call.caller_number, Call.caller_name, Call.dialled, Call.callee_number, Call.callee_name)
        found.append(sa.or_(*(col(side).icontains(criteria.number.strip(), autoescape=True) for side in sides)))
    if criteria.over:
        found.append(col(Call.ended_at).is_not(None))
    if criteria.result in RESULT_LABELS:
        found.append(col(Call.result) == criteria.result)
    return found


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def _row(call: Call) -> CallRow:
    end_of_ring = call.answered_at or call.ended_at
    return CallRow(
        id=call.id,
        started_at=call.started_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        caller=_side(call.caller_number, call.caller_name),
        callee=_side(call.callee_number or call.dialled, call.callee_name),
        dialled=call.dialled,
        result=call.result or "",
        result_label=RESULT_LABELS.get(call.result or "", "Em andamento"),
        ended_by=call.ended_by or "",
        ring_seconds=_seconds(call.started_at, end_of_ring),
        talk_seconds=_seconds(call.answered_at, call.ended_at),
        recovered=call.recovered,
    )


def _side(number: str, name: str) -> str:
    return f"{number} · {name}" if name else number


def _seconds(start: datetime | None, end: datetime | None) -> int:
    return round((end - start).total_seconds()) if start and end else 0


def load_call(db: Session, actor: Actor, call_id: str) -> CallStory:
    """One call and its steps. Raises NotFound when it is not in reach."""
    actor.demand("call.view")
    call = db.exec(select(Call).where(Call.id == call_id, within(actor, "call"))).first()
    if call is None:
        raise NotFound()
    steps = db.exec(select(CallStep).where(CallStep.call_id == call_id).order_by(col(CallStep.position))).all()
    return CallStory(
        _row(call),
        [
            StepRow(s.at, round((s.at - call.started_at).total_seconds() * 1000), s.kind, s.text, s.detail, s.revision)
            for s in steps
        ],
        call.revision,
        call.cause,
    )
