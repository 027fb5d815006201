"""Entries of the journal in a file: one line of JSON each, readable by its owner only."""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from flow.services.calls import Entry

_MOMENTS = frozenset({"at", "started_at", "answered_at", "ended_at", "queued_at", "offered_at"})


def to_file(path: Path, entries: Iterable[Entry]) -> None:
    """All or nothing. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for entry in entries:
            file.write(orjson.dumps([entry.kind, entry.call_id, entry.values], option=orjson.OPT_APPEND_NEWLINE))
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def from_file(data: bytes) -> list[Entry]:
    """Raises ValueError."""
    return [_entry(*orjson.loads(line)) for line in data.splitlines()]


def _entry(kind: str, call_id: str, values: dict[str, Any]) -> Entry:
    moments = {name: datetime.fromisoformat(values[name]) for name in _MOMENTS & values.keys() if values[name]}
    return Entry(kind, call_id, values | moments)
