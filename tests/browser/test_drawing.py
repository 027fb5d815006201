"""The drawing of the flow beside the form, and the tabs of a form by keyboard."""

from playwright.sync_api import Page, expect

from tests.browser.pages import PHONE, Pages, faults_of
from tests.browser.people import Company


def flow(tenant: Company) -> int:
    """A number, a schedule, a URA and a queue; the id of the URA."""
    extension = tenant.extension("2001", "Portaria")
    queue = tenant.save("queue", {"name": "Suporte", "number": "500", "overflow": f"extension:{extension}"})
    keys = f'[{{"key": "1", "destination": "queue:{queue}"}}]'
    audio = tenant.audio("Menu")
    ivr = tenant.save("ivr", {"name": "Atendimento", "menu_id": str(audio), "keys": keys, "exceeded": f"queue:{queue}"})
    hours = {"name": "Comercial", "periods": '[{"start": "08:00", "end": "18:00"}]', "inside": f"ivr:{ivr}"}
    schedule = tenant.save("schedule", hours)
    route = {"name": "Central", "description": "x", "did": f"51258{tenant.id * 10:05d}"}
    tenant.save("inbound_route", {**route, "destination": f"schedule:{schedule}"})
    return ivr


def enter(pages: Pages, tenant: Company, **window: object) -> Page:
    person = tenant.person("Ana", profile="Administrador")
    return pages.enter(person.login, person.password, **window)


def test_the_drawing_stands_beside_the_form_and_follows_what_is_saved(pages: Pages, tenant: Company) -> None:
    ivr = flow(tenant)
    page = enter(pages, tenant)
    asked: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: asked.append(str(frame))))
    page.goto(f"/ura/{ivr}")
    beside = page.get_by_role("complementary", name="Fluxo")
    drawing = beside.get_by_role("region", name="Caminho da chamada")
    expect(drawing.get_by_role("link", name="Condição de Horário Comercial")).to_be_visible()
    expect(drawing.get_by_role("link", name="tecla 1, excedidas Fila Suporte")).to_be_visible()
    assert faults_of(page) == []
    form = page.get_by_role("form", name="Dados de URA").bounding_box()
    box = beside.bounding_box()
    assert form and box and form["x"] + form["width"] <= box["x"] and box["x"] + box["width"] <= 1440
    assert sum(".draw" in frame for frame in asked) == 1
    page.get_by_label("URA", exact=True).fill("Recepção")
    page.get_by_role("button", name="Salvar").click()
    expect(drawing.locator(".here")).to_contain_text("Recepção")
    assert sum(".draw" in frame for frame in asked) == 2
    drawing.get_by_role("link", name="Fila Suporte").click()
    expect(page.get_by_role("heading", level=1, name="Fila Suporte")).to_be_visible()
    expect(drawing.locator(".here")).to_contain_text("Suporte")
    beside.get_by_role("button", name="Ampliar").click()
    whole = page.get_by_role("dialog", name="Fluxo, da entrada ao fim")
    expect(whole.get_by_role("link", name="URA Recepção")).to_be_visible()
    frame = whole.bounding_box()
    assert frame and frame["width"] == 1440 - 64  # all the window has: the way is five boxes long
    page.keyboard.press("Escape")
    expect(whole).to_have_count(0)
    expect(page).to_have_url(f"{pages.url}/fila/{page.url.rsplit('/', 1)[1]}")


def test_in_a_narrow_window_the_drawing_is_a_tab_and_nothing_is_lost_by_turning_it(
    pages: Pages, tenant: Company
) -> None:
    ivr = flow(tenant)
    page = enter(pages, tenant, size=PHONE)
    page.goto(f"/ura/{ivr}")
    name = page.get_by_label("URA", exact=True)
    name.fill("Recepção")
    expect(page.get_by_role("complementary", name="Fluxo")).to_have_count(0)
    page.get_by_role("tab", name="Fluxo").click()
    panel = page.get_by_role("tabpanel", name="Fluxo")
    expect(panel.get_by_role("link", name="Condição de Horário Comercial")).to_be_visible()
    expect(name).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert faults_of(page) == []
    page.set_viewport_size({"width": 1300, "height": 844})
    expect(page.get_by_role("complementary", name="Fluxo")).to_be_visible()
    expect(page.get_by_role("tab", name="Dados")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tab", name="Fluxo")).to_be_hidden()
    expect(name).to_have_value("Recepção")


def test_the_tabs_of_a_form_are_one_stop_and_arrows_home_and_end_lead_through_them(
    pages: Pages, tenant: Company
) -> None:
    ivr = flow(tenant)
    page = enter(pages, tenant, size={"width": 1000, "height": 800})
    page.goto(f"/ura/{ivr}")
    page.get_by_role("tab", name="Dados").focus()
    for key, name in (
        ("ArrowRight", "Fluxo"),
        ("ArrowRight", "Onde é usado"),
        ("End", "Histórico"),
        ("ArrowRight", "Dados"),
        ("ArrowLeft", "Histórico"),
        ("Home", "Dados"),
    ):
        page.keyboard.press(key)
        tab = page.get_by_role("tab", name=name)
        expect(tab).to_be_focused()
        expect(tab).to_have_attribute("aria-selected", "true")
        expect(page.get_by_role("tab", selected=True)).to_have_count(1)
        expect(page.get_by_role("tabpanel", name=name)).to_be_visible()
        expect(page.locator("[role=tab][tabindex='0']")).to_have_text(tab.inner_text())
    page.keyboard.press("End")
    expect(page.get_by_role("tabpanel", name="Histórico")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("tabpanel", name="Histórico")).to_be_focused()
