"""A person at the browser phone: what they see and press, found by role and name as they would find it."""

import time
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.people import Person

IN_SERVICE_MS = 30_000  # from a new extension to its registration


@dataclass
class Telephone:
    person: Person
    window: BrowserContext
    page: Page

    @classmethod
    def of(cls, person: Person, chromium: Browser, url: str, permissions: tuple[str, ...] = ()) -> "Telephone":
        """Signs in by the page, in a window of their own."""
        window = chromium.new_context(base_url=url, locale="pt-BR", permissions=permissions)
        page = window.new_page()
        page.goto("/entrar")
        page.get_by_label("Login").fill(person.login)
        page.get_by_label("Senha").fill(person.password)
        page.get_by_role("button", name="Entrar").click()
        page.wait_for_url(lambda address: "/entrar" not in address)
        return cls(person, window, page)

    def tab(self, path: str = "/") -> "Telephone":
        """The same person in one more tab of the same browser."""
        page = self.window.new_page()
        page.goto(path)
        return Telephone(self.person, self.window, page)

    @property
    def region(self) -> Locator:
        return self.page.get_by_role("region", name="Telefone", exact=True)

    # --- what they do -------------------------------------------------------------------------------------------------

    def open(self) -> None:
        pill = self.region.locator(".phone-pill")
        if pill.get_attribute("aria-expanded") == "false":
            pill.click()

    def press(self, name: str) -> None:
        self.region.get_by_role("button", name=name, exact=True).click()

    def dial(self, number: str) -> None:
        self.open()
        self.region.get_by_label("Número").fill(number)
        self.page.keyboard.press("Enter")

    def call(self, other: "Telephone") -> None:
        """Until both talk."""
        self.dial(other.person.number)
        other.rings()
        other.press("Atender")
        self.talks()
        other.talks()

    def leaves_the_pointer_elsewhere(self) -> None:
        self.page.mouse.move(300, 200)

    def send_to(self, number: str, how: str) -> None:
        """`how`: Transferir já, Consultar antes."""
        self.press("Transferir")
        self.region.get_by_label("Transferir para").fill(number)
        self.press(how)

    # --- what they see ------------------------------------------------------------------------------------------------

    def is_registered(self) -> None:
        expect(self.region).to_have_attribute("data-line", "registered", timeout=IN_SERVICE_MS)

    def is_reconnecting(self) -> None:
        expect(self.region).to_have_attribute("data-line", "reconnecting", timeout=15_000)

    def rings(self) -> None:
        expect(self.region).to_have_attribute("data-call", "incoming", timeout=10_000)

    def talks(self) -> None:
        expect(self.region).to_have_attribute("data-call", "active", timeout=10_000)

    def is_free(self, seconds: float = 10) -> None:
        expect(self.region).to_have_attribute("data-call", "none", timeout=seconds * 1000)

    def says(self, text: str, seconds: float = 10) -> None:
        self.open()
        expect(self.region.locator(".phone-notice").first).to_contain_text(text, timeout=seconds * 1000)

    def is_held(self, held: bool = True) -> None:
        expect(self.region.locator(".phone-call").last).to_have_attribute("data-held", str(held).lower())

    def shows(self, person: Person) -> None:
        """As the other party of the present call."""
        self.shows_caller(person.name, person.number)

    def shows_caller(self, *texts: str) -> None:
        for text in texts:
            expect(self.region.locator(".phone-caller").last).to_contain_text(text, timeout=5_000)

    def has_its_panel_open(self, yes: bool = True) -> None:
        expect(self.region.locator(".phone-pill")).to_have_attribute("aria-expanded", str(yes).lower(), timeout=10_000)

    def stands(self, words: str, seconds: float = 5) -> None:
        """What stands under the name of the other party."""
        expect(self.region.locator(".phone-standing").last).to_contain_text(words, timeout=seconds * 1000)

    @property
    def received(self) -> int:
        """Audio packets that this browser has received in the call, by its own statistics."""
        quality = self.region.locator(".phone-quality")
        expect(quality).to_be_attached(timeout=5_000)
        return int(quality.get_attribute("data-received") or 0)

    def hears(self, packets: int = 40, seconds: float = 6) -> None:
        """At least this many packets more arrive (50 make a second of speech)."""
        before, deadline = self.received, time.monotonic() + seconds
        while self.received - before < packets:
            assert time.monotonic() < deadline, f"{self.person.name} received {self.received - before} packets"
            self.page.wait_for_timeout(100)
