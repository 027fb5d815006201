"""What a browser hears of its company's queues: a snapshot, then only what changed, and at most twice a second."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, cast

import pytest

from flow.access.actor import Actor
from flow.errors import TelephonyOff
from flow.live import queue_watch
from flow.live.engine_client import EngineClient
from flow.live.queue_view import places_of
from flow.live.queue_watch import QueueWatch
from flow.live.subscriber import Subscriber

ANA = Actor(
    user_id=7,
    login="ana",
    name="Ana",
    company_id=1,
    home_company_id=1,
    is_super=False,
    function="Administrador",
    permissions=frozenset({"queue.view", "call.view"}),
)
Told = list[dict[str, Any]]


def member(key: str, state: str = "available", *, logged_in: bool = True) -> dict[str, Any]:
    return {
        "key": key,
        "name": key,
        "logged_in": logged_in,
        "state": state,
        "since": "2026-01-05T12:00:00+00:00",
        "reason": "",
        "planned": "",
        "missing": [],
    }


def card(queue_id: int, *members: dict[str, Any], waiting: int = 0) -> dict[str, Any]:
    callers = [{"call": "c", "who": "(51) 99999-0000", "since": "", "ringing": []}] * waiting
    return {
        "id": queue_id,
        "name": f"Fila {queue_id}",
        "number": "800",
        "waiting": waiting,
        "callers": callers,
        "members": list(members),
    }


class Engine:
    """Has the queues of company 1, and counts how often it is asked."""

    def __init__(self) -> None:
        self.cards: Told = [card(1, member("user:7"))]
        self.asked: list[int] = []
        self.away = False

    async def queues(self, company_id: int) -> Told:
        self.asked.append(company_id)
        if self.away:
            raise TelephonyOff()
        return self.cards


def live(story: Callable[[Engine, QueueWatch, list[Subscriber]], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        engine, listening = Engine(), list[Subscriber]()
        await story(engine, QueueWatch(cast(EngineClient, engine), listening), listening)

    asyncio.run(run())


def heard(subscriber: Subscriber) -> Told:
    found = []
    while not subscriber.queue.empty():
        found.append(subscriber.queue.get_nowait())
    return found


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def looking(actor: Actor, *topics: str, **reach: Any) -> Subscriber:
    subscriber = Subscriber(actor, reach.get("extensions"), reach.get("people"))
    subscriber.view.watch(frozenset(topics))
    return subscriber


def test_a_hundred_changes_in_a_moment_are_told_twice_a_second():
    async def story(engine: Engine, watch: QueueWatch, listening: list[Subscriber]) -> None:
        listening.append(looking(ANA, "queues"))
        begun = asyncio.get_running_loop().time()
        for number in range(100):
            engine.cards = [card(1, waiting=number)]
            watch.changed(1)
            await asyncio.sleep(0.012)
        await asyncio.sleep(queue_watch.GAP_S * 1.5)
        seconds = asyncio.get_running_loop().time() - begun
        assert 2 <= len(engine.asked) <= seconds / queue_watch.GAP_S + 1
        told = heard(listening[0])
        assert told[0]["type"] == "queues"
        assert {event["type"] for event in told[1:]} == {"queues.changed"}
        assert told[-1]["queues"][0]["waiting"] == 99  # the last word is the truth

    live(story)


def test_the_first_change_after_quiet_is_told_at_once():
    async def story(engine: Engine, watch: QueueWatch, listening: list[Subscriber]) -> None:
        listening.append(looking(ANA, "queues"))
        watch.changed(1)
        await settle()
        assert [event["type"] for event in heard(listening[0])] == ["queues"]

    live(story)


def test_the_engine_is_not_asked_for_a_company_at_which_nobody_looks():
    async def story(engine: Engine, watch: QueueWatch, listening: list[Subscriber]) -> None:
        listening.append(Subscriber(ANA, None))
        listening.append(looking(replace(ANA, company_id=2), "queues"))
        watch.changed(1)
        await settle()
        assert engine.asked == []
        assert heard(listening[1]) == []

    live(story)


def test_what_did_not_change_is_not_told_again():
    async def story(engine: Engine, watch: QueueWatch, listening: list[Subscriber]) -> None:
        listening.append(looking(ANA, "queues", "mine"))
        engine.cards = [card(1, member("user:7")), card(2)]
        watch.changed(1)
        await settle()
        heard(listening[0])
        engine.cards = [card(1, member("user:7")), card(2, member("user:8"))]
        watch.changed(1)
        await asyncio.sleep(queue_watch.GAP_S * 1.2)
        [event] = heard(listening[0])
        assert (event["type"], [c["id"] for c in event["queues"]], event["gone"]) == ("queues.changed", [2], [])
        engine.cards = [card(2, member("user:8"))]
        watch.changed(1)
        await asyncio.sleep(queue_watch.GAP_S * 1.2)
        board, mine = heard(listening[0])
        assert (board["queues"], board["gone"]) == ([], [1])
        assert mine == {"type": "mine", "mine": None}

    live(story)


def test_an_engine_that_was_away_is_asked_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queue_watch, "RETRY_S", 0.05)

    async def story(engine: Engine, watch: QueueWatch, listening: list[Subscriber]) -> None:
        listening.append(looking(ANA, "queues"))
        engine.away = True
        watch.changed(1)
        await asyncio.sleep(0.02)
        assert heard(listening[0]) == []
        engine.away = False
        await asyncio.sleep(0.1)
        assert [event["type"] for event in heard(listening[0])] == ["queues"]

    live(story)


def test_who_may_not_see_queues_is_told_their_own_place_only():
    async def story(engine: Engine, watch: QueueWatch, listening: list[Subscriber]) -> None:
        agent = Subscriber(replace(ANA, function="Agente", permissions=frozenset({"call.view"})), frozenset())
        listening.append(agent)
        engine.cards = [card(1, member("user:7"), member("user:8"), waiting=2)]
        watch.watch(agent, frozenset({"queues", "mine"}))
        await settle()
        [event] = heard(agent)
        assert event["type"] == "mine"
        own = {"id": 1, "name": "Fila 1", "number": "800", "waiting": 2, "logged_in": True}
        assert event["mine"]["queues"] == [own]
        assert "user:8" not in str(event)

    live(story)


def test_members_out_of_reach_are_counts_without_names():
    queue = card(1, member("user:7"), member("user:8", "paused"), member("extension:9", "on_call"), waiting=1)
    supervisor = looking(replace(ANA, function="Supervisor"), "queues", people=frozenset({7}), extensions=frozenset())
    [event] = queue_watch.news_for(supervisor, [queue], {})
    [seen] = event["queues"]
    assert [m["key"] for m in seen["members"]] == ["user:7"]
    assert seen["others"] == {"paused": 1, "on_call": 1}
    assert len(seen["callers"]) == 1


@pytest.mark.parametrize(
    ("permissions", "people"),
    [({"queue.view"}, frozenset({7})), ({"queue.view", "call.view"}, frozenset({99}))],
    ids=["without call.view", "nobody of the queue in reach"],
)
def test_callers_are_counted_but_not_named(permissions: set[str], people: frozenset[int]):
    who = replace(ANA, function="Supervisor", permissions=frozenset(permissions))
    supervisor = looking(who, "queues", people=people, extensions=frozenset())
    [event] = queue_watch.news_for(supervisor, [card(1, member("user:7"), waiting=1)], {})
    [seen] = event["queues"]
    assert seen["waiting"] == 1
    assert seen["callers"] == []


def test_a_socket_that_is_too_slow_gets_everything_anew():
    async def story(engine: Engine, watch: QueueWatch, listening: list[Subscriber]) -> None:
        slow = looking(ANA, "queues")
        listening.append(slow)
        watch.changed(1)
        await settle()
        for number in range(300):
            slow.tell({"type": "telephony", "number": number})
        assert {"type": "resync"} in heard(slow)
        watch.start_over(slow)
        await asyncio.sleep(queue_watch.GAP_S * 1.2)
        assert [event["type"] for event in heard(slow)] == ["queues"]

    live(story)


def test_a_person_in_two_queues_has_one_state_and_two_places():
    cards = [card(1, member("user:7")), card(2, member("user:7", logged_in=False)), card(3, member("user:8"))]
    places = places_of(cards)
    mine = places["user:7"]
    assert mine["state"] == "available"
    assert [(q["id"], q["logged_in"]) for q in mine["queues"]] == [(1, True), (2, False)]
    assert set(places) == {"user:7", "user:8"}
