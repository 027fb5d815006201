"""What a call hears: one queue for the node's events, the other calls' words, an operator's wish, and deadlines."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from flow.engine.pbx.ari import Event


class Inbox:
    def __init__(self) -> None:
        self._queue: asyncio.Queue[Event] = asyncio.Queue()

    def put(self, event: Event) -> None:
        self._queue.put_nowait(event)

    async def next(self) -> Event:
        return await self._queue.get()

    @contextmanager
    def within(self, seconds: float) -> Iterator[object]:
        """A deadline that comes through the queue like everything else: cheaper than a timeout around each event.

        What is yielded stands in the field `of` of the event `Deadline`; those of others are late and mean nothing.
        """
        deadline = object()
        timer = self.after(seconds, deadline)
        try:
            yield deadline
        finally:
            timer.cancel()

    def after(self, seconds: float, of: object) -> asyncio.TimerHandle:
        """A `Deadline` with this `of`, unless it is cancelled before."""
        return asyncio.get_running_loop().call_later(seconds, self.put, {"type": "Deadline", "of": of})
