"""The engine is killed while callers wait, while a member rings, and in a conversation."""

import time
from datetime import datetime, timedelta

from flow.catalog.call import CallResult
from tests.calls.sip import called, caller
from tests.calls.site import wait_for
from tests.calls.sound import Ear, far_port
from tests.calls.waiting_line import nothing_is_left, rows, segments
from tests.unit.conftest import kept_sound


def test_who_waits_while_the_engine_is_killed_hears_on_and_is_served_in_the_order_of_arrival(
    site, company, phones, queue
):
    ana, bia, caio = phones("1000", "1001", "1002")
    bia.registers(0)
    line = queue(bia, ring_seconds=9)
    with Ear(ana.address) as ear:
        runs = [ana.plays(caller(line.number).is_answered().is_hung_up_on(), rtp_port=ear.port)]
        line.waiting(1)
        runs.append(caio.plays(caller(line.number).is_answered().is_hung_up_on()))
        line.waiting(2)
        time.sleep(0.5)  # until it is written
        site.kill_engine()
        ear.hears(ear.packets + 50, 5)
        site.start_engine()
        site.wait_until_in_sync()
        line.waiting(2)
        ear.hears(ear.packets + 50, 5)
    bia.registers()
    bia.plays(called().answers().waits(200).puts_down(), often=len(runs)).succeeds()
    for run in runs:
        run.succeeds()
    served = sorted(site.ended_calls(company.id, 2), key=lambda call: call.answered_at)
    assert [(call.caller_number, call.result, call.recovered) for call in served] == [
        ("1000", CallResult.ANSWERED, True),
        ("1002", CallResult.ANSWERED, True),
    ]
    nothing_is_left(site, company)


def test_a_member_whose_telephone_rings_while_the_engine_is_killed_is_rung_anew(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    line = queue(bia, ring_seconds=30)
    line.becomes("available")
    silent = bia.plays(called().rings().is_cancelled())
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.becomes("ringing")
    time.sleep(0.5)  # until it is written
    site.kill_engine()
    site.start_engine()
    silent.succeeds()
    answering = bia.plays(called().answers().is_hung_up_on())
    site.wait_until_in_sync()
    line.becomes("on_call")
    run.sign()
    run.succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, segments(call)[0]) == (CallResult.ANSWERED, ("1001", "interrupted"))
    assert segments(call)[-1] == ("1001", "answered")
    line.becomes("available")
    nothing_is_left(site, company)


def test_a_conversation_with_an_agent_outlives_the_engine_and_the_survey_follows(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    question = company.make("audio", name="Nota", current=kept_sound(company.id, 0.5))
    survey = company.make("ivr", name="Nota", survey="1", kind="menu", menu_id=str(question), exceeded="hangup")
    line = queue(bia, survey_id=str(survey))
    line.becomes("available")
    with Ear(ana.address) as ear:
        answering = bia.plays(called().answers().waits_for_a_sign().puts_down())
        run = ana.plays(caller(line.number).is_answered().is_hung_up_on(), rtp_port=ear.port)
        line.becomes("on_call")
        time.sleep(0.5)  # until it is written
        site.restart_engine()
        line.becomes("on_call")
        answering.sign()
        answering.succeeds()
        line.becomes("available")
        time.sleep(0.7)
        ear.presses("5", far_port(run, ear))
        run.succeeds()
    call = site.ended_call(company.id)
    (segment,) = rows(call)
    assert (call.result, call.recovered, segment.result, segment.grade) == (CallResult.ANSWERED, True, "answered", 5)
    nothing_is_left(site, company)


def test_the_days_figures_and_a_pause_are_the_same_after_the_engine_was_killed(site, company, phones, queue, agent):
    ana, bia = phones("1000", "1001")
    person = agent(bia)
    line = queue(members=[f"user:{person}"], member_kind="agent", ring_seconds=9)
    line.present(person, True)
    line.becomes("available")
    answering = bia.plays(called().answers().waits(300).puts_down())
    ana.plays(caller(line.number).is_answered().is_hung_up_on()).succeeds()
    answering.succeeds()
    line.becomes("available")
    line.pause(person, "Almoço")
    line.becomes("paused")
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.waiting(1)
    run.sign()
    run.succeeds()
    line.waiting(0)
    site.ended_calls(company.id, 2)
    before = line.shown()
    assert (before["answered"], before["short_abandoned"], before["service_level"]) == (1, 1, 1.0)
    time.sleep(1)  # until it is written
    site.restart_engine()
    wait_for(lambda: line.shown() == before, 5, lambda: f"{line.shown()}\n{before}")


def test_after_call_time_and_whose_turn_it_is_outlive_the_engine(site, company, phones, queue):
    ana, bia, caio, dora = phones("1000", "1001", "1002", "1003")
    turns = queue(bia, caio, strategy="longest_idle", wrapup_seconds=0)
    rest = queue(dora, number="501", wrapup_seconds=60)

    def serves(line, member):
        line.becomes(*["available"] * len(line.states()))
        answering = member.plays(called().answers().waits(100).puts_down())
        ana.plays(caller(line.number).is_answered().is_hung_up_on()).succeeds()
        answering.succeeds()

    def since():
        return [datetime.fromisoformat(member["since"]) for line in (turns, rest) for member in line.shown()["members"]]

    for line, member in ((turns, bia), (turns, caio), (rest, dora)):
        serves(line, member)
    turns.change(members=[f"extension:{phone.account.extension_id}" for phone in (caio, bia)])
    rest.becomes("wrapup")
    turns.becomes("available", "available")
    time.sleep(1)  # until it is written
    before = since()
    site.restart_engine()
    rest.becomes("wrapup")
    turns.becomes("available", "available")
    assert all(abs(then - now) < timedelta(seconds=0.5) for then, now in zip(before, since(), strict=True))
    serves(turns, bia)  # though Caio comes first on the board


def test_who_gives_up_while_no_engine_runs_counts_among_those_who_gave_up(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    bia.registers(0)
    line = queue(bia)
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.waiting(1)
    time.sleep(0.5)  # until it is written
    site.kill_engine()
    run.sign()
    run.succeeds()
    site.start_engine()
    site.wait_until_in_sync()
    assert site.ended_call(company.id).result == CallResult.LOST
    shown = line.shown()
    assert (shown["waiting"], shown["abandoned"] + shown["short_abandoned"]) == (0, 1)
