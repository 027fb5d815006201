"""Out of a queue without a conversation: the caller hangs up, waits too long, or would wait for nobody."""

import time

import pytest

from flow.catalog.call import CallResult
from tests.calls.sip import called, caller
from tests.calls.waiting_line import nothing_is_left, segments
from tests.unit.conftest import kept_sound

# The caller leaves


def test_who_gives_up_waiting_leaves_nothing_behind(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    bia.registers(0)
    line = queue(bia)
    line.becomes("offline")
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.waiting(1)
    run.sign()
    run.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by, segments(call)) == (CallResult.ABANDONED, "caller", [])
    line.waiting(0)
    nothing_is_left(site, company)


def test_who_gives_up_while_a_member_rings_frees_the_member(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    line = queue(bia, ring_seconds=9)
    line.becomes("available")
    ringing = bia.plays(called().rings().is_cancelled())
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.becomes("ringing")
    run.sign()
    run.succeeds()
    ringing.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, segments(call)) == (CallResult.ABANDONED, [("1001", "abandoned")])
    line.becomes("available")
    nothing_is_left(site, company)


@pytest.mark.parametrize("head_start", [-0.02, 0.0, 0.02], ids=["just before", "at", "just after"])
def test_who_gives_up_in_the_moment_of_the_answer_leaves_nothing_behind(site, company, phones, queue, head_start):
    ana, bia = phones("1000", "1001")
    line = queue(bia, ring_seconds=9)
    line.becomes("available")
    answering = bia.plays(called().rings().waits_for_a_sign().answers().is_hung_up_on())
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.becomes("ringing")
    for one in (run, answering) if head_start <= 0 else (answering, run):
        one.sign()
        time.sleep(abs(head_start))
    run.succeeds()
    call = site.ended_call(company.id)
    answered = call.result == CallResult.ANSWERED
    assert answered or call.result == CallResult.ABANDONED
    assert (call.answered_at is not None) == answered
    assert segments(call) == [("1001", "answered" if answered else "abandoned")]
    line.becomes("available")
    nothing_is_left(site, company)


# Waited too long


def test_after_the_maximum_wait_the_caller_goes_on_to_the_overflow_destination(site, company, phones, queue):
    ana, bia, caio = phones("1000", "1001", "1002")
    line = queue(bia, ring_seconds=9, max_wait_seconds="2", overflow=f"extension:{caio.account.extension_id}")
    line.becomes("available")
    silent = bia.plays(called().rings().is_cancelled())
    answering = caio.plays(called().rings().waits(200).answers().is_hung_up_on())
    ana.plays(caller(line.number).is_answered().waits(3000).hangs_up()).succeeds()
    silent.succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.callee_number, segments(call)) == (
        CallResult.ANSWERED,
        "1002",
        [("1001", "overflow")],
    )
    assert 'Fila "Fila 500": esperou o máximo de 2 s → ramal 1002 (Pessoa 1002).' in site.told(call)
    assert site.told(call).count("esperou o máximo") == 1
    line.becomes("available")
    nothing_is_left(site, company)


def test_the_overflow_destination_may_be_an_announcement_and_then_the_end(site, company, phones, queue):
    (ana,) = phones("1000")
    sound = company.make("audio", name="Tchau", current=kept_sound(company.id, 0.5))
    bye = company.make("announcement", name="Tchau", audios=[sound], destination="hangup")
    line = queue(max_wait_seconds="1", overflow=f"announcement:{bye}")
    ana.plays(caller(line.number).is_answered().is_hung_up_on()).succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by) == (CallResult.SERVED, "system")
    nothing_is_left(site, company)


def test_after_the_maximum_wait_the_call_may_just_end(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    line = queue(bia, ring_seconds=9, max_wait_seconds="2", overflow="hangup")
    line.becomes("available")
    silent = bia.plays(called().rings().is_cancelled())
    ana.plays(caller(line.number).is_answered().is_hung_up_on()).succeeds()
    silent.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by, segments(call)) == (CallResult.SERVED, "system", [("1001", "overflow")])
    assert 'Fila "Fila 500": esperou o máximo de 2 s → desligar.' in site.told(call)
    assert (call.ended_at - call.started_at).total_seconds() >= 2
    assert (line.shown()["waiting"], line.shown()["overflowed"]) == (0, 1)
    line.becomes("available")
    nothing_is_left(site, company)


# Nobody to wait for


def test_who_would_wait_for_nobody_goes_to_the_destination_of_an_empty_queue(site, company, phones, queue):
    ana, bia, caio = phones("1000", "1001", "1002")
    line = queue(bia, empty_rule="nobody_available", empty_destination=f"extension:{caio.account.extension_id}")
    line.becomes("available")
    silent = bia.plays(called().rings().is_cancelled())
    answering = caio.plays(called().rings().waits(200).answers().is_hung_up_on())
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    silent.succeeds()  # it rang out, and the caller waits for the next round
    bia.registers(0)
    answering.sees("ACK sip:")
    run.sign()
    run.succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert call.callee_number == "1002"
    assert "ninguém da fila está disponível: todos offline ou em pausa → ramal 1002" in site.told(call)
    line.change(empty_rule="wait")
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.waiting(1)
    run.sign()
    run.succeeds()


def test_where_nobody_is_logged_in_a_call_goes_to_the_destination_of_an_empty_queue(
    site, company, phones, queue, agent
):
    ana, bia, caio = phones("1000", "1001", "1002")
    to_caio = f"extension:{caio.account.extension_id}"
    line = queue(
        members=[f"user:{agent(bia)}"], member_kind="agent", empty_rule="nobody_logged_in", empty_destination=to_caio
    )
    line.becomes("offline")
    answering = caio.plays(called().answers().is_hung_up_on())
    ana.plays(caller(line.number).is_answered().waits(300).hangs_up()).succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.callee_number, segments(call)) == (CallResult.ANSWERED, "1002", [])
    assert 'Fila "Fila 500": ninguém está logado na fila → ramal 1002 (Pessoa 1002).' in site.told(call)
    nothing_is_left(site, company)


def test_who_waits_while_all_are_in_a_pause_leaves_when_the_last_one_logs_out(site, company, phones, queue, agent):
    ana, bia, caio = phones("1000", "1001", "1002")
    person = agent(bia)
    to_caio = f"extension:{caio.account.extension_id}"
    line = queue(
        members=[f"user:{person}"], member_kind="agent", empty_rule="nobody_logged_in", empty_destination=to_caio
    )
    line.present(person, True)
    line.pause(person, "Almoço")
    line.becomes("paused")
    answering = caio.plays(called().answers().is_hung_up_on())
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.waiting(1)
    line.present(person, False)
    answering.sees("ACK sip:")
    run.sign()
    run.succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.callee_number) == (CallResult.ANSWERED, "1002")
    assert "ninguém está logado na fila → ramal 1002" in site.told(call)
    nothing_is_left(site, company)


def test_who_waits_for_a_member_in_a_call_leaves_when_a_pause_follows_it(site, company, phones, queue, agent):
    ana, bia, caio = phones("1000", "1001", "1002")
    person = agent(bia)
    sound = company.make("audio", name="Tchau", current=kept_sound(company.id, 0.5))
    bye = company.make("announcement", name="Tchau", audios=[sound], destination="hangup")
    line = queue(
        members=[f"user:{person}"],
        member_kind="agent",
        ring_seconds=9,
        empty_rule="nobody_available",
        empty_destination=f"announcement:{bye}",
    )
    line.present(person, True)
    line.becomes("available")
    working = bia.plays(called().answers().waits_for_a_sign().puts_down())
    talking = caio.plays(caller(line.number).is_answered().is_hung_up_on())
    line.becomes("on_call")
    waiting = ana.plays(caller(line.number).is_answered().is_hung_up_on())
    line.waiting(1)
    line.pause(person, "Almoço")
    assert (line.shown()["waiting"], line.states()) == (1, ["on_call"])
    working.sign()
    for one in (working, talking, waiting):
        one.succeeds()
    line.becomes("paused")
    served, left = sorted(site.ended_calls(company.id, 2), key=lambda call: call.caller_number, reverse=True)
    assert (served.result, segments(served)) == (CallResult.ANSWERED, [("Bia ", "answered")])
    assert (left.result, segments(left)) == (CallResult.SERVED, [])
    words = 'ninguém da fila está disponível: todos offline ou em pausa → Anúncio "Tchau".'
    assert words in site.told(left)
    nothing_is_left(site, company)
