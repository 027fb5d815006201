"""What one browser sees of the queues: the board, for who may watch them, and its own person's place in them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Card = dict[str, Any]
BOARD, MINE = "queues", "mine"
_OF_A_PERSON = ("state", "since", "reason", "planned", "missing")
OUT = "out"  # of the queue, wherever else the person may be


@dataclass
class QueueView:
    """`topics`: what its page looks at. `fresh`: of these, what is to be told anew, whole. The rest: what was told."""

    topics: frozenset[str] = frozenset()
    fresh: set[str] = field(default_factory=set)
    shown: dict[int, Card] = field(default_factory=dict)
    mine: Card | None = None

    def watch(self, topics: frozenset[str]) -> None:
        self.fresh |= topics - self.topics
        self.fresh &= topics
        self.topics = topics

    def start_over(self) -> None:
        self.fresh = set(self.topics)

    def news(self, cards: list[Card], mine: Card | None) -> list[dict[str, Any]]:
        """The events that bring this browser from what it was told to what is; none when it knows all of it."""
        found = []
        if BOARD in self.topics and (told := self._board({card["id"]: card for card in cards})):
            found.append(told)
        if MINE in self.topics and (MINE in self.fresh or mine != self.mine):
            self.mine = mine
            found.append({"type": "mine", "mine": mine})
        self.fresh.clear()
        return found

    def _board(self, now: dict[int, Card]) -> dict[str, Any] | None:
        before, self.shown = self.shown, now
        if BOARD in self.fresh:
            return {"type": "queues", "queues": list(now.values())}
        changed = [card for card in now.values() if before.get(card["id"]) != card]
        gone = [queue_id for queue_id in before if queue_id not in now]
        return {"type": "queues.changed", "queues": changed, "gone": gone} if changed or gone else None


def narrowed(card: Card, reaches: Callable[[str], bool], *, callers: bool) -> Card:
    """The members in reach by name; the others only as counts by state (`others`). `callers`: who waits is told too,
    unless nobody of the queue is in reach."""
    mine = [member for member in card["members"] if reaches(member["key"])]
    rest = [member for member in card["members"] if not reaches(member["key"])]
    others = Counter(member["state"] if member["logged_in"] else OUT for member in rest)
    heard = card["callers"] if callers and (mine or not rest) else []
    return {**card, "members": mine, "others": dict(others), "callers": heard}


def places_of(cards: list[Card]) -> dict[str, Card]:
    """Of each person who is a member of any queue: their queues and their state, by key."""
    found: dict[str, Card] = {}
    for card in cards:
        for member in card["members"]:
            place = found.setdefault(member["key"], {**{name: member[name] for name in _OF_A_PERSON}, "queues": []})
            queue = {name: card[name] for name in ("id", "name", "number", "waiting")}
            place["queues"].append({**queue, "logged_in": member["logged_in"]})
    return found
