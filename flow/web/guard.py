"""The gate before every event of every browser: no mark, no session or no permission, no handler.

Reflex exposes each handler of each State to whoever opens a socket, so this is where a browser's word is weighed.
"""

from collections.abc import Callable
from contextvars import ContextVar

import reflex as rx
import structlog
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate
from reflex_base.event import Event, EventSpec
from reflex_base.registry import RegistrationContext

from flow.access import sessions
from flow.access.actor import Actor
from flow.access.policy import policy_of
from flow.catalog.entity import Entity
from flow.catalog.registry import by_slug
from flow.db import run_in_thread
from flow.errors import FlowError, SignedOut

log = structlog.get_logger(__name__)
_ROOT = "reflex___state____state"
_PAGE_FAULT = f"{_ROOT}.reflex___state____frontend_event_exception_state.handle_frontend_exception"
# The framework's own handlers that a page cannot do without, by exact name. `setvar`, which exists on every state and
# calls any `set_*` method, is not among them.
FRAMEWORK = frozenset(
    {
        f"{_ROOT}.hydrate",
        f"{_ROOT}.hydrate_and_load",
        f"{_ROOT}.set_is_hydrated",
        f"{_ROOT}.reflex___state____on_load_internal_state.on_load_internal",
        f"{_ROOT}.reflex___state____on_load_internal_state.set_is_hydrated",
        f"{_ROOT}.reflex___state____update_vars_internal_state.update_vars_internal",
        _PAGE_FAULT,
    }
)
# Of these, the ones that carry nothing of anybody: they name the page's own events, each of which is weighed.
_PLAN = frozenset(
    {
        f"{_ROOT}.reflex___state____on_load_internal_state.on_load_internal",
        f"{_ROOT}.reflex___state____on_load_internal_state.set_is_hydrated",
    }
)
_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)


def actor() -> Actor:
    """The person whose event is being handled. Raises SignedOut outside a signed-in event."""
    person = _actor.get()
    if person is None:
        raise SignedOut()
    return person


def entity_of_route(route_id: str) -> Entity | None:
    """The entity a page's route names, e.g. `/ramal/[record_id]` → Ramal."""
    try:
        return by_slug(route_id.strip("/").split("/")[0])
    except KeyError:
        return None


class Guard(Middleware):
    """Runs before hydration and every handler, uploads included. `explain` makes the event that tells a refusal."""

    def __init__(self, explain: Callable[[Exception], EventSpec]) -> None:
        self._explain = explain

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        _actor.set(None)
        if event.name in _PLAN:
            return None
        person = await run_in_thread(sessions.current, state.router.headers.cookie)
        _forget_other_session(state, person)
        if event.name == _PAGE_FAULT and person is None:
            return StateUpdate()  # the log is not a stranger's to write
        if event.name in FRAMEWORK:
            return None
        try:
            self._check(state, event, person)
        except FlowError as error:
            if person is not None:  # what strangers try is not worth a full disk
                log.warning("event refused", handler=event.name, reason=error.id, user=person.user_id)
            return StateUpdate(events=Event.from_event_type(self._explain(error)))
        _actor.set(person)
        return None

    def _check(self, state: BaseState, event: Event, person: Actor | None) -> None:
        registered = RegistrationContext.get().event_handlers.get(event.name)
        policy = policy_of(registered.handler.fn) if registered else None
        if policy is None:
            raise FlowError()
        policy.check(person, entity_of_route(state.router.route_id))


def _forget_other_session(state: BaseState, person: Actor | None) -> None:
    """A state belongs to the session that filled it: whoever presents its token later finds it empty."""
    owner = f"{person.user_id}/{person.session_id}" if person else ""
    root = state._get_root_state()  # noqa: SLF001 - the framework offers no public way to its own root
    if getattr(root, "_flow_owner", owner) != owner:
        root.reset()
    object.__setattr__(root, "_flow_owner", owner)


def page_failed(exception: Exception) -> None:
    """What a browser says went wrong in it: one line and not a long one, since it may say anything."""
    log.warning("page failed", told=str(exception)[:500])
