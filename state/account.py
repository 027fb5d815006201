"""Minha conta: own password and the browsers that are signed in. Tokens: keys for programs."""

import reflex as rx
from reflex.event import EventSpec

from flow.access.actor import Actor
from flow.access.policy import permission, signed_in
from flow.catalog.company import Company
from flow.clock import local
from flow.db import company_session, platform_session, run_in_thread
from flow.errors import FlowError, LockedOut, ValidationFailed
from flow.services import account, tokens
from flow.web.guard import actor as current_actor
from state.asking import whole
from state.session import SessionState

_MOMENT = "%d/%m/%Y %H:%M"


class AccountState(rx.State):
    sessions: list[dict[str, str]] = []
    errors: dict[str, str] = {}
    stamp: int = 0  # a new one empties the password form

    @rx.event
    @signed_in
    async def load(self) -> None:
        self.errors = {}
        self.sessions = await run_in_thread(_sessions, current_actor())

    @rx.event
    @signed_in
    async def change_password(self, form: rx.form.FormData) -> EventSpec | None:
        current, new, repeated = (str(form.get(name, "")) for name in ("current", "new", "repeated"))
        try:
            await run_in_thread(account.change_password, current_actor(), current=current, new=new, repeated=repeated)
        except ValidationFailed as error:
            self.errors = error.errors
            return None
        except LockedOut as error:
            self.errors = {"current": error.text}
            return None
        self.errors = {}
        self.stamp += 1
        self.sessions = await run_in_thread(_sessions, current_actor())
        return SessionState.say("Senha trocada. As outras sessões foram encerradas.")

    @rx.event
    @signed_in
    async def end(self, session_id: str) -> None:
        await run_in_thread(account.end_session, current_actor(), whole(session_id, 0))
        self.sessions = await run_in_thread(_sessions, current_actor())

    @rx.event
    @signed_in
    async def end_everywhere(self) -> EventSpec:
        await run_in_thread(account.end_every_session, current_actor())
        return rx.redirect("/entrar")


class TokensState(rx.State):
    rows: list[dict[str, str]] = []
    fresh: str = ""
    errors: dict[str, str] = {}
    failure: str = ""
    stamp: int = 0

    @rx.event
    @permission("token.view")
    async def load(self) -> None:
        self.fresh, self.errors, self.failure = "", {}, ""
        try:
            self.rows = await run_in_thread(_tokens, current_actor())
        except FlowError as error:
            self.rows, self.failure = [], error.text

    @rx.event
    @permission("token.create")
    async def create(self, form: rx.form.FormData) -> None:
        name, days = str(form.get("name", "")), str(form.get("days", ""))
        try:
            self.fresh = await run_in_thread(
                _create, current_actor(), name, whole(days, 0, least=0) or None, bool(form.get("platform"))
            )
        except ValidationFailed as error:
            self.errors = error.errors
            return
        self.errors = {}
        self.stamp += 1
        self.rows = await run_in_thread(_tokens, current_actor())

    @rx.event
    @permission("token.create")
    def noted(self) -> None:
        self.fresh = ""

    @rx.event
    @permission("token.delete")
    async def revoke(self, token_id: str) -> EventSpec:
        await run_in_thread(_revoke, current_actor(), whole(token_id, 0))
        self.rows = await run_in_thread(_tokens, current_actor())
        return SessionState.say("Token revogado. Quem o usava já não entra.")


def _zone(actor: Actor) -> str:
    with platform_session() as db:
        company = db.get(Company, actor.company_id) if actor.company_id else None
    return company.time_zone if company else "America/Sao_Paulo"


def _sessions(actor: Actor) -> list[dict[str, str]]:
    zone = _zone(actor)
    return [
        {
            "id": str(row.id),
            "browser": browser(row.browser),
            "address": row.address,
            "since": local(row.created_at, zone).strftime(_MOMENT),
            "seen": local(row.seen_at, zone).strftime(_MOMENT),
            "mine": "sim" if row.this_one else "",
        }
        for row in account.list_sessions(actor)
    ]


def browser(agent: str) -> str:
    """ "Chrome no Windows" out of what a browser says of itself. The order matters: each pretends to be the next."""
    names = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    name = next((word for sign, word in names if sign in agent), "")
    system = next((word for sign, word in systems if sign in agent), "")
    return f"{name} no {system}" if name and system else name or agent[:40] or "Navegador desconhecido"


def _tokens(actor: Actor) -> list[dict[str, str]]:
    zone = _zone(actor)
    with company_session(actor.company) as db:
        rows = tokens.list_tokens(db, actor)
    return [
        {
            "id": str(row.id),
            "name": row.name,
            "owner": row.owner,
            "created": local(row.created_at, zone).strftime(_MOMENT),
            "used": local(row.used_at, zone).strftime(_MOMENT) if row.used_at else "nunca",
            "scope": " · cria empresas" if row.platform else "",
            "expires": local(row.expires_at, zone).strftime("%d/%m/%Y") if row.expires_at else "não expira",
        }
        for row in rows
    ]


def _create(actor: Actor, name: str, days: int | None, platform: bool) -> str:
    with company_session(actor.company, writes=True) as db:
        return tokens.create_token(db, actor, name=name, days=days, platform=platform)


def _revoke(actor: Actor, token_id: int) -> None:
    with company_session(actor.company, writes=True) as db:
        tokens.revoke_token(db, actor, token_id)
