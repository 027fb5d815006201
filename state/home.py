"""The start page: what there is, what happened today, and what to do next. And the search of everything."""

import reflex as rx

from flow.access.actor import Actor
from flow.access.policy import permission, signed_in
from flow.catalog.registry import ENTITIES
from flow.db import company_session, run_in_thread
from flow.errors import FlowError, Forbidden, NoCompany
from flow.live.engine_client import engine_client
from flow.services import finder, guide
from flow.services.today import Today, today
from flow.web.guard import actor as current_actor
from state.calls import recent_calls
from state.labels import clock
from state.paging import query_text, thousands

_CONNECTED = ("registered", "by_address")


class HomeState(rx.State):
    loaded: bool = False
    counts: list[dict[str, str]] = []
    steps: list[dict[str, str]] = []
    pending: int = 0
    put_away: bool = False
    figures: list[dict[str, str]] = []
    recent: list[dict[str, str]] = []

    @rx.event
    @signed_in
    async def load(self) -> None:
        actor = current_actor()
        self.counts = await run_in_thread(_counts, actor)
        tasks = await run_in_thread(guide.tasks, actor)
        self.steps = [_step(task, *await _trunk_state(actor, task)) for task in tasks]
        self.pending = sum(not step["done"] for step in self.steps)
        self.put_away = await run_in_thread(guide.hidden, actor)
        self.recent = await run_in_thread(recent_calls, actor)
        self.figures = await run_in_thread(_today, actor)
        self.loaded = True

    @rx.event
    @permission("call.view")
    async def refresh(self) -> None:
        """A call ended: what it changes here, and nothing else."""
        actor = current_actor()
        self.recent = await run_in_thread(recent_calls, actor)
        self.figures = await run_in_thread(_today, actor)
        tasks = [step | ({"done": "sim"} if _first_came(step, self.figures) else {}) for step in self.steps]
        self.steps, self.pending = tasks, sum(not step["done"] for step in tasks)

    @rx.event
    @signed_in
    async def put_steps_away(self, away: bool) -> None:
        """Of this person, on every browser of theirs."""
        self.put_away = away is True
        await run_in_thread(guide.hide, current_actor(), self.put_away)


class SearchState(rx.State):
    hits: list[dict[str, str]] = []

    @rx.event
    @signed_in
    async def find(self, text: str) -> None:
        found = await run_in_thread(finder.find, current_actor(), str(text)[:60])
        self.hits = [
            {"label": f"{hit.title} · {hit.detail}" if hit.detail else hit.title, "kind": hit.kind, "path": hit.path}
            for hit in found
            if hit.kind != "Página"  # the browser knows the pages by itself
        ]


def _counts(actor: Actor) -> list[dict[str, str]]:
    rows = []
    for entity in ENTITIES:
        if entity.super_only and not actor.is_super:
            continue  # their own company is the only one
        total = guide.total_of(actor, entity) if actor.can(entity.permission("view")) else None
        if total is not None:
            path = f"/{entity.slug}"
            rows.append({"label": entity.title, "total": thousands(total), "path": path, "icon": entity.icon})
    return rows


async def _trunk_state(actor: Actor, task: guide.TaskRow) -> tuple[bool, str]:
    """Whether the task is done, and its hint: a trunk is, once a carrier knows it."""
    if task.key != "trunk" or not task.done or actor.company_id is None:
        return task.done, task.hint
    try:
        states = list((await engine_client.trunks(actor.company_id)).values())
    except FlowError:
        return True, task.hint  # nobody can say now; the page itself tells that the telephony is off
    if not states or any(state["state"] in _CONNECTED for state in states):
        return True, task.hint
    return False, f"O tronco está cadastrado, mas ainda não entrou na operadora: {states[0]['reason']}"


def _step(task: guide.TaskRow, done: bool, hint: str) -> dict[str, str]:
    return {"key": task.key, "text": task.text, "hint": hint, "path": task.path, "done": "sim" if done else ""}


def _first_came(step: dict[str, str], figures: list[dict[str, str]]) -> bool:
    return step["key"] == guide.FIRST_CALL and bool(figures) and figures[0]["value"] != "0"


def _today(actor: Actor) -> list[dict[str, str]]:
    """Of today, each with the list that it counts; nothing for who may see no calls."""
    try:
        with company_session(actor.company) as db:
            found = today(db, actor)
    except (Forbidden, NoCompany):
        return []
    return _figures(found)


def _figures(found: Today) -> list[dict[str, str]]:
    def path(result: str = "") -> str:
        day = found.day.isoformat()
        return "/chamadas" + query_text({"de": day, "ate": day, "sentido": "inbound", "resultado": result})

    wait = "–" if found.average_wait is None else clock(round(found.average_wait))
    return [
        {"label": "Recebidas hoje", "value": thousands(found.received), "path": path()},
        {"label": "Atendidas", "value": thousands(found.answered), "path": path("answered")},
        {"label": "Abandonadas", "value": thousands(found.abandoned), "path": path("abandoned")},
        {"label": "Espera média na fila", "value": wait, "path": path("answered")},
    ]
