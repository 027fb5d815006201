"""Perfil: the matrix it may hold, and that nobody grants more than they have."""

from sqlmodel import Session

from flow.access import permissions
from flow.access.actor import Actor
from flow.catalog.entity import Choice
from flow.catalog.profile import Profile
from flow.catalog.registry import MENU
from flow.errors import Forbidden
from flow.services.rules import Draft, Rules, name_taken
from flow.services.staff import beyond, demand_administrator_stays


class ProfileRules(Rules):
    def choices(self, db: Session, actor: Actor, name: str) -> list[Choice]:
        if name == "menus":
            entries = [e for group in MENU for e in group.entries if e.permission not in permissions.PLATFORM]
            return [Choice(e.menu, e.label) for e in entries]
        return [Choice(p, permissions.label(p)) for p in sorted(permissions.ALL)]

    def may_touch(self, db: Session, actor: Actor, row: Profile) -> None:
        """Whoever could take permissions from a stronger profile would govern those who are above them."""
        if more := beyond(row, actor):
            label = permissions.label(sorted(more)[0])
            raise Forbidden(
                f"O perfil {row.name} tem permissões que você não tem ({label}). Peça a um administrador da empresa."
            )

    def may_point(self, db: Session, actor: Actor, row: Profile) -> bool:
        """A name to choose for whoever chooses, and of those only what they may grant."""
        return (actor.can("user.create") or actor.can("user.edit")) and not beyond(row, actor)

    def check(self, draft: Draft) -> None:
        if name_taken(draft):
            name = draft.future("name")
            draft.errors["name"] = f"Já existe um perfil {name}. Escolha outro nome ou edite o existente."
        held = frozenset() if draft.creating else frozenset(draft.row.permissions)
        beyond = frozenset(draft.future("permissions")) - held - draft.actor.permissions
        if beyond and not draft.actor.is_super:
            labels = ", ".join(sorted(permissions.label(p) for p in beyond)[:3])
            draft.errors["permissions"] = f"Você não pode conceder o que não tem: {labels}."
        if not draft.creating and "permissions" in draft.values and not draft.errors:
            draft.errors.update(demand_administrator_stays(draft))
