"""The one list a person has open. The address holds search, order and page; this only shows what it says."""

import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import reflex as rx
from reflex.event import EventSpec
from reflex_base.constants.state import FIELD_MARKER

from flow.access.actor import Actor
from flow.access.policy import entity_permission
from flow.catalog.entity import Entity
from flow.clock import local
from flow.db import company_session, run_in_thread
from flow.errors import FlowError, NoCompany
from flow.live.engine_client import engine_client
from flow.services import records, unrouted
from flow.web.guard import actor as current_actor
from state import special
from state.asking import entity_of, query_of, slug_of, whole
from state.paging import SIZES, pages_of, size_of, span_of, turned
from state.record import FormState
from state.session import SessionState

_FRESH = 2.0  # seconds


class ListState(rx.State):
    loaded: str = ""
    rows: list[dict[str, str]] = []
    total: int = 0
    page: int = 1
    pages: int = 1
    size: str = SIZES[0]
    span: str = ""
    search: str = ""
    sort: str = ""
    descending: bool = False
    failure: str = ""
    no_company: bool = False
    asking: bool = False
    doomed: dict[str, str] = {}
    uses: list[dict[str, str]] = []
    ahead: dict[str, Any] = {}  # what the click that the pointer rests on would show
    unrouted: list[dict[str, str]] = []
    _shown: tuple[str, float] = ("", 0.0)  # the query whose rows were just fetched, and when

    @rx.event
    @entity_permission("view")
    async def load(self) -> None:
        entity, query = entity_of(self), query_of(self)
        form = await self.get_state(FormState)
        if not form.ahead:
            form._forget()  # noqa: SLF001 - any public method is a handler
        self.search = query.get("q", "")[:100]
        self.sort = query.get("ordem", "") or entity.default_sort
        self.descending = query.get("sentido") == "desc"
        self.size = size_of(query.get("linhas", ""))
        self.page = whole(query.get("pagina"), 1)
        self.asking, self.doomed, self.uses = False, {}, []
        self.unrouted = await run_in_thread(_unrouted, current_actor(), entity)
        already, self._shown = self._shown, ("", 0.0)
        if self.loaded != entity.slug or already[0] != self._query() or time.monotonic() - already[1] > _FRESH:
            await self._fetch(current_actor(), entity)

    async def _fetch(self, actor: Actor, entity: Entity) -> None:
        self.failure, self.no_company = "", False
        try:
            found = await run_in_thread(_rows, actor, entity, self._wanted())
        except NoCompany as error:
            self.no_company, self.failure = True, error.text
            self._become(_values(records.RowPage([], 0), 1, int(self.size)))
        except FlowError as error:
            self.failure = error.text
            self._become(_values(records.RowPage([], 0), 1, int(self.size)))
        else:
            self._become(_values(found, self.page, int(self.size)))
        self.loaded, self.ahead = entity.slug, {}

    def _become(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            setattr(self, name, value)

    def _wanted(self) -> dict[str, Any]:
        return {
            "search": self.search,
            "sort": self.sort,
            "descending": self.descending,
            "page": self.page,
            "size": int(self.size),
        }

    def _after(self, act: str, what: str) -> dict[str, Any]:
        """The variables that a click changes by itself: to `turn` the page, or to `order` by a column."""
        if act == "turn":
            return {"page": turned(what, self.page, self.pages)}
        return {"page": 1, "sort": what[:40], "descending": self.sort == what and not self.descending}

    @rx.event
    @entity_permission("view")
    async def foresee(self, act: str, what: str) -> None:
        """Fetch what a click would show, so that it is there with the click. The click fetches it again."""
        actor, entity = current_actor(), entity_of(self)
        after = self._after(str(act), str(what))
        wanted = self._wanted() | after
        if self.loaded != entity.slug:
            return
        with suppress(FlowError):  # the click itself says what is wrong
            shown = after | _values(await run_in_thread(_rows, actor, entity, wanted), wanted["page"], wanted["size"])
            self.ahead = {
                "act": f"{act} {what}",
                "shown": {f"{name}{FIELD_MARKER}": value for name, value in shown.items()},
            }

    def _query(self) -> str:
        natural = self.sort == entity_of(self).default_sort and not self.descending
        wanted = {
            "q": self.search,
            "ordem": "" if natural else self.sort,
            "sentido": "desc" if self.descending else "",
            "linhas": self.size if self.size != SIZES[0] else "",
            "pagina": str(self.page) if self.page > 1 else "",
        }
        return urlencode({key: value for key, value in wanted.items() if value})

    async def _move(self, after: dict[str, Any]) -> EventSpec:
        """Show the rows at once. The address follows, and its page finds them already there."""
        self._become(after)
        await self._fetch(current_actor(), entity_of(self))
        query = self._query()
        self._shown = (query, time.monotonic())
        return rx.redirect(f"/{slug_of(self)}" + (f"?{query}" if query else ""), replace=True)

    @rx.event
    @entity_permission("view")
    async def find(self, text: str) -> EventSpec:
        return await self._move({"search": str(text)[:100], "page": 1})

    @rx.event
    @entity_permission("view")
    async def order(self, column: str) -> EventSpec:
        return await self._move(self._after("order", str(column)))

    @rx.event
    @entity_permission("view")
    async def turn(self, where: str) -> EventSpec:
        return await self._move(self._after("turn", str(where)))

    @rx.event
    @entity_permission("view")
    async def resize(self, size: str) -> EventSpec:
        return await self._move({"size": size_of(str(size)), "page": 1})

    @rx.event
    @entity_permission("delete")
    async def ask_delete(self, record_id: str) -> None:
        """Open the question, with the places that still use the row."""
        actor, entity = current_actor(), entity_of(self)
        title, uses = await run_in_thread(_title_and_uses, actor, entity, record_id)
        self.asking, self.doomed, self.uses = True, {"id": str(record_id), "title": title}, uses

    @rx.event
    @entity_permission("view")
    def keep(self) -> None:
        self.asking, self.doomed, self.uses = False, {}, []

    @rx.event
    @entity_permission("delete")
    async def delete(self) -> EventSpec:
        actor, entity = current_actor(), entity_of(self)
        doomed, self.asking, self.doomed, self.uses = self.doomed, False, {}, []
        saved = await run_in_thread(_delete, actor, entity, doomed.get("id", ""))
        (await self.get_state(FormState))._forget()  # noqa: SLF001 - it may be the one that was asked for ahead
        await engine_client.changed(saved.company_id, saved.revision)
        await self._fetch(actor, entity)
        return SessionState.say(f"{entity.singular} {doomed.get('title', '')} foi excluído.".replace("  ", " "))


def _values(found: records.RowPage, page: int, size: int) -> dict[str, Any]:
    """The variables that show this page of rows."""
    pages = pages_of(found.total, size)
    page = min(page, pages)
    span = span_of(page, size, len(found.rows), found.total)
    return {"rows": found.rows, "total": found.total, "pages": pages, "page": page, "span": span}


def _rows(actor: Actor, entity: Entity, wanted: dict[str, Any]) -> records.RowPage:
    with records.opened(actor, entity) as db:
        return records.list_rows(db, actor, entity, **wanted)


def _unrouted(actor: Actor, entity: Entity) -> list[dict[str, str]]:
    """Beside the Rotas de Entrada: the DIDs that have none."""
    if entity.key != "inbound_route" or actor.company_id is None:
        return []
    with company_session(actor.company_id) as db:
        zone = special.zone(db, actor)
        return [
            {
                "id": str(row.id),
                "number": row.number,
                "path": f"/{entity.slug}/novo?{urlencode({'did': row.number})}",
                "count": f"{row.count} {'chamada' if row.count == 1 else 'chamadas'}",
                "last": local(row.last_at, zone).strftime("%d/%m/%Y %H:%M"),
            }
            for row in unrouted.unrouted(db, actor)
        ]


def _title_and_uses(actor: Actor, entity: Entity, record_id: str) -> tuple[str, list[dict[str, str]]]:
    with records.opened(actor, entity) as db:
        title = records.load(db, actor, entity, record_id).title
        return title, [use.__dict__ for use in records.uses(db, actor, entity, record_id)]


def _delete(actor: Actor, entity: Entity, record_id: str) -> records.Saved:
    with records.opened(actor, entity, writes=True) as db:
        return records.delete(db, actor, entity, record_id)
