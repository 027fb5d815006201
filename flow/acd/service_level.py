"""What a queue has done and is doing, each figure with the way it is computed."""

from collections import deque
from dataclasses import dataclass

from flow.acd.day import Fate, Visit

SHORT_ABANDON_SECONDS = 5
"""Who hangs up sooner never gave the queue a chance; counted apart."""
RECENT_CALLS = 50


@dataclass(frozen=True, slots=True)
class Expected:
    """`seconds` is None when it cannot be known; `how` says the sum or what is missing."""

    seconds: float | None
    how: str


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """`offered`: calls that are over, short abandons apart. `service_level`: 0–1, None before the first call."""

    queue_id: int
    waiting: int
    longest_wait: float
    offered: int
    answered: int
    answered_in_time: int
    abandoned: int
    short_abandoned: int
    overflowed: int
    service_level: float | None
    formula: str
    expected: Expected


class Tally:
    """Counts of one queue since `reset`. `service_seconds`: within how long an answer is in time."""

    def __init__(self) -> None:
        self._handling: deque[float] = deque(maxlen=RECENT_CALLS)
        self.reset()

    def reset(self) -> None:
        """A new period, such as a day. What calls took lately is kept: it says what is to be expected."""
        self.answered = self.in_time = self.abandoned = self.short = self.overflowed = 0

    def answer(self, waited: float, service_seconds: float) -> None:
        self.answered += 1
        self.in_time += waited <= service_seconds

    def abandon(self, waited: float) -> None:
        if waited < SHORT_ABANDON_SECONDS:
            self.short += 1
        else:
            self.abandoned += 1

    def count(self, visit: Visit, service_seconds: float) -> None:
        """One that somebody else saw."""
        match visit.fate:
            case Fate.ANSWERED:
                self.answer(visit.waited, service_seconds)
            case Fate.ABANDONED:
                self.abandon(visit.waited)
            case Fate.OVERFLOWED:
                self.overflowed += 1

    def handled(self, seconds: float) -> None:
        """How long one conversation took, after-call time included."""
        self._handling.append(seconds)

    @property
    def offered(self) -> int:
        return self.answered + self.abandoned + self.overflowed

    def service_level(self, service_seconds: float) -> tuple[float | None, str]:
        """answered in time ÷ offered, and the formula with its numbers."""
        formula = (
            f"{self.in_time} atendidas em até {service_seconds:g} s ÷ {self.offered} oferecidas"
            f" (à parte, desistências antes de {SHORT_ABANDON_SECONDS} s: {self.short})"
        )
        return (self.in_time / self.offered if self.offered else None), formula

    def expected(self, position: int, present: int) -> Expected:
        """position × mean handling time of the last calls ÷ members at work (free, ringing, talking, after a call)."""
        if not present:
            return Expected(None, "ninguém está atendendo a fila")
        if not self._handling:
            return Expected(None, "a fila ainda não atendeu chamadas")
        mean = sum(self._handling) / len(self._handling)
        how = (
            f"posição {position} × atendimento médio de {mean:.0f} s ÷ {present} atendendo"
            f" (nas últimas chamadas: {len(self._handling)})"
        )
        return Expected(position * mean / present, how)
