"""Asked before it happens: a schedule's next days, a call through the configuration, DIDs without a route."""

from datetime import datetime

import pytest

from flow.catalog.registry import by_key
from flow.db import company_session
from flow.errors import Forbidden, ValidationFailed
from flow.routing.destination import Destination
from flow.services import foresight, records
from flow.services.unrouted import MOST, note, unrouted

OFFICE = '[{"weekdays": ["0", "1", "2", "3", "4"], "start": "08:00", "end": "18:00"}]'


def foresee(tenant, **values):
    with company_session(tenant.id) as db:
        return foresight.foresee(db, tenant.owner, {"periods": OFFICE, **values})


def ask(tenant, actor=None, **more):
    question = {"called": "51 2555-8801", "caller": "", "moment": "2026-11-23T10:00", "keys": "", "agents": "free"}
    with company_session(tenant.id) as db:
        return foresight.answer(db, actor or tenant.owner, foresight.Question(**{**question, **more}))


def test_fourteen_days_are_foreseen_and_a_holiday_is_closed(tenant):
    plain = foresee(tenant)
    days = foresight.days_of(plain)
    assert len(days) == 14
    assert [[(start, end) for start, end, _ in spans] for day, spans in days if day.weekday() < 5] == [
        [(480, 1080)]
    ] * 10
    assert all(not spans for day, spans in days if day.weekday() > 4)
    monday = next(day for day, _ in days if day.weekday() == 0)
    closed = foresee(tenant, holidays=f'[{{"date": "{monday:%Y-%m-%d}", "name": "Feriado"}}]')
    assert next(spans for day, spans in foresight.days_of(closed) if day == monday) == []


def test_what_is_forced_shows_at_once(tenant):
    forced = foresee(tenant, forced="open", forced_until="")
    assert forced.word.startswith("Agora está aberto: forçado")
    assert any("sem prazo" in text for text in forced.warnings)
    assert all(spans[0][:2] == (0, 1440) for _, spans in foresight.days_of(forced))


def test_days_that_not_every_month_has_warn(tenant):
    odd = '[{"month_days": ["31"], "start": "08:00", "end": "12:00"}]'
    assert any("31" in text for text in foresee(tenant, periods=odd).warnings)


def test_no_periods_yet_is_no_error(tenant):
    assert "Sem períodos, está sempre fechado." in foresee(tenant, periods="[]").warnings


@pytest.mark.parametrize("values", [{"periods": "{"}, {"forced": "x"}, {"forced_until": "amanhã"}])
def test_what_cannot_be_saved_cannot_be_foreseen(tenant, values):
    with pytest.raises(ValidationFailed):
        foresee(tenant, **values)


def test_holidays_of_a_state_are_found_and_an_impossible_year_is_told():
    names = {day.date.isoformat(): day.name for day in foresight.holidays("2026", "RS")}
    assert "2026-12-25" in names
    assert "2026-09-20" in names  # Revolução Farroupilha
    for year, state in (("1500", "RS"), ("x", "RS"), ("2026", "XX")):
        with pytest.raises(ValidationFailed):
            foresight.holidays(year, state)


def test_a_simulated_call_tells_the_path_of_what_is_saved(tenant):
    phone = tenant.extension("2001", label="Ana")
    values = {"name": "Central", "description": "x", "did": "51 2555-8801", "destination": f"extension:{phone}"}
    tenant.save("inbound_route", values)
    text = " ".join(line.text for line in ask(tenant))
    assert 'rota "Central"' in text
    assert "2001 (Ana)" in text
    assert "não tem rota" in " ".join(line.text for line in ask(tenant, called="51 2555-0000"))
    assert "2001 (Ana)" in " ".join(line.text for line in ask(tenant, called="2001", agents="busy"))


@pytest.mark.parametrize(
    ("field", "value"),
    [("called", " "), ("moment", "ontem"), ("moment", "0001-01-01T00:00"), ("keys", "x"), ("agents", "?")],
)
def test_what_cannot_be_asked_is_told_beside_its_field(tenant, field, value):
    with pytest.raises(ValidationFailed) as caught:
        ask(tenant, **{field: value})
    assert set(caught.value.errors) == {field}


def test_an_agent_simulates_nothing(tenant):
    with pytest.raises(Forbidden):
        ask(tenant, tenant.as_person(1, "Agente"))


def test_the_drawing_of_a_record_holds_what_is_around_it(tenant):
    values = {"name": "H", "periods": OFFICE, "inside": f"extension:{tenant.extension('2001')}"}
    hours = tenant.save("schedule", values).id
    with company_session(tenant.id) as db:
        picture = foresight.picture(db, tenant.owner, by_key("schedule"), hours)
    assert {box.kind for box in picture.boxes} == {"schedule", "extension", "hangup"}
    assert [box.key for box in picture.boxes if box.here] == [str(Destination("schedule", hours))]


def noted(tenant):
    with company_session(tenant.id) as db:
        return [(row.number, row.count) for row in unrouted(db, tenant.owner)]


def test_calls_to_a_did_without_a_route_are_counted_until_it_has_one(tenant, new_tenant):
    for text in ("+555125558802", "05125558802", "5125558803"):
        note(text, 1, tenant.id)
    assert noted(tenant) == [("(51) 2555-8803", 1), ("(51) 2555-8802", 2)]
    assert noted(new_tenant()) == []
    values = {"name": "Nova", "description": "x", "did": "51 2555-8802", "destination": "hangup"}
    tenant.save("inbound_route", values)
    assert noted(tenant) == [("(51) 2555-8803", 1)]


def test_who_dials_at_random_does_not_fill_the_table(tenant):
    for number in range(MOST + 5):
        note(f"x{number}", None, tenant.id)
    with company_session(tenant.id) as db:
        assert len(unrouted(db, tenant.owner)) == 20
        rows = records.list_rows(db, tenant.owner, by_key("inbound_route"))
    assert rows.total == 0


def test_what_a_carrier_sends_instead_of_a_number_is_kept_readable(tenant):
    note("anonymous\x00\n\x1b[31m" + "x" * 100, None, tenant.id)
    ((number, _),) = noted(tenant)
    assert number.isprintable()
    assert len(number) <= 40


def test_the_clock_is_the_companys(tenant):
    with company_session(tenant.id) as db:
        moment = foresight.wall_clock(db, tenant.owner)
    assert moment.tzinfo is None
    assert abs((datetime.utcnow() - moment).total_seconds() - 3 * 3600) < 5
