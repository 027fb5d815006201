"""The pages of the site under test, kept running as `flow up` keeps them, and a person who looks at its calls."""

import json
import os
import signal
import time
import urllib.request
from collections import Counter
from http.client import HTTPException
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from flow.access import sessions
from flow.catalog.registry import by_key
from flow.services import records
from flow.up import Program, Watched
from flow.web.frontend import ensure_built, web_command
from tests.calls.site import Company, Site, wait_for

START_SECONDS = 60.0


class Pages:
    """Of one company's administrator. Restarted by the supervisor's own hand, which a test has to lend it."""

    def __init__(self, site: Site, company: Company) -> None:
        ensure_built(print)
        here = site.settings.model_copy(update={"host": "127.0.0.1"})
        command, environment = web_command(here)
        log = site.settings.data_dir / "log" / "web.log"
        self._watched = Watched("web", Program(command, log, {**site.environment, **environment}))
        self._address, self._log = f"127.0.0.1:{here.port}", log
        self._cookie = administrator_of(company)
        self._watched.start()

    @property
    def _pid(self) -> int | None:
        return self._watched.program.pid

    def show(self, states: Counter[str] | dict[str, int]) -> None:
        """The page itself, and on it so many calls in each state."""
        wait_for(lambda: self._serve() and self._calls() == states, START_SECONDS, self._why)

    def are_killed(self) -> None:
        """A page that was open learns of it; what the dead process had started does not stay."""
        former, page = self._pid, self._page()
        assert former is not None
        os.kill(former, signal.SIGKILL)
        wait_for(lambda: self._is_restarted(former), START_SECONDS, self._why)
        with page, pytest.raises(ConnectionClosed):
            _listen_for_ever(page)
        wait_for(lambda: _alive_in_group(former) == [], 5, lambda: f"left behind: {_alive_in_group(former)}")

    def stop(self) -> None:
        self._watched.program.stop()

    def _is_restarted(self, former: int) -> bool:
        self._watched.look(time.monotonic(), print)
        return self._pid not in (None, former)

    def _serve(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self._address}/", timeout=5) as reply:
                return b"<html" in reply.read()
        except (OSError, HTTPException):
            return False

    def open(self, cookie: str) -> ClientConnection:
        """What a signed-in page listens to; its first word is all there is now."""
        return connect(f"ws://{self._address}/live", additional_headers={"Cookie": cookie})

    def _page(self) -> ClientConnection:
        return self.open(self._cookie)

    def _calls(self) -> Counter[str] | None:
        try:
            with self._page() as page:
                return Counter(call["state"] for call in json.loads(page.recv(5))["calls"])
        except (OSError, WebSocketException):
            return None

    def _why(self) -> str:
        return f"{self._serve()} {self._calls()}\n{self._log.read_text()[-3000:]}"


def _listen_for_ever(page: ClientConnection) -> None:
    while True:
        page.recv(START_SECONDS)


def administrator_of(company: Company) -> str:
    """The cookie of a new one."""
    with records.opened(company.owner, by_key("profile")) as db:
        profiles = records.list_rows(db, company.owner, by_key("profile")).rows
    profile = next(row["id"] for row in profiles if row["name"] == "Administrador")
    login, password = f"chefe-{company.id}", "girassol7"
    values = {"name": "Chefe", "email": "chefe@exemplo.com.br", "profile_id": profile, "function": "Administrador"}
    company.make("user", login=login, password=password, **values)
    return signed_in(login, password)


def signed_in(login: str, password: str = "girassol7") -> str:
    """A cookie."""
    return f"{sessions.COOKIE}={sessions.sign_in(login, password, address='127.0.0.1', browser='test')}"


def _alive_in_group(group: int) -> list[str]:
    """Process id and state of each that is more than a zombie."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, (state, _, of_group) = stat.parent.name, stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue  # it ended while we looked
        if int(of_group) == group and state != "Z":
            found.append(f"{pid} {state}")
    return found
