"""How much goes to a node at once when very much has to. Pure.

For each new AOR Asterisk lists all the endpoints it has, sorted by insertion, in the background and one AOR after the
other: the time grows with the square of the endpoints. Endpoints that arrive while AORs still wait for that make each
of them dearer (10,000 extensions on a node with 300 endpoints kept it busy for hours), so they come when all AORs have
been looked at. And no portion is so big that another company's save would wait long behind it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flow.engine.pbx.objects import PbxObject

SMALL = 300
"""Objects that need no portions: a hundred telephones."""
STEP = 1_000
"""Telephones whose auths and AORs go at once, if the node has few endpoints."""
SLOW_STEP = 400
"""Endpoints, which take three times as long to put, or keys to delete."""
_LISTING_SECONDS = 5e-9
"""Of one pair of endpoints (measured 4.6 ns on a slow machine)."""
_UNDISTURBED = 5
"""So many times more at once while no company is in service that could want something in between."""
_BUSY_SECONDS = 0.2
_FEWEST = 20


@dataclass(frozen=True)
class Plan:
    """What a company lacks on the node, and the keys it has too many."""

    puts: list[PbxObject] = field(default_factory=list)
    deletes: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.puts) + len(self.deletes)


@dataclass(frozen=True)
class Round:
    """What to do now, by company. `whole`: those that have everything afterwards. `more`: others do not yet."""

    plans: dict[int, Plan]
    whole: frozenset[int]
    more: bool


def next_round(plans: Mapping[int, Plan], served: Collection[int], endpoints: int) -> Round:
    """`served`: companies in service; small changes of theirs go before what is big. `endpoints`: how many exist."""
    first = {c: plan for c, plan in plans.items() if c in served and plan.size <= SMALL}
    bulk = {c: plan for c, plan in plans.items() if c not in first}
    if sum(plan.size for plan in bulk.values()) <= SMALL:
        return Round(dict(plans), frozenset(plans), more=False)
    more = 1 if served else _UNDISTURBED
    parts = _telephones(bulk, _step(endpoints) * more) or _endpoints(bulk, SLOW_STEP * more) or _deletes(bulk)
    whole = {c for c, plan in bulk.items() if not plan.size or (c in parts and parts[c].size == plan.size)}
    return Round({**first, **parts}, frozenset(first) | whole, more=len(whole) < len(bulk))


def _step(endpoints: int) -> int:
    """Telephones whose AORs keep Asterisk busy for no longer than _BUSY_SECONDS."""
    return max(_FEWEST, min(STEP, int(_BUSY_SECONDS / (_LISTING_SECONDS * max(endpoints, 1) ** 2))))


def _telephones(plans: Mapping[int, Plan], limit: int) -> dict[int, Plan]:
    """Auths and AORs of so many telephones; both of one telephone together, since a new password renews the AOR."""
    found: dict[int, Plan] = {}
    for company_id, plan in plans.items():
        items = [item for item in plan.puts if item.kind in ("auth", "aor")]
        names = dict.fromkeys(item.name for item in items)
        chosen = set(list(names)[:limit])
        if chosen:
            found[company_id] = Plan([item for item in items if item.name in chosen])
        limit -= len(chosen)
    return found


def _endpoints(plans: Mapping[int, Plan], left: int) -> dict[int, Plan]:
    found: dict[int, Plan] = {}
    for company_id, plan in plans.items():
        if chosen := plan.puts[:left]:
            found[company_id] = Plan(chosen, plan.deletes if len(plan.deletes) + len(plan.puts) <= left else [])
        left -= len(chosen)
    return found


def _deletes(plans: Mapping[int, Plan]) -> dict[int, Plan]:
    found: dict[int, Plan] = {}
    left = SLOW_STEP
    for company_id, plan in plans.items():
        if chosen := sorted(plan.deletes, key=lambda key: key.partition("/")[2])[:left]:
            found[company_id] = Plan([], chosen)
        left -= len(chosen)
    return found
