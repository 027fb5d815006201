"""The real web process on a real port, with a real database; no browser. People are made through services."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from flow.access import sessions
from flow.settings import settings
from flow.web.frontend import web_command
from tests.unit.conftest import Tenant, database, fresh_cnpj, new_tenant, tenant  # noqa: F401 - fixtures

TRUSTED = "127.0.0.2"
PROXY = {"FLOW_TRUSTED_PROXIES": f"{TRUSTED}, 10.0.0.0/8"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Web:
    port: int

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return settings.data_dir / f"web-{self.port}.log"


@pytest.fixture(scope="session")
def web(database) -> Iterator[Web]:  # noqa: F811 - the fixture
    """The engine's address is a port where nothing listens: this web knows no telephony."""
    with serving(free_port()) as web:
        yield web


@pytest.fixture(scope="session")
def staffed(database) -> Iterator[Web]:  # noqa: F811 - the fixture
    """With a real engine, which knows the companies and their queues, and has no Asterisk."""
    port = free_port()
    more = {"FLOW_ENGINE_PORT": str(port), "FLOW_ASTERISK_HTTP_PORT": str(free_port())}
    with (settings.data_dir / "engine.log").open("wb") as output:
        command = [sys.executable, "-m", "flow.cli", "engine"]
        engine = subprocess.Popen(command, env={**os.environ, **more}, stdout=output, stderr=output)
    try:
        with serving(port) as web:
            yield web
    finally:
        engine.terminate()
        engine.wait(15)


@contextmanager
def serving(engine_port: int) -> Iterator[Web]:
    port = free_port()
    here = settings.model_copy(update={"port": port, "host": "127.0.0.1"})
    argv, env = web_command(here, pages=False)
    web = Web(port)
    with web.log.open("wb") as output:
        process = subprocess.Popen(
            argv,
            env={**os.environ, **env, "FLOW_PORT": str(port), "FLOW_ENGINE_PORT": str(engine_port), **PROXY},
            stdout=output,
            stderr=output,
        )
        try:
            _wait(f"{web.base}/healthz", process, web.log)
            yield web
        finally:
            process.terminate()
            process.wait(10)


def _wait(url: str, process: subprocess.Popen, log) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(url, timeout=2)
            return
        except httpx.TransportError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise RuntimeError(f"web did not start:\n{log.read_text()[-4000:]}")


@dataclass(frozen=True)
class Person:
    """Someone with a session cookie and, where their role may have one, an API token."""

    tenant: Tenant
    user_id: int
    cookie: str


@pytest.fixture
def person_of():
    """Make a user with this profile and function in a company, signed in."""

    def make(
        home: Tenant, login: str, profile: str = "Administrador", function: str = "Administrador", **more
    ) -> Person:
        user_id = home.user(login, profile=profile, function=function, **more)
        token = sessions.sign_in(f"{login}-{home.id}", "girassol7", address="10.9.9.9", browser="test")
        return Person(home, user_id, f"{sessions.COOKIE}={token}")

    return make
