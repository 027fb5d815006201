"""The engine dies and comes back; the telephones must not notice, and the records must be right."""

import signal
import sqlite3
import time

from flow.catalog.call import CallResult
from tests.calls.sip import called, caller
from tests.calls.site import wait_for


def talking(site, company):
    wait_for(lambda: any(call.answered_at for call in site.calls(company.id)), 10)


def test_a_conversation_outlives_a_killed_engine_and_ends_properly(site, company, phones):
    ana, bia = phones("1000", "1001")
    answering = bia.plays(called().answers().is_hung_up_on())
    run = ana.plays(caller("1001").is_answered().waits_for_a_sign().hangs_up())
    talking(site, company)
    site.kill_engine()
    time.sleep(1)
    site.start_engine()
    site.wait_until_in_sync()
    run.sign()
    run.succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by, call.recovered) == (CallResult.ANSWERED, "caller", True)
    assert 0 < call.answered_at.timestamp() - call.started_at.timestamp() < 2
    assert abs(call.ended_at.timestamp() - time.time()) < 5
    assert site.kinds(call) == ["dialled", "decision", "answered", "adopted"]
    assert site.ask(f"/calls?company_id={company.id}") == []


def test_a_telephone_left_alone_while_the_engine_was_away_is_hung_up(site, company, phones):
    ana, bia = phones("1000", "1001")
    answering = bia.plays(called().answers().is_hung_up_on())
    run = ana.plays(caller("1001").is_answered().waits_for_a_sign().hangs_up())
    talking(site, company)
    site.kill_engine()
    run.sign()
    run.succeeds()
    ended = time.time()
    site.start_engine()
    site.wait_until_in_sync()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.recovered) == (CallResult.ANSWERED, True)
    assert call.answered_at <= call.ended_at
    assert call.ended_at.timestamp() <= ended
    assert site.kinds(call)[-1] == "ended-meanwhile"
    wait_for(lambda: "PJSIP/" not in site.node.command("core show channels"), 5)


def test_a_call_that_ended_while_the_engine_was_away_is_closed(site, company, phones):
    ana, bia = phones("1000", "1001")
    bia_leaves = bia.plays(called().rings().is_cancelled())
    run = ana.plays(caller("1001").hears_ringing().waits(1000).gives_up())
    wait_for(lambda: bool(site.calls(company.id)), 5)
    time.sleep(0.5)
    site.kill_engine()
    run.succeeds()
    site.start_engine()
    site.wait_until_in_sync()
    bia_leaves.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.answered_at, call.recovered) == (CallResult.LOST, None, True)


def test_a_call_that_rings_while_the_engine_is_killed_can_still_be_answered(site, company, phones):
    ana, bia = phones("1000", "1001")
    answering = bia.plays(called().rings().waits(9000).answers().is_hung_up_on())
    run = ana.plays(caller("1001").hears_ringing().is_answered().waits_for_a_sign().hangs_up())
    wait_for(lambda: bool(site.calls(company.id)), 5)
    time.sleep(0.5)
    site.restart_engine()
    answering.sees("ACK sip:")
    run.sign()
    run.succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by, call.recovered) == (CallResult.ANSWERED, "caller", True)


def test_a_telephone_that_answered_while_the_engine_was_away_is_connected(site, company, phones):
    ana, bia = phones("1000", "1001")
    answering = bia.plays(called().rings().waits(1500).answers().is_hung_up_on())
    run = ana.plays(caller("1001").hears_ringing().is_answered().waits_for_a_sign().hangs_up())
    wait_for(lambda: bool(site.calls(company.id)), 5)
    time.sleep(0.5)
    site.kill_engine()
    answering.sees("ACK sip:")
    site.start_engine()
    site.wait_until_in_sync()
    run.sign()
    run.succeeds()
    answering.succeeds()
    assert site.ended_call(company.id).result == CallResult.ANSWERED


def test_a_stopped_engine_leaves_calls_up_and_no_record_unwritten(site, company, phones):
    ana, bia = phones("1000", "1001")
    answering = bia.plays(called().answers().is_hung_up_on())
    run = ana.plays(caller("1001").is_answered().waits_for_a_sign().hangs_up())
    wait_for(lambda: bool(site.ask(f"/calls?company_id={company.id}")), 5)
    wait_for(lambda: site.ask(f"/calls?company_id={company.id}")[0]["state"] == "talking", 5)
    site.stop_engine()
    (row,) = site.calls(company.id)
    assert row.answered_at is not None
    assert site.kinds(row) == ["dialled", "decision", "answered"]
    site.start_engine()
    site.wait_until_in_sync()
    run.sign()
    run.succeeds()
    answering.succeeds()
    assert site.ended_call(company.id).result == CallResult.ANSWERED


def test_a_new_call_without_an_engine_is_told_so(site, company, phones):
    ana, _ = phones("1000", "1001")
    site.kill_engine()
    ana.plays(caller("1001").hears_an_announcement().is_refused_with(503)).succeeds()
    site.start_engine()
    site.wait_until_in_sync()


def test_calls_that_a_dead_asterisk_took_with_it_are_closed(site, company, phones):
    ana, bia = phones("1000", "1001")
    answering = bia.plays(called().answers().is_hung_up_on())
    run = ana.plays(caller("1001").is_answered().is_hung_up_on())
    talking(site, company)
    site.restart_node()
    site.wait_until_in_sync()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by) == (CallResult.ANSWERED, "system")
    run.dies()
    answering.dies()


def test_a_call_is_not_lost_when_the_engine_has_to_go_while_the_database_is_locked(site, company, phones):
    ana, bia = phones("1000", "1001")
    writer = sqlite3.connect(site.settings.data_dir / "fluxo.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    try:
        answering = bia.plays(called().answers().is_hung_up_on())
        ana.plays(caller("1001").is_answered().hangs_up()).succeeds()
        answering.succeeds()
        wait_for(lambda: site.ask(f"/calls?company_id={company.id}") == [], 5)
        site.engine.send_signal(signal.SIGTERM)
        time.sleep(2)
        site.kill_engine()  # whoever told it to go had no more patience
    finally:
        writer.execute("ROLLBACK")
        writer.close()
    assert site.calls(company.id) == []
    site.start_engine()
    site.wait_until_in_sync()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by, call.recovered) == (CallResult.ANSWERED, "caller", False)
    assert site.kinds(call)[:3] == ["dialled", "decision", "answered"]
