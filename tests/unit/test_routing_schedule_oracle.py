"""Schedules against an oracle that knows nothing of intervals: it walks every minute of the days around an instant."""

import calendar
import random
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flow.routing.schedule import Period, SchedulePlan, closed_days, judge, preview, warnings

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def oracle(plan, instant):
    if plan.forced and (not plan.forced_until or plan.forced_until > instant):
        return plan.forced == "open"
    if instant.strftime("%Y-%m-%d") in {day.isoformat() for day in plan.holidays}:
        return False
    return any(instant.replace(second=0, microsecond=0) in open_minutes(p, instant) for p in plan.periods)


def open_minutes(period, instant):
    """Every minute that the period opens, of those that it starts on the day of `instant` or up to two days before."""
    minutes = set()
    for back in range(3):
        midnight = datetime.strptime((instant - back * DAY).strftime("%Y%m%d"), "%Y%m%d")
        if not starts(period, midnight):
            continue
        clock = midnight if period.all_day else midnight.replace(hour=period.start.hour, minute=period.start.minute)
        for _ in range(24 * 60):
            minutes.add(clock)
            clock += MINUTE
            if not period.all_day and (clock.hour, clock.minute) == (period.end.hour, period.end.minute):
                break
            if period.all_day and clock == midnight + DAY:
                break
    return minutes


def starts(period, midnight):
    year, month, day = midnight.year, midnight.month, midnight.day
    wanted = (
        period.weekdays or set(range(7)),
        period.month_days or set(range(1, 32)),
        period.months or set(range(1, 13)),
    )
    return calendar.weekday(year, month, day) in wanted[0] and day in wanted[1] and month in wanted[2]


def period(weekdays="", days=(), months=(), start="00:00", end="00:00", all_day=False):
    return Period(
        frozenset(map(int, weekdays)), frozenset(days), frozenset(months),
        time.fromisoformat(start), time.fromisoformat(end), all_day,
    )  # fmt: skip


PLANS = {
    "week": SchedulePlan(
        1, "P", (period("01234", start="08:00", end="18:00"), period("5", start="09:00", end="12:30"))
    ),
    "overnight": SchedulePlan(
        1, "P", (period("4", start="22:00", end="06:00"), period("6", start="23:59", end="00:01"))
    ),
    "month ends": SchedulePlan(1, "P", (period(days=(28, 29, 30, 31), start="20:00", end="04:00"),)),
    "leap day": SchedulePlan(1, "P", (period(days=(29,), months=(2,), all_day=True),)),
    "leap night": SchedulePlan(1, "P", (period(days=(28, 29), months=(2,), start="18:00", end="08:00"),)),
    "year end": SchedulePlan(1, "P", (period(days=(31,), months=(12,), start="12:00", end="11:00"),)),
    "first day": SchedulePlan(1, "P", (period(days=(1,), months=(1,), all_day=True), period("0", all_day=True))),
    "holidays": SchedulePlan(
        1, "P", (period("0123456", start="22:00", end="06:00"),),
        holidays={date(2026, 12, 25): "Natal", date(2027, 1, 1): "Ano novo", date(2028, 2, 29): "Bissexto"},
    ),
    "forced open": SchedulePlan(1, "P", (), forced="open", forced_until=datetime(2026, 12, 31, 23, 30)),
    "forced closed": SchedulePlan(
        1, "P", (period(all_day=True),), forced="closed", forced_until=datetime(2028, 2, 29, 6)
    ),
    "never": SchedulePlan(1, "P", (period(days=(30,), months=(2,), all_day=True),)),
}  # fmt: skip


def instants():
    """200: around month ends, leap days, year ends and Friday nights, and at random."""
    chosen = [
        datetime(year, month, calendar.monthrange(year, month)[1], 23, 59) + shift
        for year, month in ((2026, 2), (2026, 4), (2026, 12), (2027, 12), (2028, 2), (2028, 3))
        for shift in (
            -DAY,
            -MINUTE,
            timedelta(0),
            MINUTE,
            2 * MINUTE,
            timedelta(hours=4),
            timedelta(hours=6, minutes=1),
        )
    ]
    friday = datetime(2026, 11, 20)
    chosen += [friday + timedelta(hours=h, minutes=m) for h in (21, 22, 29, 30, 48, 50) for m in (0, 1, 59)]
    dice = random.Random(20261122)
    while len(chosen) < 200:
        chosen.append(datetime(2026, 1, 1) + timedelta(seconds=dice.randrange(3 * 366 * 86_400)))
    return chosen


@pytest.mark.parametrize("name", PLANS)
def test_two_hundred_instants_are_judged_as_by_walking_every_minute(name):
    plan = PLANS[name]
    moments = instants()
    assert len(moments) == 200
    wrong = [moment for moment in moments if judge(plan, moment).is_open != oracle(plan, moment)]
    assert not wrong


TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))
PERIODS = st.builds(
    Period,
    weekdays=st.frozensets(st.integers(0, 6)),
    month_days=st.frozensets(st.integers(1, 31), max_size=4),
    months=st.frozensets(st.integers(1, 12), max_size=4),
    start=TIMES,
    end=TIMES,
    all_day=st.booleans(),
).filter(lambda p: not p.error())
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1))
RANDOM_PLANS = st.builds(
    SchedulePlan,
    st.just(1),
    st.just("P"),
    st.lists(PERIODS, max_size=3).map(tuple),
    holidays=st.dictionaries(st.dates(date(2027, 12, 20), date(2028, 3, 5)), st.just("Feriado"), max_size=4),
    forced=st.sampled_from(["", "", "open", "closed"]),
    forced_until=st.none() | st.datetimes(datetime(2027, 12, 20), datetime(2028, 3, 5)),
)


@settings(max_examples=200)
@given(RANDOM_PLANS, MOMENTS)
def test_any_plan_is_judged_as_by_walking_every_minute(plan, moment):
    assert judge(plan, moment).is_open == oracle(plan, moment)


@settings(max_examples=60)
@given(RANDOM_PLANS, st.datetimes(datetime(2027, 12, 15), datetime(2028, 3, 1)), st.integers(1, 14))
def test_a_preview_has_no_gap_and_each_span_says_what_every_moment_in_it_says(plan, start, days):
    spans = preview(plan, start, days)
    assert spans[0].start == start and spans[-1].end == start + days * DAY
    assert all(before.end == after.start for before, after in pairwise(spans))
    for span in spans:
        length = span.end - span.start
        for moment in (span.start, span.start + length / 3, span.end - timedelta(microseconds=1)):
            verdict = judge(plan, moment)
            assert (verdict.is_open, verdict.because, verdict.rule) == (span.is_open, span.because, span.rule)


def test_a_preview_of_a_week_with_a_holiday_gives_the_reasons():
    week = SchedulePlan(1, "P", (period("01234", start="08:00", end="18:00"),), holidays={date(2026, 12, 25): "Natal"})
    spans = preview(week, datetime(2026, 12, 24), 2)
    assert [(f"{s.start:%d %H:%M}", s.is_open, s.because) for s in spans] == [
        ("24 00:00", False, "fora de todos os períodos"),
        ("24 08:00", True, "dentro do período seg a sex 08:00–18:00"),
        ("24 18:00", False, "fora de todos os períodos"),
        ("25 00:00", False, "feriado: Natal"),
    ]


def test_closed_days_are_read_from_rows():
    assert closed_days([{"date": "2026-12-25", "name": "Natal"}]) == {date(2026, 12, 25): "Natal"}


@pytest.mark.parametrize(
    ("days", "months", "warned"),
    [((31,), (), True), ((31,), (1, 3), False), ((29,), (2,), True), ((28,), (), False), ((30,), (4,), False)],
)
def test_a_day_is_warned_of_only_where_a_month_of_the_period_lacks_it(days, months, warned):
    assert bool(period(days=days, months=months, all_day=True).warning()) is warned


def test_a_period_that_never_happens_is_warned_of():
    assert "nunca acontece" in period(days=(30, 31), months=(2,), all_day=True).warning()


def test_being_forced_without_a_limit_and_having_no_periods_are_warned_of():
    assert "sem prazo" in warnings(SchedulePlan(1, "P", (period(all_day=True),), forced="closed"))[0]
    assert warnings(SchedulePlan(1, "P")) == ["Sem períodos, está sempre fechado."]
    assert warnings(PLANS["week"]) == []


def test_what_is_forced_ends_at_its_minute():
    plan = PLANS["forced open"]
    assert judge(plan, datetime(2026, 12, 31, 23, 29)).because == "forçado aberto até 31/12 23:30"
    assert not judge(plan, datetime(2026, 12, 31, 23, 30)).is_open


def test_three_or_more_days_in_a_row_are_read_as_a_run():
    assert period("01234", start="08:00", end="18:00").words() == "seg a sex 08:00–18:00"
    assert period("0256", days=(1, 2, 3, 15), months=(1, 12), all_day=True).words() == (
        "seg, qua, sáb, dom dia 1 a 3, 15 jan, dez dia todo"
    )
