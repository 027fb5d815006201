"""ARI. The only module that knows aioari.

aioari 0.10.2 reads Asterisk's own API declarations and knows from them every operation; that part is used as it is.
Its faults are mended here: list and boolean arguments, the event filter's body, numbers in bodies (which crash
Asterisk), credentials in URLs, errors without types, no timeouts, no reconnect, and handlers that stall the reader.
"""

import asyncio
import random
import re
import warnings
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import orjson
import structlog

with warnings.catch_warnings():
    warnings.simplefilter("ignore", SyntaxWarning)  # '\[' in a pattern of aioari
    warnings.simplefilter("ignore", DeprecationWarning)
    import aioari
    from aioswagger11.http_client import HttpClient

from flow.engine.pbx.http import Disconnected, HttpPool, Reply

log = structlog.get_logger(__name__)

Event = dict[str, Any]
Command = tuple[str, Mapping[str, object]]
"""An operation and its arguments."""

HEARTBEAT_SECONDS = 8.0
_BACKOFF_SECONDS = (0.2, 5.0)
_REPLACED_BACKOFF_SECONDS = 30.0


class AriError(Exception):
    """A command that did not do what was asked. `status`: of HTTP, 0 without a reply."""

    def __init__(self, operation: str, status: int, reason: str) -> None:
        super().__init__(f"{operation}: {status} {reason}")
        self.operation, self.status, self.reason = operation, status, reason


class Gone(AriError):
    """The channel, bridge or playback is not there any more, or not in a state for this. Normal at hang-up."""


class Unavailable(AriError):
    """The endpoint cannot be called: no contact, or no such endpoint (Asterisk says 500 "Allocation failed")."""


class NotReady(AriError):
    """Asterisk still boots, or is overloaded. Worth another try."""


class Offline(AriError):
    """No reply from the node."""


_ERRORS = {404: Gone, 409: Gone, 412: Gone, 422: Gone, 500: Unavailable, 503: NotReady}


@dataclass(frozen=True, slots=True)
class _Shape:
    """An operation of aioari, taken apart once so that a call of it is a few string joins."""

    method: str
    path: str
    in_path: frozenset[str]
    in_query: frozenset[str]
    in_body: frozenset[str]
    bare_body: bool


class Ari:
    """Commands to one node. `await ari("channels.hangup", channelId=…)` with Asterisk's own names."""

    def __init__(self, base_url: str, user: str, password: str, *, connections: int = 32, timeout: float = 5.0) -> None:
        self._prefix = urlsplit(base_url).path.rstrip("/")
        self._root = base_url.rstrip("/").removesuffix("/ari") + "/"
        self.base_url = base_url.rstrip("/")
        self._auth = {"Authorization": aiohttp.encode_basic_auth(user, password)}
        self.pool = HttpPool(base_url, user, password, limit=connections, timeout=timeout)
        self._shapes: dict[str, _Shape] = {}

    async def open(self) -> None:
        """Read the node's API declarations, once. Raises NotReady or Offline."""
        if self._shapes:
            return
        client = aioari.Client(self._root, _Transport(self.pool, self._prefix))
        await client.init()
        self._shapes = {
            f"{name}.{nickname}": _shape(operation)
            for name, resource in client.swagger.resources.items()
            for nickname, operation in resource.operations.items()
        }

    async def close(self) -> None:
        self.pool.close()

    async def __call__(self, operation: str, **arguments: object) -> Any:
        """The parsed reply, or None. Raises AriError."""
        method, path, body = self._prepared(operation, arguments)
        return _answer(operation, await self._send(operation, method, path, body))

    async def together(self, *commands: Command) -> list[Any]:
        """Several commands in one piece, carried out in this order whatever becomes of each.

        In place of a reply stands the AriError. Raises only Offline.
        """
        batch = [self._prepared(operation, arguments) for operation, arguments in commands]
        try:
            replies = await self.pool.requests(batch)
        except Disconnected as error:
            raise Offline(commands[0][0], 0, str(error)) from None
        return [_outcome(operation, reply) for (operation, _), reply in zip(commands, replies, strict=True)]

    def _prepared(self, operation: str, arguments: Mapping[str, object]) -> tuple[str, str, bytes]:
        shape = self._shapes.get(operation)
        if shape is None:
            raise Offline(operation, 0, "not connected yet")
        return shape.method, *_request(shape, self._prefix, arguments)

    async def _send(self, operation: str, method: str, path: str, body: bytes) -> Reply:
        try:
            return await self.pool.request(method, path, body)
        except Disconnected as error:
            if error.sent and method == "POST":  # it may have been done; ids are ours, so the caller can find out
                raise Offline(operation, 0, str(error)) from None
        try:
            return await self.pool.request(method, path, body)
        except Disconnected as error:
            raise Offline(operation, 0, str(error)) from None

    async def metrics(self) -> str:
        """What the node tells of itself in Prometheus' form; the only place that knows outbound registrations."""
        reply = await self._send("metrics", "GET", "/metrics", b"")
        return reply.body.decode(errors="replace") if reply.status == 200 else ""

    def socket(self, application: str) -> "EventSocket":
        return EventSocket(self.base_url, self._auth, application)


class EventSocket:
    """The event stream of one application, for as long as `run` runs, through any number of connections."""

    def __init__(self, base_url: str, auth: dict[str, str], application: str) -> None:
        self._url = f"{base_url.replace('http', 'ws', 1)}/events?app={quote(application, safe='')}"
        self._auth = auth
        self.application = application

    async def run(
        self,
        on_open: Callable[[], Awaitable[None]],
        on_event: Callable[[Event], None],
        on_lost: Callable[[str], None],
    ) -> None:
        """For ever: connect, `on_open`, then each event. Events that come during `on_open` follow it, in order.

        `on_event` must only enqueue: while it runs nothing is read, and Asterisk drops a reader that is slow.
        """
        low, high = _BACKOFF_SECONDS
        pause = low
        async with aiohttp.ClientSession(headers=self._auth) as session:
            while True:
                replaced = False
                try:
                    async with session.ws_connect(self._url, heartbeat=HEARTBEAT_SECONDS, max_msg_size=0) as socket:
                        replaced = await self._drain(socket, on_open, on_event)
                        pause = low
                    reason = "another engine took over" if replaced else "closed by the node"
                except (aiohttp.ClientError, OSError, TimeoutError, AriError) as error:
                    reason = _plain(error)
                except Exception:
                    log.exception("events could not be taken in", application=self.application)
                    reason = "internal"
                on_lost(reason)
                await asyncio.sleep((_REPLACED_BACKOFF_SECONDS if replaced else pause) * random.uniform(0.7, 1.3))
                pause = min(pause * 1.7, high)

    async def _drain(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        on_open: Callable[[], Awaitable[None]],
        on_event: Callable[[Event], None],
    ) -> bool:
        """Until the connection ends; whether another engine replaced this one."""
        early: list[Event] | None = []
        failure: Exception | None = None

        async def opening() -> None:
            nonlocal early, failure
            try:
                await on_open()
                for event in early or ():
                    on_event(event)
                early = None
            except Exception as error:  # noqa: BLE001 - raised again where the reader ends
                failure = error
                await socket.close()

        task = asyncio.create_task(opening())
        try:
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                event = orjson.loads(message.data)
                if event["type"] == "ApplicationReplaced":
                    return True
                if early is None:
                    on_event(event)
                else:
                    early.append(event)
        finally:
            task.cancel()
        if failure is not None:
            raise failure
        return False


class _Transport(HttpClient):  # type: ignore[misc]  # aioswagger11 is untyped
    """What aioari loads its declarations through. Only the path of a URL counts: the host it learns from Asterisk's
    reply is wrong behind a proxy."""

    def __init__(self, pool: HttpPool, prefix: str) -> None:
        self._pool = pool
        self._prefix = prefix

    async def request(self, method: str, url: str, **_: object) -> "_Text":
        path = f"{self._prefix}/{urlsplit(url).path.partition('/ari/')[2]}"
        try:
            return _Text(_checked("api-docs", await self._pool.request(method, path)).body.decode())
        except Disconnected as error:
            raise Offline("api-docs", 0, str(error)) from None

    async def close(self) -> None:
        self._pool.close()


@dataclass(frozen=True)
class _Text:
    content: str

    async def text(self) -> str:
        return self.content


def _shape(operation: Any) -> _Shape:
    by_kind: dict[str, set[str]] = {"path": set(), "query": set(), "body": set()}
    for parameter in operation.json.get("parameters", []):
        by_kind[parameter["paramType"]].add(parameter["name"])
    return _Shape(
        method=operation.json["httpMethod"],
        path=urlsplit(operation.uri).path.partition("/ari/")[2],
        in_path=frozenset(by_kind["path"]),
        in_query=frozenset(by_kind["query"]),
        in_body=frozenset(by_kind["body"]),
        bare_body=operation.json["nickname"] == "filter",
    )


def _request(command: _Shape, prefix: str, arguments: Mapping[str, object]) -> tuple[str, bytes]:
    path = command.path
    query: list[str] = []
    body: dict[str, object] = {}
    for name, value in arguments.items():
        if name in command.in_query:
            query.append(f"{name}={_quoted(_text(value))}")
        elif name in command.in_path:
            path = path.replace(f"{{{name}}}", _quoted(_text(value)))
        elif name in command.in_body:
            body[name] = value
        else:
            raise TypeError(f"{command.path} has no parameter {name}")
    target = f"{prefix}/{path}?{'&'.join(query)}" if query else f"{prefix}/{path}"
    if not body:
        return target, b""
    return target, orjson.dumps(next(iter(body.values())) if command.bare_body else body)


_PLAIN = re.compile(r"[\w.~-]+", re.ASCII).fullmatch


def _quoted(text: str) -> str:
    """For a path or a query. Almost everything we say is plain, and quoting it all was a tenth of the engine's work."""
    return text if _PLAIN(text) else quote(text, safe="")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(map(_text, value))
    return str(value)


def _answer(operation: str, reply: Reply) -> Any:
    body = _checked(operation, reply).body
    return orjson.loads(body) if body else None


def _outcome(operation: str, reply: Reply) -> Any:
    try:
        return _answer(operation, reply)
    except AriError as error:
        return error


def _checked(operation: str, reply: Reply) -> Reply:
    if reply.status < 300:
        return reply
    try:
        reason = str(orjson.loads(reply.body).get("message", ""))
    except (orjson.JSONDecodeError, AttributeError):
        reason = ""
    raise _ERRORS.get(reply.status, AriError)(operation, reply.status, reason)


def _plain(error: Exception) -> str:
    """The error without the address it happened at: an address may carry credentials, and logs are read by many."""
    if isinstance(error, AriError):
        return f"{error.operation}: {error.status} {error.reason}".strip()
    if isinstance(error, aiohttp.WSServerHandshakeError):
        return f"handshake {error.status}"
    return type(error).__name__
