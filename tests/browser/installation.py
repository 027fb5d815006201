"""A whole installation, started as a person would start it: node, engine and web on ports of its own.

It works in the data directory of the test process, so tests put people into its database by the same action functions
that the pages call; the engine notices each new revision by itself.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flow.settings import settings

TOP = Path(__file__).resolve().parents[2]
LOGIN, PASSWORD = "dona-da-plataforma", "girassol77"
START_SECONDS = 420.0  # the very first one builds the pages and may fetch an Asterisk
STOP_SECONDS = 30.0


@dataclass
class Installation:
    """`process` is the supervisor, `python -m flow.cli up`."""

    port: int
    sip_port: int
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def data_dir(self) -> Path:
        return settings.data_dir

    def health(self) -> dict[str, Any]:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as answer:
            return json.load(answer)
        except OSError:
            return {"ok": False}

    def wait_until_well(self, seconds: float = 30.0) -> None:
        """Database, engine and node serve, and the node has everything."""
        self._wait(lambda: bool(self.health()["ok"]), seconds)

    def _wait(self, done: Any, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not done():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the installation is not well: {self.health()}\n{self.last_words()}")
            time.sleep(0.1)

    def process_of(self, word: str) -> int:
        """The supervisor's child whose command line has `word` in it, e.g. `granian`, `engine`, `asterisk`."""
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and self._is_child(folder) and word in _command(folder):
                return int(folder.name)
        raise AssertionError(f"{word} does not run")

    def _is_child(self, folder: Path) -> bool:
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            return False  # it ended while we looked
        return int(parent) == self.process.pid

    def last_words(self) -> str:
        logs = [self.log, *sorted((self.data_dir / "log").glob("*.log"))]
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}" for log in logs if log.exists())


@contextmanager
def running_installation() -> Iterator[Installation]:
    """Started, well, and stopped at the end."""
    port, sip_port = free_ports(3), free_ports(1)
    first_rtp = 23000 + (port % 20) * 40
    environment = {
        **os.environ,
        "FLOW_DATA_DIR": str(settings.data_dir),
        "FLOW_PORT": str(port),
        "FLOW_HOST": "127.0.0.1",
        "FLOW_PUBLIC_HOST": "127.0.0.1",
        "FLOW_SIP_PORT": str(sip_port),
        "FLOW_RTP_PORTS": f"{first_rtp}-{first_rtp + 199}",
        "FLOW_ADMIN_LOGIN": LOGIN,
        "FLOW_ADMIN_PASSWORD": PASSWORD,
    }
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    log = settings.data_dir / "up.log"
    command = [sys.executable, "-m", "flow.cli", "up"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=TOP, env=environment, stdout=output, stderr=subprocess.STDOUT)
    installation = Installation(port, sip_port, log, process)
    try:
        installation.wait_until_well(START_SECONDS)
        yield installation
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _command(folder: Path) -> str:
    return (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def free_ports(count: int) -> int:
    """The first of `count` consecutive ports that are free over TCP and UDP."""
    for _ in range(50):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = int(probe.getsockname()[1])
        if first + count < 65000 and all(_is_free(port) for port in range(first, first + count)):
            return first
    raise AssertionError("no free ports")


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
