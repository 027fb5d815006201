"""A telephone that puts itself in another's place, by INVITE with Replaces: the node obeys without asking."""

from flow.catalog.call import CallResult
from tests.calls.phone import Run
from tests.calls.sip import called, caller
from tests.calls.site import wait_for


def place_of(run: Run) -> str:
    """The header that names the dialog of a telephone that has called."""
    far_tag = run.found(r"SIP/2.0 200 OK[\s\S]*?\nTo: [^\n]*;tag=([^\s;]+)")
    own_tag = run.found(r"\nFrom: [^\n]*;tag=([^\s;]+)")
    return f"Replaces: {run.call_id};to-tag={far_tag};from-tag={own_tag}\n"


def ringing_place_of(run: Run) -> str:
    """The same of a telephone that rings."""
    dialog, far_tag = run.found(r"\nCall-ID: ([^\s]+)"), run.found(r"\nFrom: [^\n]*;tag=([^\s;]+)")
    own_tag = run.found(r"\nTo: [^\n]*;tag=([^\s;]+)")
    return f"Replaces: {dialog};to-tag={far_tag};from-tag={own_tag}\n"


def nothing_is_left(site, company):
    wait_for(lambda: "PJSIP/" not in site.node.command("core show channels"), 5)
    assert site.ask(f"/calls?company_id={company.id}") == []
    assert all(call.ended_at for call in site.calls(company.id))


def test_a_colleague_who_takes_a_place_goes_on_in_a_call_of_their_own(site, company, phones):
    ana, bia, caio = phones("1000", "1001", "1002")
    second = bia.plays(called().answers().is_told_anew().is_hung_up_on())
    first = ana.plays(caller("1001").is_answered().is_hung_up_on())
    first.is_connected()
    third = caio.plays(caller("1001", place_of(first)).is_answered().is_told_anew().waits(800).hangs_up())
    for run in (third, first, second):
        run.succeeds()
    assert second.shown == ["1000", "1002"]
    assert third.shown == ["1001"]
    before, after = site.ended_calls(company.id, 2)
    assert (before.caller_number, before.ended_by, before.result) == ("1000", "caller", CallResult.ANSWERED)
    assert (after.caller_number, after.callee_number, after.ended_by) == ("1002", "1001", "caller")
    assert site.steps(after)[0].text == "1002 (Pessoa 1002) tomou o lugar de 1000 (Pessoa 1000)."
    nothing_is_left(site, company)


def test_a_place_that_was_taken_outlives_the_engine(site, company, phones):
    ana, bia, caio = phones("1000", "1001", "1002")
    second = bia.plays(called().answers().is_told_anew().is_hung_up_on())
    first = ana.plays(caller("1001").is_answered().is_hung_up_on())
    first.is_connected()
    third = caio.plays(caller("1001", place_of(first)).is_answered().is_told_anew().waits_for_a_sign().hangs_up())
    first.succeeds()
    wait_for(lambda: len(site.calls(company.id)) == 2, 5)
    site.restart_engine()
    third.sign()
    third.succeeds()
    second.succeeds()
    after = next(call for call in site.ended_calls(company.id, 2) if call.caller_number == "1002")
    assert (after.callee_number, after.ended_by, after.recovered) == ("1001", "caller", True)
    nothing_is_left(site, company)


def test_nobody_takes_a_place_in_another_company(site, company, phones):
    (stranger,) = phones("1002", of=site.company())
    ana, bia = phones("1000", "1001")
    second = bia.plays(called().answers())
    first = ana.plays(caller("1001").is_answered())
    first.is_connected()
    stranger.plays(caller("1001", place_of(first)))
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by) == (CallResult.ANSWERED, "system")
    assert "replace-refused" in site.kinds(call)
    assert second.shown[0] == "1000"
    nothing_is_left(site, company)


def test_nobody_takes_the_place_of_a_telephone_that_rings(site, company, phones):
    ana, bia, caio = phones("1000", "1001", "1002")
    ringing = bia.plays(called().rings().is_cancelled())
    calling = ana.plays(caller("1001").hears_ringing().hears_an_announcement().is_refused_with(500))
    ringing.sees("180 Ringing")
    caio.plays(caller("1001", ringing_place_of(ringing)))
    calling.succeeds()
    ringing.succeeds()
    assert site.ended_call(company.id).result == CallResult.FAILED
    nothing_is_left(site, company)
