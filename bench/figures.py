"""How a figure is taken and told: medians of several runs, and the spread beside them."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`goal`: the most it may be, in the same unit, or the least if `at_least`; None where there is none.

    `spread`: lowest and highest run.
    """

    name: str
    value: float
    unit: str
    runs: int
    spread: tuple[float, float]
    goal: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool:
        if self.goal is None:
            return True
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def line(self) -> str:
        sign = "≥" if self.at_least else "≤"
        verdict = "" if self.goal is None else f"   goal {sign} {self.goal:g} {'met' if self.met else 'MISSED'}"
        low, high = self.spread
        return f"{self.name:<58} {self.value:>9.2f} {self.unit:<6} ({self.runs} runs, {low:.2f}–{high:.2f}){verdict}"


def median(
    name: str, values: Sequence[float], unit: str, goal: float | None = None, *, at_least: bool = False
) -> Figure:
    return Figure(name, statistics.median(values), unit, len(values), (min(values), max(values)), goal, at_least)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank)."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, round(share * (len(ranked) - 1)))]
