"""Every way in which a call between two extensions can go, and what is written down about it."""

from flow.catalog.call import CallResult
from tests.calls.sip import called, caller


def test_the_called_person_answers_and_the_caller_hangs_up(site, company, phones):
    ana, bia = phones("1000", "1001")
    answering = bia.plays(called().rings().answers().is_hung_up_on())
    ana.plays(caller("1001").hears_ringing().is_answered().waits(1000).hangs_up()).succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by, call.cause) == (CallResult.ANSWERED, "caller", 16)
    assert (call.caller_number, call.callee_number, call.callee_name) == ("1000", "1001", "Pessoa 1001")
    assert call.answered_at is not None
    assert 0.8 < (call.ended_at - call.answered_at).total_seconds() < 2
    assert call.revision == company.revision
    assert site.kinds(call) == ["dialled", "decision", "ringing", "answered"]
