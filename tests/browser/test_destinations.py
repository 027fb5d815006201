"""The one picker of destinations, seen on Rota de Entrada, and "Onde é usado"."""

import re

from playwright.sync_api import Page, expect

from tests.browser.pages import Pages, field_error, open_screen, row_of
from tests.browser.people import Company


def administrator(pages: Pages, tenant: Company) -> Page:
    person = tenant.person("Ana", profile="Administrador")
    return pages.enter(person.login, person.password)


def new_route(page: Page, did: str) -> None:
    open_screen(page, "Rota de Entrada")
    page.get_by_role("link", name="Adicionar").first.click()
    page.get_by_label("Rota de entrada", exact=True).fill("Central")
    page.get_by_label("Descrição").fill("Número divulgado no site")
    page.get_by_label("DID").fill(did)


def did_of(tenant: Company) -> str:
    return f"51257{tenant.id:05d}"


def test_a_route_leads_where_the_keyboard_says(pages: Pages, tenant: Company) -> None:
    tenant.extension("2001", "Portaria")
    tenant.extension("2002", "Maria")
    page = administrator(pages, tenant)
    new_route(page, f"0{did_of(tenant)}")
    picker = page.get_by_role("combobox", name="Tipo de destino")
    picker.focus()
    page.keyboard.press("ArrowDown")
    options = page.get_by_role("listbox", name="Destinos")
    expect(options.get_by_role("group", name="Ramal").get_by_role("option")).to_have_count(3)  # and "Criar ramal…"
    page.keyboard.type("ramal mar")
    expect(options.get_by_role("option", name="Ramal · 2002 · Maria")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(picker).to_have_value("Ramal · 2002 · Maria")
    page.get_by_role("button", name="Salvar").click()
    expect(page).to_have_url(re.compile(r"/rota-de-entrada/\d+$"))
    page.reload()
    expect(picker).to_have_value("Ramal · 2002 · Maria")
    expect(page.get_by_label("DID")).to_have_value(re.compile(r"^\D*51"))
    page.get_by_role("link", name="Voltar", exact=True).click()
    expect(row_of(page, "Central")).to_contain_text("Ramal 2002 · Maria")


def test_what_is_missing_is_made_in_another_tab_and_found_on_return(pages: Pages, tenant: Company) -> None:
    page = administrator(pages, tenant)
    new_route(page, did_of(tenant))
    picker = page.get_by_role("combobox", name="Tipo de destino")
    picker.click()
    with page.context.expect_page() as opened:
        page.get_by_role("option", name="Criar ramal…").click()
    expect(opened.value).to_have_url(re.compile("/ramal/novo$"))
    tenant.extension("2001", "Portaria")
    opened.value.close()
    expect(page.get_by_label("Descrição")).to_have_value("Número divulgado no site")
    picker.click()
    picker.press_sequentially("portaria")
    page.get_by_role("option", name="Ramal · 2001 · Portaria").click()
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_role("heading", level=1, name="Central")).to_be_visible()


def test_a_picker_that_was_searched_shows_everything_when_it_is_opened_again(pages: Pages, tenant: Company) -> None:
    tenant.extension("2001", "Portaria")
    tenant.extension("2002", "Maria")
    page = administrator(pages, tenant)
    open_screen(page, "Condição de Horário")
    page.get_by_role("link", name="Adicionar").first.click()
    inside = page.get_by_role("combobox", name="Destino dentro do período")
    inside.click()
    inside.press_sequentially("maria")
    page.wait_for_timeout(400)  # the server has been asked for "maria" alone
    page.get_by_role("option", name="Ramal · 2002 · Maria").click()
    page.get_by_role("combobox", name="Destino fora do período").click()
    expect(page.get_by_role("option", name="Ramal · 2001 · Portaria")).to_be_visible()


def test_a_destination_that_is_missing_is_told_beside_it(pages: Pages, tenant: Company) -> None:
    page = administrator(pages, tenant)
    new_route(page, "123")
    page.get_by_role("button", name="Salvar").click()
    expect(field_error(page, "Tipo de destino")).to_contain_text("obrigatório")
    expect(field_error(page, "DID")).to_contain_text("tem DDD e número")


def test_a_record_says_where_it_is_used(pages: Pages, tenant: Company) -> None:
    extension = tenant.extension("2001", "Portaria")
    tenant.save(
        "inbound_route",
        {"name": "Central", "description": "x", "did": did_of(tenant), "destination": f"extension:{extension}"},
    )
    page = administrator(pages, tenant)
    page.goto(f"/ramal/{extension}")
    page.get_by_role("tab", name="Onde é usado 1").click()
    page.get_by_role("tabpanel").get_by_role("link", name="Central (Tipo de destino)").click()
    expect(page.get_by_role("heading", level=1, name="Rota de Entrada Central")).to_be_visible()
