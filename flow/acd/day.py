"""What became of callers in queues, told again from what was written down: an engine dies, its figures do not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    OVERFLOWED = "overflowed"


@dataclass(frozen=True, slots=True)
class Noted:
    """One fact of a call, at an epoch second. `fate` None: the caller came into the queue, or back into it after a
    restart. `key` and `until`: of an answer, whose it was and when the conversation ended (None while it lasts)."""

    at: float
    queue_id: int
    fate: Fate | None = None
    key: str = ""
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One caller's time in one queue, over at the epoch second `at`; `waited` and `talked` in seconds."""

    queue_id: int
    fate: Fate
    at: float
    waited: float
    key: str = ""
    talked: float | None = None


def _order(fact: Noted) -> tuple[float, int]:
    """In one moment: who came, was answered or sent on, and ended the call."""
    return fact.at, 0 if fact.fate is None else 2 if fact.fate is Fate.ABANDONED else 1


def visits(facts: Iterable[Noted]) -> Iterator[Visit]:
    """Those of one call that are over. `facts` in any order; who still waits has no visit yet."""
    came: Noted | None = None
    for fact in sorted(facts, key=_order):
        if fact.fate is None:
            if came is None or came.queue_id != fact.queue_id:
                came = fact
        elif came is not None:
            talked = None if fact.until is None else fact.until - fact.at
            yield Visit(came.queue_id, fact.fate, fact.at, fact.at - came.at, fact.key, talked)
            came = None
