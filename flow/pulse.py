"""Whether a child that runs still answers. One that hangs is as gone as one that has ended, but nothing tells of it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

EVERY_SECONDS = 10.0
MISSED = 5
"""In a row, so that a pause of the whole machine, which misses one, does no harm."""


@dataclass
class Pulse:
    """Felt by a thread of its own. `asks` answers whether the child does, within seconds, and raises nothing."""

    asks: Callable[[], bool]
    every: float = EVERY_SECONDS
    missed: int = 0
    _restarted: threading.Event = field(default_factory=threading.Event, repr=False)

    def start(self) -> None:
        threading.Thread(target=self._feel, daemon=True, name="pulse").start()

    @property
    def gone(self) -> bool:
        return self.missed >= MISSED

    def begin_anew(self) -> None:
        """The child has been started again."""
        self._restarted.set()
        self.missed = 0

    def _feel(self) -> None:
        pause = threading.Event()
        while not pause.wait(self.every):
            self._restarted.clear()
            answered = self.asks()
            if not self._restarted.is_set():  # else the answer, or its lack, was the last one's
                self.missed = 0 if answered else self.missed + 1
