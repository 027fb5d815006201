"""The web process alone, a company with many extensions, and Debian's Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from playwright.sync_api import Browser, sync_playwright

from bench.tenants import company_with_extensions
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.pages import Pages, serving
from tests.browser.people import Company, Person

EXTENSIONS = 5_000


@dataclass(frozen=True)
class Scene:
    """Two administrators of one company; only `with_phone` has a Ramal and so a telephone on every page."""

    pages: Pages
    without_phone: Person
    with_phone: Person


@contextmanager
def on_stage() -> Iterator[Scene]:
    actor = company_with_extensions(EXTENSIONS)
    assert actor.company_id
    company = Company(actor.company_id, replace(actor))
    people = [company.person(name, number, profile="Administrador") for name, number in (("Ana", ""), ("Bia", "1001"))]
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            with serving(browser) as pages:
                yield Scene(pages, *people)
        finally:
            browser.close()
