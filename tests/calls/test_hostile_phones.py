"""Telephones that are signed in and mean harm, to their own company or to another."""

from flow.engine.switchboard import MOST_CALLS
from tests.calls.phone import SIP_PORT
from tests.calls.sip import Scenario, called, caller, registration

_CONTACT = "Contact: <sip:[user]@[local_ip]:[local_port]>"


def registration_naming(endpoint: str) -> Scenario:
    """The contact carries what a list of things to dial would look like."""
    scenario = registration()
    scenario.parts = [
        part.replace(_CONTACT, f"Contact: <sip:[user]@[local_ip]:[local_port];x=y&PJSIP/{endpoint}>")
        for part in scenario.parts
    ]
    return scenario


def test_what_is_not_text_ends_at_the_node(site, company, phones):
    """Asterisk could tell ARI neither of such a call nor, while it lives, of any other."""
    (ana,) = phones("1000")
    ana.plays(caller("1%FF%FE").is_refused_with(404)).succeeds(10)
    ana.plays(caller("1000").is_refused_with(404), call_id="\udcff-%u").succeeds(10)
    assert site.calls(company.id) == []
    site.restart_engine()


def test_a_contact_rings_no_telephone_of_another_company(site, company, phones):
    (foreign,) = phones("1001", of=site.company())
    ana, bia = phones("1000", "1001")
    bia.plays(registration_naming(foreign.account.user)).succeeds(10)
    also = bia.also_at_another_address()
    also.registers()
    waiting = foreign.plays(called().rings())
    answering = [phone.plays(called().rings().answers().is_hung_up_on()) for phone in (bia, also)]
    ana.plays(caller("1001").is_answered().waits(500).hangs_up()).succeeds()
    site.ended_call(company.id)
    assert any(run.saw("INVITE") for run in answering)
    assert not waiting.saw("INVITE")
    waiting.dies()


def test_a_name_that_a_telephone_gives_itself_is_shown_to_nobody(phones):
    ana, bia = phones("1000", "1001")
    own = "From: <sip:[user]@[remote_ip]:[remote_port]>"
    as_director = caller("1001").is_answered().waits(300).hangs_up()
    as_director.parts = [
        part.replace(own, 'From: "Diretor" <sip:[user]@[remote_ip]:[remote_port]>') for part in as_director.parts
    ]
    forged = 'P-Asserted-Identity: "Diretor" <sip:1009@127.0.0.1>\nRemote-Party-ID: "Diretor" <sip:1009@127.0.0.1>\n'
    as_boss = called().rings().answers().is_hung_up_on()
    for scenario in (as_director, as_boss):
        scenario.parts = [part.replace("\nContact: ", f"\n{forged}Contact: ") for part in scenario.parts]
    answering = bia.plays(as_boss)
    run = ana.plays(as_director)
    run.succeeds()
    answering.succeeds()
    assert run.shown == ["1001"]
    assert answering.shown == ["1000"]
    assert answering.saw(r'From: "Pessoa 1000" <sip:1000@')


def test_one_telephone_cannot_take_the_whole_node(site, company, phones):
    (ana,) = phones("1000")
    first = SIP_PORT + 1
    talking = [ana.plays(caller("9999").hears_an_announcement(), port=first + n) for n in range(MOST_CALLS)]
    for call in talking:
        call.sees("183")
    ana.plays(caller("9999").is_refused_with(486)).succeeds(10)
    assert len(site.calls(company.id)) == MOST_CALLS
