"""Which rows of the own company a person sees: all, those of their teams, or their own. A condition per entity."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlmodel import col, select

from flow.access.actor import Actor
from flow.catalog.call import Call
from flow.catalog.company import Company
from flow.catalog.extension import Extension
from flow.catalog.team import Team
from flow.catalog.user import User

Condition = sa.ColumnElement[bool]


def people(actor: Actor) -> Condition:
    mine = col(User.id) == actor.user_id
    if actor.reach == "teams":
        return sa.or_(mine, col(User.team_id).in_(actor.team_ids))
    return mine


def _teams(actor: Actor) -> Condition:
    return col(Team.id).in_(actor.team_ids)


def _extensions(actor: Actor) -> Condition:
    """Those of the people in reach."""
    return col(Extension.id).in_(select(User.extension_id).where(people(actor), col(User.extension_id).is_not(None)))


def _calls(actor: Actor) -> Condition:
    """Those in which the people in reach took part themselves: an extension brings no calls of who had it before."""
    theirs = select(User.id).where(people(actor))
    return sa.or_(col(Call.caller_user_id).in_(theirs), col(Call.callee_user_id).in_(theirs))


_NARROWED: dict[str, Callable[[Actor], Condition]] = {
    "user": people,
    "team": _teams,
    "extension": _extensions,
    "call": _calls,
}


def within(actor: Actor, key: str) -> Condition:
    """The condition that narrows `key`'s rows to what `actor` may see; the session narrows to the company."""
    if key == "company":
        return sa.true() if actor.is_super else col(Company.id) == actor.company
    if actor.reach == "company" or key not in _NARROWED:
        return sa.true()
    return _NARROWED[key](actor)
