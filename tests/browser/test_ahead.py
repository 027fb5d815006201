"""What the pointer rests on is asked for before the click: shown with it, and confirmed or corrected after it."""

from playwright.sync_api import Page, WebSocketRoute, expect

from flow.catalog.registry import by_key
from flow.services import records
from tests.browser.pages import Pages, open_screen, row_of, sign_in
from tests.browser.people import Company


class Line:
    """The page's own event socket, whose answers can be held back."""

    def __init__(self, page: Page) -> None:
        self.held = False
        self._kept: list[str | bytes] = []
        self._page: WebSocketRoute | None = None
        page.route_web_socket(lambda url: "/_event" in url, self._between)

    def _between(self, route: WebSocketRoute) -> None:
        self._page = route
        server = route.connect_to_server()
        server.on_message(lambda message: self._kept.append(message) if self.held else route.send(message))

    def release(self) -> None:
        self.held = False
        for message in self._kept:
            assert self._page
            self._page.send(message)
        self._kept.clear()


def enter(pages: Pages, tenant: Company) -> tuple[Page, Line]:
    person = tenant.person("Ana", profile="Administrador")
    page = pages.window().new_page()
    line = Line(page)
    page.goto("/entrar")
    sign_in(page, person.login, person.password)
    open_screen(page, "Ramal")
    return page, line


def rename(tenant: Company, extension: int, label: str) -> None:
    with records.opened(tenant.owner, by_key("extension"), writes=True) as db:
        records.save(db, tenant.owner, by_key("extension"), extension, {"label": label}, None)


def test_a_record_is_there_with_the_click_and_then_as_it_is_stored_now(pages: Pages, tenant: Company) -> None:
    extension = tenant.extension("2001", "Portaria")
    page, line = enter(pages, tenant)
    row_of(page, "2001").get_by_role("link", name="2001").hover()
    page.wait_for_timeout(500)
    line.held = True
    rename(tenant, extension, "Recepção")
    row_of(page, "2001").get_by_role("link", name="2001").click()
    expect(page.get_by_label("Identificação")).to_have_value("Portaria")
    line.release()
    expect(page.get_by_label("Identificação")).to_have_value("Recepção")
    page.get_by_label("Identificação").fill("Recepção 2")
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_role("heading", level=1, name="Recepção 2")).to_be_visible()


def test_what_was_asked_for_too_long_ago_is_not_shown_unconfirmed(pages: Pages, tenant: Company) -> None:
    tenant.extension("2001", "Portaria")
    page, line = enter(pages, tenant)
    row_of(page, "2001").get_by_role("link", name="2001").focus()
    page.wait_for_timeout(5500)
    line.held = True
    page.keyboard.press("Enter")
    expect(page.get_by_role("status", name="Carregando")).to_be_attached()
    expect(page.get_by_label("Identificação")).to_have_count(0)
    line.release()
    expect(page.get_by_label("Identificação")).to_have_value("Portaria")


def test_the_next_page_is_there_with_the_click_and_then_as_it_is_stored_now(pages: Pages, tenant: Company) -> None:
    extensions = [tenant.extension(str(number), f"Pessoa {number}") for number in range(2000, 2027)]
    page, line = enter(pages, tenant)
    page.get_by_role("button", name="Próxima página").hover()
    page.wait_for_timeout(500)
    line.held = True
    rename(tenant, extensions[-1], "Recepção")
    page.get_by_role("button", name="Próxima página").click()
    expect(page.get_by_text("26–27 de 27")).to_be_visible()
    expect(row_of(page, "Pessoa 2026")).to_be_visible()
    line.release()
    expect(row_of(page, "Recepção")).to_be_visible()
