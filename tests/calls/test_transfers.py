"""Hold and transfer, as a telephone asks for them: re-INVITE and REFER."""

from urllib.parse import quote

from flow.catalog.call import CallResult
from tests.calls.phone import SIP_PORT
from tests.calls.sip import called, caller
from tests.calls.site import wait_for
from tests.calls.sound import Ear

SECOND_LINE = SIP_PORT + 1
MESSAGES = ("SIP/2.0 202", "NOTIFY sip")
FINAL = r"Subscription-State: terminated[\s\S]*?\nSIP/2.0 {}"


def other_call(site, asking, number, answered="200 OK"):
    """What Refer-To says to join with the call that `asking` has placed."""
    far_tag = asking.found(rf"SIP/2.0 {answered}[\s\S]*?\nTo: [^\n]*;tag=([^\s;]+)")
    own_tag = asking.found(r"\nFrom: [^\n]*;tag=([^\s;]+)")
    replaces = quote(f"{asking.call_id};to-tag={far_tag};from-tag={own_tag}")
    return f"sip:{number}@127.0.0.1:{site.settings.sip_port}?Replaces={replaces}"


def test_who_is_put_on_hold_hears_music(site, company, phones):
    ana, bia = phones("1000", "1001")
    with Ear(bia.address) as ear:
        answering = bia.plays(called().answers().is_hung_up_on(), rtp_port=ear.port)
        talking = ana.plays(caller("1001").is_answered().waits(500).holds().waits(2000).resumes().waits(300).hangs_up())
        ear.hears(50, seconds=5)
        talking.succeeds()
        answering.succeeds()
    kinds = site.kinds(site.ended_call(company.id))
    assert kinds[kinds.index("answered") + 1 :] == ["hold", "unhold"]


def test_a_blind_transfer_leads_the_other_person_to_a_third(site, company, phones):
    ana, bia, caio = phones("1000", "1001", "1002")
    target = f"sip:1002@127.0.0.1:{site.settings.sip_port}"
    third = caio.plays(called().rings().waits(300).answers().waits(500).puts_down())
    second = bia.plays(called().answers().is_told_anew().is_hung_up_on())
    talking = ana.plays(caller("1001").is_answered().waits(300).refers_to(target).is_told_the_end().is_hung_up_on())
    talking.succeeds()
    assert talking.saw(FINAL.format("200 OK"))
    third.succeeds()
    second.succeeds()
    assert second.shown == ["1000", "1002"]
    assert third.shown == ["1001"]
    first, onward = site.ended_calls(company.id, 2)
    assert (first.result, first.ended_by, first.callee_number) == (CallResult.ANSWERED, "caller", "1001")
    assert (onward.caller_number, onward.callee_number, onward.result) == ("1001", "1002", CallResult.ANSWERED)
    assert onward.ended_by == "callee"
    assert site.steps(onward)[0].detail["from_calls"] == [first.id]


def test_a_blind_transfer_to_nobody_leaves_the_conversation_as_it_was(site, company, phones):
    ana, bia = phones("1000", "1001")
    target = f"sip:4444@127.0.0.1:{site.settings.sip_port}"
    second = bia.plays(called().answers().is_hung_up_on())
    talking = caller("1001").is_answered().refers_to(target).is_told_the_end().waits(500).hangs_up()
    run = ana.plays(talking)
    run.succeeds()
    assert run.saw(FINAL.format("[45]"))
    second.succeeds()
    call = site.ended_call(company.id)
    assert "transfer-refused" in site.kinds(call)
    assert (call.result, call.ended_by) == (CallResult.ANSWERED, "caller")


def test_how_a_transfer_fares_is_told_only_when_asterisk_has_done_with_the_refer(site, company, phones):
    """It dies of what comes earlier, once in some eighty times when the engine answers within a millisecond."""
    ana, bia = phones("1000", "1001")
    target = f"sip:4444@127.0.0.1:{site.settings.sip_port}"
    second = bia.plays(called().answers().is_hung_up_on())
    run = ana.plays(caller("1001").is_answered().refers_to(target).is_told_the_end().hangs_up())
    run.succeeds()
    second.succeeds()
    accepted, told = (run.found(rf" ([\d:.]+)\nUDP message received \[\d+\] bytes :\s+{what}") for what in MESSAGES)
    assert _seconds(told) - _seconds(accepted) > 0.05


def test_a_blind_transfer_that_nobody_answers_comes_back(site, company, phones):
    ana, bia = phones("1000", "1001")
    (caio,) = phones("1002", ring_seconds="5")
    target = f"sip:1002@127.0.0.1:{site.settings.sip_port}"
    third = caio.plays(called().rings().is_cancelled())
    second = bia.plays(called().answers().is_told_anew().is_told_anew().is_hung_up_on())
    talking = caller("1001").is_answered().refers_to(target).is_told_the_end().waits(500).hangs_up()
    run = ana.plays(talking)
    run.succeeds()
    assert run.saw(FINAL.format("[45]"))
    third.succeeds()
    second.succeeds()
    assert second.shown == ["1000", "1002", "1000"]
    first, onward = site.ended_calls(company.id, 2)
    assert "transfer-failed" in site.kinds(first)
    assert (first.result, onward.result) == (CallResult.ANSWERED, CallResult.NO_ANSWER)
    assert len(site.calls(company.id)) == 2  # it rings once


def test_an_attended_transfer_joins_the_two_others(site, company, phones):
    ana, bia, caio = phones("1000", "1001", "1002")
    third = caio.plays(called().answers().is_told_anew().waits(500).puts_down())
    asking = ana.plays(caller("1002").is_answered().is_hung_up_on(), call_id="consulta-1@ana")
    asking.is_connected()
    target = other_call(site, asking, "1002")
    second = bia.plays(called().answers().is_told_anew().is_hung_up_on())
    talking = caller("1001").is_answered().waits(300).refers_to(target).is_told_the_end().is_hung_up_on()
    ana.plays(talking, port=SECOND_LINE).succeeds()
    asking.succeeds()
    third.succeeds()
    second.succeeds()
    assert second.shown == ["1000", "1002"]
    assert third.shown == ["1000", "1001"]
    joined = next(call for call in site.ended_calls(company.id, 3) if call.caller_number == "1001")
    assert (joined.callee_number, joined.result, joined.ended_by) == ("1002", CallResult.ANSWERED, "callee")
    assert site.steps(joined)[0].kind == "transferred"
    others = [call for call in site.calls(company.id) if call.id != joined.id]
    assert {(call.result, call.ended_by) for call in others} == {(CallResult.ANSWERED, "caller")}


def test_whoever_was_called_transfers_the_caller(site, company, phones):
    ana, bia, caio = phones("1000", "1001", "1002")
    target = f"sip:1002@127.0.0.1:{site.settings.sip_port}"
    third = caio.plays(called().rings().waits(300).answers().waits(500).puts_down())
    second = bia.plays(called().answers().waits(300).sends_on(target).is_told_the_end().is_hung_up_on())
    first = ana.plays(caller("1001").is_answered().is_told_anew().is_hung_up_on())
    for run in (second, third, first):
        run.succeeds()
    assert second.saw(FINAL.format("200 OK"))
    assert (first.shown, third.shown) == (["1001", "1002"], ["1000"])
    before, onward = site.ended_calls(company.id, 2)
    assert (before.caller_number, before.callee_number, before.ended_by) == ("1000", "1001", "callee")
    assert (onward.caller_number, onward.callee_number, onward.ended_by) == ("1000", "1002", "callee")
    assert (before.result, onward.result) == (CallResult.ANSWERED, CallResult.ANSWERED)


def test_whoever_was_called_joins_the_caller_with_a_third(site, company, phones):
    ana, bia, caio = phones("1000", "1001", "1002")
    third = caio.plays(called().answers().is_told_anew().waits(500).puts_down())
    second = bia.plays(called().answers().waits_for_a_target().sends_on().is_told_the_end().is_hung_up_on())
    first = ana.plays(caller("1001").is_answered().is_told_anew().is_hung_up_on())
    second.sees("ACK sip:")
    asking = bia.plays(caller("1002").is_answered().is_hung_up_on(), port=SECOND_LINE)
    asking.is_connected()
    second.sign(other_call(site, asking, "1002"))
    for run in (second, asking, third, first):
        run.succeeds()
    assert second.saw(FINAL.format("200 OK"))
    assert (first.shown, third.shown) == (["1001", "1002"], ["1001", "1000"])
    joined = next(
        call for call in site.ended_calls(company.id, 3) if (call.caller_number, call.callee_number) == ("1000", "1002")
    )
    assert (joined.result, joined.ended_by) == (CallResult.ANSWERED, "callee")
    others = {(call.caller_number, call.ended_by) for call in site.calls(company.id) if call.id != joined.id}
    assert others == {("1000", "callee"), ("1001", "caller")}


def test_a_third_who_still_rings_rings_on_for_the_person_transferred(site, company, phones):
    ana, bia, caio = phones("1000", "1001", "1002")
    second = bia.plays(called().answers().is_told_anew().is_hung_up_on())
    first = ana.plays(
        caller("1001").is_answered().waits_for_a_target().refers_to("[$target]").is_told_the_end().is_hung_up_on(),
        port=SECOND_LINE,
    )
    first.is_connected()
    for_ana = caio.plays(called().rings().is_cancelled())
    asking = ana.plays(caller("1002").hears_ringing().is_refused_with(603))
    asking.sees("180 Ringing")
    first.sign(other_call(site, asking, "1002", answered="180 Ringing"))
    for_ana.succeeds()
    for_bia = caio.plays(called().rings().answers().waits(500).puts_down())
    for run in (first, asking, for_bia, second):
        run.succeeds()
    assert first.saw(FINAL.format("200 OK"))
    assert (second.shown, for_bia.shown) == (["1000", "1002"], ["1001"])
    found = {(call.caller_number, call.callee_number): call.result for call in site.ended_calls(company.id, 3)}
    assert found == {
        ("1000", "1001"): CallResult.ANSWERED,
        ("1000", "1002"): CallResult.CANCELLED,
        ("1001", "1002"): CallResult.ANSWERED,
    }
    wait_for(lambda: "PJSIP/" not in site.node.command("core show channels"), 5)


def _seconds(clock: str) -> float:
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
