"""What the pages are told about the telephony as a whole."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, cast

from flow.live.engine_client import EngineClient
from flow.live.hub import Hub


class _Engine:
    """Has one node, which is still being sent its configuration when it connects."""

    def __init__(self) -> None:
        self.in_sync = False

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        yield {"type": "stream.open"}
        await asyncio.Event().wait()

    async def status(self) -> dict[str, Any]:
        return {"nodes": [{"state": "connected", "in_sync": self.in_sync}]}


def test_the_light_turns_green_when_the_node_has_everything():
    async def story() -> list[str]:
        engine, seen = _Engine(), []
        hub = Hub(cast(EngineClient, engine))
        running = asyncio.create_task(hub.run())
        await asyncio.sleep(0.1)
        seen.append(hub.telephony["state"])
        engine.in_sync = True
        await asyncio.sleep(1.2)
        seen.append(hub.telephony["state"])
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        return seen

    assert asyncio.run(story()) == ["partial", "on"]
