"""A real node and a real engine over the temporary database, without the web."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flow import child
from flow.node import Asterisk, provide
from flow.settings import Settings, settings

TOP = Path(__file__).resolve().parents[1]


class Engine:
    """The process, and its private API as the web sees it."""

    def __init__(self, settings: Settings, **environment: str) -> None:
        self.settings = settings
        self._environment = {"FLOW_DATA_DIR": str(settings.data_dir), **environment}
        self.log = settings.data_dir / "log" / "engine.log"
        self.process: child.Child | None = None

    @property
    def pid(self) -> int:
        assert self.process and self.process.poll() is None, self.log.read_text()[-3000:]
        return self.process.pid

    def start(self) -> None:
        self.process = child.spawn([sys.executable, "-m", "flow.cli", "engine"], self.log, self._environment, TOP)

    def stop(self) -> None:
        if self.process:
            child.end(self.process)

    def ask(self, path: str) -> Any:
        request = urllib.request.Request(f"{self.settings.engine_base}{path}")
        request.add_header("Authorization", f"Bearer {self.settings.engine_token}")
        with urllib.request.urlopen(request, timeout=70) as reply:
            return json.load(reply)

    @property
    def node(self) -> dict[str, Any]:
        """Empty while the engine does not answer."""
        try:
            return dict(self.ask("/status")["nodes"][0])
        except (urllib.error.URLError, OSError):
            return {}

    def wait_until_in_sync(self, objects: int = 0, seconds: float = 120.0) -> dict[str, Any]:
        """The node's status, once everything (and at least `objects`) is on it."""
        wait_for(lambda: self._has(objects), seconds, lambda: f"{self.node}\n{self.log.read_text()[-2000:]}")
        return self.node

    def _has(self, objects: int) -> bool:
        node = self.node
        return bool(node) and node["in_sync"] and node["objects"] >= objects

    def registered(self, company_id: int) -> int:
        return sum(state["softphone"] for state in self.ask(f"/registrations?company_id={company_id}").values())


@contextmanager
def running_node(settings: Settings = settings, change: Callable[[Asterisk], None] | None = None) -> Iterator[Asterisk]:
    """An Asterisk from the product's own files; `change` may add to them what only the bench needs."""
    node = provide(settings, _quiet)
    if change:
        change(node)
    node.start()
    try:
        node.wait_until_booted()
        yield node
    finally:
        node.stop()


@contextmanager
def running_engine(**environment: str) -> Iterator[Engine]:
    engine = Engine(settings, **environment)
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()


def wait_for(done: Callable[[], bool], seconds: float, why: Callable[[], str] = lambda: "waited in vain") -> None:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise AssertionError(why())
        time.sleep(0.02)


def cpu_seconds(pid: int) -> float:
    """Of the whole process so far, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _quiet(_text: str) -> None:
    """What takes long was said when the node was first made."""
