"""What a browser's event socket does, without a browser: connect, hydrate, call any handler, hear the answer."""

import asyncio
import uuid
from typing import Any

import socketio

NAMESPACE = "/_event"
_ADDRESS = {"router", "is_hydrated", "record_id", "call_id"}


class EventSocket:
    """An anonymous or signed-in tab on one page."""

    def __init__(self, base: str, cookie: str = "", origin: str | None = None) -> None:
        self._url = f"{base}?token={uuid.uuid4()}"
        self._headers = {"Cookie": cookie} if cookie else {}
        self._headers["Origin"] = origin or base
        self._client = socketio.AsyncClient(reconnection=False)
        self.heard: list[dict[str, Any]] = []
        self._client.on("event", self._hear, namespace=NAMESPACE)

    async def _hear(self, update: Any, *_rest: Any) -> None:
        self.heard.append(update)

    async def __aenter__(self) -> "EventSocket":
        await self._client.connect(
            self._url, headers=self._headers, transports=["websocket"], socketio_path="_event", namespaces=[NAMESPACE]
        )
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._client.disconnect()

    async def call(
        self, handler: str, payload: dict[str, Any] | None = None, *, path: str = "/", quiet: float = 0.15
    ) -> list[dict[str, Any]]:
        """Send one event and return what is heard until it has been quiet for a while."""
        self.heard.clear()
        event = {
            "name": handler,
            "payload": payload or {},
            "router_data": {"pathname": path, "query": {}, "asPath": path},
        }
        await self._client.emit("event", event, namespace=NAMESPACE)
        seen = -1
        while seen != len(self.heard):
            seen = len(self.heard)
            await asyncio.sleep(quiet)
        return list(self.heard)


def state_changes(heard: list[dict[str, Any]]) -> dict[str, Any]:
    """Every state variable that the answers changed, but for what the framework reads from the address itself."""
    changed: dict[str, Any] = {}
    for update in heard:
        for state, delta in (update.get("delta") or {}).items():
            changed |= {f"{state}.{name}": value for name, value in delta.items() if not _of_the_address(name)}
    return changed


def _of_the_address(name: str) -> bool:
    return name.startswith("rx_router") or name.removesuffix("_rx_state_") in _ADDRESS
