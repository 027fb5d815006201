"""Fingers on the board of a Fila and on the week of a Condição de Horário, and a page that still scrolls under them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import PHONE, Pages, sign_in
from tests.browser.people import Company

LIFTS = 400  # ms a finger rests on a handle before what it holds comes along
Place = tuple[float, float]


class Finger:
    """One finger on the glass, as the browser itself receives it."""

    def __init__(self, page: Page) -> None:
        self._page, self._glass = page, page.context.new_cdp_session(page)

    def _touch(self, kind: str, at: Place | None) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        self._glass.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def draw(self, *through: Place, rests: int = 0, steps: int = 8) -> None:
        """From the first place through the others, and off the glass."""
        at = through[0]
        self._touch("touchStart", at)
        self._page.wait_for_timeout(rests)
        for towards in through[1:]:
            for step in range(1, steps + 1):
                part = step / steps
                place = (at[0] + (towards[0] - at[0]) * part, at[1] + (towards[1] - at[1]) * part)
                self._touch("touchMove", place)
                self._page.wait_for_timeout(16)
            at = towards
        self._page.wait_for_timeout(rests)
        self._touch("touchEnd", None)


@pytest.fixture
def page(pages: Pages, tenant: Company) -> Iterator[Page]:
    """A telephone's browser: small, and without a mouse."""
    person = tenant.person("Ana", profile="Administrador")
    context = pages.browser.new_context(
        base_url=pages.url, viewport=PHONE, has_touch=True, is_mobile=True, locale="pt-BR"
    )
    page = context.new_page()
    page.goto("/entrar")
    sign_in(page, person.login, person.password)
    expect(page.get_by_role("heading", level=1, name="Olá")).to_be_visible()
    yield page
    context.close()


def middle(target: Locator) -> Place:
    box = target.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def in_the_middle(target: Locator) -> None:
    """Scroll so that it stands in the middle of the window."""
    target.evaluate("element => element.scrollIntoView({block: 'center', behavior: 'instant'})")


def test_a_finger_moves_members_between_the_lists_and_changes_their_order(page: Page, tenant: Company) -> None:
    members = [tenant.extension(number, name) for number, name in (("2001", "Ana B"), ("2002", "Bia"))]
    tenant.extension("2003", "Caio")
    values = {"name": "Suporte", "number": "500", "members": [f"extension:{member}" for member in members]}
    queue = tenant.save("queue", values)
    page.goto(f"/fila/{queue}")
    finger = Finger(page)
    board = page.get_by_role("group", name="Membros da fila")
    inside, outside = (
        board.get_by_role("list", name="Ramal/agente em fila"),
        board.get_by_role("list", name="Disponíveis"),
    )
    names = inside.locator(".name")
    expect(names).to_have_text(["2001 · Ana B", "2002 · Bia"])

    def grip(name: str) -> Locator:
        return board.get_by_role("button", name=f"Mover {name}", exact=True)

    in_the_middle(board)
    second, first = middle(grip("2002 · Bia")), middle(grip("2001 · Ana B"))
    finger.draw(second, (first[0], first[1] - 12), rests=LIFTS)
    expect(names).to_have_text(["2002 · Bia", "2001 · Ana B"])
    finger.draw(middle(grip("2003 · Caio")), middle(inside), rests=LIFTS)
    expect(names).to_have_count(3)
    finger.draw(middle(grip("2001 · Ana B")), middle(outside), rests=LIFTS)
    expect(outside.locator(".name")).to_have_text(["2001 · Ana B"])
    order = names.all_text_contents()
    assert sorted(order) == ["2002 · Bia", "2003 · Caio"]
    page.get_by_role("button", name="Salvar").tap()
    expect(page.get_by_text("não salvo")).to_have_count(0)
    page.reload()
    expect(names).to_have_text(order)


def test_a_finger_that_only_passes_over_the_board_scrolls_the_page(page: Page, tenant: Company) -> None:
    member = tenant.extension("2001", "Ana B")
    queue = tenant.save("queue", {"name": "Suporte", "number": "500", "members": [f"extension:{member}"]})
    page.goto(f"/fila/{queue}")
    board = page.get_by_role("group", name="Membros da fila")
    inside = board.get_by_role("list", name="Ramal/agente em fila")
    in_the_middle(inside)
    for target in (inside.locator(".name"), board.get_by_role("button", name="Mover 2001 · Ana B", exact=True)):
        before = page.evaluate("scrollY")
        x, y = middle(target)
        Finger(page).draw((x, y), (x, y - 200))
        page.wait_for_function("before => scrollY > before + 50", arg=before)
        in_the_middle(inside)
    expect(inside.locator(".name")).to_have_text(["2001 · Ana B"])


def test_a_finger_paints_hours_and_days_and_taps_a_single_one(page: Page, tenant: Company) -> None:
    record = tenant.save("schedule", {"name": "Comercial", "periods": '[{"start": "00:00", "end": "01:00"}]'})
    page.goto(f"/condicao-de-horario/{record}")
    grid = page.get_by_role("grid", name="Semana")

    def cell(name: str) -> Locator:
        return grid.get_by_role("gridcell", name=name, exact=True)

    in_the_middle(grid)
    finger = Finger(page)
    finger.draw(middle(cell("Seg 08:00")), middle(cell("Seg 17:30")), middle(cell("Sex 17:30")))
    for name in ("Seg 08:00", "Qua 12:00", "Sex 17:30"):
        expect(cell(name)).to_have_attribute("aria-selected", "true")
    for name in ("Seg 07:30", "Seg 18:00", "Sáb 08:00"):
        expect(cell(name)).to_have_attribute("aria-selected", "false")
    in_the_middle(grid)
    evening = middle(cell("Sáb 20:00"))
    finger.draw(evening, (389, evening[1]))  # beyond the end of the day
    expect(cell("Sáb 23:30")).to_have_attribute("aria-selected", "true")
    in_the_middle(grid)
    page.touchscreen.tap(*middle(cell("Dom 12:00")))
    expect(cell("Dom 12:00")).to_have_attribute("aria-selected", "true")
    expect(cell("Dom 12:30")).to_have_attribute("aria-selected", "false")
    page.get_by_role("button", name="Salvar").tap()
    expect(page.get_by_text("não salvo")).to_have_count(0)
    page.reload()
    expect(cell("Qua 12:00")).to_have_attribute("aria-selected", "true")


def test_a_finger_that_goes_up_or_down_over_the_week_scrolls_the_page_and_paints_nothing(
    page: Page, tenant: Company
) -> None:
    record = tenant.save("schedule", {"name": "Comercial", "periods": '[{"start": "08:00", "end": "18:00"}]'})
    page.goto(f"/condicao-de-horario/{record}")
    grid = page.get_by_role("grid", name="Semana")
    in_the_middle(grid)
    before = page.evaluate("scrollY")
    x, y = middle(grid.get_by_role("gridcell", name="Qua 20:00", exact=True))
    Finger(page).draw((x, y), (x, y - 200))
    page.wait_for_function("before => scrollY > before + 50", arg=before)
    expect(page.get_by_text("não salvo")).to_have_count(0)
    expect(grid.get_by_role("gridcell", name="Qua 20:00", exact=True)).to_have_attribute("aria-selected", "false")
