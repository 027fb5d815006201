"""The engine's private HTTP: questions and commands of the web, on the loopback address, with a bearer token."""

import asyncio
import contextlib
import hmac
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from flow.engine.broadcast import Broadcast
from flow.engine.node import Node
from flow.engine.node_api import node_routes
from flow.engine.pbx.ari import AriError

MAX_WAIT_SECONDS = 60.0
_UNAUTHORISED = 4401
_TOO_SLOW = 4408


def build(node: Node, broadcast: Broadcast, token: str, node_secret: str, version: str, since: datetime) -> Starlette:
    api = _Api(node, broadcast, version, since)

    def guarded(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def checked(request: Request) -> Response:
            if not _may(request, token):
                return Response(status_code=401)
            try:
                return await handler(request)
            except (KeyError, ValueError):
                return _json({"reason": "Pedido incompleto."}, 400)

        return checked

    async def events(socket: WebSocket) -> None:
        await socket.accept()
        if _may(socket, token):
            await api.events(socket)
        else:
            await socket.close(_UNAUTHORISED)

    return Starlette(
        routes=[
            Route("/status", guarded(api.status)),
            Route("/changed", guarded(api.changed), methods=["POST"]),
            Route("/in-service", guarded(api.in_service)),
            Route("/registrations", guarded(api.registrations)),
            Route("/calls", guarded(api.calls)),
            Route("/calls/{call_id}/hangup", guarded(api.hang_up), methods=["POST"]),
            Route("/trunks", guarded(api.trunks)),
            Route("/trunks/{trunk_id:int}/test", guarded(api.test_trunk), methods=["POST"]),
            Route("/queues", guarded(api.queues)),
            Route("/queues/presence", guarded(api.presence), methods=["POST"]),
            Route("/phones/forget", guarded(api.forget_phone), methods=["POST"]),
            WebSocketRoute("/events", events),
            *node_routes(node_secret),
        ]
    )


class _Api:
    def __init__(self, node: Node, broadcast: Broadcast, version: str, since: datetime) -> None:
        self._node, self._broadcast = node, broadcast
        self._engine = {"since": since.isoformat(), "pid": os.getpid(), "version": version}

    async def status(self, _request: Request) -> Response:
        return _json({"engine": self._engine, "nodes": [self._node.status()]})

    async def changed(self, request: Request) -> Response:
        told = orjson.loads(await request.body())
        self._node.provisioner.changed(int(told["company_id"]), int(told["revision"]))
        return Response(status_code=202)

    async def in_service(self, request: Request) -> Response:
        company_id, revision = _company(request), int(request.query_params["revision"])
        wait = min(float(request.query_params.get("wait", "0")), MAX_WAIT_SECONDS)
        there, took, reason = await self._node.provisioner.wait_in_service(company_id, revision, wait)
        if not there:
            return _json({"in_service": False, "reason": reason})
        return _json({"in_service": True, "revision": revision, "ms": took})

    async def registrations(self, request: Request) -> Response:
        state = self._node.provisioner.companies.get(_company(request))
        stations = state.loaded.snapshot.by_id.values() if state and state.loaded else ()
        return _json({str(station.id): self._node.registered(station) for station in stations})

    async def calls(self, request: Request) -> Response:
        company_id = _company(request)
        records = (session.record for session in self._node.office.sessions.values())
        return _json([record.shown() for record in records if record.company_id == company_id])

    async def hang_up(self, request: Request) -> Response:
        session = self._node.office.sessions.get(request.path_params["call_id"])
        if session is None or session.record.company_id != _company(request):
            return Response(status_code=404)
        session.inbox.put({"type": "HangUp"})
        return Response(status_code=204)

    async def trunks(self, request: Request) -> Response:
        states = self._node.trunks.of_company(_company(request))
        return _json({str(trunk): state.shown() for trunk, state in states.items()})

    async def test_trunk(self, request: Request) -> Response:
        """One line of JSON for each hop, as soon as it is known."""
        hops = await self._node.check_trunk(_company(request), request.path_params["trunk_id"])
        if hops is None:
            return Response(status_code=404)

        async def lines() -> AsyncIterator[bytes]:
            async for hop in hops:
                yield orjson.dumps(hop.shown()) + b"\n"

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    async def queues(self, request: Request) -> Response:
        desk = self._node.office.desk_of(_company(request))
        return _json(desk.shown() if desk else [])

    async def presence(self, request: Request) -> Response:
        """`key` logs in to or out of `queue_id`, or is paused for `reason` ("" ends the pause)."""
        asked = orjson.loads(await request.body())
        company_id, key = int(asked["company_id"]), str(asked["key"])
        people = self._node.people
        if "queue_id" in asked:
            done = await people.log(company_id, int(asked["queue_id"]), key, bool(asked["logged_in"]))
        else:
            done = await people.pause(company_id, key, str(asked["reason"]))
        return Response(status_code=204 if done else 404)

    async def forget_phone(self, request: Request) -> Response:
        asked = orjson.loads(await request.body())
        try:
            found = await self._node.provisioner.forget_phone(int(asked["company_id"]), str(asked["endpoint"]))
        except AriError:
            return _json({"reason": "O Asterisk não responde agora."}, 503)
        return Response(status_code=204 if found else 404)

    async def events(self, socket: WebSocket) -> None:
        listener = self._broadcast.listen()
        gone = asyncio.create_task(_until_gone(socket))
        try:
            while not gone.done():
                waiting = asyncio.ensure_future(listener.get())
                await asyncio.wait({waiting, gone}, return_when=asyncio.FIRST_COMPLETED)
                if not waiting.done():
                    waiting.cancel()
                    break
                event = waiting.result()
                if event is None:
                    await socket.close(_TOO_SLOW)
                    break
                await socket.send_text(orjson.dumps(event).decode())
        except (WebSocketDisconnect, RuntimeError):
            pass  # it left while we were sending
        finally:
            gone.cancel()
            self._broadcast.leave(listener)


async def _until_gone(socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await socket.receive_text()


def _may(connection: HTTPConnection, token: str) -> bool:
    given = connection.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _company(request: Request) -> int:
    return int(request.query_params["company_id"])


def _json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")
