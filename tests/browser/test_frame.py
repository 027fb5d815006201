"""The frame: signing in, finding things by keyboard, narrow windows, what is refused, and no serious fault for axe."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import delete

from flow.catalog.signin import UserSession
from flow.db import platform_session
from tests.browser.installation import free_ports
from tests.browser.pages import PHONE, Pages, faults_of, open_screen, sign_in, web_process
from tests.browser.people import Company

SCREENS = ("/", "/empresa", "/empresa/novo", "/usuarios/novo", "/equipe/novo", "/perfil/novo", "/ramal", "/ramal/novo")
SCREENS += ("/rota-de-entrada", "/rota-de-entrada/novo", "/fila/novo", "/anuncio/novo", "/ura/novo", "/simular")
SCREENS += ("/condicao-de-horario/novo", "/audio/novo", "/musica-espera/novo")
SCREENS += ("/filas", "/chamadas", "/nos", "/conta", "/tokens", "/entrar")


def enter(pages: Pages, tenant: Company, profile: str = "Administrador", **window: object) -> Page:
    person = tenant.person("Ana", profile=profile)
    return pages.enter(person.login, person.password, **window)


def test_a_wrong_password_is_refused_without_saying_which_part(pages: Pages) -> None:
    page = pages.window().new_page()
    page.goto("/ramal")
    expect(page).to_have_url(re.compile(r"/entrar\?next=/ramal$"))
    sign_in(page, "ninguem-aqui", "errada-mesmo")
    expect(page.get_by_role("alert")).to_contain_text("Login ou senha não conferem")
    expect(page.get_by_label("Login")).to_have_value("ninguem-aqui")
    expect(page.get_by_label("Senha")).to_have_value("")


def test_after_many_tries_the_page_says_how_long_to_wait(pages: Pages) -> None:
    page = pages.window().new_page()
    page.goto("/entrar")
    for _ in range(6):
        sign_in(page, "login-atacado", "errada-mesmo")
        page.wait_for_load_state()
        if page.get_by_text("Aguarde").count():
            break
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"Aguarde \d+ s"))
    expect(page.get_by_role("button", name="Entrar")).to_be_disabled()


def test_signing_in_leads_to_the_page_that_was_asked_for_and_out_again(pages: Pages, tenant: Company) -> None:
    person = tenant.person("Ana", profile="Administrador")
    page = pages.window().new_page()
    page.goto("/ramal")
    sign_in(page, person.login, person.password)
    expect(page.get_by_role("heading", level=1, name="Ramal")).to_be_visible()
    page.get_by_role("button", name="Menu do usuário").click()
    page.get_by_role("button", name="Sair").click()
    expect(page.get_by_role("heading", name="Entrar")).to_be_visible()
    page.goto("/ramal")
    expect(page).to_have_url(re.compile("/entrar"))


def test_a_session_that_ends_leads_back_to_the_same_page(pages: Pages, tenant: Company) -> None:
    person = tenant.person("Ana", profile="Administrador")
    page = pages.enter(person.login, person.password)
    open_screen(page, "Ramal")
    with platform_session(writes=True) as db:
        db.exec(delete(UserSession))
        db.commit()
    expect(page).to_have_url(re.compile("/entrar.*next=%2Framal"), timeout=30_000)  # it notices by itself
    sign_in(page, person.login, person.password)
    expect(page.get_by_role("heading", level=1, name="Ramal")).to_be_visible()


def test_an_agent_sees_only_their_menu_and_a_clear_refusal(pages: Pages, tenant: Company) -> None:
    page = enter(pages, tenant, "Agente")
    menu = page.get_by_role("navigation", name="Menu principal")
    expect(menu.get_by_role("link", name="Chamadas")).to_be_visible()
    expect(menu.get_by_role("link", name="Usuários")).to_have_count(0)
    page.goto("/usuarios")
    expect(page.get_by_role("heading", name="Você não tem acesso a esta página")).to_be_visible()


def test_an_unknown_address_says_so(pages: Pages, tenant: Company) -> None:
    page = enter(pages, tenant)
    answer = page.goto("/nao-existe")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", name="Página não encontrada")).to_be_visible()
    page.goto("/ramal/999999")
    expect(page.get_by_text("Não encontramos este registro")).to_be_visible()


def test_everything_is_found_by_keyboard(pages: Pages, tenant: Company) -> None:
    tenant.extension("2024", "Maria da Portaria")
    page = enter(pages, tenant)
    expect(page.get_by_role("heading", level=1, name="Olá, Ana")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("portaria")
    expect(page.get_by_role("option").filter(has_text="2024")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="2024")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Atalhos do teclado")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Atalhos do teclado")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/ramal$"))


def test_escape_leaves_the_finder_with_words_in_it_too(pages: Pages, tenant: Company) -> None:
    page = enter(pages, tenant)
    for words in ("", "ram"):
        page.keyboard.press("Control+k")
        finder = page.get_by_role("dialog", name="Procurar em tudo")
        page.keyboard.type(words)
        expect(finder.get_by_role("combobox")).to_have_value(words)
        page.keyboard.press("Escape")
        expect(finder).to_be_hidden()


def test_the_first_tab_stop_skips_to_the_content(pages: Pages, tenant: Company) -> None:
    page = enter(pages, tenant)
    open_screen(page, "Ramal")
    page.reload()
    expect(page.get_by_role("heading", level=1, name="Ramal")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ir para o conteúdo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_the_manual_stands_beside_the_page(pages: Pages, tenant: Company) -> None:
    page = enter(pages, tenant)
    open_screen(page, "Ramal")
    page.get_by_role("button", name="Ajuda desta página").click()
    drawer = page.get_by_role("dialog", name="Ajuda: Ramal")
    expect(drawer).to_contain_text("Selecione a opção Ramal.")
    expect(drawer).to_contain_text("Identificação")


def test_appearance_is_kept(pages: Pages, tenant: Company) -> None:
    page = enter(pages, tenant)
    page.get_by_role("button", name="Menu do usuário").click()
    page.get_by_role("button", name="Escuro").click()
    expect(page.locator("html")).to_have_class(re.compile("dark"))
    page.reload()
    expect(page.locator("html")).to_have_class(re.compile("dark"))


def test_on_a_telephone_the_menu_is_a_drawer_and_nothing_overflows(pages: Pages, tenant: Company) -> None:
    tenant.extension("2024", "Maria da Portaria")
    page = enter(pages, tenant, size=PHONE)
    menu = page.get_by_role("navigation", name="Menu principal")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Abrir o menu").click()
    menu.get_by_role("link", name="Ramal", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Ramal")).to_be_visible()
    expect(menu).to_be_hidden()
    for path in SCREENS:
        page.goto(path)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_telephony_being_off_is_said_with_the_way_out(pages: Pages, tenant: Company) -> None:
    page = enter(pages, tenant)
    expect(page.get_by_role("alert").filter(has_text="A telefonia está desligada")).to_contain_text("flow doctor")
    expect(page.get_by_role("status").filter(has_text="Telefonia desligada")).to_be_visible()


def test_a_lost_server_turns_the_page_grey_and_nothing_typed_is_lost(pages: Pages, tenant: Company) -> None:
    port = free_ports(3)
    person = tenant.person("Ana", profile="Administrador")
    with web_process(port):
        page = Pages(port, pages.browser).enter(person.login, person.password)
        open_screen(page, "Equipe")
        page.get_by_role("link", name="Adicionar").first.click()
        page.get_by_label("Descrição").fill("Ainda não salvo")
    expect(page.get_by_text("reconectando…")).to_be_visible(timeout=20_000)
    expect(page.locator("html")).to_have_class(re.compile("stale"))
    with web_process(port):
        expect(page.get_by_text("reconectando…")).to_be_hidden(timeout=30_000)
        expect(page.get_by_label("Descrição")).to_have_value("Ainda não salvo")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_serious_fault(pages: Pages, dark: bool) -> None:
    tenant = Company.new()
    tenant.extension("2024", "Maria da Portaria")
    page = enter(pages, tenant, dark=dark)
    owner = pages.enter(dark=dark)
    found = {path: _faults(owner if path in ("/nos", "/empresa/novo") else page, path) for path in SCREENS[:-1]}
    door = pages.window(dark=dark).new_page()
    found["/entrar"] = _faults(door, "/entrar")
    assert not {path: faults for path, faults in found.items() if faults}


def _faults(page: Page, path: str) -> list[str]:
    page.goto(path)
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    return faults_of(page)
