"""Where a row is used: one table of links behind every kind of reference, and what refuses a delete."""

import pytest
from sqlmodel import select

from flow.catalog.entity import Ui
from flow.catalog.inbound_route import InboundRoute
from flow.catalog.link import Link
from flow.catalog.registry import by_key
from flow.db import company_session
from flow.errors import InUse, ValidationFailed
from flow.services import records, wire
from flow.services.offers import PER_KIND, offers


def uses(tenant, key, record_id):
    with records.opened(tenant.owner, by_key(key)) as db:
        return [(use.entity_title, use.title) for use in records.uses(db, tenant.owner, by_key(key), record_id)]


def delete(tenant, key, record_id):
    with records.opened(tenant.owner, by_key(key), writes=True) as db:
        return records.delete(db, tenant.owner, by_key(key), record_id)


def route(tenant, did, destination, name="Central"):
    values = {"name": name, "description": "Do site", "did": did, "destination": destination}
    return tenant.save("inbound_route", values).id


def errors_of(tenant, values):
    with pytest.raises(ValidationFailed) as caught:
        tenant.save("inbound_route", {"name": "R", "description": "d", "did": "5125550001", **values})
    return caught.value.errors


def links_of(tenant):
    with company_session(tenant.id) as db:
        return {(link.owner_key, link.place, link.target_key, link.target_id) for link in db.exec(select(Link))}


def test_a_reference_a_list_of_them_and_a_destination_are_all_uses(tenant):
    extension = tenant.extension("2024")
    person = tenant.user("marina", extension_id=str(extension))
    tenant.save("team", {"name": "Suporte", "supervisors": [str(person)]})
    route(tenant, "5125550101", f"extension:{extension}")
    assert uses(tenant, "extension", extension) == [
        ("Rota de Entrada", "Central (Tipo de destino)"),
        ("Usuário", "Marina (Webphone)"),
    ]
    assert uses(tenant, "user", person) == [("Equipe", "Suporte (Supervisor)")]


def test_what_a_destination_leads_to_cannot_be_deleted_until_it_lets_go(tenant):
    first, second = tenant.extension("2024"), tenant.extension("2025")
    record_id = route(tenant, "5125550102", f"extension:{first}")
    with pytest.raises(InUse) as caught:
        delete(tenant, "extension", first)
    assert "Rota de Entrada Central (Tipo de destino)" in caught.value.text
    tenant.save("inbound_route", {"destination": f"extension:{second}"}, record_id)
    delete(tenant, "extension", first)
    delete(tenant, "inbound_route", record_id)
    delete(tenant, "extension", second)


def test_links_are_those_of_the_last_save_and_go_with_their_owner(tenant):
    first, second = tenant.extension("2024"), tenant.extension("2025")
    record_id = route(tenant, "5125550103", f"extension:{first}")
    tenant.save("inbound_route", {"destination": f"extension:{second}"}, record_id)
    here = {link for link in links_of(tenant) if link[0] == "inbound_route"}
    assert here == {("inbound_route", "destination", "extension", second)}
    tenant.save("inbound_route", {"destination": "hangup"}, record_id)
    assert not {link for link in links_of(tenant) if link[0] == "inbound_route"}
    delete(tenant, "inbound_route", record_id)


def test_a_refused_save_changes_no_link(tenant):
    first = tenant.extension("2024")
    record_id = route(tenant, "5125550104", f"extension:{first}")
    before = links_of(tenant)
    with pytest.raises(ValidationFailed):
        tenant.save("inbound_route", {"destination": "hangup", "did": "1"}, record_id)
    assert links_of(tenant) == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "extension",
        "extension:",
        "extension:0",
        "extension:x",
        "extension:9999999999",
        "user:1",
        "external:1",
        "fila:1",
        "hangup:1",
        "{}",
    ],
)
def test_a_destination_that_cannot_be_is_refused_beside_its_field(tenant, text):
    assert "Tipo de destino" in errors_of(tenant, {"destination": text})["destination"]


def test_a_destination_of_another_company_does_not_exist(new_tenant):
    ours, theirs = new_tenant(), new_tenant()
    foreign = theirs.extension("2024")
    assert "não existe" in errors_of(ours, {"destination": f"extension:{foreign}"})["destination"]


def test_a_destination_reads_as_kind_and_name(tenant):
    record_id = route(tenant, "5125550105", f"extension:{tenant.extension('2024', label='Maria')}")
    other = route(tenant, "5125550106", "hangup", "Fora")
    with records.opened(tenant.owner, by_key("inbound_route")) as db:
        rows = records.list_rows(db, tenant.owner, by_key("inbound_route")).rows
    assert {row["id"]: row["destination"] for row in rows} == {
        str(record_id): "Ramal 2024 · Maria",
        str(other): "Desligar",
    }


def offered(tenant, actor=None, search=""):
    entity = by_key("inbound_route")
    with records.opened(tenant.owner, entity) as db:
        return offers(db, actor or tenant.owner, entity, entity.field("destination"), search, 30)


def test_the_picker_offers_only_kinds_that_the_person_may_see(tenant):
    tenant.extension("2024", label="Maria")
    assert "2024 · Maria" in [offer.label for offer in offered(tenant)]
    nobody = tenant.as_person(1, "Gestor", frozenset({"inbound_route.edit"}))
    assert [offer.value for offer in offered(tenant, nobody)] == ["hangup"]


def test_the_picker_shows_the_way_to_a_new_row_to_who_may_create_one(tenant):
    chief = tenant.as_person(1, "Supervisor")
    assert "Criar ramal…" in [offer.label for offer in offered(tenant)]
    assert "Criar ramal…" not in [offer.label for offer in offered(tenant, chief)]


@pytest.mark.parametrize(("search", "found"), [("ramal", 2), ("ramal maria", 1), ("joao", 1), ("ramal xyz", 0)])
def test_the_name_of_a_kind_and_of_a_row_both_find(tenant, search, found):
    tenant.extension("2024", label="Maria")
    tenant.extension("2025", label="João")
    assert len([offer for offer in offered(tenant, search=search) if offer.value.startswith("extension:")]) == found


def test_very_many_rows_do_not_travel_with_the_form_and_are_found_by_typing(tenant):
    for number in range(2000, 2000 + PER_KIND + 5):
        tenant.extension(str(number))
    entity = by_key("inbound_route")
    with records.opened(tenant.owner, entity) as db:
        first = offers(db, tenant.owner, entity, entity.field("destination"), "", 201)
        found = offers(db, tenant.owner, entity, entity.field("destination"), str(2000 + PER_KIND + 4), 201)
    assert len([offer for offer in first if offer.value.startswith("extension:")]) == PER_KIND
    assert len([offer for offer in found if offer.value.startswith("extension:")]) == 1


def accept_all(_spec, record_id):
    return record_id < 100


ROWS = Ui(
    "Regras",
    "rows",
    rows=(Ui("Ramal", "ref", ref="extension", name="to"), Ui("Destino", "destination", required=True, name="then")),
    name="rules",
)


def test_rows_hold_references_and_destinations_and_their_links_count():
    value = wire.parse(ROWS, [{"to": "7", "then": "schedule:3"}, {"then": "hangup"}], accept_all, frozenset())
    assert value == [{"to": 7, "then": "schedule:3"}, {"to": None, "then": "hangup"}]
    assert set(wire.targets(ROWS, value)) == {("extension", 7), ("schedule", 3)}
    read = wire.read(ROWS, value, {"extension:7": "2024", "schedule:3": "Comercial"})
    assert read == "Ramal: 2024 · Destino: Condição de Horário Comercial; Destino: Desligar"


@pytest.mark.parametrize("row", [{"to": "700", "then": "hangup"}, {"to": "7"}, {"then": "schedule:300"}])
def test_a_row_that_leads_nowhere_is_refused_by_line(row):
    with pytest.raises(wire.Invalid, match=r"^Linha 1, "):
        wire.parse(ROWS, [row], accept_all, frozenset())


ORDERED = Ui("Áudios", "ordered", ref="extension", required=True, name="audios")
BOARD = Ui("Membros", "board", kinds=("extension", "user"), name="members")


@pytest.mark.parametrize("raw", [["3", "1", "2", "1"], "[3, 1, 2, 1]", [3, 1, 2]])
def test_an_ordered_list_keeps_its_order_and_each_once(raw):
    assert wire.parse(ORDERED, raw, accept_all, frozenset()) == [3, 1, 2]


@pytest.mark.parametrize("raw", [[], "", "[]", "[", "[{}]", ["300"], [None], {"a": 1}, [["1"]]])
def test_an_ordered_list_that_cannot_be_is_refused(raw):
    with pytest.raises(wire.Invalid):
        wire.parse(ORDERED, raw, accept_all, frozenset())


def test_a_board_keeps_kind_and_order():
    value = wire.parse(BOARD, ["user:3", "extension:7"], accept_all, frozenset())
    assert value == ["user:3", "extension:7"]
    assert list(wire.targets(BOARD, value)) == [("user", 3), ("extension", 7)]
    with pytest.raises(wire.Invalid):
        wire.parse(BOARD, ["team:3"], accept_all, frozenset())


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("5125554444", "5125554444"),
        ("05125554444", "5125554444"),
        ("+555125554444", "5125554444"),
        ("555125554444", "5125554444"),
        ("(51) 2555-4444", "5125554444"),
        ("(55) 3222-4444", "5532224444"),
        ("0800 123 4567", "08001234567"),
    ],
)
def test_a_did_is_the_same_number_however_it_is_written(tenant, written, stored):
    record_id = route(tenant, written, "hangup")
    with company_session(tenant.id) as db:
        assert db.get(InboundRoute, record_id).did == stored
    delete(tenant, "inbound_route", record_id)


@pytest.mark.parametrize("text", ["123", "2555-4444", "2025554444", "abc", "551255"])
def test_a_did_without_a_ddd_that_exists_is_refused(tenant, text):
    assert "DDD" in errors_of(tenant, {"did": text, "destination": "hangup"})["did"]


def test_a_did_is_of_one_company_and_the_other_is_not_told_whose(new_tenant):
    ours, theirs = new_tenant(), new_tenant()
    route(ours, "5125550107", "hangup")
    assert "Central" in errors_of(ours, {"did": "05125550107", "destination": "hangup"})["did"]
    told = errors_of(theirs, {"did": "05125550107", "destination": "hangup"})["did"]
    assert "não está disponível" in told
    assert "Central" not in told
    assert "empresa" not in told.lower()
