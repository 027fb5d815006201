"""A customer's way through schedules, announcements and URAs, as a carrier's line hears it."""

import json
from itertools import count

import pytest

from flow.catalog.call import CallResult
from tests.calls.phone import SIP_PORT
from tests.calls.sip import called, customer
from tests.calls.site import wait_for
from tests.calls.sound import Ear
from tests.calls.test_sounds import hears_from_the_start, samples_of
from tests.unit.conftest import kept_sound

_dids = count(5132230000)


@pytest.fixture
def line(company, carrier):
    """Brings calls to a DID that leads to a destination; the DID."""
    company.make("trunk", name="Operadora", code="linha", host=f"{carrier.address}:{SIP_PORT}", extra="insecure=invite")

    def leads_to(destination: str) -> str:
        did = str(next(_dids))
        company.make("inbound_route", name=f"Rota {did}", description="x", did=did, destination=destination)
        company.in_service()
        return did

    return leads_to


def audio(company, seconds=0.4, name=""):
    digest = kept_sound(company.id, seconds)
    return company.make("audio", name=name or f"Som {digest[:8]}", current=digest), digest


def ura(company, *keys, **more):
    """`keys`: ("1", destination) …"""
    menu, _ = audio(company, 0.4)
    rows = json.dumps([{"key": key, "destination": to} for key, to in keys])
    values = {"name": "Atendimento", "kind": "menu", "menu_id": str(menu), "keys": rows, "exceeded": "hangup"}
    return company.make("ivr", **{**values, "attempts": "2", "timeout_seconds": "1", **more})


ALWAYS = {"weekdays": [], "month_days": [], "months": [], "start": "00:00", "end": "00:00", "all_day": True}


def in_menu(site, company):
    return any(call["state"] == "menu" for call in site.ask(f"/calls?company_id={company.id}"))


def test_a_key_leads_the_customer_to_the_extension(site, company, phones, carrier, line):
    (phone,) = phones("2001")
    did = line(f"ivr:{ura(company, ('1', f'extension:{phone.account.extension_id}'))}")
    answering = phone.plays(called().rings().waits(200).answers().is_hung_up_on())
    carrier.plays(customer(did, keys=True).is_answered().waits(900).presses("1").waits(2500).hangs_up()).succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.callee_number, call.ended_by) == (CallResult.ANSWERED, "2001", "caller"), site.told(call)
    assert "tecla 1" in site.told(call)


def test_a_key_during_the_menu_stops_it_and_counts(site, company, phones, carrier, line):
    (phone,) = phones("2001")
    long, _ = audio(company, 20)
    did = line(f"ivr:{ura(company, ('1', f'extension:{phone.account.extension_id}'), menu_id=str(long))}")
    answering = phone.plays(called().rings().answers().is_hung_up_on())
    carrier.plays(customer(did, keys=True).is_answered().waits(500).presses("1").waits(1500).hangs_up()).succeeds()
    answering.succeeds()


def test_greeting_once_menu_each_round_and_the_exceeded_destination_at_the_end(site, company, carrier, line):
    greeting, _ = audio(company, 0.3)
    bye, _ = audio(company, 0.3)
    menu = ura(company, ("1", "hangup"), greeting_id=str(greeting), exceeded_id=str(bye), timeout_seconds="3")
    did = line(f"ivr:{menu}")
    carrier.plays(customer(did, keys=True).is_answered().waits(900).presses("7").is_hung_up_on()).succeeds()
    call = site.ended_call(company.id)
    assert call.result == CallResult.SERVED, site.told(call)
    words = site.told(call)
    assert "tecla 7 não é uma opção, tentativa 1 de 2" in words
    assert "nenhuma tecla em 3 s, tentativa 2 de 2" in words
    assert "tentativas esgotadas (1 inválida e 1 sem tecla)" in words


def test_a_customer_who_hangs_up_in_the_menu_has_abandoned(site, company, carrier, line):
    long, _ = audio(company, 20)
    did = line(f"ivr:{ura(company, ('1', 'hangup'), menu_id=str(long))}")
    carrier.plays(customer(did).is_answered().waits(400).hangs_up()).succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by) == (CallResult.ABANDONED, "caller")
    wait_for(lambda: site.status()["nodes"][0]["calls"] == 0, 5)


def test_digits_collected_until_the_hash_reach_an_internal_number(site, company, phones, carrier, line):
    (phone,) = phones("2001")
    did = line(f"ivr:{ura(company, kind='collect', timeout_seconds='4')}")
    answering = phone.plays(called().rings().answers().is_hung_up_on())
    asked = customer(did, keys=True).is_answered().waits(700).presses("2001#").waits(1500).hangs_up()
    carrier.plays(asked).succeeds()
    answering.succeeds()
    assert site.ended_call(company.id).callee_number == "2001"


def test_an_announcement_is_heard_from_its_start_and_then_its_destination_follows(site, company, phones, carrier, line):
    (phone,) = phones("2001")
    first, digest = audio(company, 0.8)
    second, _ = audio(company, 0.4)
    after = f"extension:{phone.account.extension_id}"
    notice = company.make("announcement", name="Aviso", audios=[str(first), str(second)], destination=after)
    did = line(f"announcement:{notice}")
    with Ear(carrier.address) as ear:
        answering = phone.plays(called().rings().answers().is_hung_up_on())
        calling = carrier.plays(customer(did).is_answered().waits(3500).hangs_up(), rtp_port=ear.port)
        hears_from_the_start(ear, samples_of(company, digest), 0.7)
        calling.succeeds()
        answering.succeeds()
    assert site.ended_call(company.id).result == CallResult.ANSWERED


def test_who_hangs_up_during_an_announcement_leaves_a_call_that_says_so(site, company, carrier, line):
    row, _ = audio(company, 5)
    notice = company.make("announcement", name="Aviso", audios=[str(row)], destination="hangup")
    did = line(f"announcement:{notice}")
    carrier.plays(customer(did).is_answered().waits(300).hangs_up()).succeeds()
    call = site.ended_call(company.id)
    assert 'Anúncio "Aviso": toca' in site.told(call) and "a chamada terminou antes do fim" in site.told(call)


def test_outside_the_period_the_customer_hears_the_announcement_and_inside_the_extension_rings(
    site, company, phones, carrier, line
):
    (phone,) = phones("2001")
    closed, digest = audio(company, 0.6)
    notice = company.make("announcement", name="Fechado", audios=[str(closed)], destination="hangup")
    hours = company.make(
        "schedule",
        name="Comercial",
        periods=json.dumps([ALWAYS]),
        inside=f"extension:{phone.account.extension_id}",
        outside=f"announcement:{notice}",
    )
    did = line(f"schedule:{hours}")
    answering = phone.plays(called().rings().answers().is_hung_up_on())
    carrier.plays(customer(did).is_answered().waits(200).hangs_up()).succeeds()
    answering.succeeds()
    assert "dentro do período" in site.told(site.ended_call(company.id))
    company.edit("schedule", hours, forced="closed")
    company.in_service()
    with Ear(carrier.address) as ear:
        calling = carrier.plays(customer(did).is_answered().is_hung_up_on(), rtp_port=ear.port)
        hears_from_the_start(ear, samples_of(company, digest), 0.5)
        calling.succeeds()
    last = site.ended_calls(company.id, 2)[-1]
    assert last.result == CallResult.SERVED, site.told(last)


def test_a_replaced_audio_is_heard_by_the_next_caller(site, company, carrier, line):
    row, _ = audio(company, 0.5)
    notice = company.make("announcement", name="Aviso", audios=[str(row)], destination="hangup")
    did = line(f"announcement:{notice}")
    new = kept_sound(company.id, 0.5)
    company.edit("audio", row, current=new)
    company.in_service()
    with Ear(carrier.address) as ear:
        calling = carrier.plays(customer(did).is_answered().is_hung_up_on(), rtp_port=ear.port)
        hears_from_the_start(ear, samples_of(company, new), 0.4)
        calling.succeeds()


@pytest.mark.parametrize("written", [False, True], ids=["before its record is written", "after"])
def test_a_killed_engine_finds_the_customer_in_the_menu_again(site, company, phones, carrier, line, written):
    (phone,) = phones("2001")
    long, _ = audio(company, 6)
    did = line(f"ivr:{ura(company, ('1', f'extension:{phone.account.extension_id}'), menu_id=str(long))}")
    calling = carrier.plays(
        customer(did, keys=True).is_answered().waits_for_a_sign().presses("1").waits(2500).hangs_up()
    )
    calling.sees("ACK")
    wait_for(lambda: in_menu(site, company), 5)
    if written:
        wait_for(lambda: site.calls(company.id) != [], 5)
    site.restart_engine()
    wait_for(lambda: in_menu(site, company), 10)
    answering = phone.plays(called().rings().answers().is_hung_up_on())
    calling.sign()
    calling.succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.direction) == (CallResult.ANSWERED, "inbound"), site.told(call)
