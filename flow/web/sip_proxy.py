"""SIP over the page's own origin: `/sip` carries one browser's line to the node and back.

One port, one certificate and one content policy for everything, and the node's own port stays closed to browsers.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from flow.access.policy import signed_in
from flow.db import run_in_thread
from flow.settings import settings
from flow.web.browser_request import actor_of, same_origin
from flow.web.phone import line_of
from flow.web.sip_screen import KEEP_ALIVE, KEEP_ALIVE_ANSWER, MAX_BYTES, Refused, screen

log = structlog.get_logger()

SESSION_CHECK_S = 15.0  # a session that ended elsewhere loses its telephone within this time
KEEP_ALIVE_S = 25.0  # below the minute after which common reverse proxies cut a silent socket
SILENCE_S = 70.0
_SIP = Subprotocol("sip")
# Close codes; the browser phone asks for its account again after any of them.
POLICY, TRY_LATER, SESSION_OVER, IN_USE_ELSEWHERE = 1008, 1013, 4401, 4409

_holders: dict[str, asyncio.Event] = {}
"""Line → the event that ends its present socket. A line has one browser: the one that came last."""


@signed_in
async def sip(browser: WebSocket) -> None:
    """WS /sip, subprotocol `sip`. Refused (403) for another origin, without session or without WebPhone."""
    line = await line_name(browser) if same_origin(browser) else ""
    if not line or _SIP not in browser.scope.get("subprotocols", ()):
        await browser.close(POLICY)
        return
    await browser.accept(subprotocol=_SIP)
    with _held(line) as displaced:
        code = await _serve(browser, line, displaced)
    if browser.application_state is WebSocketState.CONNECTED and browser.client_state is WebSocketState.CONNECTED:
        await browser.close(code)


async def line_name(browser: WebSocket) -> str:
    """Endpoint that this session may use; empty when the session is over or its owner has no WebPhone."""
    actor = await actor_of(browser)
    line = await run_in_thread(line_of, actor) if actor else None
    return line.user if line else ""


@contextmanager
def _held(line: str) -> Iterator[asyncio.Event]:
    """This socket is the line's, until the event says that another one is. Two would take turns in registering."""
    if line in _holders:
        _holders[line].set()
    displaced = _holders[line] = asyncio.Event()
    try:
        yield displaced
    finally:
        if _holders.get(line) is displaced:
            del _holders[line]


async def _serve(browser: WebSocket, line: str, displaced: asyncio.Event) -> int:
    """The node's half of the way; answers the close code for the browser."""
    try:
        async with connect(
            settings.sip_websocket,
            subprotocols=[_SIP],
            max_size=MAX_BYTES,
            open_timeout=5,
            ping_interval=20,
            proxy=None,
        ) as node:
            return await relay(browser, node, line, displaced)
    except (OSError, TimeoutError, WebSocketException):
        return TRY_LATER


async def relay(browser: WebSocket, node: ClientConnection, line: str, displaced: asyncio.Event) -> int:
    """Carry messages both ways until one side ends it; answers the close code for the browser."""
    last_heard = [asyncio.get_running_loop().time()]
    ways: list[Coroutine[Any, Any, int]] = [
        _to_node(browser, node, line, last_heard),
        _to_browser(browser, node),
        _watch_session(browser, line),
        _keep_alive(browser, last_heard),
        _until_displaced(displaced),
    ]
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(iter(done)).result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _to_node(browser: WebSocket, node: ClientConnection, line: str, last_heard: list[float]) -> int:
    try:
        while True:
            message = await browser.receive_text()
            last_heard[0] = asyncio.get_running_loop().time()
            if message in (KEEP_ALIVE, KEEP_ALIVE_ANSWER):
                continue
            screen(message, line)
            await node.send(message)
    except (WebSocketDisconnect, KeyError):  # KeyError: a binary frame, which SIP over WebSocket here never needs
        return 1000
    except ConnectionClosed:
        return TRY_LATER
    except Refused as refusal:
        log.warning("sip.refused", line=line, reason=str(refusal))
        return POLICY


async def _to_browser(browser: WebSocket, node: ClientConnection) -> int:
    try:
        async for message in node:
            await browser.send_text(message if isinstance(message, str) else message.decode())
    except (ConnectionClosed, WebSocketDisconnect, RuntimeError):
        pass  # either side went away while a message was under way
    return TRY_LATER


async def _watch_session(browser: WebSocket, line: str) -> int:
    while True:
        await asyncio.sleep(SESSION_CHECK_S)
        if await line_name(browser) != line:
            return SESSION_OVER


async def _until_displaced(displaced: asyncio.Event) -> int:
    await displaced.wait()
    return IN_USE_ELSEWHERE


async def _keep_alive(browser: WebSocket, last_heard: list[float]) -> int:
    """JsSIP answers each keep-alive; a browser that does not is gone, whatever TCP still believes."""
    while asyncio.get_running_loop().time() - last_heard[0] < SILENCE_S:
        await asyncio.sleep(KEEP_ALIVE_S)
        try:
            await browser.send_text(KEEP_ALIVE)
        except (WebSocketDisconnect, RuntimeError):
            break
    return 1001


routes = [WebSocketRoute("/sip", sip)]
