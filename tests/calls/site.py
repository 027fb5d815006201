"""A real node and a real engine over a temporary database; the web is left out.

Companies and extensions are made by the same action functions that the pages call.
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
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from sqlmodel import select

from flow.access import permissions, secrets
from flow.access.actor import Actor
from flow.catalog import cnpj
from flow.catalog.call import Call, CallStep
from flow.catalog.extension import Extension
from flow.catalog.registry import by_key
from flow.db import platform_session
from flow.node import Asterisk, provide
from flow.services import records
from flow.settings import Settings, settings

TOP = Path(__file__).resolve().parents[2]
_serial = count(1)
_SUPER = Actor(1, "dona", "Dona", None, None, True, "Administrador", permissions.ALL | permissions.PLATFORM)


@dataclass
class Exchange:
    """What a telephone needs of an installation: where it is, and whom to ask about it."""

    settings: Settings

    def ask(self, path: str, body: dict[str, Any] | None = None, method: str = "") -> Any:
        """The engine's API."""
        request = urllib.request.Request(
            f"{self.settings.engine_base}{path}",
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"Bearer {self.settings.engine_token}"},
            method=method or ("POST" if body is not None else "GET"),
        )
        with urllib.request.urlopen(request, timeout=20) as reply:
            text = reply.read()
            return json.loads(text) if text else None


@dataclass
class Site(Exchange):
    """`settings` is the test process's own, with ports that were free."""

    node: Asterisk
    engine: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    # Processes

    def start_engine(self) -> None:
        with self.engine_log.open("ab") as log:
            self.engine = subprocess.Popen(
                [sys.executable, "-m", "flow.cli", "engine"],
                cwd=TOP,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_in_sync(self, seconds: float = 30.0) -> None:
        def in_sync() -> bool:
            nodes = self.status().get("nodes", [])
            return bool(nodes) and bool(nodes[0]["in_sync"])

        wait_for(in_sync, seconds, lambda: f"not in sync: {self.status()}\n{self.last_words()}")

    def kill_engine(self) -> None:
        """As a crash does it: nothing is said to anybody."""
        assert self.engine is not None
        self.engine.kill()
        self.engine.wait()

    def stop_engine(self) -> None:
        assert self.engine is not None
        self.engine.send_signal(signal.SIGTERM)
        self.engine.wait(15)

    def restart_engine(self) -> None:
        self.kill_engine()
        self.start_engine()
        self.wait_until_in_sync()

    def restart_node(self) -> None:
        assert self.node.pid is not None
        os.kill(self.node.pid, signal.SIGKILL)
        wait_for(lambda: self.node.pid is None, 10)
        self.node.start()
        self.node.wait_until_booted()

    @property
    def engine_log(self) -> Path:
        return self.settings.data_dir / "engine.log"

    def last_words(self) -> str:
        return self.engine_log.read_text()[-3000:]

    # What the engine says

    def status(self) -> dict[str, Any]:
        try:
            return dict(self.ask("/status"))
        except OSError:
            return {}

    def wait_in_service(self, company_id: int, revision: int) -> dict[str, Any]:
        found = dict(self.ask(f"/in-service?company_id={company_id}&revision={revision}&wait=15"))
        assert found["in_service"], f"{found}\n{self.last_words()}"
        return found

    # The database

    def company(self, ddd: str = "51") -> "Company":
        base = f"{next(_serial):08d}0001"
        values = {"legal_name": "Empresa", "cnpj": base + cnpj.check_digits(base), "contact": "Zé", "ddd": ddd}
        with records.opened(_SUPER, by_key("company"), writes=True) as db:
            saved = records.save(db, _SUPER, by_key("company"), None, {**values, "ddi": "55"}, None)
        return Company(self, saved.id, replace(_SUPER, company_id=saved.id))

    def calls(self, company_id: int) -> list[Call]:
        with platform_session() as db:
            query = select(Call).where(Call.company_id == company_id).order_by(Call.started_at)  # type: ignore[arg-type]
            return list(db.exec(query))

    def ended_calls(self, company_id: int, number: int = 1) -> list[Call]:
        """Waits until so many records of the company are closed."""

        def closed() -> bool:
            return sum(call.ended_at is not None for call in self.calls(company_id)) >= number

        wait_for(closed, 15, lambda: f"{self.calls(company_id)}\n{self.last_words()}")
        return [call for call in self.calls(company_id) if call.ended_at is not None]

    def ended_call(self, company_id: int) -> Call:
        (call,) = self.ended_calls(company_id)
        return call

    def steps(self, call: Call) -> list[CallStep]:
        with platform_session() as db:
            query = select(CallStep).where(CallStep.call_id == call.id).order_by(CallStep.position)  # type: ignore[arg-type]
            return list(db.exec(query))

    def told(self, call: Call) -> str:
        """Every step of its path, in words."""
        return " | ".join(step.text for step in self.steps(call))

    def kinds(self, call: Call) -> list[str]:
        return [step.kind for step in self.steps(call)]


@dataclass
class Company:
    site: Site
    id: int
    owner: Actor
    revision: int = 1

    def extension(self, number: str, **more: object) -> "Account":
        values = {"number": number, "password": f"segredo{number}xyz", "label": f"Pessoa {number}", **more}
        with records.opened(self.owner, by_key("extension"), writes=True) as db:
            saved = records.save(db, self.owner, by_key("extension"), None, values, None)
        self.revision = saved.revision
        return account_of(saved.id)

    def make(self, key: str, **values: object) -> int:
        """A record of any entity; its id."""
        with records.opened(self.owner, by_key(key), writes=True) as db:
            saved = records.save(db, self.owner, by_key(key), None, values, None)
        self.revision = saved.revision
        return saved.id

    def edit(self, key: str, record_id: int, **values: object) -> None:
        with records.opened(self.owner, by_key(key), writes=True) as db:
            before = records.load(db, self.owner, by_key(key), record_id)
            saved = records.save(db, self.owner, by_key(key), record_id, values, before.version)
        self.revision = saved.revision

    def change(self, account: "Account", **values: object) -> None:
        with records.opened(self.owner, by_key("extension"), writes=True) as db:
            before = records.load(db, self.owner, by_key("extension"), account.extension_id)
            saved = records.save(
                db, self.owner, by_key("extension"), account.extension_id, {**before.values, **values}, before.version
            )
        self.revision = saved.revision

    def delete(self, account: "Account") -> None:
        with records.opened(self.owner, by_key("extension"), writes=True) as db:
            saved = records.delete(db, self.owner, by_key("extension"), account.extension_id)
        self.revision = saved.revision

    def in_service(self) -> dict[str, Any]:
        return self.site.wait_in_service(self.id, self.revision)


@dataclass(frozen=True)
class Account:
    """What a softphone is told."""

    extension_id: int
    number: str
    user: str
    password: str


def account_of(extension_id: int) -> Account:
    with platform_session() as db:
        row = db.get(Extension, extension_id)
        assert row is not None
        return Account(extension_id, row.number, row.softphone_endpoint, secrets.decrypt(row.secret_enc))


def new_site() -> Site:
    """The node runs; the engine does not yet."""
    settings.port = free_ports(4)
    settings.sip_port = settings.port + 3
    settings.rtp_ports = "22000-22399"
    environment = {
        "FLOW_DATA_DIR": str(settings.data_dir),
        "FLOW_PORT": str(settings.port),
        "FLOW_SIP_PORT": str(settings.sip_port),
        "FLOW_RTP_PORTS": settings.rtp_ports,
    }
    node = provide(settings)
    node.start()
    node.wait_until_booted()
    return Site(settings, node, environment=environment)


def free_ports(number: int) -> int:
    """The first of so many consecutive ports that are free for TCP and UDP."""
    for first in range(20_000 + os.getpid() % 800, 32_000, 7):
        try:
            for port in range(first, first + number):
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    with socket.socket(socket.AF_INET, kind) as probe:
                        probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise AssertionError("no free ports")


def wait_for(done: Callable[[], bool], seconds: float, why: Callable[[], str] | None = None) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise AssertionError(why() if why else "waited in vain")
        time.sleep(0.05)
