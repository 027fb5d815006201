"""The pages without telephony: the real web process and database, and no engine. Enough for every form and list."""

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from flow import migrate
from flow.services.first_user import ensure_first_user
from flow.settings import settings
from flow.web.frontend import ensure_built, web_command
from tests.browser.installation import LOGIN, PASSWORD, free_ports

AXE = Path(__file__).resolve().parents[2] / ".web" / "node_modules" / "axe-core" / "axe.min.js"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@dataclass(frozen=True)
class Pages:
    port: int
    browser: Browser

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def window(self, *, size: dict[str, int] = WIDE, dark: bool = False) -> BrowserContext:
        context = self.browser.new_context(
            base_url=self.url, viewport=size, color_scheme="dark" if dark else "light", locale="pt-BR"
        )
        context.set_default_timeout(8000)
        return context

    def enter(self, login: str = LOGIN, password: str = PASSWORD, **window: object) -> Page:
        """A person's window, signed in, on the start page. Without a login: the platform's owner."""
        page = self.window(**window).new_page()
        page.goto("/entrar")
        sign_in(page, login, password)
        expect(page.get_by_role("heading", level=1, name="Olá")).to_be_visible()
        return page


def sign_in(page: Page, login: str, password: str) -> None:
    page.get_by_label("Login").fill(login)
    page.get_by_label("Senha").fill(password)
    page.get_by_role("button", name="Entrar").click()


def open_screen(page: Page, label: str) -> None:
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name=label, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=label, exact=True)).to_be_visible()


def choose_company(page: Page, name: str) -> None:
    page.get_by_role("button", name="Escolher empresa").or_(page.get_by_role("button", name="Trocar")).click()
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("button", name=f"Empresa: {name}. Trocar")).to_be_visible()


def row_of(page: Page, text: str) -> Locator:
    return page.get_by_role("row").filter(has_text=text)


def field_error(page: Page, label: str) -> Locator:
    """What stands beside the field, found the way a screen reader finds it."""
    control = page.get_by_label(label, exact=True)
    expect(control).to_have_attribute("aria-invalid", "true")
    described = (control.get_attribute("aria-describedby") or "").split()
    return page.locator(f"#{described[0]}")


def faults_of(page: Page) -> list[str]:
    """What axe finds on the page that is serious."""
    page.wait_for_timeout(300)  # colours fade for 120 ms; the banner comes with the live socket
    page.evaluate(AXE.read_text())
    result = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary'][:200]}"
        for fault in result["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"][:3]
    ]


@contextmanager
def serving(browser: Browser) -> Iterator[Pages]:
    ensure_built(print)
    migrate.upgrade()
    ensure_first_user(LOGIN, PASSWORD)
    port = free_ports(3)
    with web_process(port):
        yield Pages(port, browser)


@contextmanager
def web_process(port: int) -> Iterator[None]:
    command, environment = web_command(settings.model_copy(update={"port": port, "host": "127.0.0.1"}))
    with (settings.data_dir / "pages.log").open("ab") as output:
        process = subprocess.Popen(
            command, env={**os.environ, **environment, "FLOW_PORT": str(port)}, stdout=output, stderr=output
        )
        try:
            _wait(f"http://127.0.0.1:{port}/entrar", process)
            yield
        finally:
            process.terminate()
            process.wait(20)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the web process does not answer")
