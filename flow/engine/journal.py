"""Carries what calls have to tell to the database, without any call ever waiting for it."""

import asyncio
import contextlib
import os
from pathlib import Path

import structlog
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from flow.db import platform_session, run_in_thread
from flow.engine.leftover import from_file, to_file
from flow.errors import FlowError
from flow.services import calls
from flow.services.calls import Entry

log = structlog.get_logger(__name__)

GATHER_SECONDS = 0.2
"""Entries of this long go into one transaction: at twenty calls a second that saves nine of ten commits."""
_RETRY_SECONDS = (0.5, 5.0)


class Journal:
    """`add` never fails and never waits. A database that is locked or away is retried until it takes the entries.

    What it has not taken when the engine has to go lies in the file `leftover`, for the next engine to write.
    """

    def __init__(self, leftover: Path | None = None) -> None:
        self._leftover = leftover
        self._kept = False
        self._entries: list[Entry] = []
        self._on_the_way: list[Entry] = []
        self._arrived = asyncio.Event()
        self._stopping = False
        self.trouble = ""

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._arrived.set()

    @property
    def waiting(self) -> int:
        return len(self._on_the_way) + len(self._entries)

    async def recall(self) -> None:
        """Take up what an engine before this one could not write. Before anybody asks for unfinished calls."""
        if self._leftover is None or not self._leftover.exists():
            return
        try:
            entries = from_file(await run_in_thread(self._leftover.read_bytes))
            new = await run_in_thread(_not_written_yet, entries)
        except (OSError, ValueError, KeyError):
            log.exception("call records of the last engine cannot be read", file=self._leftover.name)
            with contextlib.suppress(OSError):
                os.replace(self._leftover, self._leftover.with_suffix(".unreadable"))
            return
        except (SQLAlchemyError, FlowError):
            new = entries  # it takes none now; writing them twice is refused call by call
        log.info("call records of the last engine", entries=len(new))
        if not new or await self._written(new):
            self._leftover.unlink(missing_ok=True)
            return
        self._kept = True
        self._entries = new + self._entries
        self._arrived.set()

    async def run(self) -> None:
        """Until `stop`, and then until everything is written."""
        pause, longest = _RETRY_SECONDS
        while not (self._stopping and not self._entries):
            await self._arrived.wait()
            if not self._stopping:
                await asyncio.sleep(GATHER_SECONDS)
            self._arrived.clear()
            self._on_the_way, self._entries = self._entries, []
            if not self._on_the_way or await self._written(self._on_the_way):
                self._on_the_way = []
                self._keep()
                pause = _RETRY_SECONDS[0]
                continue
            self._entries, self._on_the_way = self._on_the_way + self._entries, []
            self._arrived.set()
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)

    def stop(self) -> None:
        """At once into the file: nobody knows how long this process is given to end."""
        self._stopping = True
        self._keep()
        self._arrived.set()

    def _keep(self) -> None:
        """There is a file only while it has something that is not written."""
        if self._leftover is None:
            return
        try:
            if self.waiting and self._stopping:
                to_file(self._leftover, self._on_the_way + self._entries)
                self._kept = True
            elif self._kept and not self.waiting:
                self._leftover.unlink(missing_ok=True)
                self._kept = False
        except OSError as error:
            log.warning("call records cannot be kept in a file", entries=self.waiting, error=type(error).__name__)

    async def _written(self, batch: list[Entry]) -> bool:
        try:
            await run_in_thread(_write, batch)
        except IntegrityError:
            await run_in_thread(_write_one_by_one, batch)
        except (SQLAlchemyError, FlowError, OSError) as error:
            self.trouble = "As chamadas seguem, mas o banco de dados não aceita os registros delas agora."
            log.warning("call records wait for the database", entries=len(batch), error=type(error).__name__)
            return False
        self.trouble = ""
        return True


def _write(entries: list[Entry]) -> None:
    with platform_session(writes=True) as db:
        calls.write(db, entries)
        db.commit()


def _not_written_yet(entries: list[Entry]) -> list[Entry]:
    with platform_session() as db:
        return calls.not_written_yet(db, entries)


def _write_one_by_one(entries: list[Entry]) -> None:
    """One call whose company was deleted meanwhile must not hold back all others."""
    by_call: dict[str, list[Entry]] = {}
    for entry in entries:
        by_call.setdefault(entry.call_id, []).append(entry)
    for call_id, own in by_call.items():
        try:
            _write(own)
        except IntegrityError:
            log.warning("call record refused", call=call_id, entries=len(own))
