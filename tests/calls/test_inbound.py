"""A carrier's call comes in by a trunk and reaches what its DID's route says."""

from itertools import count

from flow.catalog.call import CallResult
from tests.calls.phone import SIP_PORT
from tests.calls.sip import called, customer
from tests.calls.site import wait_for

_dids = count(5132220000)
TRUSTED = "insecure=port,invite qualify=no"
"""So that no OPTIONS of the node stands between a telephone and the sign it waits for."""


def a_did() -> str:
    return str(next(_dids))


def trunk(company, carrier, **more):
    values = {
        "name": "Operadora",
        "code": "linha",
        "host": f"{carrier.address}:{SIP_PORT}",
        "extra": "insecure=port,invite",
    }
    return company.make("trunk", **{**values, **more})


def route(company, did, destination, **more):
    values = {"name": f"Rota {did}", "description": "Número principal", "did": did, "destination": destination}
    return company.make("inbound_route", **{**values, **more})


def leads_to(company, carrier, phone) -> str:
    """A DID of the company's, by a trunk of its own, in service."""
    did = a_did()
    trunk(company, carrier)
    route(company, did, f"extension:{phone.account.extension_id}")
    company.in_service()
    return did


def talks(site, company, carrier, phone, dialled):
    answering = phone.plays(called().rings().waits(300).answers().is_hung_up_on())
    carrier.plays(customer(dialled).is_answered().waits(600).hangs_up()).succeeds()
    answering.succeeds()
    return site.ended_call(company.id)


def test_a_customers_call_reaches_the_extension_of_its_did(site, company, phones, carrier):
    (phone,) = phones("2001")
    did = a_did()
    trunk_id = trunk(company, carrier)
    route(company, did, f"extension:{phone.account.extension_id}")
    company.in_service()
    call = talks(site, company, carrier, phone, did)
    assert (call.result, call.direction, call.dialled) == (CallResult.ANSWERED, "inbound", did)
    assert (call.caller_number, call.callee_number, call.ended_by) == ("51988887777", "2001", "caller")
    assert f'rota "Rota {did}"' in " ".join(step.text for step in site.steps(call))
    first = site.steps(call)[0]
    assert first.text == f'(51) 98888-7777 ligou para (51) {did[2:6]}-{did[6:]} pelo tronco "Operadora".'
    assert first.detail["trunk"] == trunk_id


def test_the_number_may_come_with_country_code_or_trunk_zero(site, company, phones, carrier):
    (phone,) = phones("2001")
    did = leads_to(company, carrier, phone)
    for number, written in enumerate((f"+55{did}", f"55{did}", f"0{did}"), 1):
        answering = phone.plays(called().rings().answers().is_hung_up_on())
        carrier.plays(customer(written).is_answered().waits(100).hangs_up()).succeeds()
        answering.succeeds()
        assert site.ended_calls(company.id, number)[-1].dialled == did


def test_a_did_without_a_route_is_refused_at_once_and_told(site, company, carrier):
    trunk(company, carrier)
    company.in_service()
    carrier.plays(customer("5139990000").is_refused_with(404)).succeeds()
    call = site.ended_call(company.id)
    assert call.result == CallResult.UNKNOWN_NUMBER
    assert "não tem rota de entrada" in site.steps(call)[-1].text


def test_a_call_from_an_address_that_is_no_trunks_is_nobodys(site, company, phones, carrier):
    (phone,) = phones("2001")
    did = a_did()
    route(company, did, f"extension:{phone.account.extension_id}")
    company.in_service()
    carrier.plays(customer(did).is_refused_with(401)).succeeds()
    assert site.calls(company.id) == []


def test_companies_on_one_carrier_are_told_apart_by_the_number(site, company, phones, carrier):
    other = site.company()
    mine, theirs = a_did(), a_did()
    (phone,) = phones("2001")
    (their_phone,) = phones("2001", of=other)
    for owner, did, target in ((company, mine, phone), (other, theirs, their_phone)):
        trunk(owner, carrier)
        route(owner, did, f"extension:{target.account.extension_id}")
        owner.in_service()
    for owner, did, target in ((company, mine, phone), (other, theirs, their_phone)):
        assert talks(site, owner, carrier, target, did).company_id == owner.id


def test_the_did_of_a_company_without_a_trunk_to_that_carrier_is_not_reached_through_anothers(
    site, company, phones, carrier
):
    other = site.company()
    (phone,) = phones("2001", of=other)
    did = a_did()
    route(other, did, f"extension:{phone.account.extension_id}")
    trunk(company, carrier)
    company.in_service()
    other.in_service()
    carrier.plays(customer(did).is_refused_with(404)).succeeds()
    assert site.calls(other.id) == []


def test_another_companys_trunk_to_the_same_carrier_keeps_none_of_the_calls(site, company, phones, carrier):
    """Neither one that is full, nor one that takes no codec of theirs, nor one that asks for a password."""
    lines = [
        trunk(company, carrier, name="Cheio", code="1", max_calls="1", extra=TRUSTED),
        trunk(company, carrier, name="Só G.722", code="2", extra=f"{TRUSTED} disallow=all allow=g722"),
        trunk(
            company, carrier, name="Com senha", code="3", extra="qualify=no", use_auth="on", username="loja",
            password="girassol",
            registration=f"loja:girassol@{carrier.address}:9/3",
        ),
    ]  # fmt: skip
    company.in_service()
    other = site.company()
    first, second = phones("2001", "2002", of=other)
    dids = [a_did(), a_did()]
    trunk(other, carrier, extra=TRUSTED)
    for did, phone in zip(dids, (first, second), strict=True):
        route(other, did, f"extension:{phone.account.extension_id}")
    other.in_service()
    for number, left in enumerate(([], lines[1:], lines[2:]), 1):
        for line in lines:
            company.edit("trunk", line, active="on" if line in left or number == 1 else "")
        company.in_service()
        answering = [phone.plays(called().rings().answers().is_hung_up_on()) for phone in (first, second)]
        callers = [
            carrier.plays(customer(did).is_answered().waits_for_a_sign().hangs_up(), port=SIP_PORT + place)
            for place, did in enumerate(dids)
        ]
        for run in callers:
            run.sees("ACK sip:")
        for run in callers:
            run.sign()
            run.succeeds()
        for run in answering:
            run.succeeds()
        assert {call.result for call in site.ended_calls(other.id, 2 * number)} == {CallResult.ANSWERED}
    assert site.calls(company.id) == []


def test_a_number_without_ddd_is_completed_with_that_of_whose_it_is(site, company, phones, carrier):
    trunk(company, carrier)
    company.in_service()
    other = site.company(ddd="11")
    (phone,) = phones("2001", of=other)
    did = a_did()
    trunk(other, carrier)
    route(other, f"11{did[2:]}", f"extension:{phone.account.extension_id}")
    other.in_service()
    assert talks(site, other, carrier, phone, did[2:]).dialled == f"11{did[2:]}"


def test_a_carrier_is_not_told_who_answers_nor_whom_a_transfer_tried(site, company, phones, carrier):
    agent, absent = phones("2001", "2002")
    did = leads_to(company, carrier, agent)
    target = f"sip:2002@127.0.0.1:{site.settings.sip_port}"
    refusing = absent.plays(called().rings().answers_with("486 Busy Here"))
    answering = agent.plays(called().rings().answers().waits(200).sends_on(target).is_told_the_end().is_hung_up_on())
    calling = carrier.plays(customer(did).is_answered().waits(3000).hangs_up())
    for run in (calling, refusing, answering):
        run.succeeds()
    assert "transfer-failed" in site.kinds(site.ended_calls(company.id, 2)[0])
    assert not calling.saw("Pessoa|P-Asserted-Identity|sip:200[12]@")


def test_a_carrier_transfers_nobody(site, company, phones, carrier):
    agent, other = phones("2001", "2002")
    did = leads_to(company, carrier, agent)
    waiting = other.plays(called().rings())
    answering = agent.plays(called().rings().answers().is_hung_up_on())
    asking = customer(did).is_answered().waits(200).refers_to(f"sip:2002@127.0.0.1:{site.settings.sip_port}")
    asking.parts[-1] = asking.parts[-1].replace('response="202"', 'response="603"')
    carrier.plays(asking.waits(1000).hangs_up()).succeeds()
    answering.succeeds()
    assert not waiting.saw("INVITE")
    waiting.dies()
    assert site.ended_call(company.id).callee_number == "2001"


def test_a_trunk_carries_no_more_calls_than_it_is_allowed(site, company, phones, carrier):
    (phone,) = phones("2001")
    did = a_did()
    trunk(company, carrier, max_calls="1")
    route(company, did, f"extension:{phone.account.extension_id}")
    company.in_service()
    answering = phone.plays(called().rings().answers().is_hung_up_on())
    first = carrier.plays(customer(did).is_answered().waits_for_a_sign().hangs_up())
    answering.sees("ACK")
    second = carrier.plays(customer(did).is_refused_with(486), port=SIP_PORT + 1)
    second.succeeds()
    first.sign()
    first.succeeds()
    answering.succeeds()
    assert [call.result for call in site.ended_calls(company.id, 2)] == [CallResult.ANSWERED, CallResult.BUSY]


def test_a_deactivated_trunk_brings_no_calls(site, company, phones, carrier):
    (phone,) = phones("2001")
    did = a_did()
    line = trunk(company, carrier)
    route(company, did, f"extension:{phone.account.extension_id}")
    company.edit("trunk", line, active="")
    company.in_service()
    carrier.plays(customer(did).is_refused_with(401)).succeeds()


def test_a_route_is_changed_while_calls_run_and_the_next_call_goes_the_new_way(site, company, phones, carrier):
    first, second = phones("2001", "2002")
    did = a_did()
    trunk(company, carrier)
    row = route(company, did, f"extension:{first.account.extension_id}")
    company.in_service()
    assert talks(site, company, carrier, first, did).callee_number == "2001"
    company.edit("inbound_route", row, destination=f"extension:{second.account.extension_id}")
    company.in_service()
    answering = second.plays(called().rings().answers().is_hung_up_on())
    carrier.plays(customer(did).is_answered().waits(100).hangs_up()).succeeds()
    answering.succeeds()
    assert site.ended_calls(company.id, 2)[-1].callee_number == "2002"


def test_a_customer_who_gives_up_while_it_rings_leaves_nothing_behind(site, company, phones, carrier):
    (phone,) = phones("2001")
    did = leads_to(company, carrier, phone)
    ringing = phone.plays(called().rings().is_cancelled())
    giving_up = carrier.plays(customer(did).hears_ringing().waits(300).gives_up())
    giving_up.succeeds()
    ringing.succeeds()
    assert site.ended_call(company.id).result == CallResult.CANCELLED
    wait_for(lambda: site.status()["nodes"][0]["calls"] == 0, 5)
