"""Who is signed in, what they may see, and the passing words at the foot of the page."""

import reflex as rx
import structlog
from reflex.event import EventSpec

from flow.access.actor import Actor
from flow.access.policy import public
from flow.catalog.company import Company
from flow.catalog.registry import MENU, by_key
from flow.db import platform_session, run_in_thread
from flow.errors import FlowError, Forbidden, SignedOut
from flow.services import records
from flow.web.guard import actor as current_actor
from state.asking import slug_of
from state.record import FormState

log = structlog.get_logger(__name__)
_MOST_COMPANIES = 300
_MAY_RENAME = ("", "empresa")  # pages after which the company may have another name


class SessionState(rx.State):
    here: bool = False
    name: str = ""
    initials: str = ""
    function: str = ""
    company_name: str = ""
    company_id: str = ""
    is_super: bool = False
    has_phone: bool = False
    companies: list[dict[str, str]] = []
    places: list[str] = []
    permissions: list[str] = []
    toast: str = ""
    toast_tone: str = ""
    toast_stamp: int = 0
    _known: int = 0  # the person as the variables above show them

    @rx.event
    @public
    async def enter(self) -> EventSpec | None:
        """First of every page: who is there. Without anybody, the way in."""
        try:
            actor = current_actor()
        except SignedOut:
            self.reset()
            return rx.redirect(f"/entrar?next={self.router.url.path}")
        same, self._known = self._known == hash(actor), hash(actor)
        if self.company_id not in ("", str(actor.company_id or "")):  # nothing of the company before stays
            (await self.get_state(FormState))._forget()  # noqa: SLF001 - any public method is a handler
        if same and not actor.is_super and slug_of(self) not in _MAY_RENAME:
            return None
        self.name, self.function, self.is_super = actor.name, actor.function, actor.is_super
        self.initials = "".join(part[0] for part in [actor.name.split()[0], *actor.name.split()[1:][-1:]]).upper()
        self.has_phone = actor.extension_id is not None
        self.permissions = sorted(actor.permissions)
        self.places = places_of(actor)
        self.company_id = str(actor.company_id or "")
        self.company_name, self.companies = await run_in_thread(_companies, actor)
        self.here = True
        return None

    @rx.event
    @public
    def say(self, text: str, tone: str = "") -> None:
        self.toast, self.toast_tone = str(text)[:400], "danger" if tone == "danger" else ""
        self.toast_stamp += 1


def places_of(actor: Actor) -> list[str]:
    """Paths of the menu that this person sees: allowed, and not hidden by their profile."""
    return [
        entry.path
        for group in MENU
        for entry in group.entries
        if actor.can(entry.permission) and (actor.is_super or not actor.menus or entry.menu in actor.menus)
    ]


def _companies(actor: Actor) -> tuple[str, list[dict[str, str]]]:
    with platform_session() as db:
        own = db.get(Company, actor.company_id) if actor.company_id else None
        if not actor.is_super:
            return (own.legal_name if own else "", [])
        page = records.list_rows(db, actor, by_key("company"), size=_MOST_COMPANIES)
    rows = [{"value": row["id"], "label": row["legal_name"]} for row in page.rows]
    return (own.legal_name if own else "", rows)


def explain(exception: Exception) -> EventSpec | None:
    """What a person is told when a handler failed or was refused. The details stay in the log."""
    if isinstance(exception, SignedOut):
        return rx.redirect("/entrar")
    if isinstance(exception, Forbidden) and str(exception.detail.get("permission", "")).endswith(".view"):
        return SessionState.say("")  # the page itself says so, with what to do
    if not isinstance(exception, FlowError):
        log.error("handler failed", exc_info=exception)
    return SessionState.say(exception.text if isinstance(exception, FlowError) else FlowError.text, "danger")
