"""Who hears the queues, and who may tell whom to come and go: asked over the real wire, done by the real engine."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from flow.catalog.registry import by_key
from flow.db import company_session
from flow.services import presence, trail
from tests.unit.conftest import Tenant
from tests.wire.browser_socket import EventSocket, state_changes
from tests.wire.conftest import Person, Web
from tests.wire.test_events import handler

IN_SERVICE_S = 15.0
Event = dict[str, Any]
Done = Callable[[list[Event]], bool]


@dataclass
class Live:
    """A page's live socket; `heard` keeps everything that it was told."""

    socket: ClientConnection
    heard: list[Event]

    def watch(self, *topics: str) -> None:
        self.socket.send(json.dumps({"watch": topics}))

    def until(self, done: Callable[[Event], Any], seconds: float = IN_SERVICE_S) -> Event:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                event = json.loads(self.socket.recv(left))
            except TimeoutError:
                break
            self.heard.append(event)
            if done(event):
                return event
        raise AssertionError(f"not heard within {seconds} s: {[event['type'] for event in self.heard]}")

    def hears_nothing_of_queues(self, seconds: float) -> None:
        with pytest.raises(AssertionError, match="not heard"):
            self.until(lambda event: event["type"] in ("queues", "queues.changed", "mine"), seconds)


@contextmanager
def looking(web: Web, person: Person, *topics: str) -> Iterator[Live]:
    with connect(f"ws://127.0.0.1:{web.port}/live", additional_headers={"Cookie": person.cookie}) as socket:
        live = Live(socket, [])
        live.watch(*topics)
        yield live


def board(event: Event, queue_id: int) -> Event | None:
    return next((card for card in event.get("queues", ()) if card["id"] == queue_id), None)


def has_member(queue_id: int, user_id: int, **facts: Any) -> Callable[[Event], bool]:
    def done(event: Event) -> bool:
        card = board(event, queue_id)
        found = [m for m in card["members"] if m["key"] == f"user:{user_id}"] if card and "members" in card else []
        return bool(found) and all(found[0][name] == value for name, value in facts.items())

    return done


def tell(web: Web, person: Person, ending: str, payload: dict[str, Any]) -> dict[str, Any]:
    async def talk() -> list[Event]:
        async with EventSocket(web.base, person.cookie) as socket:
            return await socket.call(handler(f"queues_state.{ending}"), payload, path="/filas", quiet=0.5)

    return state_changes(asyncio.run(talk()))


def logins(tenant: Tenant) -> set[tuple[int, str]]:
    with company_session(tenant.id) as db:
        return set(presence.of_company(db, tenant.id).logins)


def pauses(tenant: Tenant) -> dict[str, str]:
    with company_session(tenant.id) as db:
        return {key: reason for key, reason, _since in presence.of_company(db, tenant.id).pauses}


def history(tenant: Tenant, user_id: int) -> list[tuple[str, str, str, str]]:
    with company_session(tenant.id) as db:
        found = trail.changes_of(db, by_key("user"), user_id)
    return [(c.who, c.action, c.before, c.after) for c in found if c.action != "create"]


def queue_of(tenant: Tenant, *members: int, name: str = "Suporte", number: str = "800") -> int:
    values = {"name": name, "number": number, "member_kind": "agent", "members": [f"user:{m}" for m in members]}
    return int(tenant.save("queue", values).id)


@pytest.fixture
def rui(tenant: Tenant, person_of: Callable[..., Person]) -> Person:
    return person_of(tenant, "rui")


@pytest.fixture
def ana(tenant: Tenant, person_of: Callable[..., Person]) -> Person:
    return person_of(tenant, "ana", profile="Agente", function="Agente")


@pytest.fixture
def bia(tenant: Tenant, person_of: Callable[..., Person]) -> Person:
    return person_of(tenant, "bia", profile="Agente", function="Agente")


@pytest.fixture
def suporte(staffed: Web, tenant: Tenant, rui: Person, ana: Person, bia: Person) -> int:
    """A queue of Ana and Bia, in service."""
    queue_id = queue_of(tenant, ana.user_id, bia.user_id)
    with looking(staffed, rui, "queues") as live:
        live.until(lambda event: board(event, queue_id))
    return queue_id


def test_a_page_that_looks_gets_a_snapshot_and_then_what_changes(staffed, tenant, rui, ana, suporte):
    with looking(staffed, rui, "queues") as live:
        first = live.until(lambda event: event["type"].startswith("queues"))
        assert first["type"] == "queues"
        assert [card["name"] for card in first["queues"]] == ["Suporte"]
        tell(staffed, ana, "attend", {"queue_id": str(suporte)})
        told = live.until(has_member(suporte, ana.user_id, logged_in=True))
        assert told["type"] == "queues.changed"
        [member] = [m for m in told["queues"][0]["members"] if m["key"] == f"user:{ana.user_id}"]
        assert (member["state"], member["missing"]) == ("offline", ["active", "phone"])  # she has no telephone


def test_who_does_not_look_hears_nothing_of_queues(staffed, rui, ana, suporte):
    with looking(staffed, rui) as live:
        tell(staffed, ana, "attend", {"queue_id": str(suporte)})
        live.hears_nothing_of_queues(2)


def test_nobody_hears_another_companys_queues(staffed, new_tenant, person_of, ana, suporte):
    stranger = person_of(new_tenant(), "outra")
    with looking(staffed, stranger, "queues", "mine") as live:
        assert live.until(lambda event: event["type"] == "queues")["queues"] == []
        assert live.until(lambda event: event["type"] == "mine")["mine"] is None
        tell(staffed, ana, "attend", {"queue_id": str(suporte)})
        live.hears_nothing_of_queues(2)


def test_an_agent_hears_of_their_own_place_and_not_of_the_board(staffed, ana, bia, suporte):
    with looking(staffed, ana, "queues", "mine") as live:
        mine = live.until(lambda event: event["type"] == "mine")["mine"]
        assert [(q["id"], q["logged_in"]) for q in mine["queues"]] == [(suporte, False)]
        tell(staffed, ana, "attend", {"queue_id": ""})
        live.until(lambda event: event["type"] == "mine" and event["mine"]["queues"][0]["logged_in"])
        assert not [event for event in live.heard if event["type"].startswith("queues")]
        assert f"user:{bia.user_id}" not in str(live.heard)


def test_a_word_that_is_no_wish_does_not_end_the_socket(staffed, rui, suporte):
    with looking(staffed, rui) as live:
        for text in ("", "{", "[]", "7", '{"watch": null}', '{"watch": [{}]}', '{"watch": "queues"}'):
            live.socket.send(text)
        live.watch("queues", "everything")
        live.until(lambda event: event["type"] == "queues")


def test_nobody_looks_without_a_session(staffed):
    with connect(f"ws://127.0.0.1:{staffed.port}/live") as socket, pytest.raises(ConnectionClosed):
        socket.recv(5)


def test_an_agent_comes_pauses_returns_and_goes(staffed, tenant, ana, suporte):
    key = f"user:{ana.user_id}"
    tell(staffed, ana, "attend", {"queue_id": str(suporte)})
    assert logins(tenant) == {(suporte, key)}
    tell(staffed, ana, "rest", {"reason": "  Almoço "})
    assert pauses(tenant) == {key: "Almoço"}
    tell(staffed, ana, "work", {})
    assert pauses(tenant) == {}
    tell(staffed, ana, "leave", {"queue_id": str(suporte)})
    assert logins(tenant) == set()
    assert history(tenant, ana.user_id) == [
        ("Ana", "queue-logout", "Suporte", ""),
        ("Ana", "resume", "", ""),
        ("Ana", "pause", "", "Almoço"),
        ("Ana", "queue-login", "", "Suporte"),
    ]


def test_all_queues_are_those_of_which_one_is_a_member(staffed, tenant, rui, ana, bia, suporte):
    vendas = queue_of(tenant, ana.user_id, name="Vendas", number="801")
    others = queue_of(tenant, bia.user_id, name="Outra", number="802")
    with looking(staffed, rui, "queues") as live:
        live.until(lambda event: board(event, others))
    tell(staffed, ana, "attend", {"queue_id": ""})
    assert logins(tenant) == {(suporte, f"user:{ana.user_id}"), (vendas, f"user:{ana.user_id}")}
    tell(staffed, ana, "leave", {"queue_id": ""})
    assert logins(tenant) == set()


def test_the_own_acts_are_of_the_session_whatever_the_browser_says(staffed, tenant, ana, bia, suporte):
    """An argument too many does not reach the handler as somebody else's key."""
    for ending in ("attend", "leave"):
        tell(
            staffed, ana, ending, {"queue_id": str(suporte), "user_id": str(bia.user_id), "key": f"user:{bia.user_id}"}
        )
    tell(staffed, ana, "rest", {"reason": "Almoço", "user_id": str(bia.user_id)})
    assert f"user:{bia.user_id}" not in {key for _, key in logins(tenant)} | set(pauses(tenant))


def test_who_is_no_member_cannot_enter(staffed, tenant, rui, suporte):
    said = tell(staffed, rui, "attend", {"queue_id": str(suporte)})
    assert "Não encontramos" in str(said)
    assert logins(tenant) == set()


def test_an_agent_tells_nobody_else_anything(staffed, tenant, ana, bia, suporte):
    other = str(bia.user_id)
    for ending, payload in (
        ("enlist", {"user_id": other, "queue_id": str(suporte)}),
        ("dismiss", {"user_id": other, "queue_id": ""}),
        ("pause", {"user_id": other, "reason": "x"}),
        ("resume", {"user_id": other}),
    ):
        assert "permissão" in str(tell(staffed, ana, ending, payload)), ending
    assert (logins(tenant), pauses(tenant), history(tenant, bia.user_id)) == (set(), {}, [])


def test_who_may_tells_others_and_it_is_kept_who_did(staffed, tenant, rui, ana, suporte):
    who = str(ana.user_id)
    key = f"user:{who}"
    tell(staffed, rui, "enlist", {"user_id": who, "queue_id": str(suporte)})
    assert logins(tenant) == {(suporte, key)}
    tell(staffed, rui, "pause", {"user_id": who, "reason": "Reunião"})
    assert pauses(tenant) == {key: "Reunião"}
    tell(staffed, rui, "resume", {"user_id": who})
    tell(staffed, rui, "dismiss", {"user_id": who, "queue_id": ""})
    assert (logins(tenant), pauses(tenant)) == (set(), {})
    assert [(by, action) for by, action, _, _ in history(tenant, ana.user_id)] == [
        ("Rui", "queue-logout"),
        ("Rui", "resume"),
        ("Rui", "pause"),
        ("Rui", "queue-login"),
    ]


def test_a_pause_needs_a_reason(staffed, tenant, rui, ana, suporte):
    assert "motivo" in str(tell(staffed, rui, "pause", {"user_id": str(ana.user_id), "reason": "  "}))
    assert "motivo" in str(tell(staffed, ana, "rest", {"reason": ""}))
    assert pauses(tenant) == {}


def test_a_supervisor_reaches_the_people_of_their_teams_only(staffed, tenant, person_of, suporte, ana, bia):
    sara = person_of(tenant, "sara", profile="Supervisor", function="Supervisor")
    team = tenant.save("team", {"name": "Suporte", "supervisors": [str(sara.user_id)]}).id
    carla = person_of(tenant, "carla", profile="Agente", function="Agente", team_id=str(team))
    mixed = queue_of(tenant, ana.user_id, carla.user_id, name="Mista", number="803")
    with looking(staffed, sara, "queues") as live:
        live.until(lambda event: board(event, mixed))
        tell(staffed, sara, "enlist", {"user_id": str(carla.user_id), "queue_id": str(mixed)})
        event = live.until(has_member(mixed, carla.user_id, logged_in=True))
        assert board(event, mixed)["others"] == {"out": 1}
        assert f"user:{ana.user_id}" not in str(live.heard)
    said = tell(staffed, sara, "enlist", {"user_id": str(ana.user_id), "queue_id": str(mixed)})
    assert "Não encontramos" in str(said)
    assert logins(tenant) == {(mixed, f"user:{carla.user_id}")}


def test_people_and_queues_of_another_company_do_not_exist(staffed, tenant, new_tenant, person_of, ana, suporte):
    boss = person_of(new_tenant(), "chefe")
    tell(staffed, ana, "attend", {"queue_id": str(suporte)})
    before = (logins(tenant), pauses(tenant), history(tenant, ana.user_id))
    for ending, payload in (
        ("enlist", {"user_id": str(ana.user_id), "queue_id": str(suporte)}),
        ("dismiss", {"user_id": str(ana.user_id), "queue_id": ""}),
        ("pause", {"user_id": str(ana.user_id), "reason": "x"}),
        ("resume", {"user_id": str(ana.user_id)}),
        ("enlist", {"user_id": str(boss.user_id), "queue_id": str(suporte)}),
        ("attend", {"queue_id": str(suporte)}),
        ("leave", {"queue_id": str(suporte)}),
    ):
        assert "Não encontramos" in str(tell(staffed, boss, ending, payload)), ending
    assert (logins(tenant), pauses(tenant), history(tenant, ana.user_id)) == before


def test_without_an_engine_nothing_is_noted_as_done(web, tenant, ana, rui):
    queue_id = queue_of(tenant, ana.user_id)
    said = tell(web, rui, "enlist", {"user_id": str(ana.user_id), "queue_id": str(queue_id)})
    assert "telefonia está desligada" in str(said)
    assert history(tenant, ana.user_id) == []
