"""One queue as the live page shows it: figures with the way they are computed, who waits, and what each member does."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flow.acd.commands import StateChanged
from flow.acd.distributor import Acd
from flow.routing.snapshot import QueuePlan

MOST_CALLERS = 20
"""Of those who wait, how many are shown one by one."""


def moment(at: float) -> str:
    """An epoch second as ISO 8601, in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat()


def card(plan: QueuePlan, acd: Acd, at: float, since: float, caller_of: Callable[[str], str]) -> dict[str, Any]:
    """`since`: when counting began; `caller_of`: how the caller of a call is told to people."""
    figures = acd.figures(plan.id, at)
    waits = acd.waits(plan.id)
    names = {member.key: member.name for member in plan.members}
    seated = set(acd.logins(plan.id))
    return {
        "id": plan.id,
        "name": plan.name,
        "number": plan.number,
        "kind": plan.member_kind,
        "waiting": figures.waiting,
        "oldest_since": moment(min(wait.entered for wait in waits)) if waits else "",
        "callers": [
            {
                "call": wait.call,
                "who": caller_of(wait.call),
                "since": moment(wait.entered),
                "ringing": [names.get(key, key) for key in wait.ringing],
            }
            for wait in waits[:MOST_CALLERS]
        ],
        "counted_since": moment(since),
        "offered": figures.offered,
        "answered": figures.answered,
        "abandoned": figures.abandoned,
        "short_abandoned": figures.short_abandoned,
        "overflowed": figures.overflowed,
        "service_level": figures.service_level,
        "formula": figures.formula,
        "expected_seconds": figures.expected.seconds,
        "expected_how": figures.expected.how,
        "members": [
            _member(state, names, state.key in seated, [need.value for need in acd.missing(state.key, at)])
            for state in acd.states(plan.id)
        ],
    }


def _member(state: StateChanged, names: dict[str, str], logged_in: bool, missing: list[str]) -> dict[str, Any]:
    """`logged_in`: in this queue; `state` is the person's, whatever the queue."""
    return {
        "key": state.key,
        "name": names.get(state.key, state.key),
        "logged_in": logged_in,
        "state": state.state.value,
        "since": moment(state.since),
        "reason": state.reason,
        "planned": state.planned,
        "missing": missing,
    }
