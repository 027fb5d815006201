"""Public holidays of Brazil and its states, to be added to a Condição de Horário in one click."""

from dataclasses import dataclass
from datetime import date

from flow.routing.brazil import STATES

GOOD_FRIDAY = "Sexta-feira Santa"


@dataclass(frozen=True, slots=True)
class Holiday:
    """`optional`: many work on it (Carnaval, Corpus Christi, eves …), or its closing is for each town to decree."""

    date: date
    name: str
    optional: bool


def holidays_of_brazil(year: int, state: str = "") -> list[Holiday]:
    """In the order of the year. `state`: "RS"; "" for the national ones alone. ValueError for what does not exist."""
    if state and state not in STATES:
        raise ValueError(f"O estado {state[:20]} não existe.")
    if not 2000 <= year <= 2100:
        raise ValueError("O ano vai de 2000 a 2100.")
    import holidays  # many modules, needed on one page only

    by_category = {
        category: holidays.country_holidays(
            "BR", subdiv=state or None, years=year, categories=(category,), language="pt_BR"
        )
        for category in ("optional", "public")
    }
    public = by_category["public"]
    days = {**by_category["optional"], **public}  # where a state makes an optional day a holiday, it is one
    return [Holiday(day, name, day not in public or name == GOOD_FRIDAY) for day, name in sorted(days.items())]
