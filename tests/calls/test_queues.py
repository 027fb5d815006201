"""Callers wait in a queue with music, and members are tried by its strategy."""

from itertools import pairwise

import pytest

from flow.catalog.call import CallResult
from tests.calls.sip import called, caller
from tests.calls.sound import Ear, hears
from tests.calls.waiting_line import nothing_is_left, segments

ELSEWHERE = r"CANCEL sip:[\s\S]*?Reason: [^\n]*cause=26"


def test_who_waits_hears_music_and_then_the_member_who_answers(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    line = queue(bia, ring_seconds=5)
    line.becomes("available")
    with Ear(ana.address) as waiting, Ear(bia.address) as working:
        answering = bia.plays(
            called().rings().waits(1500).answers().waits_for_a_sign().puts_down(), rtp_port=working.port
        )
        run = ana.plays(caller(line.number).is_answered().is_hung_up_on(), rtp_port=waiting.port)
        waiting.hears(40, 5)
        line.becomes("ringing")
        answering.sees("ACK sip:")
        line.becomes("on_call")
        hears(working, waiting, run)
        hears(waiting, working, answering)
        answering.sign()
        answering.succeeds()
        run.succeeds()
    assert answering.saw(rf'From: "{line.name}: Pessoa 1000" <sip:1000@')
    call = site.ended_call(company.id)
    assert (call.result, call.callee_number, call.ended_by) == (CallResult.ANSWERED, "1001", "callee")
    assert segments(call) == [("1001", "answered")]
    assert "Linear: 1001 (Pessoa 1001) é o primeiro livre na ordem da fila." in site.told(call)
    line.becomes("available")
    nothing_is_left(site, company)


def test_who_does_not_answer_is_followed_by_the_next_and_is_told_why_others_were_passed_over(
    site, company, phones, queue
):
    ana, bia, caio, duda = phones("1000", "1001", "1002", "1003")
    duda.registers(0)
    line = queue(bia, caio, duda, ring_seconds=1)
    line.becomes("available", "available", "offline")
    first = bia.plays(called().rings().is_cancelled())
    second = caio.plays(called().rings().waits(300).answers().is_hung_up_on())
    ana.plays(caller(line.number).is_answered().waits(2500).hangs_up()).succeeds()
    first.succeeds()
    second.succeeds()
    call = site.ended_call(company.id)
    assert segments(call) == [("1001", "unanswered"), ("1002", "answered")]
    offers = [step for step in site.steps(call) if step.kind == "queue-offer"]
    assert [step.text for step in offers] == [
        "Linear: 1001 (Pessoa 1001) é o primeiro livre na ordem da fila.",
        "Linear: 1002 (Pessoa 1002) é o primeiro livre na ordem da fila.",
    ]
    assert [{row["what"][:4]: row["why"] for row in step.detail["passed_over"]} for step in offers] == [
        {"1002": "livre, mas vem depois na ordem da fila", "1003": "não registrado"},
        {"1001": "já tentado nesta rodada", "1003": "não registrado"},
    ]
    nothing_is_left(site, company)


def test_ring_all_cancels_the_losers_as_answered_elsewhere(site, company, phones, queue):
    ana, bia, caio = phones("1000", "1001", "1002")
    line = queue(bia, caio, strategy="ring_all", ring_seconds=5)
    line.becomes("available", "available")
    loser = caio.plays(called().rings().is_cancelled())
    winner = bia.plays(called().rings().waits(600).answers().is_hung_up_on())
    ana.plays(caller(line.number).is_answered().waits(1500).hangs_up()).succeeds()
    winner.succeeds()
    loser.succeeds()
    assert loser.saw(ELSEWHERE), loser.story()
    call = site.ended_call(company.id)
    assert sorted(segments(call)) == [("1001", "answered"), ("1002", "elsewhere")]
    line.becomes("available", "available")
    nothing_is_left(site, company)


# Strategies


@pytest.mark.parametrize(
    ("strategy", "then"),
    [
        ("linear", ["1001 answered"]),
        ("longest_idle", ["1002 refused", "1003 refused", "1001 answered"]),
        ("fewest_calls", ["1002 refused", "1003 refused", "1001 answered"]),
    ],
)
def test_who_has_answered_rings_again_when_the_strategy_says(site, company, phones, queue, strategy, then):
    ana, bia, caio, duda = phones("1000", "1001", "1002", "1003")
    line = queue(bia, caio, duda, strategy=strategy, ring_seconds=5)
    line.becomes(*["available"] * 3)
    busy = [phone.plays(called().answers_with("486 Busy Here")) for phone in (caio, duda)] if len(then) > 1 else []
    for turn in (1, 2):
        answering = bia.plays(called().answers().is_hung_up_on())
        ana.plays(caller(line.number).is_answered().waits(700).hangs_up()).succeeds()
        answering.succeeds()
        call = site.ended_calls(company.id, turn)[-1]
        line.becomes(*["available"] * 3)
    assert [" ".join(segment) for segment in segments(call)] == then
    for one in busy:
        one.succeeds()


def test_the_random_strategy_draws_among_those_whom_the_call_has_not_tried(site, company, phones, queue):
    ana, *members = phones("1000", "1001", "1002", "1003")
    line = queue(*members, strategy="random", ring_seconds=5)
    line.becomes(*["available"] * 3)
    busy = [phone.plays(called().answers_with("486 Busy Here")) for phone in members]
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    for one in busy:
        one.succeeds()
    run.sign()
    run.succeeds()
    call = site.ended_call(company.id)
    assert sorted(segments(call)[:3]) == [("1001", "refused"), ("1002", "refused"), ("1003", "refused")]
    drawn = [step.text.rpartition("entre ")[2] for step in site.steps(call) if step.kind == "queue-offer"]
    assert drawn[:3] == ["3 livres.", "2 livres.", "1 livres."]


def test_the_random_strategy_with_memory_calls_nobody_twice_before_everybody_was_called(site, company, phones, queue):
    ana, *members = phones("1000", "1001", "1002", "1003")
    line = queue(*members, strategy="random_memory", ring_seconds=5)
    line.becomes(*["available"] * 3)
    answering = [phone.plays(called().answers().is_hung_up_on()) for phone in members]
    for _ in members:
        ana.plays(caller(line.number).is_answered().waits(500).hangs_up()).succeeds()
        line.becomes(*["available"] * 3)
    for one in answering:
        one.succeeds()
    rung = [segment for call in site.ended_calls(company.id, 3) for segment in segments(call)]
    assert sorted(rung) == [("1001", "answered"), ("1002", "answered"), ("1003", "answered")]


def test_when_nobody_answers_a_new_round_begins_after_a_pause_and_no_telephone_is_sent_on_a_break(
    site, company, phones, queue
):
    ana, bia = phones("1000", "1001")
    line = queue(bia, ring_seconds=1, retry_seconds=1)
    line.becomes("available")
    silent = bia.plays(called().rings().is_cancelled(), often=2)
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    silent.succeeds()
    answering = bia.plays(called().answers().is_hung_up_on())
    line.becomes("on_call")
    run.sign()
    run.succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert segments(call) == [("1001", "unanswered"), ("1001", "unanswered"), ("1001", "answered")]
    offers = [step for step in site.steps(call) if step.kind == "queue-offer"]
    assert [step.detail["round"] for step in offers] == [1, 2, 3]
    assert [1.8 < (b.at - a.at).total_seconds() < 4 for a, b in pairwise(offers)] == [True, True]


# Several callers


def test_the_queue_of_higher_priority_goes_first_and_each_keeps_the_order_of_arrival(site, company, phones, queue):
    ana, bia, caio, duda = phones("1000", "1001", "1002", "1003")
    bia.registers(0)
    plain, urgent = queue(bia, number="500", ring_seconds=9), queue(bia, number="501", priority="5", ring_seconds=9)
    runs = []
    for phone, line, waiting in ((ana, plain, 1), (caio, plain, 2), (duda, urgent, 1)):
        runs.append(phone.plays(caller(line.number).is_answered().is_hung_up_on()))
        line.waiting(waiting)
    bia.registers()
    bia.plays(called().answers().waits(200).puts_down(), often=len(runs)).succeeds()
    for run in runs:
        run.succeeds()
    served = sorted(site.ended_calls(company.id, 3), key=lambda call: call.answered_at)
    assert [call.caller_number for call in served] == ["1003", "1000", "1002"]


def test_strategy_and_members_may_change_while_a_call_waits(site, company, phones, queue):
    ana, bia, caio, duda = phones("1000", "1001", "1002", "1003")
    bia.registers(0)
    line = queue(bia, ring_seconds=9)
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.waiting(1)
    silent = caio.plays(called().rings().is_cancelled())
    answering = duda.plays(called().rings().waits(600).answers().is_hung_up_on())
    members = [f"extension:{phone.account.extension_id}" for phone in (caio, duda)]
    line.change(strategy="ring_all", members=members)
    line.becomes("available", "on_call")
    silent.succeeds()
    run.sign()
    run.succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert sorted(segments(call)) == [("1002", "elsewhere"), ("1003", "answered")]
    assert "Chamar todos: toca nos 2 membros livres." in site.told(call)
