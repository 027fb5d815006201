"""Live events for whoever listens on the engine's API. A listener that cannot keep up is cut off and asks again."""

import asyncio
from typing import Any

from flow.clock import now

_BACKLOG = 2_000


class Broadcast:
    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[dict[str, Any] | None]] = set()

    @property
    def anybody(self) -> bool:
        return bool(self._listeners)

    def say(self, kind: str, company_id: int | None, **facts: Any) -> None:
        if not self._listeners:
            return
        event = {"type": kind, "company_id": company_id, "at": now().isoformat(), **facts}
        for listener in tuple(self._listeners):
            try:
                listener.put_nowait(event)
            except asyncio.QueueFull:
                self._listeners.discard(listener)
                listener.get_nowait()
                listener.put_nowait(None)

    def listen(self) -> asyncio.Queue[dict[str, Any] | None]:
        """Events from now on; None means: too slow, connect again."""
        listener: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(_BACKLOG)
        self._listeners.add(listener)
        return listener

    def leave(self, listener: asyncio.Queue[dict[str, Any] | None]) -> None:
        self._listeners.discard(listener)
