"""Carries what calls have to tell to the database, without any call ever waiting for it."""

import asyncio

import structlog
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from flow.db import platform_session, run_in_thread
from flow.errors import FlowError
from flow.services import calls
from flow.services.calls import Entry

log = structlog.get_logger(__name__)

GATHER_SECONDS = 0.2
"""Entries of this long go into one transaction: at twenty calls a second that saves nine of ten commits."""
_RETRY_SECONDS = (0.5, 5.0)


class Journal:
    """`add` never fails and never waits. A database that is locked or away is retried until it takes the entries."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._arrived = asyncio.Event()
        self._stopping = False
        self.trouble = ""

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._arrived.set()

    @property
    def waiting(self) -> int:
        return len(self._entries)

    async def run(self) -> None:
        """Until `stop`, and then until everything is written."""
        pause, longest = _RETRY_SECONDS
        while not (self._stopping and not self._entries):
            await self._arrived.wait()
            if not self._stopping:
                await asyncio.sleep(GATHER_SECONDS)
            self._arrived.clear()
            batch, self._entries = self._entries, []
            if not batch or await self._written(batch):
                pause = _RETRY_SECONDS[0]
                continue
            self._entries = batch + self._entries
            self._arrived.set()
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)

    def stop(self) -> None:
        self._stopping = True
        self._arrived.set()

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
