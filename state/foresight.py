"""What comes of a configuration, before a call does: a schedule's next days, Simular."""

from datetime import datetime
from typing import Any

import reflex as rx
from sqlmodel import Session

from flow.access.actor import Actor
from flow.access.policy import permission
from flow.catalog.company import Company
from flow.catalog.entity import Entity
from flow.db import company_session, run_in_thread
from flow.errors import FlowError, ValidationFailed
from flow.routing.brazil import state_of
from flow.routing.journey import Told
from flow.routing.schedule import WEEKDAYS, Span
from flow.services import foresight
from flow.web.guard import actor as current_actor
from state.asking import query_of

FIELDS = ("called", "caller", "moment", "keys", "agents")


class SimulationState(rx.State):
    loaded: bool = False
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    problem: str = ""
    steps: list[dict[str, str]] = []

    @rx.event
    @permission("inbound_route.view")
    async def load(self) -> None:
        given = query_of(self)
        self.steps, self.errors, self.problem = [], {}, ""
        now = await run_in_thread(_now, current_actor())
        self.values = {
            "called": given.get("numero", "")[:40],
            "moment": now,
            "agents": "free",
            "caller": "",
            "keys": "",
        }
        self.loaded = True

    @rx.event
    @permission("inbound_route.view")
    async def run(self, form: rx.form.FormData) -> None:
        self.values = {name: str(form.get(name, ""))[:200] for name in FIELDS}
        self.steps, self.errors, self.problem = [], {}, ""
        try:
            told = await run_in_thread(_answer, current_actor(), foresight.Question(**self.values))
        except ValidationFailed as error:
            self.errors, self.problem = error.errors, error.text
        except FlowError as error:
            self.problem = error.text
        else:
            self.steps = [{"kind": line.kind, "text": line.text} for line in told]


def _now(actor: Actor) -> str:
    if actor.company_id is None:
        return ""
    with company_session(actor.company_id) as db:
        return foresight.wall_clock(db, actor).isoformat(timespec="minutes")


def _answer(actor: Actor, question: foresight.Question) -> list[Told]:
    with company_session(actor.company) as db:
        return foresight.answer(db, actor, question)


def around(db: Session, actor: Actor, entity: Entity) -> dict[str, Any]:
    """What the form of a schedule offers before it asks: the company's state, and the year."""
    if entity.key != "schedule":
        return {}
    company = db.get(Company, actor.company)
    return {"state": state_of(company.ddd) if company else "", "year": str(foresight.wall_clock(db, actor).year)}


def coming_days(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
    """The next days as Preview draws them."""
    try:
        with company_session(actor.company) as db:
            found = foresight.foresee(db, actor, values)
    except ValidationFailed as error:
        return {"days": [], "warnings": [], "now": next(iter(error.errors.values()), error.text)}
    days = [
        {
            "label": f"{WEEKDAYS[day.weekday()]} {day:%d/%m}",
            "name": found.plan.holidays.get(day.date(), ""),
            "spans": [_span(start, end, span) for start, end, span in spans],
        }
        for day, spans in foresight.days_of(found)
    ]
    return {"days": days, "warnings": found.warnings, "now": found.word}


def _span(start: int, end: int, span: Span) -> dict[str, Any]:
    why = f"{_clock(start)}–{_clock(end)} aberto: {span.because}"
    return {"from": start, "to": end, "why": why, "forced": span.rule == "forced"}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def holidays(year: str, state: str) -> dict[str, Any]:
    try:
        found = foresight.holidays(year, state)
    except ValidationFailed:
        found = []
    days = [{"date": day.date.isoformat(), "name": day.name, "optional": day.optional} for day in found]
    return {"days": days, "asked": datetime.now().isoformat()}  # never twice the same, so that the page hears of it
