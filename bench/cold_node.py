"""10,000 extensions and one Asterisk, empty or at work: how long until it has them, and what others meet meanwhile.

Another company with a single telephone is on the same node. Its telephone signs in over and over during the whole push:
from the first time it is let in, it must never be refused again, nor wait long.
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
from bench.tenants import company_with_extensions, empty, fill
from flow.node import Asterisk
from flow.settings import settings

EXTENSIONS = 10_000
ALREADY = 300
THERE = 3 * (ALREADY + 1)
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
    objects: int
    cold: list[float] = field(default_factory=list)
    other: list[float] = field(default_factory=list)
    cold_slowest: list[float] = field(default_factory=list)
    live: list[float] = field(default_factory=list)
    live_slowest: list[float] = field(default_factory=list)
    gone: list[float] = field(default_factory=list)
    refused: int = 0
    restarted: list[float] = field(default_factory=list)
    pushed_again: int = 0


def run() -> list[Figure]:
    company_with_extensions(ALREADY, "00000300")
    big = company_with_extensions(0, "00010000").company_id
    other = company_with_extensions(1, "00000001").company_id
    assert big and other
    line = bench_lines(other)[0]
    figures: list[Figure] = []
    with running_node() as node, running_engine() as engine:
        engine.wait_until_in_sync(THERE)
        for webphone in (False, True):
            runs = Runs(EXTENSIONS * (6 if webphone else 3))
            for _ in range(RUNS):
                _live(engine, Telephone(line, settings.sip_port, patience=1.0), big, webphone, runs)
            fill(big, EXTENSIONS, webphone=webphone)
            engine.wait_until_in_sync(THERE + runs.objects)
            for _ in range(RUNS):
                _cold(node, engine, Telephone(line, settings.sip_port, patience=1.0), runs)
            _engine_again(engine, runs)
            _empty(engine, big)
            figures += _told(runs)
    return figures


def _live(engine: Engine, telephone: Telephone, big: int, webphone: bool, runs: Runs) -> None:
    """All of them arrive at once on a node that is at work, and are gone at once afterwards."""
    with Watch(telephone) as watch:
        time.sleep(1)
        start = time.monotonic()
        fill(big, EXTENSIONS, webphone=webphone)
        engine.wait_until_in_sync(THERE + runs.objects, 300)
        runs.live.append(time.monotonic() - start)
        time.sleep(3)  # what the node does in the background is part of it
        start = time.monotonic()
        _empty(engine, big)
        runs.gone.append(time.monotonic() - start)
    telephone.close()
    runs.refused += watch.refused_afterwards
    runs.live_slowest.append(watch.slowest)


def _empty(engine: Engine, big: int) -> None:
    empty(big)
    wait_for(lambda: engine.node.get("objects") == THERE and bool(engine.node.get("in_sync")), 120)


def _cold(node: Asterisk, engine: Engine, telephone: Telephone, runs: Runs) -> None:
    """Asterisk dies and comes back empty; the time runs from the moment it answers ARI."""
    assert node.pid
    os.kill(node.pid, signal.SIGKILL)
    wait_for(lambda: node.pid is None and not engine.node.get("in_sync", True), 20)
    node.start()
    node.wait_until_booted()
    start = time.monotonic()
    with Watch(telephone) as watch:
        engine.wait_until_in_sync(THERE + runs.objects)
        runs.cold.append(time.monotonic() - start)
        time.sleep(3)
    telephone.close()
    runs.other.append(watch.served_after)
    runs.refused += watch.refused_afterwards
    runs.cold_slowest.append(watch.slowest)


def _engine_again(engine: Engine, runs: Runs) -> None:
    engine.stop()
    start = time.monotonic()
    engine.start()
    node = engine.wait_until_in_sync(THERE + runs.objects)
    runs.restarted.append(time.monotonic() - start)
    runs.pushed_again += node["last_push"]["changed"] if node["last_push"] else 0


def _told(runs: Runs) -> list[Figure]:
    goal = runs.objects == 3 * EXTENSIONS
    what = f"{EXTENSIONS:,} extensions{'' if goal else ' with Webphone'} ({runs.objects:,} objects)"
    return [
        median(f"empty node → in sync, {what}", runs.cold, "s", 15 if goal else None),
        median("another company's telephone, first let in after", runs.other, "s"),
        median("the same, longest gap between two answers", runs.cold_slowest, "s"),
        median(f"node at work → in sync, {what} more", runs.live, "s"),
        median("another company's telephone, longest gap between two answers", runs.live_slowest, "s", 0.3),
        median("all of them gone again", runs.gone, "s"),
        median("another company's telephone, refused or unanswered, in all runs", [runs.refused], "times", 0),
        median("engine restarted → in sync again", runs.restarted, "s"),
        median("the same, objects pushed again", [runs.pushed_again], "", 0),
    ]
