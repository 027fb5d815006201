"""Tronco in the browser: what the tick reveals, what each line becomes, and how the trunk stands, live."""

import os
import signal
import socket
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.installation import Installation
from tests.browser.pages import PHONE, Pages, faults_of, field_error, row_of, sign_in
from tests.browser.people import Company
from tests.browser.test_manual_screens import RECORD, add, administrator, save
from tests.calls.carrier import Registrar

PASSWORD = "se:gr@e/do"
ACCOUNT = ("Usuário", "Registro")


def new_trunk(page: Page, host: str = "203.0.113.7") -> None:
    add(page, "Tronco")
    page.get_by_label("Nome").fill("Operadora")
    page.get_by_role("textbox", name="Tronco").fill("5125550000")
    page.get_by_label("Endereço/Host").fill(host)


def test_the_account_appears_with_its_tick_and_is_asked_for_only_then(pages: Pages, tenant: Company) -> None:
    page = administrator(pages, tenant)
    new_trunk(page)
    for label in ACCOUNT:
        expect(page.get_by_label(label, exact=True)).to_be_hidden()
    expect(page.get_by_role("textbox", name="Senha")).to_have_count(0)
    tick = page.get_by_label("Utilizar Autenticação")
    tick.check()
    for label in ACCOUNT:
        expect(page.get_by_label(label, exact=True)).to_be_visible()
        expect(page.get_by_label(label, exact=True)).to_be_enabled()
    expect(page.locator(".field", has=page.locator("#username")).locator(".need")).to_be_visible()
    page.get_by_role("button", name="Salvar").click()
    expect(field_error(page, "Usuário")).to_contain_text("obrigatório")
    expect(page.locator("#password-error")).to_contain_text("obrigatóri")
    tick.uncheck()
    expect(page.get_by_label("Usuário", exact=True)).to_be_hidden()
    save(page)
    page.reload()
    expect(tick).not_to_be_checked()
    expect(page.get_by_label("Registro", exact=True)).to_be_hidden()


def test_the_account_is_there_when_the_form_is_opened_again_and_the_password_is_not(
    pages: Pages, tenant: Company
) -> None:
    page = administrator(pages, tenant)
    new_trunk(page)
    page.get_by_label("Utilizar Autenticação").check()
    page.get_by_label("Usuário", exact=True).fill("loja")
    expect(page.get_by_role("button", name="Gerar senha")).to_have_count(0)  # the carrier gives it
    page.get_by_role("textbox", name="Senha").fill(PASSWORD)
    page.get_by_label("Registro", exact=True).fill(f"loja:{PASSWORD}@203.0.113.7/5125550000")
    save(page)
    page.reload()
    expect(page.get_by_label("Registro", exact=True)).to_have_value("loja:••••@203.0.113.7/5125550000")
    expect(page.get_by_label("Usuário", exact=True)).to_have_value("loja")
    assert PASSWORD not in page.content()
    expect(page.get_by_role("status").filter(has_text="não salvo")).to_have_count(0)


# Live, with a registrar and a whole installation


@pytest.fixture
def registrar() -> Iterator[Callable[..., Registrar]]:
    made: list[Registrar] = []

    def make(**more: object) -> Registrar:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        made.append(Registrar("127.0.0.1", "loja", PASSWORD, port=port, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def page(installation: Installation, chromium: Browser, company: Company) -> Iterator[Page]:
    person = company.person("Ana", profile="Administrador")
    context = chromium.new_context(base_url=installation.url, locale="pt-BR")
    page = context.new_page()
    page.goto("/entrar")
    sign_in(page, person.login, person.password)
    expect(page.get_by_role("heading", level=1, name="Olá")).to_be_visible()
    yield page
    context.close()


def with_account(page: Page, far: Registrar) -> None:
    place = f"127.0.0.1:{far.port}"
    new_trunk(page, place)
    page.get_by_label("Utilizar Autenticação").check()
    page.get_by_label("Usuário", exact=True).fill("loja")
    page.get_by_role("textbox", name="Senha").fill(PASSWORD)
    page.get_by_label("Registro", exact=True).fill(f"loja:{PASSWORD}@{place}/5125550000")
    page.get_by_role("button", name="Salvar").click()
    expect(page).to_have_url(RECORD)


@pytest.mark.timeout(240)  # a refused trunk is tried again after a minute
def test_a_refused_trunk_says_why_and_turns_green_by_itself_when_the_carrier_accepts(page, registrar) -> None:
    far = registrar(mode="refuse")
    with_account(page, far)
    state = page.locator(".trunk-state")
    expect(state).to_contain_text("recusado", timeout=20_000)
    expect(state).to_contain_text("403")
    expect(state.locator("time")).to_contain_text("há")
    page.get_by_role("link", name="Voltar", exact=True).click()
    expect(row_of(page, "Operadora")).to_contain_text("recusado")
    far.mode = "accept"
    expect(row_of(page, "Operadora")).to_contain_text("registrado", timeout=80_000)
    assert far.registered


def test_what_was_typed_into_revealed_fields_survives_a_restart_of_the_web(page, installation, company) -> None:
    new_trunk(page)
    page.get_by_label("Utilizar Autenticação").check()
    page.get_by_label("Usuário", exact=True).fill("loja")
    page.get_by_label("Registro", exact=True).fill("loja:x@203.0.113.7/1")
    page.locator("#record-form").evaluate("form => form.setAttribute('data-old', '')")
    os.kill(installation.process_of("granian"), signal.SIGKILL)
    installation.wait_until_well(60)
    expect(page.locator("#record-form:not([data-old])")).to_be_visible(timeout=30_000)  # drawn anew
    expect(page.get_by_label("Utilizar Autenticação")).to_be_checked()
    expect(page.get_by_label("Usuário", exact=True)).to_be_visible()
    expect(page.get_by_label("Usuário", exact=True)).to_have_value("loja")
    expect(page.locator(".explained").filter(has_text="Registra o usuário loja")).to_be_visible(timeout=15_000)


# What is typed is explained, and tested


def test_each_line_is_explained_while_it_is_typed_and_a_dangerous_one_is_refused(pages: Pages, tenant: Company) -> None:
    page = administrator(pages, tenant)
    new_trunk(page)
    table = page.get_by_role("table", name="O que cada linha se tornou")
    expect(table.get_by_role("row").filter(has_text="insecure=port,invite")).to_contain_text("identify")
    page.get_by_label("Configurações Adicionais").fill("qualify=yes\nallowguest=yes")
    expect(table.get_by_role("row").filter(has_text="qualify=yes")).to_contain_text("qualify_frequency=60")
    refused = table.get_by_role("row").filter(has_text="allowguest=yes")
    expect(refused).to_contain_text("recusada")
    expect(refused).to_contain_text("Perigoso")
    page.get_by_role("button", name="Salvar").click()
    expect(field_error(page, "Configurações Adicionais")).to_contain_text("allowguest=yes")
    page.get_by_label("Configurações Adicionais").fill("")
    expect(table).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_serious_fault_in_an_explained_form_and_it_fits_a_telephone(
    pages: Pages, tenant: Company, dark: bool
) -> None:
    person = tenant.person("Ana", profile="Administrador")
    page = pages.enter(person.login, person.password, dark=dark)
    new_trunk(page)
    page.get_by_label("Utilizar Autenticação").check()
    page.get_by_label("Configurações Adicionais").fill("qualify=yes\nallowguest=yes")
    expect(page.get_by_text("recusada")).to_be_visible()
    assert faults_of(page) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_registration_is_explained_in_words_without_its_password(pages: Pages, tenant: Company) -> None:
    page = administrator(pages, tenant)
    new_trunk(page)
    page.get_by_label("Utilizar Autenticação").check()
    told = page.locator(".field", has=page.locator("#registration")).locator(".explained")
    page.get_by_label("Registro", exact=True).fill("loja:segredo77")
    expect(told).to_contain_text("Falta uma parte do Registro")
    page.get_by_label("Registro", exact=True).fill("tcp://loja:segredo77@sip.operadora.com.br:5080/5125550000")
    expect(told).to_contain_text("Registra o usuário loja em sip.operadora.com.br, porta 5080 por TCP")
    expect(told).to_contain_text("as chamadas chegam em 5125550000")
    assert "segredo77" not in told.inner_text()


def test_testing_a_trunk_reports_each_hop(page, registrar) -> None:
    far = registrar()
    with_account(page, far)
    expect(page.locator(".trunk-state")).to_contain_text("registrado", timeout=20_000)
    page.get_by_role("button", name="Testar tronco").click()
    dialog = page.get_by_role("dialog", name="Testar tronco")
    hop = dialog.get_by_role("listitem")
    expect(hop.filter(has_text="Endereço").first).to_contain_text("já é um IP")
    expect(hop.filter(has_text="Resposta a OPTIONS")).to_contain_text("respondeu 200 por UDP")
    expect(hop.filter(has_text="Registrado na operadora")).to_contain_text("✓")
    expect(hop.filter(has_text="Números aceitos")).to_contain_text("Não há Rota de Entrada")
    expect(dialog.get_by_text("1 passo falhou.")).to_be_visible()
    far.mode = "silent"
    dialog.get_by_role("button", name="Testar de novo").click()
    expect(dialog.get_by_text("Testando…")).to_be_visible()
    silence = hop.filter(has_text="Nenhuma resposta em 4 s")
    expect(silence.or_(hop.filter(has_text="responde ao Asterisk"))).to_be_visible()  # until Asterisk notices it too
