"""The live socket of a page: a snapshot, then events, for as long as the session lasts."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress

import orjson
from sqlmodel import select
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from flow.access.actor import Actor
from flow.access.policy import signed_in
from flow.access.reach import within
from flow.catalog.extension import Extension
from flow.catalog.user import User
from flow.db import company_session, run_in_thread
from flow.live.hub import hub
from flow.live.subscriber import Subscriber
from flow.web.browser_request import actor_of, same_origin

SESSION_ENDED = 4401
_CHECK_EVERY = 15.0
_MOST_TOPICS = 10


def _in_reach(actor: Actor) -> tuple[frozenset[int] | None, frozenset[int] | None]:
    """Ids of extensions and of people; None for all of the company."""
    if actor.reach == "company" or actor.company_id is None:
        return None, None
    with company_session(actor.company_id) as db:
        extensions = db.exec(select(Extension.id).where(within(actor, "extension"))).all()
        people = db.exec(select(User.id).where(within(actor, "user"))).all()
    return frozenset(filter(None, extensions)), frozenset(filter(None, people))


@signed_in
async def live(socket: WebSocket) -> None:
    actor = await actor_of(socket) if same_origin(socket) else None
    await socket.accept()
    if actor is None:
        await socket.close(SESSION_ENDED)
        return
    subscriber = Subscriber(actor, *await run_in_thread(_in_reach, actor))
    try:
        await _send(socket, await hub.subscribe(subscriber))
        await _until_first(_forward(socket, subscriber), _listen(socket, subscriber), _session_over(socket, actor))
        await socket.close(SESSION_ENDED)
    except WebSocketDisconnect:
        pass
    finally:
        hub.unsubscribe(subscriber)


async def _send(socket: WebSocket, event: dict[str, object]) -> None:
    await socket.send_text(orjson.dumps(event).decode())


async def _forward(socket: WebSocket, subscriber: Subscriber) -> None:
    while True:
        event = await subscriber.queue.get()
        if event["type"] == "resync":
            hub.queues.start_over(subscriber)
            event = await hub.snapshot(subscriber)
        await _send(socket, event)


async def _listen(socket: WebSocket, subscriber: Subscriber) -> None:
    """What the browser's page looks at: {"watch": [topics]}. Also: a socket that is never read does not notice that
    its browser left."""
    while True:
        with suppress(ValueError, TypeError, KeyError):  # also what is no text
            text = await socket.receive_text()
            hub.queues.watch(subscriber, frozenset(map(str, orjson.loads(text)["watch"][:_MOST_TOPICS])))


async def _session_over(socket: WebSocket, actor: Actor) -> None:
    """Returns when permissions changed or the session ended: the page is to connect again as what its person is now."""
    while True:
        await asyncio.sleep(_CHECK_EVERY)
        if await actor_of(socket) != actor:
            return


async def _until_first(*work: Coroutine[None, None, None]) -> None:
    tasks = [asyncio.ensure_future(coroutine) for coroutine in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError, WebSocketDisconnect):
            await asyncio.gather(*tasks, return_exceptions=True)


routes = [WebSocketRoute("/live", live)]
