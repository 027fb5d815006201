"""Fan-out of the engine's events to browsers: a snapshot on connection, then small events; too slow → a new snapshot.

Each subscriber hears its own company's events only, narrowed to what its person may see.
"""

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import structlog

from flow.errors import FlowError
from flow.live.engine_client import EngineClient, engine_client
from flow.live.queue_watch import QueueWatch
from flow.live.subscriber import Subscriber
from flow.settings import settings

log = structlog.get_logger(__name__)
_ASK_AGAIN_S = 1.0
RESTART_S = 20.0
"""How long an engine that was at work may be away before its telephony counts as off."""
OFF = {
    "state": "off",
    "text": "Telefonia desligada",
    "detail": "O motor de telefonia não responde. No servidor, rode `flow doctor` para saber como ligar.",
}

RESTARTING = {"state": "restarting", "text": "Motor reiniciando; as chamadas em curso continuam", "detail": ""}


class Hub:
    """One per web process; `run` lives as long as it does. `node`: address of the Asterisk that carries the calls."""

    def __init__(self, client: EngineClient, node: str) -> None:
        self._client = client
        self._node = node
        self._restarted_by = 0.0
        self._subscribers: set[Subscriber] = set()
        self.queues = QueueWatch(client, self._subscribers)
        self.telephony: dict[str, Any] = dict(OFF)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            group.create_task(self._follow_up())

    async def _follow_up(self) -> None:
        """The engine tells when a node comes or goes, not when it has been sent everything: ask while that lasts."""
        while True:
            await asyncio.sleep(_ASK_AGAIN_S)
            if self.telephony["state"] in ("partial", "restarting"):
                await self._refresh_telephony()

    async def _listen(self) -> None:
        async for event in self._client.events():
            if event is None:
                await self._engine_away()
                continue
            if event["type"] == "stream.open" or event["type"].startswith("node."):
                await self._refresh_telephony()
            if event["type"] == "stream.open":
                await self._resend_all()
            elif event["type"] == "queues.changed":
                self.queues.changed(event["company_id"])
            else:
                self.publish(event)

    def publish(self, event: dict[str, Any]) -> None:
        for subscriber in self._subscribers:
            if subscriber.hears(event):
                subscriber.tell(event)

    async def subscribe(self, subscriber: Subscriber) -> dict[str, Any]:
        """Register first, then take the snapshot: nothing falls between the two."""
        self._subscribers.add(subscriber)
        return await self.snapshot(subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        self._subscribers.discard(subscriber)

    async def snapshot(self, subscriber: Subscriber) -> dict[str, Any]:
        calls: list[dict[str, Any]] = []
        registrations: dict[str, dict[str, bool]] = {}
        trunks: dict[str, dict[str, str]] = {}
        company_id = subscriber.actor.company_id
        if company_id is not None and self.telephony["state"] != "off":
            try:
                calls = await self._client.calls(company_id)
                registrations = await self._client.registrations(company_id)
                trunks = await self._client.trunks(company_id)
            except FlowError:
                log.info("snapshot without engine")
        heard = {"company_id": company_id}
        return {
            "type": "snapshot",
            "telephony": self.telephony,
            "calls": [c for c in calls if subscriber.hears({**c, **heard, "type": "call.started"})],
            "held": [fact["by"] for call in calls for fact in call["held"] if _own(fact, subscriber)],
            "registrations": {
                key: value
                for key, value in registrations.items()
                if subscriber.hears({**heard, "type": "registration.changed", "extension_id": int(key)})
            },
            "trunks": trunks if subscriber.hears({**heard, "type": "trunk.state"}) else {},
        }

    async def _resend_all(self) -> None:
        for subscriber in list(self._subscribers):
            if not subscriber.queue.full():
                subscriber.queue.put_nowait({"type": "resync"})

    async def _engine_away(self) -> None:
        if self.telephony["state"] in ("on", "partial"):
            self._restarted_by = asyncio.get_running_loop().time() + RESTART_S
        await self._refresh_telephony()

    async def _refresh_telephony(self) -> None:
        state = OFF
        with suppress(FlowError):
            state = telephony_of(await self._client.status())
        if state["state"] == "off" and await self._calls_go_on():
            state = RESTARTING
        self._tell_telephony(state)

    async def _calls_go_on(self) -> bool:
        """An engine that has just left takes its calls over when it is back, if their node is still there."""
        return asyncio.get_running_loop().time() < self._restarted_by and await listens(self._node)

    def _tell_telephony(self, state: dict[str, Any]) -> None:
        if state != self.telephony:
            self.telephony = dict(state)
            self.publish({"type": "telephony", **state})


def _own(fact: dict[str, Any], subscriber: Subscriber) -> bool:
    return bool(fact["extension_id"] == subscriber.actor.extension_id)


def telephony_of(status: dict[str, Any]) -> dict[str, Any]:
    """The one light in the header, from the states of all nodes."""
    nodes = status.get("nodes", [])
    connected = [n for n in nodes if n["state"] == "connected"]
    detail = next((n["detail"] for n in nodes if n.get("detail")), "")
    if not connected:
        return {"state": "off", "text": "Telefonia desligada", "detail": detail or OFF["detail"]}
    if len(connected) < len(nodes) or not all(n["in_sync"] for n in connected):
        return {"state": "partial", "text": "Telefonia sincronizando", "detail": detail}
    return {"state": "on", "text": "Telefonia no ar", "detail": ""}


async def listens(address: str) -> bool:
    """Whether somebody takes connections there."""
    parts = urlsplit(address)
    try:
        async with asyncio.timeout(1):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


hub = Hub(engine_client, settings.ari_base)
