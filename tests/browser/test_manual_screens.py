"""The manual, word by word: menu, option, "Adicionar", the fields by their names, "Salvar"."""

import re

from playwright.sync_api import Page, expect

from tests.browser.pages import Pages, choose_company, field_error, open_screen, row_of
from tests.browser.people import Company

RECORD = re.compile(r"/\w+/\d+$")


def add(page: Page, screen: str) -> None:
    open_screen(page, screen)
    page.get_by_role("link", name="Adicionar").first.click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Salvar").click()
    expect(page).to_have_url(RECORD)
    expect(page.get_by_role("status").filter(has_text="salvo")).to_be_visible()


def administrator(pages: Pages, tenant: Company) -> Page:
    person = tenant.person("Ana", profile="Administrador")
    return pages.enter(person.login, person.password)


def test_empresa(pages: Pages) -> None:
    page = pages.enter()
    add(page, "Empresa")
    page.get_by_label("Razão Social").fill("Padaria Pão & Cia")
    page.get_by_label("CNPJ").fill("12.ABC.345/01DE-35")
    page.get_by_label("Contato").fill("Maria, (51) 2555-4444")
    page.get_by_label("CNL").fill("51300")
    page.get_by_label("DDD").select_option("51")
    expect(page.get_by_label("DDI")).to_have_value("55")
    expect(page.get_by_label("Fuso horário")).to_have_value("America/Sao_Paulo")
    page.get_by_label("Próximo ramal livre").fill("2000")
    save(page)
    choose_company(page, "Padaria Pão & Cia")
    open_screen(page, "Perfil")
    for ready in ("Administrador", "Supervisor", "Agente"):
        expect(page.get_by_role("link", name=ready, exact=True)).to_be_visible()


def test_usuarios(pages: Pages, tenant: Company) -> None:
    page = administrator(pages, tenant)
    add(page, "Usuários")
    page.get_by_label("Nome").fill("Bruna Alves")
    page.get_by_label("Login").fill(f"bruna-{tenant.id}")
    page.get_by_role("textbox", name="Senha").fill("girassol77")
    page.get_by_label("E-mail", exact=True).fill("bruna@exemplo.com.br")
    page.get_by_label("Perfil").select_option(label="Agente")
    page.get_by_label("Função").select_option(label="Agente")
    for box in ("Usuário do CallCenter", "Habilitar Chat", "Conectar Automático (Chat)", "Chat Interno"):
        page.get_by_label(box, exact=True).check()
    expect(page.get_by_label("Habilitar Atendimento por E-mail")).not_to_be_checked()
    expect(page.get_by_label("Auditor")).not_to_be_checked()
    expect(page.get_by_label("Super Usuário")).to_have_count(0)  # only a super user can grant it
    save(page)
    page.get_by_role("link", name="Voltar").click()
    expect(row_of(page, "Bruna Alves")).to_contain_text("Agente")


def test_equipe(pages: Pages, tenant: Company) -> None:
    page = administrator(pages, tenant)
    add(page, "Equipe")
    page.get_by_role("textbox", name="Equipe").fill("Suporte")
    page.get_by_label("Descrição").fill("Atende quem já é cliente.")
    page.get_by_label("Mensagem de Início de Atendimento Humano").fill("Olá, {nome}. Protocolo {protocolo}.")
    page.get_by_role("group", name="Supervisor").get_by_label("Ana").check()
    save(page)
    page.reload()
    expect(page.get_by_role("group", name="Supervisor").get_by_label("Ana")).to_be_checked()


def test_perfil(pages: Pages, tenant: Company) -> None:
    page = administrator(pages, tenant)
    add(page, "Perfil")
    page.get_by_role("textbox", name="Perfil").fill("Recepção")
    page.get_by_label("Descrição").fill("Vê ramais e chamadas.")
    page.get_by_role("group", name="Módulos/Menus").get_by_label("Ramal").check()
    matrix = page.get_by_role("group", name="Permissões/Configuração")
    matrix.get_by_label("Ramal: Ver").check()
    matrix.get_by_role("button", name="Chamadas").click()  # the whole line
    matrix.get_by_label("Pausar agente").check()
    save(page)
    page.reload()
    for box in ("Ramal: Ver", "Chamadas: Ver", "Pausar agente"):
        expect(page.get_by_label(box)).to_be_checked()
    expect(page.get_by_label("Ramal: Editar")).not_to_be_checked()


def test_ramal_shows_what_a_softphone_needs_once(pages: Pages, tenant: Company) -> None:
    page = administrator(pages, tenant)
    add(page, "Ramal")
    expect(page.get_by_role("textbox", name="Ramal")).to_have_value("1000")
    page.get_by_role("button", name="Gerar senha").click()
    secret = page.get_by_role("textbox", name="Senha").input_value()
    page.get_by_label("Identificação").fill("Recepção")
    expect(page.get_by_label("WebPhone")).to_be_checked()
    save(page)
    card = page.get_by_role("region", name="Para registrar um softphone")
    for label in ("Servidor", "Porta", "Usuário SIP", "Senha"):
        expect(card.get_by_role("term").filter(has_text=label)).to_be_visible()
    expect(card).to_contain_text(secret)
    picture = card.get_by_role("img", name="Código QR")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    page.reload()
    expect(page.get_by_role("textbox", name="Ramal")).to_have_value("1000")
    expect(card).to_have_count(0)
    assert secret not in page.content()
    page.get_by_role("button", name="Gerar senha").click()
    expect(card).to_be_visible()
    expect(card).not_to_contain_text(secret)


def test_errors_stand_beside_their_fields_and_nothing_is_saved(pages: Pages) -> None:
    page = pages.enter()
    add(page, "Empresa")
    page.get_by_label("CNPJ").fill("11.111.111/1111-11")
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_role("alert").filter(has_text="Nada foi salvo")).to_be_visible()
    expect(field_error(page, "Razão Social")).to_contain_text("obrigatório")
    expect(page.get_by_label("Razão Social")).to_be_focused()
    page.keyboard.type("Padaria")
    expect(page.get_by_label("Razão Social")).to_have_attribute("aria-invalid", "false")
    expect(page.locator("#legal_name-error")).to_have_count(0)  # what is being mended is not called wrong any more
    expect(field_error(page, "Contato")).to_contain_text("obrigatório")
    page.get_by_label("Contato").fill("Maria")
    page.get_by_label("DDD").select_option("51")
    page.keyboard.press("Control+s")
    expect(field_error(page, "CNPJ")).to_contain_text("CNPJ")
    expect(page.get_by_label("CNPJ")).to_be_focused()
    expect(page).to_have_url(re.compile("/empresa/novo$"))


def test_a_taken_number_names_its_holder(pages: Pages, tenant: Company) -> None:
    tenant.extension("2024", "Maria")
    page = administrator(pages, tenant)
    add(page, "Ramal")
    page.get_by_role("textbox", name="Ramal").fill("2024")
    page.get_by_role("button", name="Gerar senha").click()
    page.get_by_label("Identificação").fill("João")
    page.get_by_role("button", name="Salvar").click()
    expect(page.locator("#number-error")).to_contain_text("Maria")


def test_what_a_person_may_do_is_explained(pages: Pages, tenant: Company) -> None:
    page = administrator(pages, tenant)
    tenant.person("Caio")
    open_screen(page, "Usuários")
    row_of(page, "Caio").get_by_role("link", name="Editar").click()
    page.get_by_role("button", name="Testar permissão").click()
    dialog = page.get_by_role("dialog", name="Testar permissão")
    dialog.get_by_label("Ação").select_option(label="Ramal: Excluir")
    dialog.get_by_role("button", name="Testar", exact=True).click()
    expect(dialog.get_by_role("status")).to_contain_text("Não permitido")
    expect(dialog.get_by_role("status")).to_contain_text("O perfil Agente não tem esta permissão")
