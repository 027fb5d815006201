"""The one record a person has open: its form, its history, and what became of the last save."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from flow.access import sessions
from flow.access.actor import Actor
from flow.access.policy import entity_permission, signed_in
from flow.catalog.entity import Entity
from flow.clock import local
from flow.db import run_in_thread
from flow.errors import Conflict, FlowError, NoCompany, NotFound, ValidationFailed
from flow.live.engine_client import engine_client
from flow.services import attendance, records
from flow.web.guard import actor as current_actor
from state import foresight, special
from state.aftermath import Aftermath, duration, follow
from state.asking import entity_of, last_part, query_of, slug_of
from state.choices import Choices, choices, search, searched

NEW = "novo"


@dataclass(frozen=True)
class Beside:
    """Where the record is used, and what its form offers before it asks."""

    uses: list[dict[str, str]]
    foresight: dict[str, Any]


Opened = tuple[records.Record, Choices, Beside]
_ACTIONS = {"create": "criou", "edit": "alterou", "delete": "excluiu", **attendance.ACTIONS}


class FormState(rx.State):
    held: str = ""  # path of the page that this record belongs to, or nothing yet
    ahead: bool = False  # asked for before its page, and not confirmed by it yet
    record: str = ""  # its id; nothing for a new one
    baseline: str = ""
    title: str = ""
    values: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    options: dict[str, list[dict[str, str]]] = {}
    chosen: dict[str, list[dict[str, str]]] = {}
    many: list[str] = []
    errors: dict[str, str] = {}
    problem: str = ""
    conflict: bool = False
    failure: str = ""
    read_only: bool = False
    attempt: int = 0
    saving: bool = False
    status: str = ""
    tone: str = ""
    tab: str = "dados"
    history: list[dict[str, str]] = []
    uses: list[dict[str, str]] = []
    card: dict[str, str | list[dict[str, str]]] = {}
    verdict: dict[str, str] = {}
    foresight: dict[str, Any] = {}
    found: dict[str, Any] = {}
    _version: int = 0
    _saved: str = ""
    _aftermath: Aftermath | None = None

    def _forget(self) -> None:
        """Nothing of a record stays behind when its page is left; what stays would travel with every reconnect."""
        self.reset()

    @rx.event
    @entity_permission("view")
    async def load(self) -> None:
        await self._load(keep_status=self._saved == last_part(self))

    @rx.event
    @entity_permission("create")
    async def begin(self) -> None:
        """An empty form: whoever may create need not be allowed to see what is there."""
        await self._load(keep_status=False)

    @rx.event
    @entity_permission("view")
    async def reload(self) -> None:
        """Take the other person's version; what was typed here is given up knowingly."""
        await self._load(keep_status=False)

    @rx.event
    @entity_permission("view")
    async def foresee(self, record_id: str) -> None:
        """What a click in this list is about to open, so that it is there with the page; `load` then confirms it."""
        if last_part(self) != slug_of(self):
            return  # a record is open: nothing else may take its place
        actor, entity, wanted = current_actor(), entity_of(self), str(record_id)
        with suppress(FlowError):  # the page itself says what is wrong
            opened = await run_in_thread(_open, actor, entity, wanted)
            self.reset()
            self._hold(actor, entity, wanted, opened)
            self.ahead = True

    async def _load(self, *, keep_status: bool) -> None:
        actor, entity, wanted = current_actor(), entity_of(self), last_part(self)
        status = (self.status, self.tone, self._aftermath) if keep_status else ("", "", None)
        attempt = self.attempt
        self.reset()
        self.status, self.tone, self._aftermath = status
        self.attempt = attempt
        try:
            self._hold(actor, entity, wanted, await run_in_thread(_open, actor, entity, wanted))
            if wanted == NEW:
                self._fill_in(entity)
        except (NotFound, NoCompany) as error:
            self.failure, self.held = error.text, f"/{entity.slug}/{wanted}"

    def _hold(self, actor: Actor, entity: Entity, wanted: str, opened: Opened) -> None:
        self.held = f"/{entity.slug}/{wanted}"
        self.read_only = not actor.can(entity.permission("create" if wanted == NEW else "edit"))
        self._take(*opened)

    def _fill_in(self, entity: Entity) -> None:
        """A link to a new record may carry what is known already, e.g. the DID that has no route."""
        given = query_of(self)
        texts = (spec.name for spec in entity.fields if spec.kind in ("text", "phone"))
        self.values |= {name: given[name][:100] for name in texts if given.get(name)}

    def _take(self, record: records.Record, found: Choices, beside: Beside) -> None:
        self.values = {name: value for name, value in record.values.items() if isinstance(value, str)}
        self.lists = {name: value for name, value in record.values.items() if isinstance(value, list)}
        self.options, self.chosen, self.many = found.offered, found.chosen, found.many
        self.uses, self.foresight = beside.uses, self.foresight | beside.foresight
        self._version, self.title = record.version, record.title
        self.record = str(record.id or "")
        self.baseline = f"{self.held}/{record.version}"

    @rx.event
    @entity_permission("create")
    async def create(self, form: rx.form.FormData) -> AsyncIterator[EventSpec | list[EventSpec] | None]:
        async for step in self._store(None, form):
            yield step

    @rx.event
    @entity_permission("edit")
    async def save(self, form: rx.form.FormData) -> AsyncIterator[EventSpec | list[EventSpec] | None]:
        async for step in self._store(last_part(self), form):
            yield step

    async def _store(
        self, record_id: str | None, form: rx.form.FormData
    ) -> AsyncIterator[EventSpec | list[EventSpec] | None]:
        actor, entity = current_actor(), entity_of(self)
        self.errors, self.problem, self.conflict, self.status, self.saving = {}, "", False, "", True
        yield None
        self.saving = False
        try:
            saved, self.card = await run_in_thread(
                _save, actor, entity, record_id, submitted(entity, form), self._version
            )
        except ValidationFailed as error:
            self.errors, self.problem = error.errors, error.text
        except Conflict as error:
            self.conflict, self.problem = True, error.text
        except FlowError as error:
            self.problem = error.text
        else:
            if not actor.can(entity.permission("view")):
                await engine_client.changed(saved.company_id, saved.revision)
                self._forget()
                yield [_said("Salvo."), rx.redirect("/")]  # the record is not theirs to see
                return
            self._settle(entity, saved)
            yield await self._show_saved(actor, entity, record_id, saved.id)
            yield FormState.watch
            return
        self.attempt += 1

    async def _show_saved(self, actor: Actor, entity: Entity, record_id: str | None, saved_id: int) -> EventSpec | None:
        """A new record gets its own page; a changed one shows what is stored now, unless it went out of reach."""
        if record_id is None:
            return rx.redirect(f"/{entity.slug}/{saved_id}", replace=True)
        try:
            self._take(*await run_in_thread(_open, actor, entity, record_id))
        except FlowError:
            return rx.redirect(f"/{entity.slug}")
        return None

    def _settle(self, entity: Entity, saved: records.Saved) -> None:
        self._saved = str(saved.id)
        self.status, self.tone = ("salvo, entrando em serviço…" if entity.telephony else "salvo"), "success"
        self._aftermath = Aftermath(saved.company_id, saved.revision, saved.audit_id) if saved.revision else None

    @rx.event(background=True)
    @entity_permission("view")
    async def watch(self) -> None:
        """Tell the engine, and say when the telephones obey what was saved."""
        async with self:
            aftermath, entity = self._aftermath, entity_of(self)
            self._aftermath = None
        if aftermath is None:
            return
        await engine_client.changed(aftermath.company_id, aftermath.revision)
        if not entity.telephony:
            return
        status, tone = await follow(aftermath)
        async with self:
            self.status, self.tone = status, tone

    @rx.event
    @entity_permission("view")
    def kept(self) -> None:
        """The browser holds the password now; here it is forgotten."""
        self.card = {}

    @rx.event
    @signed_in
    def mend(self, name: str) -> None:
        """A wrong field is being changed: the next save looks again whether it is right."""
        self.errors.pop(str(name), None)
        if not self.errors and not self.conflict:
            self.problem = ""

    @rx.event
    @entity_permission("view")
    async def look(self, name: str, text: str) -> None:
        """Search the rows that a reference field may point to, when there are too many to list."""
        entity = entity_of(self)
        if name not in searched(entity):
            raise NotFound()
        self.options[name] = await run_in_thread(_look, current_actor(), entity, name, str(text)[:60])

    @rx.event
    @entity_permission("view")
    async def show(self, tab: str) -> None:
        self.tab = tab if tab in ("historico", "uso", "fluxo") else "dados"
        if self.tab == "historico":
            self.history = await run_in_thread(_history, current_actor(), entity_of(self), last_part(self))

    @rx.event
    @entity_permission("view")
    async def preview(self, values: dict[str, Any]) -> None:
        """What a schedule would do in the next days, as the form holds it now."""
        held = {name: str(value) for name, value in dict(values).items()}
        self.foresight |= await run_in_thread(foresight.coming_days, current_actor(), held)

    @rx.event
    @entity_permission("view")
    async def find_holidays(self, year: str, state: str) -> None:
        self.found = await run_in_thread(foresight.holidays, str(year), str(state))

    @rx.event
    @entity_permission("edit")
    async def act(self, action: str) -> EventSpec:
        """An entity's own button, e.g. "Gerar senha" of a Ramal."""
        actor, entity, record_id = current_actor(), entity_of(self), last_part(self)
        if action not in {known.id for known in entity.actions}:
            raise NotFound()
        saved, self.card, self._version = await run_in_thread(special.new_secret, actor, entity, record_id)
        self._settle(entity, saved)  # what is typed and not saved yet stays as it is
        return FormState.watch

    @rx.event
    @entity_permission("view")
    async def test_permission(self, form: rx.form.FormData) -> None:
        allowed, because, label = await run_in_thread(
            special.test_permission, current_actor(), entity_of(self), last_part(self), str(form.get("permission", ""))
        )
        self.verdict = {"allowed": "sim" if allowed else "", "because": because, "label": label}


def _said(text: str) -> EventSpec:
    # Not at the top: a session forgets forms when the person changes, so it knows this module already.
    from state.session import SessionState

    return SessionState.say(text)


def submitted(entity: Entity, form: rx.form.FormData) -> dict[str, str | list[str]]:
    """The fields of the entity as the browser sent them; a box that is not ticked is not in the form."""
    values: dict[str, str | list[str]] = {}
    for spec in entity.fields:
        if spec.kind in ("multi", "matrix", "refs"):  # check boxes
            values[spec.name] = [str(item) for item in form.getlist(spec.name)]
        elif spec.kind == "bool" or spec.name in form:
            values[spec.name] = str(form.get(spec.name, ""))
    return values


def _open(actor: Actor, entity: Entity, wanted: str) -> Opened:
    with records.opened(actor, entity) as db:
        ahead = foresight.around(db, actor, entity)
        if wanted == NEW:
            record = records.blank(db, actor, entity)
            return record, choices(db, actor, entity, record), Beside([], ahead)
        record = records.load(db, actor, entity, wanted)
        uses = [use.__dict__ for use in records.uses(db, actor, entity, wanted)]
        return record, choices(db, actor, entity, record), Beside(uses, ahead)


def _look(actor: Actor, entity: Entity, name: str, text: str) -> list[dict[str, str]]:
    with records.opened(actor, entity) as db:
        return search(db, actor, entity, searched(entity)[name], text)


def _save(
    actor: Actor, entity: Entity, record_id: str | None, values: dict[str, str | list[str]], version: int
) -> tuple[records.Saved, special.Card]:
    with records.opened(actor, entity, writes=True) as db:
        saved = records.save(db, actor, entity, record_id, values, None if record_id is None else version)
    if record_id is None and entity.key == "company" and actor.company_id is None:
        sessions.pick_company(actor, saved.id)  # the next steps are all inside it
    return saved, special.fresh_card(actor, entity, saved.id, str(values.get("password") or ""))


def _history(actor: Actor, entity: Entity, record_id: str) -> list[dict[str, str]]:
    with records.opened(actor, entity) as db:
        changes = records.history(db, actor, entity, record_id)
        zone = special.zone(db, actor)
    lines: list[dict[str, str]] = []
    last = None
    for change in changes:
        same = last is not None and (last.at, last.who) == (change.at, change.who)
        lines.append(_line(change, "" if same else local(change.at, zone).strftime("%d/%m/%Y %H:%M:%S")))
        last = change
    return lines


def _line(change: records.Change, moment: str) -> dict[str, str]:
    """One changed field; `at` is empty when it belongs to the save of the line before."""
    took = f" · em serviço em {duration(change.in_service_ms)}" if change.in_service_ms is not None else ""
    return {
        "at": moment and moment + took,
        "who": change.who,
        "action": _ACTIONS.get(change.action, change.action),
        "field": change.field_label,
        "before": change.before,
        "after": change.after or "(vazio)",
    }
