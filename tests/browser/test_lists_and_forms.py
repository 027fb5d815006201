"""What every list and every form does, seen on Ramal."""

import re

from playwright.sync_api import Page, expect

from tests.browser.pages import Pages, open_screen, row_of
from tests.browser.people import Company, Person


def administrator(tenant: Company, name: str = "Ana") -> Person:
    return tenant.person(name, profile="Administrador")


def enter(pages: Pages, tenant: Company, name: str = "Ana") -> Page:
    person = administrator(tenant, name)
    return pages.enter(person.login, person.password)


def test_an_empty_list_teaches_and_offers_the_first_step(pages: Pages, tenant: Company) -> None:
    page = enter(pages, tenant)
    open_screen(page, "Ramal")
    expect(page.get_by_text("Um ramal é o número interno de uma pessoa ou de um lugar.")).to_be_visible()
    expect(page.get_by_role("link", name="Adicionar")).to_have_count(2)


def test_search_sort_and_page_live_in_the_address(pages: Pages, tenant: Company) -> None:
    for number in range(2000, 2030):
        tenant.extension(str(number), f"Pessoa {number}")
    page = enter(pages, tenant)
    open_screen(page, "Ramal")
    expect(page.get_by_text("1–25 de 30")).to_be_visible()
    page.get_by_role("button", name="Próxima página").click()
    expect(page.get_by_text("26–30 de 30")).to_be_visible()
    expect(page).to_have_url(re.compile(r"[?&]pagina=2"))
    page.reload()
    expect(page.get_by_text("26–30 de 30")).to_be_visible()
    page.get_by_role("button", name="Ramal").click()
    expect(page.get_by_role("columnheader", name="Ramal")).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_role("row").nth(1)).to_contain_text("2029")
    page.keyboard.press("/")
    page.keyboard.type("2011")
    expect(page.get_by_text("1–1 de 1", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"[?&]q=2011"))
    page.get_by_role("searchbox", name="Procurar em Ramal").fill("ninguém")
    expect(page.get_by_role("heading", name="Nada encontrado para “ninguém”")).to_be_visible()
    page.get_by_role("button", name="Limpar a busca").click()
    expect(page.get_by_text("1–25 de 30")).to_be_visible()


def test_a_late_answer_takes_no_letter_from_whoever_types_on(pages: Pages, tenant: Company) -> None:
    for number in range(2000, 2030):
        tenant.extension(str(number), "Recepção da matriz")
    page = enter(pages, tenant)
    open_screen(page, "Ramal")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 10})
    page.get_by_role("searchbox", name="Procurar em Ramal").focus()
    page.keyboard.type("Recepção da matriz", delay=190)  # slow enough to be asked for letter by letter
    expect(page).to_have_url(re.compile(r"[?&]q=Recep\S+matriz$"))
    expect(page.get_by_role("searchbox", name="Procurar em Ramal")).to_have_value("Recepção da matriz")


def test_a_used_row_says_where_and_a_free_one_goes(pages: Pages, tenant: Company) -> None:
    tenant.person("Bia", "2001")
    tenant.extension("2002", "Portaria")
    page = enter(pages, tenant)
    open_screen(page, "Ramal")
    row_of(page, "2001").get_by_role("button", name="Excluir").click()
    dialog = page.get_by_role("dialog", name="Excluir 2001")
    expect(dialog.get_by_role("link", name="Bia (Webphone)")).to_be_visible()
    expect(dialog.get_by_role("button", name="Excluir")).to_have_count(0)
    page.keyboard.press("Escape")
    row_of(page, "2002").get_by_role("button", name="Excluir").click()
    page.get_by_role("dialog", name="Excluir 2002").get_by_role("button", name="Excluir").click()
    expect(row_of(page, "2002")).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="foi excluído")).to_be_visible()


def open_extension(page: Page, number: str) -> None:
    open_screen(page, "Ramal")
    row_of(page, number).get_by_role("link", name="Editar").click()
    expect(page.get_by_label("Identificação")).to_be_visible()


def test_unsaved_work_is_not_lost_by_leaving(pages: Pages, tenant: Company) -> None:
    tenant.extension("2001", "Portaria")
    page = enter(pages, tenant)
    open_extension(page, "2001")
    page.get_by_label("Identificação").fill("Portaria norte")
    expect(page.get_by_text("não salvo")).to_be_visible()
    page.get_by_role("link", name="Usuários", exact=True).click()
    page.get_by_role("dialog", name="Sair sem salvar?").get_by_role("button", name="Continuar editando").click()
    expect(page.get_by_label("Identificação")).to_have_value("Portaria norte")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("não salvo")).to_have_count(0)
    expect(page.get_by_role("heading", level=1, name="Portaria norte")).to_be_visible()
    page.get_by_label("Identificação").fill("Portaria sul")
    page.keyboard.press("Escape")
    page.get_by_role("dialog", name="Sair sem salvar?").get_by_role("button", name="Sair sem salvar").click()
    expect(row_of(page, "Portaria norte")).to_be_visible()


def test_closing_the_tab_with_unsaved_work_asks(pages: Pages, tenant: Company) -> None:
    tenant.extension("2001", "Portaria")
    page = enter(pages, tenant)
    open_extension(page, "2001")
    page.get_by_label("Identificação").fill("Outra")
    expect(page.get_by_text("não salvo")).to_be_visible()
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    expect(page.get_by_label("Identificação")).to_have_value("Outra")


def test_two_editors_the_second_is_told_and_nothing_is_overwritten(pages: Pages, tenant: Company) -> None:
    tenant.extension("2001", "Portaria")
    first, second = enter(pages, tenant, "Ana"), enter(pages, tenant, "Beto")
    open_extension(first, "2001")
    open_extension(second, "2001")
    first.get_by_label("Identificação").fill("Recepção")
    first.get_by_role("button", name="Salvar").click()
    expect(first.get_by_role("heading", level=1, name="Recepção")).to_be_visible()
    second.get_by_label("Identificação").fill("Almoxarifado")
    second.get_by_role("button", name="Salvar").click()
    told = second.get_by_role("alert").filter(has_text="Ana salvou este registro")
    expect(told).to_contain_text("mudou: Identificação")
    expect(second.get_by_label("Identificação")).to_have_value("Almoxarifado")
    told.get_by_role("button", name="Recarregar com a versão atual").click()
    expect(second.get_by_label("Identificação")).to_have_value("Recepção")


def test_the_history_says_who_changed_what(pages: Pages, tenant: Company) -> None:
    tenant.extension("2001", "Portaria")
    page = enter(pages, tenant)
    open_extension(page, "2001")
    page.get_by_label("Identificação").fill("Recepção")
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_role("heading", level=1, name="Recepção")).to_be_visible()
    page.get_by_role("tab", name="Histórico").click()
    newest = page.get_by_role("tabpanel").get_by_role("listitem").first
    expect(newest).to_contain_text("alterou")
    expect(newest).to_contain_text("Identificação: Portaria → Recepção")


def test_a_reference_with_very_many_rows_is_searched_and_kept(pages: Pages, tenant: Company) -> None:
    for number in range(3000, 3210):
        tenant.extension(str(number), f"Sala {number}")
    tenant.person("Zoé", "9001")  # beyond the first two hundred
    page = enter(pages, tenant)
    open_screen(page, "Usuários")
    row_of(page, "Zoé").get_by_role("link", name="Editar").click()
    webphone = page.get_by_role("combobox", name="Webphone")
    expect(webphone).to_have_value("9001 · Zoé")
    page.get_by_label("Nome", exact=True).fill("Zoé Prado")
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_role("heading", level=1, name="Zoé Prado")).to_be_visible()
    expect(webphone).to_have_value("9001 · Zoé")
    webphone.click()
    webphone.press_sequentially("3207")
    page.get_by_role("option", name="3207 · Sala 3207").click()
    expect(page.get_by_text("não salvo")).to_be_visible()
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_text("salvo", exact=True)).to_be_visible()
    page.reload()
    expect(webphone).to_have_value("3207 · Sala 3207")
