"""The figures of a queue are of today, as the company's clock says it."""

from datetime import UTC, datetime

from flow.engine.counting import Counting

SAO_PAULO = "America/Sao_Paulo"


def at(day: int, hour: int, minute: int = 0) -> float:
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC).timestamp()


def test_counting_begins_with_each_midnight_of_the_company_whenever_the_engine_started():
    counting = Counting(at(5, 15), SAO_PAULO)
    assert counting.since == at(5, 3)
    assert not counting.new_day(at(5, 23), SAO_PAULO)
    assert not counting.new_day(at(6, 2, 59), SAO_PAULO)  # still the 5th there
    assert counting.since == at(5, 3)
    assert counting.new_day(at(6, 3), SAO_PAULO)
    assert counting.since == at(6, 3)
    assert not counting.new_day(at(6, 20), SAO_PAULO)
    assert counting.new_day(at(9, 12), SAO_PAULO)  # nobody asked for days
    assert counting.since == at(9, 3)


def test_the_same_moment_is_another_day_elsewhere():
    assert Counting(at(5, 15), SAO_PAULO).new_day(at(6, 3), SAO_PAULO)
    assert not Counting(at(5, 15), "America/Manaus").new_day(at(6, 3), "America/Manaus")
