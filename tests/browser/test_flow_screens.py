"""Anúncio, Condição de Horário, URA, Fila, Simular: by the manual's words, with mouse and keyboard."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from flow.services.unrouted import note
from tests.browser.pages import Pages, open_screen, row_of
from tests.browser.people import Company

RECORD = re.compile(r"/[\w-]+/\d+$")


@pytest.fixture
def page(pages: Pages, tenant: Company) -> Page:
    person = tenant.person("Ana", profile="Administrador")
    return pages.enter(person.login, person.password)


def add(page: Page, screen: str) -> None:
    open_screen(page, screen)
    page.get_by_role("link", name="Adicionar").first.click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Salvar").click()
    expect(page).to_have_url(RECORD)
    expect(page.get_by_role("status").filter(has_text="salvo")).to_be_visible()


def lead(page: Page, label: str, words: str) -> None:
    """Choose a destination as a person does: open, type, take what is found."""
    picker = page.get_by_role("combobox", name=label, exact=True)
    picker.click()
    picker.press_sequentially(words)
    page.get_by_role("option", name=re.compile(words, re.IGNORECASE)).first.click()


def did_of(tenant: Company, last: int = 0) -> str:
    return f"51258{tenant.id * 10 + last:05d}"


def test_anuncio_plays_its_audios_in_the_order_given(page: Page, tenant: Company) -> None:
    for name in ("Aviso", "Boas-vindas", "Despedida"):
        tenant.audio(name)
    add(page, "Anúncio")
    page.get_by_label("Anúncio", exact=True).fill("Feriado")
    group = page.get_by_role("group", name="Áudios")
    for name in ("Aviso", "Boas-vindas", "Despedida"):
        group.get_by_role("combobox", name="Adicionar áudio").click()
        group.get_by_role("option", name=name).click()
    group.get_by_role("button", name="Subir Despedida").click()
    group.get_by_role("button", name="Remover Boas-vindas").click()
    expect(group.get_by_role("listitem")).to_have_text([re.compile("Aviso"), re.compile("Despedida")])
    group.get_by_role("button", name="Mover Despedida", exact=True).focus()
    for key in ("Space", "ArrowUp", "Space"):
        page.keyboard.press(key)
        page.wait_for_timeout(250)  # what is carried takes a moment to get there
    expect(group.get_by_role("listitem")).to_have_text([re.compile("Despedida"), re.compile("Aviso")])
    expect(page.get_by_role("combobox", name="Destino após o anúncio")).to_have_value("Desligar")
    save(page)
    page.reload()
    expect(group.get_by_role("listitem")).to_have_text([re.compile("Despedida"), re.compile("Aviso")])
    page.get_by_role("link", name="Voltar", exact=True).click()
    expect(row_of(page, "Feriado")).to_contain_text("Despedida, Aviso")


def cell(page: Page, name: str) -> Locator:
    return page.get_by_role("gridcell", name=name, exact=True)


def test_condicao_de_horario_by_line_by_mouse_and_by_keyboard_is_one_truth(page: Page, tenant: Company) -> None:
    tenant.extension("2001", "Portaria")
    add(page, "Condição de Horário")
    page.get_by_label("Condição de horário", exact=True).fill("Comercial")
    lead(page, "Destino dentro do período", "portaria")
    expect(page.get_by_role("combobox", name="Destino fora do período")).to_have_value("Desligar")
    page.get_by_role("button", name="Adicionar Período").click()
    line = page.get_by_role("listitem", name="Linha 1")
    line.get_by_text("Seg", exact=True).click()
    expect(cell(page, "Seg 08:00")).to_have_attribute("aria-selected", "true")
    expect(cell(page, "Ter 08:00")).to_have_attribute("aria-selected", "false")
    start, end = cell(page, "Sáb 09:00").bounding_box(), cell(page, "Dom 11:30").bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 3, start["y"] + 3)
    page.mouse.down()
    page.mouse.move(end["x"] + 3, end["y"] + 3, steps=4)
    page.mouse.up()
    expect(cell(page, "Dom 11:30")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("listitem", name="Linha 2").get_by_label("Hora de término")).to_have_value("12:00")
    cell(page, "Dom 11:30").focus()
    cell(page, "Sáb 09:00").focus()
    page.keyboard.press("Space")  # the cell that was painted first is the keyboard's
    expect(cell(page, "Sáb 09:00")).to_have_attribute("aria-selected", "false")
    expect(cell(page, "Sáb 09:30")).to_have_attribute("aria-selected", "true")
    save(page)
    page.reload()
    expect(cell(page, "Sáb 09:00")).to_have_attribute("aria-selected", "false")
    expect(cell(page, "Sáb 09:30")).to_have_attribute("aria-selected", "true")


def test_holidays_come_in_one_click_and_the_next_days_are_a_picture(page: Page, tenant: Company) -> None:
    periods = [{"weekdays": [], "month_days": [], "months": [], "start": "08:00", "end": "18:00"}]
    record = tenant.save("schedule", {"name": "Comercial", "periods": periods})
    page.goto(f"/condicao-de-horario/{record}")
    days = page.get_by_role("region", name="Próximos 14 dias")
    expect(days.get_by_role("row")).to_have_count(14)
    expect(days.get_by_role("img", name=re.compile("08:00–18:00 aberto"))).to_have_count(14)
    page.get_by_label("Forçar", exact=True).select_option(label="Fechado")
    expect(days.get_by_role("status")).to_contain_text("Agora está fechado: forçado fechado")
    expect(days.get_by_role("img", name="fechado")).to_have_count(14)
    page.get_by_label("Forçar", exact=True).select_option(value="")
    expect(page.get_by_label("Estado")).to_have_value("RS")  # of the company's DDD, 51
    page.get_by_role("button", name="Adicionar feriados do Brasil").click()
    expect(page.get_by_role("status").filter(has_text="feriados adicionados")).to_be_visible()
    names = page.get_by_role("group", name="Feriados").get_by_label("Feriado")
    assert "Natal" in [names.nth(number).input_value() for number in range(names.count())]
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_text("não salvo")).to_have_count(0)
    page.reload()
    expect(names.first).to_be_visible()


def test_ura_keys_lead_to_destinations_and_a_circle_is_refused_in_words(page: Page, tenant: Company) -> None:
    tenant.audio("Menu principal")
    tenant.extension("2001", "Portaria")
    queue = tenant.save("queue", {"name": "Suporte", "number": "500"})
    add(page, "URA")
    page.get_by_label("URA", exact=True).fill("Atendimento")
    expect(page.get_by_label("Tipo de URA")).to_have_value("menu")
    page.get_by_label("Áudio de Menu").select_option(label="Menu principal")
    for box in ("Áudio de Saudação", "Áudio de Tentativas Excedidas", "Áudio de Opção Inválida", "Áudio de Timeout"):
        expect(page.get_by_label(box)).to_have_value("")
    expect(page.get_by_label("Tentativas", exact=True)).to_have_value("3")
    expect(page.get_by_label("Tempo limite (s)")).to_have_value("5")
    options = page.get_by_role("group", name="Opções do menu")
    expect(options.get_by_role("checkbox")).to_have_count(12)
    for key, words in (("1", "suporte"), ("*", "portaria")):
        options.get_by_label(f"Tecla {key}", exact=True).check(force=True)
        lead(page, f"Destino da tecla {key}", words)
    lead(page, "Destino de tentativas excedidas", "suporte")
    save(page)
    page.reload()
    expect(options.get_by_label("Tecla 1", exact=True)).to_be_checked()
    expect(options.get_by_role("combobox", name="Destino da tecla *")).to_have_value("Ramal · 2001 · Portaria")
    tenant.save(
        "schedule", {"name": "Noturno", "periods": [{"start": "20:00", "end": "23:00"}], "inside": page_of(page)}
    )
    lead(page, "Destino de tentativas excedidas", "noturno")
    page.get_by_role("button", name="Salvar").click()
    expect(page.locator("#exceeded-error")).to_contain_text('URA "Atendimento"')
    expect(page.locator("#exceeded-error")).to_contain_text("→")
    page.goto(f"/fila/{queue}")
    page.get_by_role("tab", name="Onde é usado 1").click()
    uses = page.get_by_role("tabpanel")
    expect(uses.get_by_role("link")).to_have_text("Atendimento (Destino de tentativas excedidas, Opções do menu)")
    drawing = page.get_by_role("complementary", name="Fluxo").get_by_role("region", name="Caminho da chamada")
    expect(drawing.get_by_role("link", name="URA Atendimento")).to_be_visible()
    expect(drawing.get_by_role("listitem").filter(has_text="tecla 1")).to_contain_text("Fila Suporte")


def page_of(page: Page) -> str:
    return f"ivr:{page.url.rsplit('/', 1)[1]}"


def test_fila_members_move_by_button_keyboard_and_mouse_and_keep_their_order(page: Page, tenant: Company) -> None:
    for number, name in (("2001", "Ana B"), ("2002", "Bia"), ("2003", "Caio")):
        tenant.extension(number, name)
    add(page, "Fila")
    page.get_by_label("Nome", exact=True).fill("Suporte")
    expect(page.get_by_role("textbox", name="Fila", exact=True)).to_have_value("500")
    page.get_by_label("Estratégia").select_option(label="Linear")
    expect(page.get_by_label("Tipo de membro")).to_have_value("extension")
    board = page.get_by_role("group", name="Membros da fila")
    inside = board.get_by_role("list", name="Ramal/agente em fila")
    board.get_by_role("button", name="Adicionar 2002").click()
    board.get_by_role("searchbox").fill("caio")
    board.get_by_role("button", name="Adicionar 2003").click()
    board.get_by_role("searchbox").fill("")
    names = inside.locator(".name")
    expect(names).to_have_text(["2002 · Bia", "2003 · Caio"])
    board.get_by_role("button", name="Mover 2003 · Caio", exact=True).focus()
    for key in ("Space", "ArrowUp", "Space"):
        page.keyboard.press(key)
        page.wait_for_timeout(250)
    expect(names).to_have_text(["2003 · Caio", "2002 · Bia"])
    grip = board.get_by_role("button", name="Mover 2001 · Ana B", exact=True).bounding_box()
    target = inside.bounding_box()
    assert grip and target
    page.mouse.move(grip["x"] + 6, grip["y"] + 6)
    page.mouse.down()
    page.mouse.move(grip["x"] + 30, grip["y"] + 20, steps=4)
    page.mouse.move(target["x"] + 60, target["y"] + 20, steps=8)
    page.wait_for_timeout(250)
    page.mouse.up()
    expect(names).to_have_count(3)
    order = [name.strip() for name in names.all_text_contents()]
    assert "2001 · Ana B" in order
    save(page)
    page.reload()
    expect(names).to_have_text(order)
    page.get_by_label("Tipo de membro").select_option(label="Agente")
    board.get_by_role("button", name="Adicionar Ana", exact=True).click()
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_text("não salvo")).to_have_count(0)
    page.reload()
    expect(names).to_have_text(["Ana"])


def test_simular_tells_the_way_of_a_call_in_words(page: Page, tenant: Company) -> None:
    phone = tenant.extension("2001", "Portaria")
    did = did_of(tenant)
    values = {"name": "Central", "description": "x", "did": did, "destination": f"extension:{phone}"}
    tenant.save("inbound_route", values)
    open_screen(page, "Simular")
    page.get_by_label("Número chamado").fill(did)
    page.get_by_role("button", name="Simular").click()
    steps = page.get_by_role("region", name="O caminho").get_by_role("listitem")
    expect(steps.filter(has_text='rota "Central"')).to_be_visible()
    expect(steps.last).to_contain_text("2001 (Portaria)")
    page.get_by_label("Quem atende").select_option(label="Todos ocupados")
    page.get_by_label("Teclas").fill("abc")
    page.get_by_role("button", name="Simular").click()
    expect(page.locator("#keys-error")).to_contain_text("teclas")
    expect(page.get_by_label("Número chamado")).to_have_value(did)


def test_a_did_without_a_route_is_one_click_from_having_one(page: Page, tenant: Company) -> None:
    did = did_of(tenant, 1)
    note(f"+55{did}", None, tenant.id)
    open_screen(page, "Rota de Entrada")
    waiting = page.get_by_role("region", name="DIDs recebidos sem rota")
    expect(waiting).to_contain_text("1 chamada")
    waiting.get_by_role("link", name="Criar rota").click()
    expect(page.get_by_role("textbox", name="DID")).to_have_value(re.compile(r"^\(51\) "))
    page.get_by_label("Rota de entrada", exact=True).fill("Nova")
    page.get_by_label("Descrição").fill("Chegou sem rota")
    lead(page, "Tipo de destino", "desligar")
    save(page)
    page.get_by_role("link", name="Voltar", exact=True).click()
    expect(row_of(page, "Nova")).to_be_visible()
    expect(waiting).to_have_count(0)
