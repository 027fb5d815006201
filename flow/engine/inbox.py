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
        late = {"type": "Deadline", "of": deadline}
        timer = asyncio.get_running_loop().call_later(seconds, self.put, late)
        try:
            yield deadline
        finally:
            timer.cancel()
