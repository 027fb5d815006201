"""Every way in which a call between two extensions can go, and what is written down about it."""

import re
from concurrent.futures import ThreadPoolExecutor

from flow.catalog.call import CallResult
from tests.calls.sip import called, caller, unregistration
from tests.calls.site import wait_for


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


def test_the_called_person_hangs_up(site, company, phones):
    ana, bia = phones("1000", "1001")
    answering = bia.plays(called().rings().answers().waits(500).puts_down())
    ana.plays(caller("1001").is_answered().is_hung_up_on()).succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by) == (CallResult.ANSWERED, "callee")


def test_the_telephone_that_rings_shows_number_and_name_of_who_calls(phones):
    ana, bia = phones("1000", "1001")
    answering = bia.plays(called().answers().is_hung_up_on())
    ana.plays(caller("1001").is_answered().hangs_up()).succeeds()
    answering.succeeds()
    assert answering.saw(r'From: "Pessoa 1000" <sip:1000@')
    assert answering.shown == ["1000"]


def test_the_caller_is_shown_who_is_called_once_it_rings(site, company, phones):
    ana, bia = phones("1000", "1001")
    answering = bia.plays(called().rings().waits(500).answers().is_hung_up_on())
    run = ana.plays(caller("1001").hears_ringing().is_answered().waits(500).hangs_up())
    run.succeeds()
    answering.succeeds()
    for status in ("180 Ringing", "200 OK"):
        assert run.saw(rf'SIP/2.0 {status}\r?\n([^\r\n]+\r?\n)*P-Asserted-Identity: "Pessoa 1001" <sip:1001@')
    assert run.shown == ["1001"]


def test_a_caller_who_is_answered_at_once_is_not_invited_again(site, company, phones):
    """Told once more of who was called, by a re-INVITE, if that news is slower than the answer: so many at once."""
    pairs = _pairs(phones(*map(str, range(1000, 1024))))

    def call(pair):
        ana, bia = pair
        answering = bia.plays(called().answers().is_hung_up_on())
        ana.plays(caller(bia.account.number).is_answered().waits(100).hangs_up()).succeeds()
        answering.succeeds()

    with ThreadPoolExecutor(len(pairs)) as crowd:
        for _ in range(4):
            list(crowd.map(call, pairs))


def test_the_caller_is_shown_who_is_called_where_several_telephones_ring(phones):
    ana, bia = phones("1000", "1001")
    second = bia.also_at_another_address()
    second.registers()
    silent = second.plays(called().rings().is_cancelled())
    answering = bia.plays(called().rings().waits(400).answers().is_hung_up_on())
    run = ana.plays(caller("1001").is_answered().waits(300).hangs_up())
    for one in (run, answering, silent):
        one.succeeds()
    assert run.saw(r'SIP/2.0 200 OK\r?\n([^\r\n]+\r?\n)*P-Asserted-Identity: "Pessoa 1001" <sip:1001@')


def test_a_row_stands_in_the_list_while_the_call_is_running(site, company, phones):
    ana, bia = phones("1000", "1001")
    answering = bia.plays(called().rings().answers().is_hung_up_on())
    talking = ana.plays(caller("1001").is_answered().waits_for_a_sign().hangs_up())
    wait_for(lambda: any(call.answered_at for call in site.calls(company.id)), 5)
    (row,) = site.calls(company.id)
    assert row.ended_at is None
    (running,) = site.ask(f"/calls?company_id={company.id}")
    assert (running["id"], running["state"]) == (row.id, "talking")
    talking.sign()
    talking.succeeds()
    answering.succeeds()


def test_nobody_answers_within_the_ring_time(site, company, phones):
    (ana,) = phones("1000")
    (bia,) = phones("1001", ring_seconds="5")
    ringing = bia.plays(called().rings().is_cancelled())
    ana.plays(caller("1001").hears_ringing().hears_an_announcement().is_refused_with(480)).succeeds()
    ringing.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by, call.answered_at) == (CallResult.NO_ANSWER, "system", None)
    assert "unanswered" in site.kinds(call)


def test_a_busy_telephone_gives_busy(site, company, phones):
    ana, bia = phones("1000", "1001")
    refusing = bia.plays(called().answers_with("486 Busy Here"))
    ana.plays(caller("1001").hears_an_announcement().is_refused_with(486)).succeeds()
    refusing.succeeds()
    assert site.ended_call(company.id).result == CallResult.BUSY


def test_an_extension_in_a_call_gives_busy_without_ringing(site, company, phones):
    ana, bia, caio = phones("1000", "1001", "1002")
    answering = bia.plays(called().answers().is_hung_up_on())
    talking = ana.plays(caller("1001").is_answered().waits_for_a_sign().hangs_up())
    wait_for(lambda: any(call.answered_at for call in site.calls(company.id)), 5)
    caio.plays(caller("1001").hears_an_announcement().is_refused_with(486)).succeeds()
    talking.sign()
    talking.succeeds()
    answering.succeeds()
    busy = next(call for call in site.ended_calls(company.id, 2) if call.caller_number == "1002")
    assert busy.result == CallResult.BUSY
    assert site.steps(busy)[1].text == "O ramal 1001 (Pessoa 1001) já está em uma chamada."


def test_the_called_person_refuses(site, company, phones):
    ana, bia = phones("1000", "1001")
    refusing = bia.plays(called().rings().waits(300).answers_with("603 Decline"))
    ana.plays(caller("1001").hears_an_announcement().is_refused_with(403)).succeeds()
    refusing.succeeds()
    assert site.ended_call(company.id).result == CallResult.REJECTED


def test_an_extension_without_a_registered_telephone(site, company, phones):
    (ana,) = phones("1000")
    phones("1001", register=False)
    ana.plays(caller("1001").hears_an_announcement().is_refused_with(480)).succeeds()
    call = site.ended_call(company.id)
    assert call.result == CallResult.NOT_REGISTERED
    passed_over = site.steps(call)[1].detail["passed_over"]
    assert [loser["what"] for loser in passed_over] == ["Softphone", "Telefone do navegador"]


def test_a_telephone_that_signed_out_does_not_ring(site, company, phones):
    ana, bia = phones("1000", "1001")
    bia.plays(unregistration()).succeeds(10)
    ana.plays(caller("1001").hears_an_announcement().is_refused_with(480)).succeeds()
    assert site.ended_call(company.id).result == CallResult.NOT_REGISTERED


def test_an_unknown_number_is_said_in_words_and_then_refused(site, company, phones):
    (ana,) = phones("1000")
    ana.plays(caller("4444").hears_an_announcement().is_refused_with(404)).succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.dialled, call.answered_at) == (CallResult.UNKNOWN_NUMBER, "4444", None)
    assert (call.ended_at - call.started_at).total_seconds() > 2


def test_the_caller_gives_up_while_it_rings(site, company, phones):
    ana, bia = phones("1000", "1001")
    ringing = bia.plays(called().rings().is_cancelled())
    ana.plays(caller("1001").hears_ringing().waits(500).gives_up()).succeeds()
    ringing.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by) == (CallResult.CANCELLED, "caller")


def test_all_telephones_of_an_extension_ring_and_the_others_are_told_who_answered(site, company, phones):
    ana, bia = phones("1000", "1001")
    second = bia.also_at_another_address()
    second.registers()
    silent = second.plays(called().rings().is_cancelled())
    answering = bia.plays(called().rings().waits(400).answers().is_hung_up_on())
    ana.plays(caller("1001").is_answered().waits(500).hangs_up()).succeeds()
    answering.succeeds()
    silent.succeeds()
    assert silent.saw(r"Reason: SIP;cause=200;text=.Call completed elsewhere")
    call = site.ended_call(company.id)
    assert call.result == CallResult.ANSWERED
    answered = next(step for step in site.steps(call) if step.kind == "answered")
    assert answered.detail["passed_over"] == [{"what": "Softphone", "why": "atendida em outro telefone"}]


def test_the_same_number_in_two_companies_never_crosses(site, company, phones):
    other = site.company()
    ana, bia = phones("1000", "1001")
    (stranger,) = phones("1001", of=other)
    listening = stranger.plays(called().answers().is_hung_up_on())
    answering = bia.plays(called().answers().is_hung_up_on())
    ana.plays(caller("1001").is_answered().hangs_up()).succeeds()
    answering.succeeds()
    assert not listening.saw("INVITE")
    listening.dies()
    assert site.ended_call(company.id).callee_extension_id == bia.account.extension_id
    assert site.calls(other.id) == []


def test_an_operator_ends_a_call_from_the_screen(site, company, phones):
    ana, bia = phones("1000", "1001")
    answering = bia.plays(called().answers().is_hung_up_on())
    talking = ana.plays(caller("1001").is_answered().is_hung_up_on())
    wait_for(lambda: bool(site.ask(f"/calls?company_id={company.id}")), 5)
    wait_for(lambda: site.ask(f"/calls?company_id={company.id}")[0]["state"] == "talking", 5)
    (call,) = site.ask(f"/calls?company_id={company.id}")
    site.ask(f"/calls/{call['id']}/hangup?company_id={company.id}", method="POST")
    talking.succeeds()
    answering.succeeds()
    assert site.ended_call(company.id).ended_by == "system"


def test_nothing_secret_and_no_number_in_clear_is_in_the_log(site, company, phones):
    ana, bia = phones("71234", "71235")
    answering = bia.plays(called().answers().is_hung_up_on())
    ana.plays(caller("71235").is_answered().hangs_up()).succeeds()
    answering.succeeds()
    site.ended_call(company.id)
    log = site.engine_log.read_text()
    secrets = [ana.account.password, bia.account.password, site.settings.ari_secret, site.settings.engine_token]
    assert [secret for secret in secrets if secret in log] == []
    # A number stands alone: the same digits inside an id or the fraction of a second are chance.
    assert re.findall(r"(?<![0-9A-Za-z])7123[45](?![0-9A-Za-z])", log) == []


def _pairs(phones):
    return list(zip(phones[::2], phones[1::2], strict=True))
