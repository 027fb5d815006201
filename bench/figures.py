"""How a figure is taken and told: medians of several runs, and the spread beside them."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`goal`: the most it may be, in the same unit; None where there is none. `spread`: lowest and highest run."""

    name: str
    value: float
    unit: str
    runs: int
    spread: tuple[float, float]
    goal: float | None = None

    def line(self) -> str:
        verdict = (
            "" if self.goal is None else f"   goal ≤ {self.goal:g} {'met' if self.value <= self.goal else 'MISSED'}"
        )
        low, high = self.spread
        return f"{self.name:<58} {self.value:>9.2f} {self.unit:<6} ({self.runs} runs, {low:.2f}–{high:.2f}){verdict}"


def median(name: str, values: Sequence[float], unit: str, goal: float | None = None) -> Figure:
    return Figure(name, statistics.median(values), unit, len(values), (min(values), max(values)), goal)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank)."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, round(share * (len(ranked) - 1)))]
