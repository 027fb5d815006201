"""Anúncio, URA, Fila and Condição de Horário: what is refused at a save, and the snapshot that calls will see."""

from datetime import datetime

import pytest

from flow.catalog.registry import by_key
from flow.db import platform_session
from flow.errors import InUse, ValidationFailed
from flow.routing.destination import Destination
from flow.services import records, snapshots
from tests.unit.conftest import SUPER

OFFICE = {"weekdays": ["0", "1", "2", "3", "4"], "start": "08:00", "end": "18:00"}


def errors_of(tenant, key, values, record_id=None):
    with pytest.raises(ValidationFailed) as caught:
        tenant.save(key, values, record_id)
    return caught.value.errors


def delete(tenant, key, record_id):
    with records.opened(tenant.owner, by_key(key), writes=True) as db:
        return records.delete(db, tenant.owner, by_key(key), record_id)


def snapshot(tenant):
    with platform_session() as db:
        return snapshots.snapshot_of(db.connection(), tenant.id)


def ivr(tenant, name="Atendimento", **more):
    menu = more.pop("menu_id", None) or tenant.audio(f"Menu {name}")
    keys = [{"key": "1", "destination": "hangup"}]
    return tenant.save("ivr", {"name": name, "menu_id": menu, "keys": keys, "exceeded": "hangup", **more}).id


def announcement(tenant, name="Fechado", destination="hangup"):
    values = {"name": name, "audios": [tenant.audio(f"Som {name}")], "destination": destination}
    return tenant.save("announcement", values).id


def queue(tenant, number="500", **more):
    return tenant.save("queue", {"name": f"Fila {number}", "number": number, **more}).id


def test_the_snapshot_holds_the_whole_flow(tenant):
    hello, menu, closed = (tenant.audio(name) for name in ("Olá", "Menu", "Fechado"))
    music = tenant.save("music", {"name": "Calma", "files": []})
    phone = tenant.extension("2001", label="Ana")
    survey = ivr(tenant, "Nota", menu_id=menu, keys=[], survey="on")
    waiting = queue(tenant, members=[f"extension:{phone}"], music_id=str(music.id), survey_id=survey, overflow="hangup")
    main = ivr(tenant, menu_id=menu, greeting_id=hello, keys=[{"key": "1", "destination": f"queue:{waiting}"}])
    shut = tenant.save("announcement", {"name": "Fechado", "audios": [closed, hello], "destination": "hangup"}).id
    hours = tenant.save(
        "schedule",
        {
            "name": "Comercial",
            "periods": [OFFICE],
            "inside": f"ivr:{main}",
            "outside": f"announcement:{shut}",
            "holidays": [{"date": "2026-12-25", "name": "Natal"}],
            "forced": "closed",
            "forced_until": "2026-12-24T18:00",
        },
    ).id
    route = {"name": "Central", "description": "x", "did": "51 2555-9901", "destination": f"schedule:{hours}"}
    tenant.save("inbound_route", route)
    seen = snapshot(tenant)
    assert seen.inbound["5125559901"].destination == Destination("schedule", hours)
    plan = seen.schedules[hours]
    assert (plan.inside, plan.outside) == (Destination("ivr", main), Destination("announcement", shut))
    assert list(plan.holidays.values()) == ["Natal"]
    assert (plan.forced, plan.forced_until) == ("closed", datetime(2026, 12, 24, 18))
    assert [audio.name for audio in seen.announcements[shut].audios] == ["Fechado", "Olá"]
    assert seen.ivrs[main].keys == {"1": Destination("queue", waiting)}
    assert seen.ivrs[main].greeting.name == "Olá"
    held = seen.queue_by_number["500"]
    assert [(member.key, member.station_id) for member in held.members] == [(f"extension:{phone}", phone)]
    assert held.music == f"m{tenant.id}-{music.id}-1"
    assert held.survey == seen.ivrs[survey]


def test_the_form_of_a_new_queue_suggests_to_tell_the_position(tenant):
    with records.opened(tenant.owner, by_key("queue")) as db:
        assert records.blank(db, tenant.owner, by_key("queue")).values["position_every_seconds"] == "60"


def test_agents_ring_at_their_webphone_in_the_order_of_the_board_and_the_inactive_are_left_out(tenant):
    phone = tenant.extension("2001")
    first, second = tenant.user("ana", extension_id=str(phone)), tenant.user("bia")
    gone = tenant.user("caio")
    board = [f"user:{second}", f"user:{gone}", f"user:{first}"]
    record_id = queue(tenant, member_kind="agent", members=board)
    tenant.save("user", {"active": ""}, gone)
    members = snapshot(tenant).queues[record_id].members
    assert [(member.name, member.station_id) for member in members] == [("Bia", None), ("Ana", phone)]
    with records.opened(tenant.owner, by_key("queue")) as db:
        assert records.load(db, tenant.owner, by_key("queue"), record_id).values["members"] == board


def test_an_automatic_cycle_is_refused_with_its_way_and_nothing_is_saved(tenant):
    first = announcement(tenant, "Um")
    second = announcement(tenant, "Dois", f"announcement:{first}")
    told = errors_of(tenant, "announcement", {"destination": f"announcement:{second}"}, first)["destination"]
    assert 'Anúncio "Um" → Anúncio "Dois" → Anúncio "Um"' in told or 'Anúncio "Dois" → Anúncio "Um"' in told
    assert snapshot(tenant).announcements[first].after == Destination("hangup")


def test_a_ura_that_exceeds_into_itself_by_way_of_a_schedule_is_refused(tenant):
    menu = ivr(tenant)
    hours = tenant.save("schedule", {"name": "H", "periods": [OFFICE], "outside": f"ivr:{menu}"}).id
    assert "voltas" in errors_of(tenant, "ivr", {"exceeded": f"schedule:{hours}"}, menu)["exceeded"]


def test_a_queue_that_overflows_into_itself_is_refused(tenant):
    record_id = queue(tenant)
    assert "voltas" in errors_of(tenant, "queue", {"overflow": f"queue:{record_id}"}, record_id)["overflow"]


def test_a_key_may_lead_back_to_its_own_menu_and_does_not_keep_it_from_being_deleted(tenant):
    menu = ivr(tenant)
    tenant.save("ivr", {"keys": [{"key": "9", "destination": f"ivr:{menu}"}]}, menu)
    delete(tenant, "ivr", menu)


def test_what_a_key_leads_to_is_in_use(tenant):
    waiting = queue(tenant)
    ivr(tenant, keys=[{"key": "1", "destination": f"queue:{waiting}"}])
    with pytest.raises(InUse, match="URA Atendimento"):
        delete(tenant, "queue", waiting)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ([], "ao menos uma tecla"),
        ([{"key": "1", "destination": "hangup"}, {"key": "1", "destination": "hangup"}], "duas vezes"),
        ([{"key": "A", "destination": "hangup"}], "Linha 1, Tecla"),
        ([{"key": "1", "destination": ""}], "Linha 1, Destino"),
    ],
)
def test_keys_that_cannot_be_are_refused(tenant, keys, words):
    menu = tenant.audio("Menu")
    values = {"name": "A", "menu_id": menu, "keys": keys, "exceeded": "hangup"}
    assert words in errors_of(tenant, "ivr", values)["keys"]


def test_collecting_digits_needs_no_keys(tenant):
    assert ivr(tenant, "Digite", kind="collect", keys=[])


def test_a_queue_and_an_extension_share_one_number_space(tenant):
    tenant.extension("500", label="Maria")
    assert "Maria" in errors_of(tenant, "queue", {"name": "Suporte", "number": "500"})["number"]
    record_id = queue(tenant, "501")
    values = {"number": "501", "password": "girassol77x", "label": "J"}
    assert "fila 501 (Fila 501)" in errors_of(tenant, "extension", values)["number"]
    delete(tenant, "queue", record_id)
    assert tenant.extension("501")


def test_a_new_queue_is_offered_the_next_free_number(tenant):
    tenant.extension("501")
    queue(tenant, "500")
    with records.opened(tenant.owner, by_key("queue")) as db:
        assert records.blank(db, tenant.owner, by_key("queue")).values["number"] == "502"


def test_a_board_holds_one_kind_of_member(tenant):
    phone, person = tenant.extension("2001"), tenant.user("ana")
    values = {"name": "S", "number": "500", "member_kind": "agent", "members": [f"extension:{phone}"]}
    assert "só tem agentes" in errors_of(tenant, "queue", values)["members"]
    record_id = queue(tenant, members=[f"extension:{phone}"])
    assert "members" in errors_of(tenant, "queue", {"member_kind": "agent"}, record_id)
    tenant.save("queue", {"member_kind": "agent", "members": [f"user:{person}"]}, record_id)


def test_who_stands_on_a_board_is_in_use(tenant):
    phone = tenant.extension("2001")
    queue(tenant, members=[f"extension:{phone}"])
    with pytest.raises(InUse, match=r"Fila Fila 500 \(Membros da fila\)"):
        delete(tenant, "extension", phone)


@pytest.mark.parametrize(
    ("name", "value"),
    [("ring_seconds", "4"), ("ring_seconds", ""), ("max_wait_seconds", "-1"), ("position_every_seconds", "14")],
)
def test_times_beyond_their_bounds_are_refused(tenant, name, value):
    assert errors_of(tenant, "queue", {"name": "S", "number": "500", name: value})[name]


def test_a_menu_to_queues_cannot_also_be_the_survey_and_says_where_it_belongs(tenant):
    menu = tenant.audio("Menu")
    keys = [{"key": "1", "destination": f"queue:{queue(tenant)}"}]
    values = {"name": "Principal", "menu_id": menu, "keys": keys, "exceeded": "hangup"}
    assert (
        "escolha-a em Pesquisa de satisfação, na Fila" in errors_of(tenant, "ivr", {**values, "survey": "on"})["survey"]
    )
    made = tenant.save("ivr", values)
    assert "survey" in errors_of(tenant, "ivr", {"survey": "on"}, made.id)


@pytest.mark.parametrize("destination", ["extension", "ivr", "queue"])
def test_a_survey_whose_keys_lead_to_people_or_menus_is_refused_with_what_to_do(tenant, destination):
    made = {"extension": lambda: tenant.extension("1000"), "ivr": lambda: ivr(tenant), "queue": lambda: queue(tenant)}[
        destination
    ]()
    keys = [{"key": "1", "destination": f"{destination}:{made}"}]
    values = {"name": "Nota", "menu_id": tenant.audio("Nota"), "keys": keys, "exceeded": "hangup", "survey": "on"}
    assert "só se vai a um Anúncio ou a Desligar" in errors_of(tenant, "ivr", values)["survey"]


def test_a_key_that_is_no_grade_or_a_number_to_type_is_no_survey(tenant):
    values = {"name": "Nota", "menu_id": tenant.audio("Nota"), "exceeded": "hangup", "survey": "on"}
    ninth = {**values, "keys": [{"key": "9", "destination": "hangup"}]}
    assert "e não 9" in errors_of(tenant, "ivr", ninth)["survey"]
    assert "pede um número" in errors_of(tenant, "ivr", {**values, "kind": "direct"})["survey"]


def test_a_grade_may_lead_to_an_announcement_or_the_end(tenant):
    thanks = tenant.save(
        "announcement", {"name": "Obrigado", "audios": [str(tenant.audio("O"))], "destination": "hangup"}
    )
    keys = [
        {"key": "1", "destination": f"announcement:{thanks.id}"},
        {"key": "5", "destination": "hangup"},
    ]
    ivr(tenant, "Nota", menu_id=tenant.audio("Nota"), keys=keys, survey="on")


def test_a_survey_that_a_queue_asks_cannot_be_unticked_unnoticed(tenant):
    survey = ivr(tenant, "Nota", menu_id=tenant.audio("Nota"), keys=[], survey="on")
    queue(tenant, survey_id=str(survey))
    keys = [{"key": "1", "destination": "hangup"}]
    assert "faz esta pesquisa" in errors_of(tenant, "ivr", {"survey": "", "keys": keys}, survey)["survey"]


def test_only_a_survey_can_be_asked_after_the_call(tenant):
    plain = ivr(tenant)
    values = {"name": "S", "number": "500", "survey_id": str(plain)}
    assert "não tem Pesquisa" in errors_of(tenant, "queue", values)["survey_id"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"holidays": [{"date": "2026-13-01", "name": "x"}]}, "holidays"),
        ({"holidays": [{"date": "2026-12-25", "name": ""}]}, "holidays"),
        ({"holidays": [{"date": "2026-12-25", "name": "a"}, {"date": "2026-12-25", "name": "b"}]}, "holidays"),
        ({"forced": "talvez"}, "forced"),
        ({"forced_until": "amanhã"}, "forced_until"),
        ({"inside": "extension:999999"}, "inside"),
    ],
)
def test_exceptions_of_a_schedule_that_cannot_be_are_refused(tenant, values, field):
    assert field in errors_of(tenant, "schedule", {"name": "H", "periods": [OFFICE], **values})


def test_a_company_goes_with_all_it_configured(new_tenant):
    gone = new_tenant()
    menu = ivr(gone)
    queue(gone, overflow=f"ivr:{menu}")
    announcement(gone)
    with records.opened(SUPER, by_key("company"), writes=True) as db:
        records.delete(db, SUPER, by_key("company"), gone.id)
    assert not snapshot(gone).ivrs
