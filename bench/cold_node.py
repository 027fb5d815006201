"""An empty Asterisk and 10,000 extensions: how long until it has all of them, and what telephones meet meanwhile.

Another company with a single telephone is on the same node. Its telephone signs in over and over during the whole push:
from the first time it is let in, it must never be refused again.
"""

import os
import signal
import threading
import time
from dataclasses import dataclass, field
from itertools import pairwise

from bench.exchange import Engine, running_engine, running_node, wait_for
from bench.figures import Figure, median
from bench.plain_dial import bench_lines
from bench.telephone import Telephone
from bench.tenants import company_with_extensions
from flow.node import Asterisk
from flow.settings import settings

EXTENSIONS = 10_000
OBJECTS = 3 * (EXTENSIONS + 1)
RUNS = 3


@dataclass
class Watch:
    """A telephone that signs in ten times a second; `answers` are (seconds since the beginning, status)."""

    telephone: Telephone
    answers: list[tuple[float, int]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Watch":
        self._start = time.monotonic()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.1):
            self.answers.append((time.monotonic() - self._start, self.telephone.register()))

    @property
    def served_after(self) -> float:
        return next(at for at, status in self.answers if status == 200)

    @property
    def refused_afterwards(self) -> int:
        return sum(status != 200 for at, status in self.answers if at > self.served_after)

    @property
    def slowest(self) -> float:
        """Seconds between one answer and the next while the push ran."""
        times = [at for at, _ in self.answers]
        return max(later - sooner for sooner, later in pairwise(times))


@dataclass
class Runs:
    cold: list[float] = field(default_factory=list)
    other: list[float] = field(default_factory=list)
    refused: int = 0
    slowest: list[float] = field(default_factory=list)
    restarted: list[float] = field(default_factory=list)
    pushed_again: int = 0


def run() -> list[Figure]:
    company_with_extensions(EXTENSIONS, "00010000")
    other = company_with_extensions(1, "00000001").company_id
    assert other
    line = bench_lines(other)[0]
    runs = Runs()
    with running_node() as node, running_engine() as engine:
        engine.wait_until_in_sync(OBJECTS)  # the very first push reads everything for the first time
        for _ in range(RUNS):
            _cold(node, engine, Telephone(line, settings.sip_port, patience=1.0), runs)
            _engine_again(engine, runs)
    return _told(runs)


def _cold(node: Asterisk, engine: Engine, telephone: Telephone, runs: Runs) -> None:
    """Asterisk dies and comes back empty; the time runs from the moment it answers ARI."""
    assert node.pid
    os.kill(node.pid, signal.SIGKILL)
    wait_for(lambda: node.pid is None and not engine.node.get("in_sync", True), 20)
    node.start()
    node.wait_until_booted()
    start = time.monotonic()
    with Watch(telephone) as watch:
        engine.wait_until_in_sync(OBJECTS)
        runs.cold.append(time.monotonic() - start)
        time.sleep(3)  # what the node does in the background is part of it
    telephone.close()
    runs.other.append(watch.served_after)
    runs.refused += watch.refused_afterwards
    runs.slowest.append(watch.slowest)


def _engine_again(engine: Engine, runs: Runs) -> None:
    engine.stop()
    start = time.monotonic()
    engine.start()
    node = engine.wait_until_in_sync(OBJECTS)
    runs.restarted.append(time.monotonic() - start)
    runs.pushed_again += node["last_push"]["changed"] if node["last_push"] else 0


def _told(runs: Runs) -> list[Figure]:
    what = f"{EXTENSIONS:,} extensions ({OBJECTS:,} objects)"
    return [
        median(f"empty node → in sync, {what}", runs.cold, "s", 15),
        median("another company's telephone, first let in after", runs.other, "s"),
        median("the same, refused or unanswered from then on", [runs.refused], "times", 0),
        median("the same, longest gap between two answers", runs.slowest, "s"),
        median("engine restarted → in sync again", runs.restarted, "s"),
        median("the same, objects pushed again", [runs.pushed_again], "", 0),
    ]
