"""The only writers of calls and their steps.

The engine never waits for the database: it makes entries (`opened`, `step`, `answered`, `closed`, `adopted`, `lost`),
and `write` puts any number of them into one transaction. Entries are merged by call before they are written, so a call
costs the same few statements whatever happened in it. Writing the same entries again after a failure is safe.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import takewhile
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from flow.catalog.call import Call, CallResult, CallSegment, CallStep

_CALL: sa.Table = Call.__table__  # type: ignore[attr-defined]  # SQLModel makes it
_STEP: sa.Table = CallStep.__table__  # type: ignore[attr-defined]
_SEGMENT: sa.Table = CallSegment.__table__  # type: ignore[attr-defined]
_BLANK: dict[str, Any] = {
    "revision": 0, "direction": "internal", "answered_at": None, "ended_at": None, "caller_extension_id": None,
    "caller_user_id": None, "callee_user_id": None,
    "caller_number": "", "caller_name": "", "dialled": "", "callee_extension_id": None, "callee_number": "",
    "callee_name": "", "queue_id": None, "queue_name": "", "queued_at": None,
    "result": None, "ended_by": None, "cause": None, "recovered": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to write. `kind`: open, adopt, change, step, offer or outcome."""

    kind: str
    call_id: str
    values: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A call that some engine left open. `channels`: the caller's channel and others, from the steps' details.
    `holding`: the sides that had put the other on hold.
    `waiting_in`: the queue whose caller it still was, `waiting_since` when; `segments`: how many members were tried,
    `ringing` those of them whose telephones rang, and `talk` the one who was talking.
    """

    call: Call
    last_position: int
    channels: frozenset[str]
    holding: frozenset[str] = frozenset()
    waiting_in: int | None = None
    waiting_since: datetime | None = None
    segments: int = 0
    talk: CallSegment | None = None
    ringing: tuple[CallSegment, ...] = ()


def opened(call_id: str, **values: Any) -> Entry:
    return Entry("open", call_id, values)


def adopted(call_id: str, **values: Any) -> Entry:
    """A running call that this engine found; its row is made from `values` only if it was never written."""
    return Entry("adopt", call_id, values)


def step(call_id: str, **values: Any) -> Entry:
    """`values`: company_id, position, at, kind, text (a sentence in Portuguese), detail and revision."""
    return Entry("step", call_id, values)


def offered(call_id: str, **values: Any) -> Entry:
    """A member's telephone rings. `values`: every column of the segment known by then, `position` among them."""
    return Entry("offer", call_id, values)


def outcome(call_id: str, position: int, **values: Any) -> Entry:
    """What became of the segment at `position`: answered_at, ended_at, result, grade."""
    return Entry("outcome", call_id, {"position": position, **values})


def changed(call_id: str, **values: Any) -> Entry:
    """A fact learned on the way: who is called, how it will end."""
    return Entry("change", call_id, values)


def answered(call_id: str, at: datetime) -> Entry:
    return Entry("change", call_id, {"answered_at": at})


def closed(call_id: str, at: datetime, result: CallResult, *, ended_by: str, cause: int | None) -> Entry:
    return Entry("change", call_id, {"ended_at": at, "result": result.value, "ended_by": ended_by, "cause": cause})


def lost(call_id: str, at: datetime, result: CallResult) -> Entry:
    """Ended while nobody watched: `at` is the last moment at which it is known to have been alive or gone."""
    return Entry("change", call_id, {"ended_at": at, "result": result.value, "ended_by": "system", "recovered": True})


def write(db: Session, entries: Sequence[Entry]) -> None:
    """All entries, in the caller's transaction."""
    new, changes = _merged(db, entries)
    connection = db.connection()
    if new:
        connection.execute(_CALL.insert(), list(new.values()))
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for call_id, values in changes.items():
        alike.setdefault(tuple(values), []).append({"of_call": call_id, **values})
    for names, rows in alike.items():
        connection.execute(_update(names), rows)
    steps = [{"call_id": entry.call_id, **entry.values} for entry in entries if entry.kind == "step"]
    if steps:
        connection.execute(_STEP.insert(), steps)
    _write_segments(connection, entries)


def _write_segments(connection: sa.Connection, entries: Sequence[Entry]) -> None:
    new: dict[tuple[str, int], dict[str, Any]] = {}
    for entry in entries:
        key = (entry.call_id, entry.values.get("position", 0))
        if entry.kind == "offer":
            new[key] = {"answered_at": None, "ended_at": None, "result": None, "grade": None, **entry.values}
        elif entry.kind == "outcome" and key in new:
            new[key].update(entry.values)
        elif entry.kind == "outcome":
            found = sa.and_(_SEGMENT.c.call_id == key[0], _SEGMENT.c.position == key[1])
            values = {name: value for name, value in entry.values.items() if name != "position"}
            connection.execute(_SEGMENT.update().where(found).values(values))
    if new:
        connection.execute(_SEGMENT.insert(), [{"call_id": key[0], **values} for key, values in new.items()])


@lru_cache(maxsize=64)
def _update(names: tuple[str, ...]) -> sa.Update:
    return _CALL.update().where(_CALL.c.id == sa.bindparam("of_call")).values({n: sa.bindparam(n) for n in names})


def _merged(db: Session, entries: Iterable[Entry]) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    new: dict[str, dict[str, Any]] = {}
    changes: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if entry.kind == "adopt" and entry.call_id in new:
            new[entry.call_id]["recovered"] = True
        elif entry.kind == "open" or (entry.kind == "adopt" and not _exists(db, entry.call_id)):
            new[entry.call_id] = {**_BLANK, "id": entry.call_id, **entry.values}
        elif entry.kind == "adopt":
            changes.setdefault(entry.call_id, {})["recovered"] = True
        elif entry.kind == "change":
            (new if entry.call_id in new else changes).setdefault(entry.call_id, {}).update(entry.values)
    return new, changes


def _exists(db: Session, call_id: str) -> bool:
    return db.connection().scalar(sa.select(sa.literal(1)).where(_CALL.c.id == call_id)) is not None


def not_written_yet(db: Session, entries: Sequence[Entry]) -> list[Entry]:
    """Without the rows that are there already: a process may have ended between its commit and its knowing of it."""
    there: set[tuple[str, str, int]] = set()
    known = {call_id for call_id in {entry.call_id for entry in entries} if _exists(db, call_id)}
    for call_id in known:
        for kind, table in (("step", _STEP), ("offer", _SEGMENT)):
            positions = db.connection().scalars(sa.select(table.c.position).where(table.c.call_id == call_id))
            there |= {(kind, call_id, position) for position in positions}
    return [
        entry
        for entry in entries
        if not (entry.kind == "open" and entry.call_id in known)
        and (entry.kind, entry.call_id, entry.values.get("position", 0)) not in there
    ]


def unfinished(db: Session, node_id: int) -> list[Unfinished]:
    """Calls of this node without an end, oldest first."""
    query = sa.select(Call).where(_CALL.c.node_id == node_id, _CALL.c.ended_at.is_(None)).order_by(_CALL.c.started_at)
    return [_unfinished(db, call) for call in db.scalars(query)]


def _unfinished(db: Session, call: Call) -> Unfinished:
    columns = (_STEP.c.position, _STEP.c.detail, _STEP.c.kind, _STEP.c.at)
    steps = (
        db.connection().execute(sa.select(*columns).where(_STEP.c.call_id == call.id).order_by(_STEP.c.position)).all()
    )
    channels = frozenset(detail["channel"] for _, detail, _, _ in steps if "channel" in detail)
    last_word = {detail["side"]: kind for _, detail, kind, _ in steps if kind in ("hold", "unhold")}
    holding = frozenset(side for side, kind in last_word.items() if kind == "hold")
    moves = [(kind, detail, at) for _, detail, kind, at in steps if kind in ("queue-wait", "queue", "answered")]
    waits = list(takewhile(lambda move: move[0] == "queue-wait", reversed(moves)))  # again after each restart
    segments = list(
        db.scalars(sa.select(CallSegment).where(_SEGMENT.c.call_id == call.id).order_by(_SEGMENT.c.position))
    )
    return Unfinished(
        call,
        steps[-1][0] if steps else 0,
        channels,
        holding,
        waits[-1][1].get("queue") if waits else None,
        waits[-1][2] if waits else None,
        segments[-1].position if segments else 0,
        next((s for s in segments if s.answered_at is not None and s.ended_at is None), None),
        tuple(s for s in segments if s.result is None),
    )
