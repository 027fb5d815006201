"""Calls as the engine writes them, for tests of what is read from them."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flow.catalog.call import CallResult
from flow.clock import now
from flow.db import platform_session
from flow.services import calls
from flow.services.calls import Entry


@dataclass
class MadeCall:
    """A call of one company. Each method adds what the engine would write at that second of the call."""

    company_id: int
    started_at: datetime = field(default_factory=lambda: now() - timedelta(minutes=5))
    direction: str = "inbound"
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    entries: list[Entry] = field(default_factory=list)
    _position: int = 0
    _tried: int = 0

    def opened(self, caller: str = "51998765432", dialled: str = "5125554444", **facts: Any) -> "MadeCall":
        values = {"caller_number": caller, "dialled": dialled, "direction": self.direction, "revision": 7, **facts}
        row = {"company_id": self.company_id, "node_id": 1, "started_at": self.started_at, **values}
        self.entries.append(calls.opened(self.id, **row))
        return self

    def step(self, second: float, kind: str, text: str, **detail: Any) -> "MadeCall":
        self._position += 1
        values = {"company_id": self.company_id, "position": self._position, "at": self._at(second)}
        self.entries.append(calls.step(self.id, **values, kind=kind, text=text, detail=detail, revision=7))
        return self

    def changed(self, **values: Any) -> "MadeCall":
        self.entries.append(calls.changed(self.id, **values))
        return self

    def queued(self, second: float, queue_id: int, name: str) -> "MadeCall":
        self.changed(queue_id=queue_id, queue_name=name, queued_at=self._at(second))
        return self.step(second, "queue-wait", f'Entrou na espera da fila "{name}".', queue=queue_id)

    def tried(self, second: float, name: str, key: str = "user:1", queue: int = 1, **outcome: Any) -> "MadeCall":
        """`outcome`: the segment's own, with seconds for its times."""
        self._tried += 1
        kind, _, number = key.partition(":")
        facts = {"company_id": self.company_id, "position": self._tried, "queue_id": queue, "queue_name": "Suporte"}
        who = {"key": key, "user_id": int(number) if kind == "user" else None, "extension_id": 1, "name": name}
        self.entries.append(calls.offered(self.id, **facts, **who, offered_at=self._at(second)))
        timed = {n: self._at(v) if n.endswith("_at") else v for n, v in outcome.items()}
        if timed:
            self.entries.append(calls.outcome(self.id, self._tried, **timed))
        return self

    def answered(self, second: float, **callee: Any) -> "MadeCall":
        self.entries.append(calls.answered(self.id, self._at(second)))
        return self.changed(**callee) if callee else self

    def ended(self, second: float, result: str = "answered", by: str = "caller") -> "MadeCall":
        end = calls.closed(self.id, self._at(second), CallResult(result), ended_by=by, cause=16)
        self.entries.append(end)
        return self

    def closed(self, second: float, result: str = "answered", by: str = "caller") -> str:
        """Ends it and writes it; the call's id."""
        write(self.ended(second, result, by))
        return self.id

    def _at(self, second: float) -> datetime:
        return self.started_at + timedelta(seconds=second)


def write(*made: MadeCall) -> None:
    """In one transaction."""
    with platform_session(writes=True) as db:
        calls.write(db, [entry for call in made for entry in call.entries])
        db.commit()
