"""The start page: what there is, and what to do next. And the search of everything."""

import reflex as rx

from flow.access.actor import Actor
from flow.access.policy import signed_in
from flow.catalog.registry import ENTITIES
from flow.db import run_in_thread
from flow.errors import Forbidden, NoCompany
from flow.services import finder, records
from flow.web.guard import actor as current_actor
from state.calls import recent_calls
from state.paging import thousands

_STEPS = {
    "company": "Cadastrar a empresa",
    "profile": "Conferir os perfis de acesso",
    "extension": "Criar um ramal",
    "team": "Criar uma equipe",
    "user": "Cadastrar os usuários",
}
_ENOUGH = {"user": 2}  # one person is whoever set it up


class HomeState(rx.State):
    loaded: bool = False
    counts: list[dict[str, str]] = []
    steps: list[dict[str, str]] = []
    pending: int = 0
    recent: list[dict[str, str]] = []

    @rx.event
    @signed_in
    async def load(self) -> None:
        actor = current_actor()
        self.counts, self.steps = await run_in_thread(_overview, actor)
        self.recent = await run_in_thread(recent_calls, actor)
        self.pending = sum(not step["done"] for step in self.steps)
        self.loaded = True


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


def _overview(actor: Actor) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    totals = {key: total for key in _STEPS if (total := _total(actor, key)) is not None}
    entities = {entity.key: entity for entity in ENTITIES}
    counts = [
        {
            "label": entities[key].title,
            "total": thousands(total),
            "path": f"/{entities[key].slug}",
            "icon": entities[key].icon,
        }
        for key, total in totals.items()
        if actor.can(entities[key].permission("view"))
    ]
    steps = [
        {
            "text": text,
            "hint": entities[key].teach[1],
            "path": f"/{entities[key].slug}" + ("" if totals.get(key) or key == "profile" else "/novo"),
            "done": "sim" if totals.get(key, 0) >= _ENOUGH.get(key, 1) else "",
        }
        for key, text in _STEPS.items()
        if actor.can(entities[key].permission("create"))
    ]
    return counts, steps


def _total(actor: Actor, key: str) -> int | None:
    entity = next(entity for entity in ENTITIES if entity.key == key)
    try:
        with records.opened(actor, entity) as db:
            return records.list_rows(db, actor, entity, size=1).total
    except (Forbidden, NoCompany):
        return None
