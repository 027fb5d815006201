"""Who of a queue may be called: logins, pauses, rests, calls elsewhere."""

from flow.catalog.call import CallResult
from flow.clock import now
from tests.calls.sip import called, caller
from tests.calls.sound import Ear, hears, spoken
from tests.calls.waiting_line import rows, segments


def test_after_a_call_a_member_rests_before_the_next(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    line = queue(bia, wrapup_seconds="2")
    line.becomes("available")
    answering = bia.plays(called().answers().is_hung_up_on())
    ana.plays(caller(line.number).is_answered().waits(300).hangs_up()).succeeds()
    answering.succeeds()
    line.becomes("wrapup")
    answering = bia.plays(called().answers().waits(200).puts_down())
    ana.plays(caller(line.number).is_answered().is_hung_up_on()).succeeds()
    answering.succeeds()
    first, second = site.ended_calls(company.id, 2)
    assert 1.5 < (second.answered_at - first.ended_at).total_seconds() < 4


def test_a_member_in_a_call_outside_the_queues_is_passed_over(site, company, phones, queue):
    ana, bia, caio, duda = phones("1000", "1001", "1002", "1003")
    line = queue(bia, duda)
    line.becomes("available", "available")
    inside = bia.plays(called().answers().is_hung_up_on())
    chat = caio.plays(caller("1001").is_answered().waits_for_a_sign().hangs_up())
    line.becomes("on_call", "available")
    answering = duda.plays(called().answers().is_hung_up_on())
    ana.plays(caller(line.number).is_answered().waits(500).hangs_up()).succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    offer = next(step for step in site.steps(call) if step.kind == "queue-offer")
    assert [row["why"] for row in offer.detail["passed_over"]] == ["em ligação fora das filas"]
    chat.sign()
    chat.succeeds()
    inside.succeeds()
    line.becomes("available", "available")


def test_an_agent_gets_calls_once_logged_in_and_not_in_a_pause_also_after_a_restart(
    site, company, phones, queue, agent
):
    ana, bia = phones("1000", "1001")
    person = agent(bia)
    line = queue(members=[f"user:{person}"], member_kind="agent", ring_seconds=9)
    line.becomes("offline")
    run = ana.plays(caller(line.number).is_answered().is_hung_up_on())
    line.waiting(1)
    answering = bia.plays(called().answers().waits(300).puts_down())
    line.present(person, True)
    answering.succeeds()
    run.succeeds()
    line.becomes("available")
    line.pause(person, "Almoço")
    line.becomes("paused")
    site.restart_engine()
    line.becomes("paused")
    run = ana.plays(caller(line.number).is_answered().is_hung_up_on())
    line.waiting(1)
    answering = bia.plays(called().answers().waits(300).puts_down())
    line.pause(person, "")
    answering.succeeds()
    run.succeeds()
    line.present(person, False)
    line.becomes("offline")
    call = site.ended_calls(company.id, 2)[0]
    (segment,) = rows(call)
    assert (segment.user_id, segment.extension_id, segment.name) == (person, bia.account.extension_id, "Bia Souza")


def test_a_pause_asked_for_in_a_call_lets_it_go_on_and_then_holds_calls_back_until_it_is_ended(
    site, company, phones, queue, agent
):
    ana, bia, caio = phones("1000", "1001", "1002")
    person = agent(bia)
    line = queue(members=[f"user:{person}"], member_kind="agent", ring_seconds=9)
    line.present(person, True)
    line.becomes("available")
    with Ear(caio.address) as outside, Ear(bia.address) as inside:
        working = bia.plays(called().answers().waits_for_a_sign().puts_down(), rtp_port=inside.port)
        talking = caio.plays(caller(line.number).is_answered().is_hung_up_on(), rtp_port=outside.port)
        working.sees("ACK sip:")
        line.becomes("on_call")
        line.pause(person, "Almoço")
        hears(inside, outside, talking)
        hears(outside, inside, working)
        line.becomes("on_call")
        working.sign()
        working.succeeds()
        talking.succeeds()
    line.becomes("paused")
    assert line.shown()["members"][0]["reason"] == "Almoço"
    answering = bia.plays(called().answers().waits(200).puts_down())
    waiting = ana.plays(caller(line.number).is_answered().is_hung_up_on())
    line.waiting(1)
    assert line.shown()["callers"][0]["ringing"] == []
    ended = now()
    line.pause(person, "")
    answering.succeeds()
    waiting.succeeds()
    line.becomes("available")
    first, second = site.ended_calls(company.id, 2)
    assert [first.result, second.result] == [CallResult.ANSWERED] * 2
    (segment,) = rows(second)
    assert (segment.result, segment.offered_at >= ended) == ("answered", True)


def test_an_agent_who_lets_two_calls_ring_out_is_sent_on_a_break(site, company, phones, queue, agent):
    ana, bia = phones("1000", "1001")
    person = agent(bia)
    line = queue(members=[f"user:{person}"], member_kind="agent", ring_seconds=1, retry_seconds=1)
    line.present(person, True)
    line.becomes("available")
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    bia.plays(called().rings().is_cancelled(), often=2).succeeds()
    line.becomes("paused")
    assert line.shown()["members"][0]["reason"] == "Não atendeu"
    run.sign()
    run.succeeds()
    assert segments(site.ended_call(company.id)) == [("Bia ", "unanswered")] * 2


def test_the_code_45_takes_an_agent_into_the_own_queues_and_out_of_them(site, company, phones, queue, agent):
    ana, bia = phones("1000", "1001")
    person = agent(bia)
    lines = [queue(members=[f"user:{person}"], member_kind="agent", number=number) for number in ("500", "501")]
    for turn, (state, word) in enumerate((("available", "entrou"), ("offline", "saiu")), 1):
        with Ear(bia.address) as ear:
            bia.plays(caller("*45").is_answered().is_hung_up_on(), rtp_port=ear.port).succeeds()
            assert spoken(site, ear, f"fila-{word}")
        for line in lines:
            line.becomes(state)
        call = site.ended_calls(company.id, turn)[-1]
        assert call.result == CallResult.SERVED
    assert 'Saiu de "Fila 500", "Fila 501".' in site.told(call)
    ana.plays(caller("*45").is_answered().is_hung_up_on()).succeeds()
    assert "não é agente de nenhuma fila" in site.told(site.ended_calls(company.id, 3)[-1])
