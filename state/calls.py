"""Chamadas: the list with its filters, and one call as a time line."""

from datetime import date, datetime
from urllib.parse import urlencode

import reflex as rx
from reflex.event import EventSpec

from flow.access.actor import Actor
from flow.access.policy import permission
from flow.clock import local
from flow.db import company_session, run_in_thread
from flow.errors import FlowError, Forbidden, NoCompany
from flow.services import call_log
from flow.web.guard import actor as current_actor
from state.asking import last_part, query_of, whole
from state.paging import SIZES, pages_of, size_of, span_of, turned

TONES = {
    "answered": "success",
    "busy": "warning",
    "no_answer": "warning",
    "cancelled": "",
    "served": "",
    "rejected": "warning",
    "": "info",
}
_ENDED_BY = {"caller": "quem ligou", "callee": "quem atendeu", "system": "o sistema"}
_FILTERS = ("de", "ate", "numero", "resultado")


class CallsState(rx.State):
    loaded: bool = False
    rows: list[dict[str, str]] = []
    total: int = 0
    page: int = 1
    pages: int = 1
    size: str = SIZES[0]
    span: str = ""
    filters: dict[str, str] = dict.fromkeys(_FILTERS, "")
    filtered: bool = False
    failure: str = ""
    call: dict[str, str] = {}
    steps: list[dict[str, str]] = []

    @rx.event
    @permission("call.view")
    async def load(self) -> None:
        query = query_of(self)
        self.call, self.steps = {}, []
        self.filters = {name: query.get(name, "")[:60] for name in _FILTERS}
        self.filtered = any(self.filters.values())
        self.size = size_of(query.get("linhas", ""))
        self.page = whole(query.get("pagina"), 1)
        await self._fetch()

    @rx.event
    @permission("call.view")
    async def refresh(self) -> None:
        """A call ended: look again, without moving the page."""
        await self._fetch()

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
        self.filters = {name: str(form.get(name, ""))[:60] for name in _FILTERS}
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
        wanted = filters | {
            "pagina": str(page) if page > 1 else "",
            "linhas": self.size if self.size != SIZES[0] else "",
        }
        query = urlencode({key: value for key, value in wanted.items() if value})
        return rx.redirect("/chamadas" + (f"?{query}" if query else ""), replace=True)

    @rx.event
    @permission("call.view")
    async def open(self) -> None:
        self.failure, self.call, self.steps = "", {}, []
        await self._open()

    @rx.event
    @permission("call.view")
    async def reopen(self) -> None:
        """Something happened in this call: look again, without emptying the page."""
        await self._open()

    async def _open(self) -> None:
        try:
            self.call, self.steps = await run_in_thread(_story, current_actor(), last_part(self))
        except FlowError as error:
            self.failure = error.text


def day(text: str) -> date | None:
    """None for what is no day, and for one whose midnight no clock could tell in another time zone."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if date.min.year < found.year < date.max.year else None


def _calls(actor: Actor, filters: dict[str, str], page: int, size: int) -> tuple[list[dict[str, str]], int]:
    criteria = call_log.CallFilter(
        day(filters["de"]), day(filters["ate"]), filters["numero"], filters["resultado"], over=True
    )
    with company_session(actor.company) as db:
        zone = call_log.zone_of(db, actor)
        found = call_log.list_calls(db, actor, criteria, page=page, size=size)
    return [_row(row, zone) for row in found.rows], found.total


def recent_calls(actor: Actor, size: int = 5) -> list[dict[str, str]]:
    """The last few that are over and that this person may see; none for who may see none."""
    try:
        return _calls(actor, dict.fromkeys(_FILTERS, ""), 1, size)[0]
    except (Forbidden, NoCompany):
        return []


def _row(row: call_log.CallRow, zone: str) -> dict[str, str]:
    return {
        "id": row.id,
        "at": local(row.started_at, zone).strftime("%d/%m/%Y %H:%M:%S"),
        "caller": row.caller,
        "callee": row.callee,
        "result": row.result_label,
        "tone": TONES.get(row.result, "danger"),
        "ring": clock(row.ring_seconds),
        "talk": clock(row.talk_seconds) if row.talk_seconds else "–",
    }


def _story(actor: Actor, call_id: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    with company_session(actor.company) as db:
        zone = call_log.zone_of(db, actor)
        story = call_log.load_call(db, actor, call_id)
    call = story.call
    facts = _row(call, zone) | {
        "dialled": call.dialled,
        "ended_by": _ENDED_BY.get(call.ended_by, ""),
        "revision": str(story.revision) if story.revision else "",
        "recovered": "sim" if call.recovered else "",
        "unwatched": "sim" if any(step.kind == "ended-meanwhile" for step in story.steps) else "",
        "ended": local(call.ended_at, zone).strftime("%H:%M:%S") if call.ended_at else "",
    }
    return facts, [_step(step, zone) for step in story.steps]


def _step(step: call_log.StepRow, zone: str) -> dict[str, str]:
    moment: datetime = local(step.at, zone)
    return {
        "at": moment.strftime("%H:%M:%S.%f")[:-3].replace(".", ","),
        "after": f"+{step.after_ms / 1000:.3f} s".replace(".", ","),
        "text": step.text,
        "why": "\n".join(reasons(step.detail)),
        "revision": str(step.revision) if step.revision else "",
    }


def reasons(detail: dict[str, object]) -> list[str]:
    """Why each alternative lost; the rest of a step's detail is for machines."""
    lost = detail.get("passed_over")
    return [_reason(item) for item in lost] if isinstance(lost, list) else []


def _reason(item: object) -> str:
    if not isinstance(item, dict):
        return str(item)
    return ": ".join(str(item[part]) for part in ("what", "why") if item.get(part))


def clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
