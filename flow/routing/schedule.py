"""Condição de Horário: when a set of periods is open. Pure; times are the company's wall clock, without a zone.

Inside one period the fields are ANDed and an empty one means any; periods are ORed. An interval is [start, end). An end
at or before the start ends on the next day, and weekday, day and month are those of the day on which it *starts*.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from flow.routing.destination import HANGUP, Destination

WEEKDAYS = ("seg", "ter", "qua", "qui", "sex", "sáb", "dom")  # 0 = Monday, as in datetime.weekday
MONTHS = ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """`weekdays` 0–6, `month_days` 1–31, `months` 1–12; `all_day`: from midnight to midnight, times are ignored."""

    weekdays: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    start: time = time(0)
    end: time = time(0)
    all_day: bool = False

    def error(self) -> str:
        """Why the period cannot be saved; empty when it can."""
        if not self.all_day and self.start == self.end:
            return "O início e o término são iguais. Mude um deles ou marque Dia todo."
        return ""

    def warning(self) -> str:
        """What may surprise; it does not keep the period from being saved."""
        months = self.months or range(1, 13)
        if self.month_days and not any(day <= monthrange(2024, m)[1] for day in self.month_days for m in months):
            return f"Este período nunca acontece: {_runs(months, _month)} não tem dia {_runs(self.month_days, str)}."
        late = [day for day in sorted(self.month_days) if any(day > monthrange(2023, month)[1] for month in months)]
        return f"Nem todo mês tem o dia {', '.join(map(str, late))}: nesses meses o período não vale." if late else ""

    def starts_on(self, day: date) -> bool:
        return (
            (not self.weekdays or day.weekday() in self.weekdays)
            and (not self.month_days or day.day in self.month_days)
            and (not self.months or day.month in self.months)
        )

    def interval(self, day: date) -> tuple[datetime, datetime]:
        """The half-open interval that starts on `day`."""
        if self.all_day:
            return datetime.combine(day, time(0)), datetime.combine(day + _DAY, time(0))
        last_day = day if self.end > self.start else day + _DAY
        return datetime.combine(day, self.start), datetime.combine(last_day, self.end)

    def covers(self, moment: datetime) -> bool:
        for day in (moment.date(), moment.date() - _DAY):
            first, last = self.interval(day)
            if self.starts_on(day) and first <= moment < last:
                return True
        return False

    def words(self) -> str:
        """How the period reads, e.g. "seg a sex 08:00–18:00"."""
        parts = []
        if self.weekdays:
            parts.append(_runs(self.weekdays, lambda day: WEEKDAYS[day]))
        if self.month_days:
            parts.append(f"dia {_runs(self.month_days, str)}")
        if self.months:
            parts.append(_runs(self.months, _month))
        parts.append("dia todo" if self.all_day else f"{self.start:%H:%M}–{self.end:%H:%M}")
        return " ".join(parts)


def _month(month: int) -> str:
    return MONTHS[month - 1]


def _runs(values: Iterable[int], word: Callable[[int], str]) -> str:
    """ "seg a sex, dom": three or more in a row are joined."""
    runs: list[list[int]] = []
    for value in sorted(values):
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return ", ".join(f"{word(run[0])} a {word(run[-1])}" if len(run) > 2 else ", ".join(map(word, run)) for run in runs)


@dataclass(frozen=True, slots=True)
class SchedulePlan:
    """A whole Condição de Horário. `holidays`: closed day → its name. `forced`: "", "open" or "closed", and
    `forced_until` the company's wall clock (naive) at which that ends, None for until further notice."""

    id: int
    name: str
    periods: tuple[Period, ...] = ()
    inside: Destination = HANGUP
    outside: Destination = HANGUP
    holidays: Mapping[date, str] = field(default_factory=dict)
    forced: str = ""
    forced_until: datetime | None = None


def periods_of(rows: Iterable[Mapping[str, Any]]) -> list[Period]:
    """Periods from the rows of a Condição de Horário (see catalog.schedule.PERIOD)."""
    return [
        Period(
            weekdays=frozenset(map(int, row["weekdays"])),
            month_days=frozenset(map(int, row["month_days"])),
            months=frozenset(map(int, row["months"])),
            start=time.fromisoformat(row["start"]),
            end=time.fromisoformat(row["end"]),
            all_day=row["all_day"],
        )
        for row in rows
    ]


def closed_days(rows: Iterable[Mapping[str, str]]) -> dict[date, str]:
    """The closed days of a Condição de Horário from its rows: "date" as 2026-12-25, and "name"."""
    return {date.fromisoformat(row["date"]): row["name"] for row in rows}


@dataclass(frozen=True)
class Verdict:
    """`because` names the period that covers the moment, or says that none does. `rule`: what decided: "periods",
    "holiday" or "forced"."""

    is_open: bool
    because: str
    rule: str = "periods"


def decide(periods: Sequence[Period], moment: datetime) -> Verdict:
    """`moment`: the company's wall clock, naive."""
    for period in periods:
        if period.covers(moment):
            return Verdict(True, f"dentro do período {period.words()}")
    return Verdict(False, "fora de todos os períodos" if periods else "não há períodos")


def judge(plan: SchedulePlan, moment: datetime) -> Verdict:
    """What is forced goes before a closed day, and that before the periods. A closed day ends at midnight."""
    if plan.forced and (plan.forced_until is None or moment < plan.forced_until):
        is_open = plan.forced == "open"
        until = f" até {plan.forced_until:%d/%m %H:%M}" if plan.forced_until else ""
        return Verdict(is_open, f"forçado {'aberto' if is_open else 'fechado'}{until}", "forced")
    holiday = plan.holidays.get(moment.date())
    if holiday is not None:
        return Verdict(False, f"feriado: {holiday}", "holiday")
    return decide(plan.periods, moment)


def explain(plan: SchedulePlan, moment: datetime) -> str:
    """The sentence for a call's path, without its full stop."""
    verdict = judge(plan, moment)
    if verdict.rule == "forced":
        return f'"{plan.name}" está {verdict.because}'
    if verdict.rule == "holiday":
        return f'{moment:%d/%m} é dia fechado em "{plan.name}" ({verdict.because})'
    if not plan.periods:
        return f'"{plan.name}" não tem períodos'
    when = f"{WEEKDAYS[moment.weekday()].capitalize()} {moment:%H:%M}"
    if any(period.month_days or period.months for period in plan.periods):
        when = f"{WEEKDAYS[moment.weekday()].capitalize()} {moment:%d/%m %H:%M}"
    if verdict.is_open:
        return f'{when} está {verdict.because} de "{plan.name}"'
    return f'{when} está fora de todos os períodos de "{plan.name}" ({"; ".join(p.words() for p in plan.periods)})'


def hours_of(row: Mapping[str, Any]) -> SchedulePlan:
    """When a Condição de Horário is open, from its row; where it leads to is left out."""
    until = row["forced_until"]
    return SchedulePlan(
        id=row["id"],
        name=row["name"],
        periods=tuple(periods_of(row["periods"])),
        holidays=closed_days(row["holidays"]),
        forced=row["forced"],
        forced_until=datetime.fromisoformat(until) if until else None,
    )


def next_open(plan: SchedulePlan, moment: datetime, days: int = 62) -> datetime | None:
    """The first moment after `moment`, within so many days, at which it is open; `moment` itself is not."""
    return next((span.start for span in preview(plan, moment, days) if span.is_open), None)


@dataclass(frozen=True, slots=True)
class Span:
    """[start, end) of one answer for one reason; `because` and `rule` as in Verdict."""

    start: datetime
    end: datetime
    is_open: bool
    because: str
    rule: str


def preview(plan: SchedulePlan, start: datetime, days: int = 14) -> list[Span]:
    """What the plan says from `start` (the company's wall clock) on, without gaps: open and closed, each with why."""
    end = start + days * _DAY
    edges = {start, end, *_edges(plan.periods, start, end - start)}
    for day in plan.holidays:
        edges |= {datetime.combine(day, time(0)), datetime.combine(day + _DAY, time(0))}
    if plan.forced_until is not None:
        edges.add(plan.forced_until)
    spans: list[Span] = []
    inside = sorted(edge for edge in edges if start <= edge <= end)
    for first, last in pairwise(inside):
        verdict = judge(plan, first)
        before = spans[-1] if spans else None
        if before and (before.is_open, before.because) == (verdict.is_open, verdict.because):
            spans[-1] = replace(before, end=last)
        else:
            spans.append(Span(first, last, verdict.is_open, verdict.because, verdict.rule))
    return spans


def warnings(plan: SchedulePlan) -> list[str]:
    """What may surprise in the plan; none of it keeps it from being saved."""
    found = [period.warning() for period in plan.periods]
    if plan.forced and plan.forced_until is None:
        found.append("Está forçado sem prazo: os períodos e feriados só voltam a valer quando isso for desfeito.")
    if not plan.periods and plan.forced != "open":
        found.append("Sem períodos, está sempre fechado.")
    return [warning for warning in found if warning]


def next_change(
    periods: Sequence[Period], moment: datetime, *, within: timedelta = timedelta(days=366)
) -> datetime | None:
    """The first moment after `moment` at which the answer differs; None if it does not within that time."""
    now_open = decide(periods, moment).is_open
    for edge in sorted(_edges(periods, moment, within)):
        if edge > moment and decide(periods, edge).is_open != now_open:
            return edge
    return None


def _edges(periods: Iterable[Period], moment: datetime, within: timedelta) -> Iterable[datetime]:
    first = moment.date() - _DAY
    for period in periods:
        for offset in range(within.days + 2):
            day = first + offset * _DAY
            if period.starts_on(day):
                yield from period.interval(day)
