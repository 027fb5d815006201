"""Deadlines in the order of time, without a clock: who has one is asked when somebody says how late it is."""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count


class Timer:
    __slots__ = ("act", "at", "live")

    def __init__(self, at: float, act: Callable[[float], None]) -> None:
        self.at = at
        self.act = act
        self.live = True

    def cancel(self) -> None:
        self.live = False


class Timers:
    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timer]] = []
        self._numbers = count()  # deadlines of one moment fall in the order in which they were set

    def set(self, at: float, act: Callable[[float], None]) -> Timer:
        """`act(now)` once it is `at` or later."""
        timer = Timer(at, act)
        heappush(self._heap, (at, next(self._numbers), timer))
        return timer

    def next_at(self) -> float | None:
        heap = self._heap
        while heap and not heap[0][2].live:
            heappop(heap)
        return heap[0][0] if heap else None

    def run_due(self, now: float) -> None:
        heap = self._heap
        while heap and heap[0][0] <= now:
            timer = heappop(heap)[2]
            if timer.live:
                timer.live = False
                timer.act(now)
