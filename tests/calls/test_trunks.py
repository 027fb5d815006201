"""Registration with a carrier's registrar, as the person who configured the trunk sees it."""

from collections.abc import Callable, Iterator

import pytest

from tests.calls.carrier import Registrar
from tests.calls.phone import SIP_PORT
from tests.calls.sip import called, customer
from tests.calls.site import wait_for

PASSWORD = "se:gr@e/do"


@pytest.fixture
def registrar(carrier) -> Iterator[Callable[..., Registrar]]:
    made: list[Registrar] = []

    def make(**more: object) -> Registrar:
        made.append(Registrar(carrier.address, "loja", PASSWORD, port=SIP_PORT, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


def trunk(company, carrier, **more):
    host = f"{carrier.address}:{SIP_PORT}"
    line = f"loja:{PASSWORD}@{host}/5125550000"
    values = {"name": "Operadora", "code": "5125550000", "host": host, "use_auth": "on", "username": "loja"}
    return company.make("trunk", **{**values, "password": PASSWORD, "registration": line, **more})


def stands(site, company, line, state, seconds=15.0):
    """Waits until the trunk's state is that; the state with its reason."""

    def now():
        return site.ask(f"/trunks?company_id={company.id}").get(str(line), {})

    wait_for(lambda: now().get("state") == state, seconds, lambda: f"{now()}\n{site.last_words()}")
    return now()


def test_a_trunk_registers_with_the_password_of_its_registro_whatever_is_in_it(site, company, carrier, registrar):
    far = registrar()
    line = trunk(company, carrier)
    company.in_service()
    assert stands(site, company, line, "registered")["reason"] == "Registrado na operadora."
    assert far.registered and far.challenged == 1 and far.wrong == 0
    assert "<sip:5125550000@" in far.seen[-1].contact


def test_a_refused_registration_says_so_with_the_reason(site, company, carrier, registrar):
    registrar(mode="refuse")
    line = trunk(company, carrier)
    company.in_service()
    assert "403" in stands(site, company, line, "refused")["reason"]


def test_a_wrong_password_is_corrected_and_the_trunk_registers(site, company, carrier, registrar):
    far = registrar()
    line = trunk(company, carrier, registration=f"loja:errada@{carrier.address}:{SIP_PORT}/5125550000")
    company.in_service()
    stands(site, company, line, "refused")
    company.edit("trunk", line, registration=f"loja:{PASSWORD}@{carrier.address}:{SIP_PORT}/5125550000")
    company.in_service()
    stands(site, company, line, "registered")
    assert far.wrong >= 1


def test_deactivating_a_trunk_signs_it_out_and_activating_registers_it_again(site, company, carrier, registrar):
    far = registrar()
    line = trunk(company, carrier)
    company.in_service()
    stands(site, company, line, "registered")
    company.edit("trunk", line, active="")
    company.in_service()
    stands(site, company, line, "off")
    wait_for(lambda: not far.registered, 10)
    company.edit("trunk", line, active="on")
    company.in_service()
    stands(site, company, line, "registered")
    assert far.registered


def test_a_restarted_asterisk_registers_again_by_itself(site, company, carrier, registrar):
    far = registrar()
    line = trunk(company, carrier)
    company.in_service()
    stands(site, company, line, "registered")
    before = len(far.seen)
    site.restart_node()
    site.wait_until_in_sync()
    wait_for(lambda: len(far.seen) > before, 15)
    stands(site, company, line, "registered")


def test_a_call_of_a_registered_trunk_is_known_by_its_line_from_any_address(site, company, phones, carrier, registrar):
    far = registrar()
    (phone,) = phones("2001")
    line = trunk(company, carrier, extra="insecure=port,invite")
    did = "5132290001"
    company.make(
        "inbound_route", name="Rota", description="x", did=did, destination=f"extension:{phone.account.extension_id}"
    )
    company.in_service()
    stands(site, company, line, "registered")
    elsewhere = carrier.also_at_another_address()
    mark = far.seen[-1].contact.partition(";line=")[2].partition(">")[0].partition(";")[0]
    answering = phone.plays(called().rings().answers().is_hung_up_on())
    target = f"sip:{did}@[remote_ip]:[remote_port]"
    asked = customer(did)
    asked.parts = [part.replace(f"{target} SIP", f"{target};line={mark} SIP") for part in asked.parts]
    elsewhere.plays(asked.is_answered().waits(200).hangs_up()).succeeds()
    answering.succeeds()


def test_a_silent_carrier_is_told_apart_from_one_that_refuses(site, company, carrier, registrar):
    registrar(mode="silent")
    line = trunk(company, carrier)
    company.in_service()
    assert "não respondeu" in stands(site, company, line, "unanswered", 60)["reason"]


def test_a_carrier_that_calls_the_trunks_name_is_understood_by_the_number_in_to(site, company, phones, carrier):
    (phone,) = phones("2001")
    did = "5132290002"
    trunk(company, carrier, use_auth="", extra="insecure=port,invite")
    company.make(
        "inbound_route", name="Rota", description="x", did=did, destination=f"extension:{phone.account.extension_id}"
    )
    company.in_service()
    for number, request in enumerate(("5125550000", "loja"), 1):
        answering = phone.plays(called().rings().answers().is_hung_up_on())
        carrier.plays(customer(request, to=f"+55{did}").is_answered().waits(100).hangs_up()).succeeds()
        answering.succeeds()
        assert site.ended_calls(company.id, number)[-1].dialled == did


def test_a_number_without_a_route_is_noted_as_to_says_it(site, company, carrier):
    trunk(company, carrier, use_auth="", extra="insecure=port,invite")
    company.in_service()
    carrier.plays(customer("5125550000", to="5139990002").is_refused_with(404)).succeeds()
    assert site.ended_call(company.id).dialled == "5139990002"


def test_a_registration_over_tcp_reaches_the_registrar(site, company, carrier, registrar):
    far = registrar(transport="tcp")
    line = trunk(company, carrier, registration=f"tcp://loja:{PASSWORD}@{carrier.address}:{SIP_PORT}/5125550000")
    company.in_service()
    stands(site, company, line, "registered")
    assert far.registered


def test_a_trunk_registers_again_when_the_registrar_that_was_silent_is_back(site, company, carrier, registrar):
    far = registrar(mode="silent")
    line = trunk(company, carrier)
    company.in_service()
    stands(site, company, line, "unanswered", 60)
    far.mode = "accept"
    stands(site, company, line, "registered", 60)
    assert far.registered


def test_two_trunks_on_one_carrier_address_are_known_each_by_its_own_registration(site, company, carrier, registrar):
    far = registrar()
    first = trunk(company, carrier)
    second = trunk(
        company,
        carrier,
        name="Operadora, linha 2",
        code="5125550001",
        registration=f"loja:{PASSWORD}@{carrier.address}:{SIP_PORT}/5125550001",
    )
    company.in_service()
    for line in (first, second):
        stands(site, company, line, "registered")
    assert {contact.contact.partition("@")[0] for contact in far.seen} == {"<sip:5125550000", "<sip:5125550001"}


def test_a_carrier_with_a_name_is_resolved_by_the_engine_and_a_name_that_is_nowhere_is_told(site, company, carrier):
    line = trunk(company, carrier, use_auth="", host="localhost")
    nowhere = trunk(company, carrier, use_auth="", name="Errada", code="2", host="operadora.invalid")
    company.in_service()
    assert "127.0.0.1" in stands(site, company, line, "by_address")["reason"]
    assert "operadora.invalid" in stands(site, company, nowhere, "unresolved", 30)["reason"]


def test_of_two_trunks_by_address_on_one_carrier_either_brings_the_companys_calls(site, company, phones, carrier):
    (phone,) = phones("2001")
    did = "5132290003"
    lines = [
        trunk(company, carrier, use_auth="", name=f"Operadora {code}", code=code, extra="insecure=port,invite")
        for code in ("1", "2")
    ]
    company.make(
        "inbound_route", name="Rota", description="x", did=did, destination=f"extension:{phone.account.extension_id}"
    )
    for number, off in enumerate((None, *lines), 1):
        for line in lines:
            company.edit("trunk", line, active="" if line == off else "on")
        company.in_service()
        answering = phone.plays(called().rings().answers().is_hung_up_on())
        carrier.plays(customer(did).is_answered().waits(100).hangs_up()).succeeds()
        answering.succeeds()
        assert site.ended_calls(company.id, number)[-1].dialled == did
