"""The web's way to the engine: questions, commands and the stream of events. The engine may be away at any time."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
import structlog

from flow.errors import NotFound, TelephonyOff
from flow.settings import settings

log = structlog.get_logger(__name__)
_TIMEOUT = aiohttp.ClientTimeout(total=3, connect=1)
_HEARTBEAT = 10.0
_RETRY = 0.3


class EngineClient:
    """One per web process. Every method raises TelephonyOff while the engine does not answer."""

    def __init__(self, base: str, token: str) -> None:
        self._base = base
        self._headers = {"Authorization": f"Bearer {token}"}
        self._session: aiohttp.ClientSession | None = None

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(headers=self._headers, timeout=_TIMEOUT)
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _ask(self, method: str, path: str, *, wait: float = 0, **options: Any) -> Any:
        timeout = aiohttp.ClientTimeout(total=wait + 3, connect=1)
        try:
            async with self._http().request(method, self._base + path, timeout=timeout, **options) as reply:
                if reply.status == 404:
                    raise NotFound()
                if reply.status >= 400:
                    raise TelephonyOff()
                body = await reply.read()
                return orjson.loads(body) if body else None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TelephonyOff() from error

    async def status(self) -> dict[str, Any]:
        return await self._ask("GET", "/status")

    async def changed(self, company_id: int, revision: int) -> None:
        """Tell the engine of a save. A lost word is not a lost change: the engine polls revisions too."""
        try:
            await self._ask("POST", "/changed", json={"company_id": company_id, "revision": revision})
        except (TelephonyOff, NotFound):
            log.info("engine not told", company_id=company_id, revision=revision)

    async def in_service(self, company_id: int, revision: int, wait: float = 5) -> dict[str, Any]:
        """{"in_service": bool, "revision", "ms"} or with "reason" in Portuguese; waits up to `wait` seconds."""
        params = {"company_id": company_id, "revision": revision, "wait": wait}
        return await self._ask("GET", "/in-service", params=params, wait=wait)

    async def registrations(self, company_id: int) -> dict[str, dict[str, bool]]:
        return await self._ask("GET", "/registrations", params={"company_id": company_id})

    async def trunks(self, company_id: int) -> dict[str, dict[str, str]]:
        """By trunk id: {"state", "reason", "since"}."""
        return await self._ask("GET", "/trunks", params={"company_id": company_id})

    async def test_trunk(self, company_id: int, trunk_id: int) -> AsyncIterator[dict[str, Any]]:
        """Each hop as it is known: {"what", "verdict", "text", "ms"}."""
        url, timeout = f"{self._base}/trunks/{trunk_id}/test", aiohttp.ClientTimeout(total=60, connect=1)
        try:
            async with self._http().post(url, params={"company_id": company_id}, timeout=timeout) as reply:
                if reply.status == 404:
                    raise NotFound()
                if reply.status >= 400:
                    raise TelephonyOff()
                async for line in reply.content:
                    yield orjson.loads(line)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TelephonyOff() from error

    async def calls(self, company_id: int) -> list[dict[str, Any]]:
        return await self._ask("GET", "/calls", params={"company_id": company_id})

    async def hang_up(self, company_id: int, call_id: str) -> None:
        await self._ask("POST", f"/calls/{call_id}/hangup", params={"company_id": company_id})

    async def queues(self, company_id: int) -> list[dict[str, Any]]:
        """Every queue as `flow.engine.queue_card` tells it."""
        return await self._ask("GET", "/queues", params={"company_id": company_id})

    async def seat(self, company_id: int, key: str, queue_id: int, logged_in: bool) -> None:
        """A member logs in to or out of a queue. NotFound for who is no member of it."""
        asked = {"company_id": company_id, "key": key, "queue_id": queue_id, "logged_in": logged_in}
        await self._ask("POST", "/queues/presence", json=asked)

    async def pause(self, company_id: int, key: str, reason: str) -> None:
        """`reason` empty: back at work. NotFound for who is a member of no queue."""
        asked = {"company_id": company_id, "key": key, "reason": reason}
        await self._ask("POST", "/queues/presence", json=asked)

    async def forget_phone(self, company_id: int, endpoint: str) -> None:
        await self._ask("POST", "/phones/forget", json={"company_id": company_id, "endpoint": endpoint})

    async def events(self) -> AsyncIterator[dict[str, Any] | None]:
        """Every event, for ever; None each time the stream is lost, then again from the next connection."""
        while True:
            try:
                async with self._http().ws_connect(f"{self._base}/events", heartbeat=_HEARTBEAT) as socket:
                    yield {"type": "stream.open"}
                    async for message in socket:
                        if message.type == aiohttp.WSMsgType.TEXT:
                            yield orjson.loads(message.data)
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass
            yield None
            await asyncio.sleep(_RETRY)


engine_client = EngineClient(settings.engine_base, settings.engine_token)
