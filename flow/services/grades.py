"""Avaliações: what callers answered to surveys, by queue and by agent. As far as the person sees the calls."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from flow.access.actor import Actor
from flow.access.reach import within
from flow.catalog.call import Call, CallSegment
from flow.services.call_log import UNKNOWN_CALLER, between, day, row_of, zone_of

GRADES = (1, 2, 3, 4, 5)
FILTERS = ("de", "ate", "nota")
_PORTION = 500


@dataclass(frozen=True)
class GradeFilter:
    """Days on which the member was called, of the company's calendar, both included. `grade` 0: any."""

    first_day: date | None = None
    last_day: date | None = None
    grade: int = 0


@dataclass(frozen=True)
class Standing:
    """`average` of `count` answers."""

    name: str
    count: int
    average: float


@dataclass(frozen=True)
class Summary:
    """`by_grade`: how many callers gave each."""

    count: int
    average: float
    by_grade: dict[int, int]
    by_queue: list[Standing]
    by_agent: list[Standing]


@dataclass(frozen=True)
class GradeRow:
    call_id: str
    at: datetime
    caller: str
    queue: str
    agent: str
    grade: int


@dataclass(frozen=True)
class GradePage:
    rows: list[GradeRow]
    total: int


def filter_of(query: Mapping[str, str]) -> GradeFilter:
    grade = query.get("nota", "")
    wanted = int(grade) if grade in map(str, GRADES) else 0
    return GradeFilter(day(query.get("de", "")), day(query.get("ate", "")), wanted)


def summary(db: Session, actor: Actor, criteria: GradeFilter) -> Summary:
    """Of the period; `criteria.grade` narrows the list only, since a distribution of one grade tells nothing."""
    condition = _condition(db, actor, GradeFilter(criteria.first_day, criteria.last_day))
    by_grade = dict.fromkeys(GRADES, 0) | dict(_grouped(db, condition, CallSegment.grade))
    count = sum(by_grade.values())
    average = sum(grade * number for grade, number in by_grade.items()) / count if count else 0.0
    return Summary(
        count,
        average,
        by_grade,
        _standings(db, condition, CallSegment.queue_id, CallSegment.queue_name),
        _standings(db, condition, CallSegment.key, CallSegment.name),
    )


def _grouped(db: Session, condition: sa.ColumnElement[bool], column: Any) -> list[tuple[int, int]]:
    query = select(column, sa.func.count()).where(condition).group_by(column)
    return [(grade, count) for grade, count in db.exec(query)]


def _standings(db: Session, condition: sa.ColumnElement[bool], key: Any, name: Any) -> list[Standing]:
    """The name that it had last: whoever was renamed stays one."""
    count, average = sa.func.count(), sa.func.avg(CallSegment.grade)
    query = select(sa.func.max(name), count, average).where(condition).group_by(key).order_by(count.desc()).limit(50)
    return [Standing(title, number, float(mean)) for title, number, mean in db.exec(query)]


def list_grades(db: Session, actor: Actor, criteria: GradeFilter, *, page: int = 1, size: int = 25) -> GradePage:
    condition = _condition(db, actor, criteria)
    total = db.exec(select(sa.func.count()).select_from(CallSegment).where(condition)).one()
    page = min(max(page, 1), max(1, -(-total // size)))
    return GradePage(_rows(db, condition, (page - 1) * size, size), total)


def every_grade(db: Session, actor: Actor, criteria: GradeFilter) -> Iterator[list[GradeRow]]:
    """All of the list, the newest first, in portions."""
    condition, start = _condition(db, actor, criteria), 0
    while rows := _rows(db, condition, start, _PORTION):
        yield rows
        start += len(rows)


def _rows(db: Session, condition: sa.ColumnElement[bool], start: int, size: int) -> list[GradeRow]:
    query = (
        select(CallSegment, Call)
        .join(Call, col(Call.id) == CallSegment.call_id)
        .where(condition)
        .order_by(col(CallSegment.offered_at).desc(), col(CallSegment.id).desc())
        .offset(start)
        .limit(size)
    )
    return [_row(segment, call) for segment, call in db.exec(query)]


def _row(segment: CallSegment, call: Call) -> GradeRow:
    return GradeRow(
        call.id,
        segment.offered_at,
        row_of(call).caller or UNKNOWN_CALLER,
        segment.queue_name,
        segment.name,
        segment.grade or 0,
    )


def _condition(db: Session, actor: Actor, criteria: GradeFilter) -> sa.ColumnElement[bool]:
    actor.demand("call.view")
    found: list[sa.ColumnElement[bool]] = [col(CallSegment.grade).between(GRADES[0], GRADES[-1])]
    if criteria.grade:
        found.append(col(CallSegment.grade) == criteria.grade)
    found += between(col(CallSegment.offered_at), criteria.first_day, criteria.last_day, zone_of(db, actor))
    if actor.reach != "company":
        found.append(col(CallSegment.call_id).in_(select(Call.id).where(within(actor, "call"))))
    return sa.and_(*found)
