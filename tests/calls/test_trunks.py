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
