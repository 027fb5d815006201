"""Chamadas: the list with its filters."""

import reflex as rx
from reflex.event import EventSpec

from flow.access.actor import Actor
from flow.access.policy import permission
from flow.clock import local
from flow.db import company_session, run_in_thread
from flow.errors import FlowError, Forbidden, NoCompany
from flow.services import call_log
from flow.web.guard import actor as current_actor
from state.asking import query_of, whole
from state.labels import TONES, clock
from state.paging import SIZES, pages_of, query_text, size_of, span_of, turned


class CallsState(rx.State):
    loaded: bool = False
    rows: list[dict[str, str]] = []
    total: int = 0
    page: int = 1
    pages: int = 1
    size: str = SIZES[0]
    span: str = ""
    filters: dict[str, str] = dict.fromkeys(call_log.FILTERS, "")
    filtered: bool = False
    export: str = ""
    failure: str = ""

    @rx.event
    @permission("call.view")
    async def load(self) -> None:
        query = query_of(self)
        self._choose(query)
        self.size = size_of(query.get("linhas", ""))
        self.page = whole(query.get("pagina"), 1)
        await self._fetch()

    @rx.event
    @permission("call.view")
    async def refresh(self) -> None:
        """A call ended: look again, without moving the page."""
        await self._fetch()

    def _choose(self, query: dict[str, str]) -> None:
        self.filters = {name: str(query.get(name, ""))[:60] for name in call_log.FILTERS}
        self.filtered = any(self.filters.values())
        self.export = "/export/chamadas.csv" + query_text(self.filters)

    async def _fetch(self) -> None:
        self.failure = ""
        try:
            self.rows, self.total = await run_in_thread(
                _calls, current_actor(), self.filters, self.page, int(self.size)
            )
        except FlowError as error:
            self.rows, self.total, self.failure = [], 0, error.text
        self.pages = pages_of(self.total, int(self.size))
        self.page = min(self.page, self.pages)
        self.span = span_of(self.page, int(self.size), len(self.rows), self.total)
        self.loaded = True

    @rx.event
    @permission("call.view")
    def narrow(self, form: rx.form.FormData) -> EventSpec:
        # Known here before the address says it: a choice made right after this one is not drawn over.
        self.filters = {name: str(form.get(name, ""))[:60] for name in call_log.FILTERS}
        return self._address(self.filters, 1)

    @rx.event
    @permission("call.view")
    def turn(self, where: str) -> EventSpec:
        return self._address(self.filters, turned(str(where), self.page, self.pages))

    @rx.event
    @permission("call.view")
    def resize(self, size: str) -> EventSpec:
        self.size = size_of(size)
        return self._address(self.filters, 1)

    def _address(self, filters: dict[str, str], page: int) -> EventSpec:
        place = {
            "pagina": str(page) if page > 1 else "",
            "linhas": self.size if self.size != SIZES[0] else "",
        }
        return rx.redirect("/chamadas" + query_text(filters | place), replace=True)


def _calls(actor: Actor, filters: dict[str, str], page: int, size: int) -> tuple[list[dict[str, str]], int]:
    with company_session(actor.company) as db:
        zone = call_log.zone_of(db, actor)
        found = call_log.list_calls(db, actor, call_log.filter_of(filters), page=page, size=size)
    return [call_shown(row, zone) for row in found.rows], found.total


def recent_calls(actor: Actor, size: int = 5) -> list[dict[str, str]]:
    """The last few that are over and that this person may see; none for who may see none."""
    try:
        return _calls(actor, {}, 1, size)[0]
    except (Forbidden, NoCompany):
        return []


def call_shown(row: call_log.CallRow, zone: str) -> dict[str, str]:
    return {
        "id": row.id,
        "at": local(row.started_at, zone).strftime("%d/%m/%Y %H:%M:%S"),
        "direction": row.direction,
        "caller": row.caller,
        "callee": row.callee,
        "queue": row.queue,
        "result": row.result_label,
        "tone": TONES.get(row.result, "danger"),
        "wait": clock(row.wait_seconds),
        "talk": clock(row.talk_seconds) if row.talk_seconds else "–",
    }
