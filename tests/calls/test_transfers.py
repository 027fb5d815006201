"""Hold and transfer, as a telephone asks for them: re-INVITE and REFER."""

from flow.catalog.call import CallResult
from tests.calls.sip import called, caller
from tests.calls.sound import Ear

FINAL = r"Subscription-State: terminated[\s\S]*?\nSIP/2.0 {}"


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
    asking.sees(r"SIP/2.0 200 OK[\s\S]*ACK sip:")
    far_tag = asking.found(r"SIP/2.0 200 OK[\s\S]*?\nTo: [^\n]*;tag=([^\s;]+)")
    own_tag = asking.found(r"\nFrom: [^\n]*;tag=([^\s;]+)")
    replaces = f"consulta-1%40ana%3Bto-tag%3D{far_tag}%3Bfrom-tag%3D{own_tag}"
    target = f"sip:1002@127.0.0.1:{site.settings.sip_port}?Replaces={replaces}"
    second = bia.plays(called().answers().is_told_anew().is_hung_up_on())
    talking = caller("1001").is_answered().waits(300).refers_to(target).is_told_the_end().is_hung_up_on()
    ana.plays(talking, port=5070).succeeds()
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
