"""What the pages show of the telephony while it happens: the real engine, the real node, calls between browsers."""

import re
from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.browser.installation import LOGIN, PASSWORD, Installation
from tests.browser.pages import open_screen, row_of, sign_in
from tests.browser.people import Company, Person
from tests.browser.telephone import Telephone

Phones = Callable[[Person], Telephone]


def enter(installation: Installation, browser: Browser, login: str, password: str = PASSWORD) -> Page:
    page = browser.new_context(base_url=installation.url, locale="pt-BR").new_page()
    page.goto("/entrar")
    sign_in(page, login, password)
    expect(page.get_by_role("heading", level=1, name="Olá")).to_be_visible()
    return page


def test_a_save_says_when_it_is_in_service(installation: Installation, company: Company, chromium: Browser) -> None:
    company.extension("2001", "Portaria")
    page = enter(installation, chromium, company.person("Ana", profile="Administrador").login)
    expect(page.get_by_role("status").filter(has_text="Telefonia no ar")).to_be_visible()
    open_screen(page, "Ramal")
    row_of(page, "2001").get_by_role("link", name="Editar").click()
    page.get_by_label("Identificação").fill("Recepção")
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_text(re.compile(r"em serviço em (\d+ ms|\d+,\d s)"))).to_be_visible()
    page.get_by_role("tab", name="Histórico").click()
    expect(page.get_by_role("tabpanel").get_by_role("listitem").first).to_contain_text("em serviço em")


def test_registrations_and_calls_appear_without_reloading(
    installation: Installation, company: Company, chromium: Browser, telephone: Phones
) -> None:
    ana, bia = company.person("Ana", "2001"), company.person("Bia", "2002")
    page = enter(installation, chromium, company.person("Rui", profile="Administrador").login)
    open_screen(page, "Ramal")
    cell = row_of(page, "2001").get_by_role("cell", name="navegador")
    expect(cell).to_contain_text("navegador: não registrado")
    caller, callee = telephone(ana), telephone(bia)
    expect(cell).to_contain_text("navegador: registrado")

    open_screen(page, "Chamadas")
    running = page.get_by_role("table", name="Chamadas em andamento")
    caller.dial("2002")
    callee.rings()
    expect(running.get_by_role("row").nth(1)).to_contain_text("chamando")
    callee.press("Atender")
    caller.talks()
    expect(running.get_by_role("row").nth(1)).to_contain_text("em conversa")
    page.reload()
    expect(running.get_by_role("row").nth(1)).to_contain_text("em conversa")
    expect(page.get_by_role("heading", name="Nenhuma chamada ainda")).to_be_visible()  # in one table, not in both
    caller.press("Desligar")
    expect(running).to_have_count(0)
    past = page.get_by_role("table", name="Chamadas", exact=True).get_by_role("row").nth(1)
    expect(past).to_contain_text("Atendida")
    past.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1, name="2001 · Ana → 2002 · Bia")).to_be_visible()
    steps = page.get_by_role("region", name="Por quê? Passo a passo")
    expect(steps).to_contain_text("discou 2002")
    expect(steps).to_contain_text("não está registrado")


def test_calls_are_found_by_their_result(
    installation: Installation, company: Company, chromium: Browser, telephone: Phones
) -> None:
    caller = telephone(company.person("Ana", "2001"))
    caller.dial("7777")
    caller.is_free(30)
    page = enter(installation, chromium, company.person("Rui", profile="Administrador").login)
    open_screen(page, "Chamadas")
    page.get_by_role("combobox", name="Resultado").select_option(label="Número inexistente")
    page.get_by_role("button", name="Filtrar").click()
    expect(page).to_have_url(re.compile("resultado=unknown_number"))
    expect(row_of(page, "7777")).to_contain_text("Número inexistente")
    page.get_by_role("combobox", name="Resultado").select_option(label="Atendida")
    page.get_by_role("button", name="Filtrar").click()
    expect(page.get_by_role("heading", name="Nenhuma chamada com estes filtros")).to_be_visible()


def test_the_owner_sees_the_node(installation: Installation, chromium: Browser) -> None:
    page = enter(installation, chromium, LOGIN)
    open_screen(page, "Nós")
    row = page.get_by_role("table", name="Nós").get_by_role("row").nth(1)
    expect(row).to_contain_text("conectado")
    expect(row).to_contain_text(re.compile(r"Asterisk \d+\.\d+"))
