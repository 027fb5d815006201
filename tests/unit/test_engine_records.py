"""Records of calls reach the database whole, however late, and never twice."""

import asyncio
import sqlite3
import stat
import uuid
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlmodel import select

from flow.catalog.call import Call, CallResult, CallStep
from flow.clock import now
from flow.db import company_session, platform_session
from flow.engine.broadcast import Broadcast
from flow.engine.journal import Journal
from flow.engine.leftover import to_file
from flow.engine.record import CallRecord
from flow.engine.snapshots import CompanyReader
from flow.services import calls
from flow.services.call_log import CallFilter, list_calls
from flow.settings import settings


def facts(tenant) -> dict:
    return {"company_id": tenant.id, "node_id": 1, "revision": 3, "started_at": now(), "dialled": "1001"}


def a_step(call_id: str, tenant, position: int, **detail) -> calls.Entry:
    return calls.step(
        call_id, company_id=tenant.id, position=position, at=now(), kind="k", text="t.", detail=detail, revision=3
    )


def write(*entries: calls.Entry) -> None:
    with platform_session(writes=True) as db:
        calls.write(db, entries)
        db.commit()


def stored(call_id: str) -> Call | None:
    with platform_session() as db:
        return db.get(Call, call_id)


@pytest.fixture
def call_id() -> str:
    return uuid.uuid4().hex


def test_a_whole_call_in_one_batch_becomes_one_row(tenant, call_id):
    answered, ended = now(), now() + timedelta(seconds=5)
    write(
        calls.opened(call_id, **facts(tenant)),
        a_step(call_id, tenant, 1, channel="c1"),
        calls.answered(call_id, answered),
        calls.closed(call_id, ended, CallResult.ANSWERED, ended_by="caller", cause=16),
    )
    call = stored(call_id)
    assert (call.answered_at, call.ended_at, call.result, call.ended_by) == (answered, ended, "answered", "caller")


def test_a_call_over_several_batches_is_the_same_row(tenant, call_id):
    write(calls.opened(call_id, **facts(tenant)))
    write(calls.answered(call_id, now()), calls.changed(call_id, callee_number="1001"))
    write(calls.closed(call_id, now(), CallResult.ANSWERED, ended_by="callee", cause=16))
    call = stored(call_id)
    assert (call.callee_number, call.result, call.ended_by) == ("1001", "answered", "callee")


def test_an_adopted_call_is_marked_and_made_only_when_it_was_never_written(tenant, call_id):
    write(calls.opened(call_id, **facts(tenant)))
    write(calls.adopted(call_id, **{**facts(tenant), "dialled": "other"}, recovered=True))
    assert (stored(call_id).dialled, stored(call_id).recovered) == ("1001", True)
    unwritten = uuid.uuid4().hex
    write(calls.adopted(unwritten, **facts(tenant), recovered=True), calls.answered(unwritten, now()))
    assert stored(unwritten).recovered
    assert stored(unwritten).answered_at is not None


def test_unfinished_calls_are_found_with_their_channels_and_last_step(tenant, call_id):
    write(
        calls.opened(call_id, **facts(tenant)),
        a_step(call_id, tenant, 1, channel="c1"),
        a_step(call_id, tenant, 2),
        a_step(call_id, tenant, 3, channel="c2"),
    )
    with platform_session() as db:
        (mine,) = [item for item in calls.unfinished(db, 1) if item.call.id == call_id]
    assert (mine.last_position, mine.channels) == (3, {"c1", "c2"})
    write(calls.lost(call_id, now(), CallResult.LOST))
    with platform_session() as db:
        assert call_id not in {item.call.id for item in calls.unfinished(db, 1)}


def test_while_the_database_is_locked_entries_wait_and_then_all_are_written(tenant, call_id, monkeypatch):
    monkeypatch.setattr("flow.engine.journal._RETRY_SECONDS", (0.1, 0.2))

    async def main() -> None:
        journal = Journal()
        running = asyncio.create_task(journal.run())
        lock = sqlite3.connect(settings.data_dir / "fluxo.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        journal.add(calls.opened(call_id, **facts(tenant)))
        while not journal.trouble:  # noqa: ASYNC110 - the database's own patience has to end
            await asyncio.sleep(0.1)
        journal.add(calls.answered(call_id, now()))
        assert stored(call_id) is None
        lock.execute("ROLLBACK")
        lock.close()
        journal.stop()
        await asyncio.wait_for(running, 20)
        assert journal.waiting == 0

    asyncio.run(main())
    assert stored(call_id).answered_at is not None


def test_a_record_that_can_never_be_written_does_not_hold_back_the_others(tenant, call_id):
    async def main() -> None:
        journal = Journal()
        journal.add(calls.opened("no-company", **{**facts(tenant), "company_id": 10_000_000}))
        journal.add(calls.opened(call_id, **facts(tenant)))
        journal.stop()
        await journal.run()

    asyncio.run(main())
    assert stored("no-company") is None
    assert stored(call_id) is not None


def test_a_call_belongs_to_the_people_whose_extensions_they_were_when_it_was_made(tenant, call_id):
    """An extension that changes hands shows its new owner none of the calls of the one before."""
    extension = tenant.extension("1000")
    before = tenant.user("antes", extension_id=str(extension))
    other = tenant.extension("1001")
    station = CompanyReader(1, b"k" * 32, lambda name: None).load(tenant.id).snapshot.by_id[extension]
    assert station.user_id == before
    record = CallRecord(Journal(), Broadcast(), call_id, 1, tenant.id, 3, station, "1001")
    record.open()
    record.called(CompanyReader(1, b"k" * 32, lambda name: None).load(tenant.id).snapshot.by_id[other])
    write(*record.journal._entries)  # what it has to write, without its clock
    assert (stored(call_id).caller_user_id, stored(call_id).callee_user_id) == (before, None)
    tenant.save("user", {"extension_id": ""}, before)
    after = tenant.user("depois", extension_id=str(extension))

    def seen(user_id: int) -> list[str]:
        agent = tenant.as_person(user_id, "Agente", extension_id=extension)
        with company_session(tenant.id) as db:
            return [row.id for row in list_calls(db, agent, CallFilter()).rows]

    assert (seen(before), seen(after)) == ([call_id], [])
    assert CompanyReader(1, b"k" * 32, lambda name: None).load(tenant.id).snapshot.by_id[extension].user_id == after


def test_the_calls_of_a_team_are_those_of_its_people(tenant, call_id):
    team = tenant.save("team", {"name": "Vendas"}).id
    member, stranger = tenant.user("vende", team_id=str(team)), tenant.user("outra")
    for position, user_id in enumerate((member, stranger)):
        values = {**facts(tenant), "callee_user_id": user_id, "started_at": now() - timedelta(minutes=position)}
        write(calls.opened(f"{call_id}{position}", **values))
    guide = tenant.as_person(tenant.user("guia"), "Supervisor", team_ids=frozenset({team}))
    with company_session(tenant.id) as db:
        assert [row.id for row in list_calls(db, guide, CallFilter()).rows] == [f"{call_id}0"]


@pytest.fixture
def locked():
    """Another writer sits in the database until it is told to leave."""
    writer = sqlite3.connect(settings.data_dir / "fluxo.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    yield writer
    writer.close()


def a_whole_call(tenant, call_id: str) -> list[calls.Entry]:
    return [
        calls.opened(call_id, **facts(tenant)),
        a_step(call_id, tenant, 1, channel="c1"),
        a_step(call_id, tenant, 2),
        calls.answered(call_id, now()),
        calls.closed(call_id, now(), CallResult.ANSWERED, ended_by="caller", cause=16),
    ]


def steps_of(call_id: str) -> list[int]:
    with platform_session() as db:
        return list(db.exec(select(CallStep.position).where(CallStep.call_id == call_id).order_by(CallStep.position)))


def test_what_a_locked_database_did_not_take_until_the_end_the_next_engine_writes(tenant, call_id, tmp_path, locked):
    """The end may come at any moment after `stop`, in the middle of an attempt."""
    file = tmp_path / "unwritten.jsonl"

    async def the_engine_before() -> None:
        journal = Journal(file)
        running = asyncio.create_task(journal.run())
        *early, late = a_whole_call(tenant, call_id)
        for entry in early:
            journal.add(entry)
        await asyncio.sleep(0.5)  # the first attempt is under way
        journal.add(late)
        journal.stop()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    async def the_next_engine() -> None:
        journal = Journal(file)
        await journal.recall()
        journal.stop()
        await journal.run()

    asyncio.run(the_engine_before())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    locked.execute("ROLLBACK")
    assert stored(call_id) is None
    asyncio.run(the_next_engine())
    assert (stored(call_id).result, steps_of(call_id), file.exists()) == ("answered", [1, 2], False)


def test_records_that_wait_in_a_file_and_are_in_the_database_too_are_not_written_twice(tenant, call_id, tmp_path):
    file = tmp_path / "unwritten.jsonl"
    entries = a_whole_call(tenant, call_id)
    write(*entries[:2])
    to_file(file, entries)
    asyncio.run(Journal(file).recall())
    assert (stored(call_id).result, steps_of(call_id), file.exists()) == ("answered", [1, 2], False)


def test_a_file_that_cannot_be_read_is_put_aside_and_stops_nothing(tmp_path):
    file = tmp_path / "unwritten.jsonl"
    file.write_text('["open", "x"')
    asyncio.run(Journal(file).recall())
    assert [path.suffix for path in tmp_path.iterdir()] == [".unreadable"]


def test_a_call_that_waited_in_a_file_and_is_adopted_keeps_what_was_known(tenant, call_id):
    first = calls.opened(call_id, **{**facts(tenant), "caller_number": "1000"})
    write(first, calls.adopted(call_id, **facts(tenant), recovered=True))
    assert (stored(call_id).caller_number, stored(call_id).recovered) == ("1000", True)
