"""What callers of a queue are told while they wait, and what they are asked afterwards."""

import audioop
import json
from contextlib import ExitStack

import pytest

from flow.catalog.call import CallResult
from flow.sound.wav import RATE
from tests.calls.sip import called, caller
from tests.calls.site import wait_for
from tests.calls.sound import Ear, far_port, is_told, spoken
from tests.calls.waiting_line import nothing_is_left, rows
from tests.unit.conftest import kept_sound


def test_the_caller_is_told_the_place_in_the_queue_and_then_hears_music_again(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    bia.registers(0)
    line = queue(bia, position_every_seconds="15")
    with Ear(ana.address) as ear:
        run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up(), rtp_port=ear.port)
        wait_for(lambda: len(ear.heard) > 6 * RATE, 15)
        run.sign()
        run.succeeds()
        assert spoken(site, ear, "posicao-1")
        assert not spoken(site, ear, "posicao-2")
        after = audioop.ulaw2lin(bytes(ear.heard)[-RATE:], 2)
        assert audioop.rms(after, 2) > 100


def test_the_expected_wait_is_told_after_the_place_in_the_queue(site, company, phones, queue):
    ana, bia, caio = phones("1000", "1001", "1002")
    line = queue(bia, position_every_seconds="15", say_wait="1", wrapup_seconds="120")
    line.becomes("available")
    answering = bia.plays(called().answers().waits(200).puts_down())
    ana.plays(caller(line.number).is_answered().is_hung_up_on()).succeeds()
    answering.succeeds()
    line.becomes("wrapup")  # each call takes its two minutes
    runs = []
    with Ear(ana.address) as first, Ear(caio.address) as second:
        for phone, ear in ((ana, first), (caio, second)):
            steps = caller(line.number).is_answered().waits_for_a_sign().hangs_up()
            runs.append(phone.plays(steps, rtp_port=ear.port))
            line.waiting(len(runs))
        is_told(site, first, "posicao-1", "espera-2")
        is_told(site, second, "posicao-2", "espera-4")
        assert not spoken(site, first, "espera-4")
    for run in runs:
        run.sign()
        run.succeeds()


# The survey


@pytest.fixture
def asked(site, company, phones, queue):
    """Leads a caller (1000) through a conversation with 1001 to the survey; the ear, Asterisk's port, and the run."""
    with ExitStack() as stack:

        def lead(*keys, then=lambda talk: talk.is_hung_up_on(), **more):
            ana, bia = phones("1000", "1001")
            question = company.make("audio", name="Nota", current=kept_sound(company.id, 0.5))
            rows = json.dumps([{"key": key, "destination": to} for key, to in keys])
            values = {"kind": "menu", "menu_id": str(question), "keys": rows, "exceeded": "hangup", **more}
            line = queue(bia, survey_id=str(company.make("ivr", name="Nota", survey="1", **values)), wrapup_seconds="1")
            line.becomes("available")
            ear = stack.enter_context(Ear(ana.address))
            answering = bia.plays(called().answers().waits(400).puts_down())
            run = ana.plays(then(caller(line.number).is_answered()), rtp_port=ear.port)
            answering.succeeds()
            wait_for(lambda: site.ask(f"/calls?company_id={company.id}")[0]["state"] == "survey", 5)
            line.becomes("wrapup")
            return ear, far_port(run, ear), run

        yield lead


def test_after_the_conversation_the_caller_stays_and_gives_a_grade(site, company, asked):
    ear, port, run = asked()
    ear.presses("4", port)
    run.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by) == (CallResult.ANSWERED, "callee")
    (segment,) = rows(call)
    assert (segment.grade, segment.result) == (4, "answered")
    assert segment.ended_at < call.ended_at
    assert "Quem ligou deu nota 4." in site.told(call)
    nothing_is_left(site, company)


def test_a_grade_may_lead_to_somebody_else_and_the_call_stays_the_conversation_that_was_graded(
    site, company, phones, asked
):
    (boss,) = phones("1002")
    sound = company.make("audio", name="Um momento", current=kept_sound(company.id, 0.3))
    to_boss = f"extension:{boss.account.extension_id}"
    onward = company.make("announcement", name="Um momento", audios=[sound], destination=to_boss)
    ear, port, run = asked(("1", f"announcement:{onward}"), then=lambda talk: talk.waits_for_a_sign().hangs_up())
    answering = boss.plays(called().rings().answers().is_hung_up_on())
    ear.presses("1", port)
    answering.sees("ACK sip:")
    wait_for(lambda: site.ask(f"/calls?company_id={company.id}")[0]["state"] == "talking", 5)
    run.sign()
    run.succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    (segment,) = rows(call)
    assert (segment.grade, segment.extension_id) == (1, call.callee_extension_id)
    assert (call.result, call.callee_number, call.queue_name) == (CallResult.ANSWERED, "1001", "Fila 500")
    assert call.answered_at <= segment.ended_at < call.ended_at
    assert 'Pesquisa "Nota": tecla 1, tentativa 1 de 3 → Anúncio "Um momento".' in site.told(call)
    assert "→ ramal 1002 (Pessoa 1002)." in site.told(call)
    nothing_is_left(site, company)


def test_a_wrong_key_is_no_grade_and_the_caller_is_asked_again(site, company, asked):
    ear, port, run = asked()
    ear.presses("9", port)
    wait_for(lambda: "tecla 9 não é uma opção" in site.told(site.calls(company.id)[0]), 5)
    ear.presses("3", port)
    run.succeeds()
    call = site.ended_call(company.id)
    assert [segment.grade for segment in rows(call)] == [3]
    assert 'Pesquisa "Nota": tecla 9 não é uma opção, tentativa 1 de 3.' in site.told(call)
    assert "Quem ligou deu nota 3." in site.told(call)
    nothing_is_left(site, company)


def test_who_presses_nothing_is_asked_again_and_then_sent_on_without_a_grade(site, company, asked):
    sound = company.make("audio", name="Tchau", current=kept_sound(company.id, 0.5))
    bye = company.make("announcement", name="Tchau", audios=[sound], destination="hangup")
    _, _, run = asked(attempts="2", timeout_seconds="1", exceeded=f"announcement:{bye}")
    run.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by) == (CallResult.ANSWERED, "callee")
    assert [(segment.grade, segment.result) for segment in rows(call)] == [(None, "answered")]
    words = site.told(call)
    assert 'Pesquisa "Nota": nenhuma tecla em 1 s, tentativa 1 de 2.' in words
    assert 'tentativas esgotadas (0 inválidas e 2 sem tecla) → Anúncio "Tchau".' in words
    assert "deu nota" not in words
    nothing_is_left(site, company)


def test_who_hangs_up_while_being_asked_gives_no_grade(site, company, asked):
    _, _, run = asked(then=lambda talk: talk.waits_for_a_sign().hangs_up())
    run.sign()
    run.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by) == (CallResult.ANSWERED, "callee")
    assert [(segment.grade, segment.result) for segment in rows(call)] == [(None, "answered")]
    words = site.told(call)
    begun = words.index('Quem atendeu desligou; quem ligou ouve a pesquisa "Nota".')
    assert begun < words.index("Quem ligou desligou sem terminar a pesquisa.")
    nothing_is_left(site, company)
