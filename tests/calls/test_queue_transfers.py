"""Callers of a queue are sent on, sent in, and joined with others; the agent is free again."""

from flow.catalog.call import CallResult
from tests.calls.phone import SIP_PORT
from tests.calls.sip import called, caller, customer
from tests.calls.test_transfers import other_call
from tests.calls.waiting_line import nothing_is_left, segments


def test_an_agent_sends_the_caller_on_and_is_free_again(site, company, phones, queue):
    ana, bia, caio = phones("1000", "1001", "1002")
    line = queue(bia)
    line.becomes("available")
    target = f"sip:1002@127.0.0.1:{site.settings.sip_port}"
    third = caio.plays(called().rings().answers().waits_for_a_sign().puts_down())
    answering = bia.plays(called().answers().waits(300).sends_on(target).is_told_the_end().is_hung_up_on())
    run = ana.plays(caller(line.number).is_answered().is_told_anew().is_hung_up_on())
    answering.succeeds()
    line.becomes("available")
    third.sign()
    third.succeeds()
    run.succeeds()
    first, onward = site.ended_calls(company.id, 2)
    assert (first.result, first.ended_by, segments(first)) == (CallResult.ANSWERED, "callee", [("1001", "answered")])
    assert (onward.caller_number, onward.callee_number, onward.result) == ("1000", "1002", CallResult.ANSWERED)
    nothing_is_left(site, company)


def test_an_agent_joins_the_caller_with_another_extension_and_is_free_again(site, company, phones, queue):
    ana, bia, caio = phones("1000", "1001", "1002")
    line = queue(bia)
    line.becomes("available")
    third = caio.plays(called().answers().is_told_anew().waits_for_a_sign().puts_down())
    answering = bia.plays(called().answers().waits_for_a_target().sends_on().is_told_the_end().is_hung_up_on())
    run = ana.plays(caller(line.number).is_answered().is_told_anew().is_hung_up_on())
    line.becomes("on_call")
    asking = bia.plays(caller("1002").is_answered().is_hung_up_on(), port=SIP_PORT + 1)
    asking.sees(r"SIP/2.0 200 OK[\s\S]*ACK sip:")
    answering.sign(other_call(site, asking, "1002"))
    answering.succeeds()
    asking.succeeds()
    line.becomes("available")
    third.sign()
    third.succeeds()
    run.succeeds()
    nothing_is_left(site, company)


def test_a_caller_may_be_sent_into_a_queue(site, company, phones, queue):
    ana, bia, caio = phones("1000", "1001", "1002")
    line = queue(bia)
    line.becomes("available")
    target = f"sip:{line.number}@127.0.0.1:{site.settings.sip_port}"
    answering = bia.plays(called().rings().waits(500).answers().waits(300).puts_down())
    waiting = caio.plays(called().answers().is_hung_up_on())
    ana.plays(caller("1002").is_answered().waits(300).refers_to(target).is_told_the_end().is_hung_up_on()).succeeds()
    answering.succeeds()
    waiting.succeeds()
    onward = site.ended_calls(company.id, 2)[-1]
    assert (onward.caller_number, onward.callee_number, onward.result) == ("1002", "1001", CallResult.ANSWERED)
    nothing_is_left(site, company)


def test_a_carriers_caller_who_is_sent_on_by_an_agent_keeps_the_number(site, company, phones, queue, carrier):
    bia, caio = phones("1001", "1002")
    line = queue(bia)
    host = f"{carrier.address}:{SIP_PORT}"
    company.make("trunk", name="Operadora", code="linha", host=host, extra="insecure=port,invite")
    company.make("inbound_route", name="SAC", description="x", did="5132250000", destination=f"queue:{line.id}")
    company.in_service()
    line.becomes("available")
    target = f"sip:1002@127.0.0.1:{site.settings.sip_port}"
    third = caio.plays(called().rings().answers().waits_for_a_sign().puts_down())
    answering = bia.plays(called().answers().waits(300).sends_on(target).is_told_the_end().is_hung_up_on())
    run = carrier.plays(customer("5132250000").is_answered().is_hung_up_on())
    answering.succeeds()
    assert answering.saw(rf'From: "{line.name}: \(51\) 98888-7777" <sip:51988887777@')
    line.becomes("available")
    third.sign()
    third.succeeds()
    run.succeeds()
    first, onward = site.ended_calls(company.id, 2)
    assert (first.direction, first.result, segments(first)) == (
        "inbound",
        CallResult.ANSWERED,
        [("1001", "answered")],
    )
    assert (onward.direction, onward.caller_number, onward.callee_number) == ("inbound", "51988887777", "1002")
    nothing_is_left(site, company)
