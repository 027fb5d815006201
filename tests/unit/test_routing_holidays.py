"""Public holidays: the fixed ones, those that move with Easter, and those of a state."""

from datetime import date, timedelta

import pytest

from flow.routing.brazil import STATES
from flow.routing.public_holidays import holidays_of_brazil

NATIONAL = {
    (1, 1): "Confraternização Universal", (4, 21): "Tiradentes", (5, 1): "Dia do Trabalhador",
    (9, 7): "Independência do Brasil", (10, 12): "Nossa Senhora Aparecida", (11, 2): "Finados",
    (11, 15): "Proclamação da República", (11, 20): "Dia Nacional de Zumbi e da Consciência Negra", (12, 25): "Natal",
}  # fmt: skip


def easter(year):
    """Meeus/Jones/Butcher."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * el) // 451
    month, day = divmod(h + el - 7 * m + 114, 31)
    return date(year, month, day + 1)


@pytest.mark.parametrize("year", [2024, 2026, 2032])
def test_the_national_days_of_law_are_no_optional_ones(year):
    found = {day.date: day for day in holidays_of_brazil(year)}
    for (month, day), name in NATIONAL.items():
        assert found[date(year, month, day)].name == name and not found[date(year, month, day)].optional


@pytest.mark.parametrize("year", range(2024, 2034))
def test_what_moves_with_easter_is_optional_and_on_its_day(year):
    found = {day.date: day for day in holidays_of_brazil(year)}
    moving = {-48: "Carnaval", -47: "Carnaval", -2: "Sexta-feira Santa", 60: "Corpus Christi"}
    for offset, name in moving.items():
        holiday = found[easter(year) + timedelta(days=offset)]
        assert name in holiday.name and holiday.optional


def test_a_state_adds_its_own_days():
    names = {day.name for day in holidays_of_brazil(2026, "RS")} - {day.name for day in holidays_of_brazil(2026)}
    assert names == {"Dia do Gaúcho"}


@pytest.mark.parametrize("state", sorted(STATES))
def test_every_state_is_known_and_its_days_stand_in_order(state):
    found = holidays_of_brazil(2026, state)
    assert [day.date for day in found] == sorted({day.date for day in found}) and len(found) >= 16


@pytest.mark.parametrize(("year", "state"), [(2026, "XX"), (2026, "São Paulo Capital"), (1999, ""), (2101, "RS")])
def test_a_state_or_year_that_is_not_offered_is_refused(year, state):
    with pytest.raises(ValueError):
        holidays_of_brazil(year, state)
