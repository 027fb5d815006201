"""What callers of a queue are told while they wait, and what they are asked afterwards."""

import audioop
import time

from flow.catalog.call import CallResult
from flow.sound.wav import RATE
from tests.calls.sip import called, caller
from tests.calls.site import wait_for
from tests.calls.sound import Ear, far_port, spoken
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


def test_after_the_conversation_the_caller_stays_and_gives_a_grade(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    question = company.make("audio", name="Nota", current=kept_sound(company.id, 0.5))
    survey = company.make("ivr", name="Nota", survey="1", kind="menu", menu_id=str(question), exceeded="hangup")
    line = queue(bia, survey_id=str(survey), wrapup_seconds="1")
    line.becomes("available")
    with Ear(ana.address) as ear:
        answering = bia.plays(called().answers().waits(400).puts_down())
        run = ana.plays(caller(line.number).is_answered().is_hung_up_on(), rtp_port=ear.port)
        answering.succeeds()
        line.becomes("wrapup")
        wait_for(lambda: site.ask(f"/calls?company_id={company.id}")[0]["state"] == "survey", 5)
        time.sleep(0.7)
        ear.presses("4", far_port(run, ear))
        run.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by) == (CallResult.ANSWERED, "callee")
    (segment,) = rows(call)
    assert (segment.grade, segment.result) == (4, "answered")
    assert segment.ended_at < call.ended_at
    assert "Quem ligou deu nota 4." in site.told(call)
    nothing_is_left(site, company)
