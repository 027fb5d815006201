"""Reading calls: the list with its filters, a page at a time or all of them in portions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from flow.access.actor import Actor
from flow.access.reach import within
from flow.catalog.call import Call, CallResult
from flow.catalog.company import Company
from flow.routing import brazil
from flow.services.call_times import NO_TIMES, Times, talked, times_of, waited

RESULT_LABELS: dict[str, str] = {
    CallResult.ANSWERED: "Atendida",
    CallResult.SERVED: "Atendimento automático",
    CallResult.ABANDONED: "Abandonada",
    CallResult.BUSY: "Ocupado",
    CallResult.NO_ANSWER: "Não atendida",
    CallResult.NOT_REGISTERED: "Sem telefone registrado",
    CallResult.UNKNOWN_NUMBER: "Número inexistente",
    CallResult.CANCELLED: "Desistência",
    CallResult.REJECTED: "Recusada",
    CallResult.FAILED: "Falhou",
    CallResult.LOST: "Encerrada sem acompanhamento",
}
DIRECTION_LABELS = {"inbound": "Recebida", "internal": "Interna"}
UNKNOWN_CALLER = "Número não informado"
FILTERS = ("de", "ate", "numero", "sentido", "resultado")
"""The names of the filters in an address."""
MAX_SIZE = 200
_PORTION = 500


@dataclass(frozen=True)
class CallFilter:
    """Days are the company's, both included. `number`: part of either side's number, however it is written, or name.
    `over`: without those that still run."""

    first_day: date | None = None
    last_day: date | None = None
    number: str = ""
    result: str = ""
    direction: str = ""
    over: bool = False


@dataclass(frozen=True)
class CallRow:
    """Times in UTC; `wait_seconds` in queues or while it rang, `talk_seconds` with a person: see `call_times`.
    `result` empty while the call runs; `caller`, `callee` and `dialled` as people read them."""

    id: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    direction: str
    caller: str
    callee: str
    dialled: str
    queue: str
    result: str
    result_label: str
    ended_by: str
    wait_seconds: int
    talk_seconds: int
    recovered: bool


@dataclass(frozen=True)
class CallPage:
    rows: list[CallRow]
    total: int


def day(text: str) -> date | None:
    """None for what is no day, and for one whose midnight no clock could tell in another time zone."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if date.min.year < found.year < date.max.year else None


def filter_of(query: Mapping[str, str]) -> CallFilter:
    """What an address asks for; see FILTERS. Of calls that are over."""
    wanted = {name: query.get(name, "")[:60] for name in FILTERS}
    first, last = day(wanted["de"]), day(wanted["ate"])
    return CallFilter(first, last, wanted["numero"], wanted["resultado"], wanted["sentido"], over=True)


def list_calls(db: Session, actor: Actor, criteria: CallFilter, *, page: int = 1, size: int = 25) -> CallPage:
    actor.demand("call.view")
    size, page = min(max(size, 1), MAX_SIZE), max(page, 1)
    condition = _condition(db, actor, criteria)
    ids = _page(db, condition, page, size)
    if page == 1 and len(ids) < size:  # a search that finds little has looked at every call already
        return CallPage(_rows(db, ids), len(ids))
    total = db.exec(select(sa.func.count()).select_from(Call).where(condition)).one()
    last = max(1, -(-total // size))
    return CallPage(_rows(db, ids if page <= last else _page(db, condition, last, size)), total)


def _page(db: Session, condition: sa.ColumnElement[bool], page: int, size: int) -> Sequence[str]:
    """Ids first: skipping to a far page then reads the index alone, not the rows."""
    query = select(Call.id).where(condition).order_by(*_NEWEST_FIRST)
    return db.exec(query.offset((page - 1) * size).limit(size)).all()


def every_call(db: Session, actor: Actor, criteria: CallFilter) -> Iterator[list[CallRow]]:
    """All of the list, the newest first, in portions."""
    actor.demand("call.view")
    condition, last = _condition(db, actor, criteria), None
    while True:
        query = select(Call.id, Call.started_at).where(condition).order_by(*_NEWEST_FIRST).limit(_PORTION)
        if last is not None:
            query = query.where(sa.tuple_(col(Call.started_at), col(Call.id)) < sa.tuple_(*last))
        found = db.exec(query).all()
        if not found:
            return
        yield _rows(db, [call_id for call_id, _ in found])
        call_id, started_at = found[-1]
        last = (sa.literal(started_at, Call.started_at.type), sa.literal(call_id))  # type: ignore[attr-defined]


_NEWEST_FIRST = (col(Call.started_at).desc(), col(Call.id).desc())


def _rows(db: Session, ids: Sequence[str]) -> list[CallRow]:
    rows = db.exec(select(Call).where(col(Call.id).in_(ids)).order_by(*_NEWEST_FIRST)).all()
    times = times_of(db, ids)
    return [row_of(call, times.get(call.id, NO_TIMES)) for call in rows]


def zone_of(db: Session, actor: Actor) -> str:
    company = db.get(Company, actor.company)
    return company.time_zone if company else "America/Sao_Paulo"


def _condition(db: Session, actor: Actor, criteria: CallFilter) -> sa.ColumnElement[bool]:
    zone = zone_of(db, actor)
    found = [within(actor, "call"), *between(col(Call.started_at), criteria.first_day, criteria.last_day, zone)]
    if criteria.number.strip():
        found.append(_mentions(criteria.number.strip()))
    if criteria.over:
        found.append(col(Call.ended_at).is_not(None))
    if criteria.result in RESULT_LABELS:
        found.append(col(Call.result) == criteria.result)
    if criteria.direction in DIRECTION_LABELS:
        found.append(col(Call.direction) == criteria.direction)
    return sa.and_(*found)


def between(column: Any, first: date | None, last: date | None, zone: str) -> list[sa.ColumnElement[bool]]:
    """A moment's column on these days of the zone's calendar, both included."""
    found: list[sa.ColumnElement[bool]] = []
    if first:
        found.append(column >= _midnight(first, zone))
    if last:
        found.append(column < _midnight(last + timedelta(days=1), zone))
    return found


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def _mentions(text: str) -> sa.ColumnElement[bool]:
    numbers = (Call.caller_number, Call.dialled, Call.callee_number)
    digits = "".join(c for c in text if c.isascii() and c.isdigit())
    if not digits or any(c.isalpha() for c in text):
        return _in_one_of(_NAMES, text)  # no number has letters
    stored = _as_stored(text, digits)
    if text != digits:  # with its signs it can only be a number
        return _in_one_of(numbers, stored)
    return sa.or_(*(_in_one_of((*numbers, *_NAMES), form) for form in sorted({digits, stored})))


_NAMES = (Call.caller_name, Call.callee_name, Call.queue_name)


def _as_stored(text: str, digits: str) -> str:
    known = brazil.classify(text, complete_mobile=False)
    return digits if known.kind is brazil.NumberKind.UNKNOWN else known.digits


def _in_one_of(columns: Sequence[Any], text: str) -> sa.ColumnElement[bool]:
    """Looked for once in all of them together: over very many calls that is what a search costs."""
    words: Any = col(columns[0])
    for column in columns[1:]:
        words = words + "\n" + col(column)
    found: sa.ColumnElement[bool] = words.icontains(text, autoescape=True)
    return found


def row_of(call: Call, times: Times = NO_TIMES) -> CallRow:
    number = brazil.shown(call.dialled) if call.direction == "inbound" else call.dialled
    return CallRow(
        id=call.id,
        started_at=call.started_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        direction=call.direction,
        caller=_caller(call),
        callee=_side(call.callee_number or number, call.callee_name),
        dialled=number,
        queue=call.queue_name,
        result=call.result or "",
        result_label=RESULT_LABELS.get(call.result or "", "Em andamento"),
        ended_by=call.ended_by or "",
        wait_seconds=round(waited(call, times)),
        talk_seconds=round(talked(call, times)),
        recovered=call.recovered,
    )


def _caller(call: Call) -> str:
    if call.caller_extension_id is not None or call.direction != "inbound":
        return _side(call.caller_number, call.caller_name)
    return _side(brazil.shown(call.caller_number) if call.caller_number else UNKNOWN_CALLER, call.caller_name)


def _side(number: str, name: str) -> str:
    return f"{number} · {name}" if name else number


def seconds(start: datetime | None, end: datetime | None) -> int:
    return round((end - start).total_seconds()) if start and end else 0
