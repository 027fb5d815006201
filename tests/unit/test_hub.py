"""What the pages are told about the telephony as a whole."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from typing import Any, cast

import pytest

from flow.access.actor import Actor
from flow.errors import TelephonyOff
from flow.live.engine_client import EngineClient
from flow.live.hub import Hub, Subscriber


class _Engine:
    """Has one node, which is still being sent its configuration when it connects."""

    def __init__(self) -> None:
        self.in_sync = False
        self.away = False
        self.changes: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    async def events(self) -> AsyncIterator[dict[str, Any] | None]:
        yield {"type": "stream.open"}
        while True:
            yield await self.changes.get()

    async def status(self) -> dict[str, Any]:
        if self.away:
            raise TelephonyOff()
        return {"nodes": [{"state": "connected", "in_sync": self.in_sync}]}

    def dies(self) -> None:
        self.away = True
        self.changes.put_nowait(None)

    def comes_back(self) -> None:
        self.away = False
        self.changes.put_nowait({"type": "stream.open"})

    # What the hub asks of a company

    async def calls(self, company_id: int) -> list[dict[str, Any]]:
        return []

    async def registrations(self, company_id: int) -> dict[str, dict[str, bool]]:
        return {}

    async def trunks(self, company_id: int) -> dict[str, dict[str, str]]:
        return {str(company_id): {"state": "refused", "reason": "403", "since": ""}}


Story = Callable[[_Engine, asyncio.Server, Callable[[], str]], Coroutine[Any, Any, list[str]]]


def told(story: Story) -> list[str]:
    """What a story saw on the light, with an engine of this file and a node that really listens."""

    async def live() -> list[str]:
        engine = _Engine()
        node = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1")
        hub = Hub(cast(EngineClient, engine), f"http://127.0.0.1:{node.sockets[0].getsockname()[1]}/ari")
        running = asyncio.create_task(hub.run())
        await asyncio.sleep(0.1)
        seen = await story(engine, node, lambda: str(hub.telephony["state"]))
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        node.close()
        return seen

    return asyncio.run(live())


def test_the_light_turns_green_when_the_node_has_everything():
    async def story(engine: _Engine, _: asyncio.Server, light: Callable[[], str]) -> list[str]:
        first = light()
        engine.in_sync = True
        await asyncio.sleep(1.2)
        return [first, light()]

    assert told(story) == ["partial", "on"]


def test_an_engine_that_is_back_soon_was_restarting_while_its_calls_went_on():
    async def story(engine: _Engine, _: asyncio.Server, light: Callable[[], str]) -> list[str]:
        engine.in_sync = True
        engine.dies()
        await asyncio.sleep(0.1)
        first = light()
        engine.comes_back()
        await asyncio.sleep(0.1)
        return [first, light()]

    assert told(story) == ["restarting", "on"]


def test_telephony_is_off_when_engine_and_node_are_gone():
    async def story(engine: _Engine, node: asyncio.Server, light: Callable[[], str]) -> list[str]:
        engine.dies()
        await asyncio.sleep(0.1)
        first = light()
        node.close()
        await asyncio.sleep(1.2)
        return [first, light()]

    assert told(story) == ["restarting", "off"]


@pytest.mark.parametrize(("permissions", "seen"), [({"trunk.view"}, True), ({"trunk.edit", "call.view"}, False)])
def test_a_page_starts_with_the_states_of_its_companys_trunks_if_its_person_may_see_them(permissions, seen):
    async def snapshot() -> dict[str, Any]:
        hub = Hub(cast(EngineClient, _Engine()), "http://127.0.0.1:9/ari")
        hub.telephony = {"state": "on"}
        actor = Actor(1, "ana", "Ana", 7, 7, False, "Administrador", frozenset(permissions))
        return await hub.snapshot(Subscriber(actor, None))

    assert list(asyncio.run(snapshot())["trunks"]) == (["7"] if seen else [])


@pytest.mark.parametrize(
    ("sides", "heard"),
    [
        ({"caller_user_id": 7}, True),
        ({"callee_user_id": 7}, True),
        ({"caller_user_id": 8, "caller_extension_id": 3}, False),  # the extension is now hers, the call is not
        ({"caller_user_id": None, "callee_user_id": None, "callee_extension_id": 3}, False),
    ],
)
def test_a_running_call_is_heard_by_whoever_takes_part_as_the_list_of_calls_shows_it(sides, heard):
    actor = Actor(7, "ana", "Ana", 1, 1, False, "Agente", frozenset({"call.view"}), extension_id=3)
    subscriber = Subscriber(actor, frozenset({3}), frozenset({7}))
    assert subscriber.hears({"type": "call.started", "company_id": 1, **sides}) is heard
