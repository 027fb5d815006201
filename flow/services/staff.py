"""A company is never left without someone who can manage it."""

from sqlmodel import Session, col, select

from flow.access.actor import Actor
from flow.access.permissions import ALL, effective
from flow.catalog.profile import Profile
from flow.catalog.user import User
from flow.services.rules import Draft

_NEEDED = frozenset({"user.edit", "profile.edit"})
LAST = (
    "É o último administrador da empresa: sem ele ninguém mais poderia gerenciar usuários. "
    "Torne outra pessoa administradora antes."
)


def outranks(db: Session, user: User, actor: Actor) -> bool:
    """Whether this person has permissions that `actor` has not."""
    if actor.is_super or user.id == actor.user_id:
        return False
    profile = db.get(Profile, user.profile_id) if user.profile_id else None
    theirs = effective(profile.permissions if profile else (), user.function, auditor=user.auditor)
    return user.is_super or not theirs <= actor.permissions


def beyond(profile: Profile, actor: Actor) -> frozenset[str]:
    """What a profile holds and `actor` does not; permissions that no longer exist do not count."""
    return frozenset() if actor.is_super else (frozenset(profile.permissions) & ALL) - actor.permissions


def manages(function: str, permissions: list[str], active: bool) -> bool:
    return active and effective(permissions, function) >= _NEEDED


def others_manage(db: Session, company_id: int, user_id: int | None) -> bool:
    """Whether somebody but `user_id` can still manage the company."""
    rows = db.exec(
        select(User, Profile)
        .join(Profile, col(Profile.id) == User.profile_id)
        .where(User.company_id == company_id, col(User.deleted_at).is_(None), col(User.id) != (user_id or 0))
    ).all()
    return any(manages(user.function, profile.permissions, user.active) for user, profile in rows)


def demand_administrator_stays(draft: Draft) -> dict[str, str]:
    """The error of a profile that would take management from the last person who has it; empty when all is well."""
    if manages("Administrador", draft.values["permissions"], True) or not manages(
        "Administrador", draft.row.permissions, True
    ):
        return {}
    rows = draft.db.exec(
        select(User, Profile)
        .join(Profile, col(Profile.id) == User.profile_id)
        .where(User.company_id == draft.company_id, col(User.deleted_at).is_(None))
    ).all()
    holders = [user for user, profile in rows if manages(user.function, profile.permissions, user.active)]
    if holders and all(user.profile_id == draft.row.id for user in holders):
        return {"permissions": f"{holders[0].name}: {LAST}"}
    return {}
