"""Condição de Horário: each rule of the field, with its vectors."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.routing.schedule import Period, decide, next_change

FRIDAY_NIGHT = Period(weekdays=frozenset({4}), start=time(22), end=time(6))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1))
PERIODS = st.builds(
    Period,
    weekdays=st.frozensets(st.integers(0, 6)),
    month_days=st.frozensets(st.integers(1, 31), max_size=4),
    months=st.frozensets(st.integers(1, 12), max_size=4),
    start=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    end=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    all_day=st.booleans(),
)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-20 21:59", False),
        ("2026-11-20 22:00", True),
        ("2026-11-21 05:59", True),
        ("2026-11-21 06:00", False),
        ("2026-11-22 02:00", False),
    ],
)
def test_friday_night_until_saturday_morning(moment, is_open):
    assert decide([FRIDAY_NIGHT], datetime.fromisoformat(moment)).is_open is is_open


def test_the_first_of_the_month_at_night_still_holds_on_the_second():
    night = Period(month_days=frozenset({1}), start=time(20), end=time(4))
    assert decide([night], datetime(2026, 12, 2, 3)).is_open
    assert not decide([night], datetime(2026, 12, 1, 3)).is_open


def test_a_period_from_december_into_january_starts_in_december():
    night = Period(months=frozenset({12}), start=time(20), end=time(4))
    assert decide([night], datetime(2027, 1, 1, 3)).is_open
    assert not decide([night], datetime(2027, 1, 1, 21)).is_open


def test_equal_start_and_end_is_an_error_unless_it_is_the_whole_day():
    assert Period(start=time(8), end=time(8)).error()
    assert not Period(start=time(8), end=time(8), all_day=True).error()


def test_days_that_some_months_lack_are_warned_of():
    assert "31" in Period(month_days=frozenset({31})).warning()
    assert not Period(month_days=frozenset({28})).warning()


def test_without_periods_it_is_closed():
    assert not decide([], datetime(2026, 11, 22)).is_open


@given(st.lists(PERIODS, max_size=4), MOMENTS)
def test_periods_are_ored(periods, moment):
    assert decide(periods, moment).is_open == any(p.covers(moment) for p in periods)


@given(MOMENTS)
def test_the_empty_all_day_period_is_always_open(moment):
    assert Period(all_day=True).covers(moment)


@given(PERIODS, MOMENTS)
def test_a_minute_is_open_only_if_its_day_or_the_day_before_may_start_the_period(period, moment):
    if period.covers(moment):
        assert period.starts_on(moment.date()) or period.starts_on(moment.date() - timedelta(days=1))


@given(st.lists(PERIODS, min_size=1, max_size=3), MOMENTS)
def test_nothing_changes_before_the_next_change(periods, moment):
    change = next_change(periods, moment, within=timedelta(days=14))
    state = decide(periods, moment).is_open
    if change is not None:
        assert decide(periods, change).is_open != state
        assert decide(periods, change - timedelta(microseconds=1)).is_open == state
