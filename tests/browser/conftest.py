"""One installation and one Chromium for all browser tests; a company of its own for each test that wants one."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.installation import Installation, running_installation
from tests.browser.pages import Pages, serving
from tests.browser.people import Company, Person
from tests.browser.telephone import Telephone

CHROMIUM = "/usr/bin/chromium"
expect.set_options(timeout=10_000)  # what is shown is the rule here, not how soon: a busy machine may take its time
ARGUMENTS = ["--no-sandbox", "--disable-background-networking"]


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    with running_installation() as installation:
        yield installation


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., Browser]]:
    """Chromium with these arguments; all are closed at the end."""
    with sync_playwright() as playwright:
        opened: list[Browser] = []

        def start(*arguments: str) -> Browser:
            opened.append(playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *arguments]))
            return opened[-1]

        yield start
        for browser in opened:
            browser.close()


@pytest.fixture(scope="session")
def chromium(launch: Callable[..., Browser]) -> Browser:
    """A browser with a microphone that hums, allowed without asking."""
    return launch("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")


@pytest.fixture(scope="session")
def pages(launch: Callable[..., Browser]) -> Iterator[Pages]:
    """The web alone, without engine and node."""
    with serving(launch()) as pages:
        yield pages


@pytest.fixture
def tenant(pages: Pages) -> Company:
    """A company of its own, in the web that runs alone."""
    return Company.new()


@pytest.fixture
def company(installation: Installation) -> Company:
    return Company.new()


@pytest.fixture
def telephone(installation: Installation, chromium: Browser) -> Iterator[Callable[[Person], Telephone]]:
    """Signs a person in, in a browser window of their own, and answers their telephone once it is registered."""
    opened: list[Telephone] = []

    def sign_in(person: Person) -> Telephone:
        opened.append(Telephone.of(person, chromium, installation.url, permissions=("microphone",)))
        opened[-1].is_registered()
        return opened[-1]

    yield sign_in
    for telephone in opened:
        telephone.window.close()
