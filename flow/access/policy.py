"""Marks that say who may call a handler or a route. Whatever bears no mark is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flow.access.actor import Actor
from flow.catalog.entity import Entity
from flow.errors import Forbidden, SignedOut

F = TypeVar("F", bound=Callable[..., object])
_MARK = "flow_policy"


@dataclass(frozen=True)
class Policy:
    """`permission`: a fixed one. `verb`: the permission of the page's entity. Neither: anyone signed in."""

    public: bool = False
    permission: str = ""
    verb: str = ""

    def check(self, actor: Actor | None, entity: Entity | None) -> None:
        """Raise SignedOut or Forbidden unless `actor` may pass. `entity`: the one the page's route names."""
        if self.public:
            return
        if actor is None:
            raise SignedOut()
        if self.permission:
            actor.demand(self.permission)
        if self.verb:
            if entity is None:
                raise Forbidden()
            actor.demand(entity.permission(self.verb))


def public(function: F) -> F:
    return _mark(function, Policy(public=True))


def signed_in(function: F) -> F:
    return _mark(function, Policy())


def permission(name: str) -> Callable[[F], F]:
    """The caller needs this permission, whatever the page. Stands below `@rx.event`."""
    return lambda function: _mark(function, Policy(permission=name))


def entity_permission(verb: str) -> Callable[[F], F]:
    """The caller needs `verb` (view, create, edit, delete) on the entity of the page's route."""
    return lambda function: _mark(function, Policy(verb=verb))


def _mark(function: F, policy: Policy) -> F:
    setattr(function, _MARK, policy)
    return function


def policy_of(function: object) -> Policy | None:
    return getattr(function, _MARK, None)
