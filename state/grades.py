"""Avaliações: figures of a period, and the list of its grades."""

import reflex as rx
from reflex.event import EventSpec

from flow.access.actor import Actor
from flow.access.policy import permission
from flow.clock import local
from flow.db import company_session, run_in_thread
from flow.errors import FlowError
from flow.services import call_log, grades
from flow.web.guard import actor as current_actor
from state.asking import query_of, whole
from state.paging import SIZES, pages_of, query_text, size_of, span_of, thousands, turned

Rows = list[dict[str, str]]


class GradesState(rx.State):
    loaded: bool = False
    failure: str = ""
    filters: dict[str, str] = dict.fromkeys(grades.FILTERS, "")
    filtered: bool = False
    export: str = ""
    count: int = 0
    figures: dict[str, str] = {}
    bars: Rows = []
    queues: Rows = []
    agents: Rows = []
    rows: Rows = []
    total: int = 0
    page: int = 1
    pages: int = 1
    size: str = SIZES[0]
    span: str = ""

    @rx.event
    @permission("call.view")
    async def load(self) -> None:
        query = query_of(self)
        self.filters = {name: query.get(name, "")[:20] for name in grades.FILTERS}
        self.filtered = any(self.filters.values())
        self.export = "/export/avaliacoes.csv" + query_text(self.filters)
        self.size, self.page = size_of(query.get("linhas", "")), whole(query.get("pagina"), 1)
        self.failure = ""
        try:
            summary, page, zone = await run_in_thread(_read, current_actor(), self.filters, self.page, int(self.size))
        except FlowError as error:
            self.failure, self.loaded = error.text, True
            return
        self._show(summary)
        self.rows, self.total = [_row(row, zone) for row in page.rows], page.total
        self.pages = pages_of(self.total, int(self.size))
        self.page = min(self.page, self.pages)
        self.span = span_of(self.page, int(self.size), len(self.rows), self.total)
        self.loaded = True

    def _show(self, summary: grades.Summary) -> None:
        self.count = summary.count
        good = sum(summary.by_grade[grade] for grade in (4, 5))
        self.figures = {
            "average": mean(summary.average),
            "count": thousands(summary.count),
            "good": _share(good, summary.count),
        }
        self.bars = [
            {
                "grade": str(grade),
                "count": thousands(summary.by_grade[grade]),
                "share": _share(summary.by_grade[grade], summary.count),
                "width": f"{100 * summary.by_grade[grade] / max(summary.count, 1):.1f}%",
            }
            for grade in reversed(grades.GRADES)
        ]
        self.queues, self.agents = _standings(summary.by_queue), _standings(summary.by_agent)

    @rx.event
    @permission("call.view")
    def narrow(self, form: rx.form.FormData) -> EventSpec:
        self.filters = {name: str(form.get(name, ""))[:20] for name in grades.FILTERS}
        return self._address(1)

    @rx.event
    @permission("call.view")
    def turn(self, where: str) -> EventSpec:
        return self._address(turned(str(where), self.page, self.pages))

    @rx.event
    @permission("call.view")
    def resize(self, size: str) -> EventSpec:
        self.size = size_of(size)
        return self._address(1)

    def _address(self, page: int) -> EventSpec:
        place = {"pagina": str(page) if page > 1 else "", "linhas": self.size if self.size != SIZES[0] else ""}
        return rx.redirect("/avaliacoes" + query_text(self.filters | place), replace=True)


def _read(actor: Actor, filters: dict[str, str], page: int, size: int) -> tuple[grades.Summary, grades.GradePage, str]:
    criteria = grades.filter_of(filters)
    with company_session(actor.company) as db:
        found = grades.list_grades(db, actor, criteria, page=page, size=size)
        return grades.summary(db, actor, criteria), found, call_log.zone_of(db, actor)


def _standings(found: list[grades.Standing]) -> Rows:
    return [{"name": s.name, "count": thousands(s.count), "average": mean(s.average)} for s in found]


def _row(row: grades.GradeRow, zone: str) -> dict[str, str]:
    return {
        "id": row.call_id,
        "at": local(row.at, zone).strftime("%d/%m/%Y %H:%M:%S"),
        "caller": row.caller,
        "queue": row.queue,
        "agent": row.agent,
        "grade": str(row.grade),
    }


def mean(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def _share(part: int, whole_: int) -> str:
    return f"{round(100 * part / whole_)} %" if whole_ else "–"
