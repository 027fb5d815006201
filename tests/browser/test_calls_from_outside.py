"""What the pages tell of calls that came from outside: the list, one call's way, grades, the start page."""

import re

from playwright.sync_api import Page, expect

from flow.clock import now
from tests.browser.pages import Pages, open_screen, row_of
from tests.browser.people import Company
from tests.unit.call_rows import MadeCall

OFFICE = {"weekdays": ["0", "1"], "start": "08:00", "end": "18:00"}


def enter(pages: Pages, tenant: Company, profile: str = "Administrador") -> Page:
    return pages.enter(tenant.person("Rui", profile=profile).login, "girassol77")


def a_customers_call(tenant: Company, *, grade: int = 5) -> tuple[str, int]:
    """Through a schedule that is there and a URA that is not any more, to the second agent tried. Call and schedule."""
    office = tenant.save("schedule", {"name": "Comercial", "periods": [OFFICE]})
    lost = [{"what": f"Agente {number}", "why": "em pausa (almoço)"} for number in range(5)]
    made = MadeCall(tenant.id, now()).opened("51998765432")
    made.step(0, "did", 'DID (51) 2555-4444 → rota "Principal" → horário "Comercial".', did="5125554444", route=0)
    made.step(0.1, "schedule", 'Horário "Comercial": aberto → URA "Menu".', schedule=office, open=True)
    made.step(4, "ivr", 'URA "Menu": tecla 9 não é uma opção, tentativa 1 de 3.', ivr=990, key="9", result="invalid")
    made.step(9, "ivr", 'URA "Menu": tecla 1, tentativa 2 de 3 → fila "Suporte".', ivr=990, key="1")
    made.queued(9, 991, "Suporte")
    made.step(10, "queue-offer", "Ana é chamada: a mais ociosa.", queue=991, passed_over=lost)
    made.tried(10, "Ana", "user:1", 991, ended_at=30, result="unanswered")
    made.tried(30, "Bia", "user:2", 991, answered_at=40, ended_at=100, result="answered", grade=grade)
    made.step(40, "answered", "Bia atendeu depois de 31 s na fila.")
    return made.answered(40, callee_number="1002", callee_name="Bia").closed(100, by="callee"), office


def test_a_call_from_outside_is_found_by_its_number_as_people_write_it(pages: Pages, tenant: Company) -> None:
    a_customers_call(tenant)
    MadeCall(tenant.id).opened("5132123456").closed(9, "abandoned")
    page = enter(pages, tenant)
    open_screen(page, "Chamadas")
    row = row_of(page, "(51) 99876-5432")
    for words in ("Recebida", "1002 · Bia", "Suporte", "Atendida", "0:31", "1:00"):
        expect(row).to_contain_text(words)
    page.get_by_label("Número, nome ou fila").fill("+55 51 3212-3456")
    page.get_by_role("button", name="Filtrar").click()
    expect(row_of(page, "(51) 3212-3456")).to_contain_text("Abandonada")
    expect(row).to_have_count(0)
    page.get_by_role("combobox", name="Sentido").select_option(label="Interna")
    page.get_by_role("button", name="Filtrar").click()
    expect(page.get_by_role("heading", name="Nenhuma chamada com estes filtros")).to_be_visible()


def test_long_names_do_not_push_a_list_of_calls_out_of_the_window(pages: Pages, tenant: Company) -> None:
    made = MadeCall(tenant.id).opened("51998765432").queued(1, 991, "Agendamento de consultas e exames de imagem")
    name = "Fernanda Guimarães dos Santos Albuquerque"
    made.answered(20, callee_number="2007", callee_name=name).closed(80)
    page = enter(pages, tenant)
    page.goto("/chamadas")
    last = page.get_by_role("columnheader", name="Conversa").bounding_box()
    assert last and last["x"] + last["width"] <= 1440 - 24
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    expect(page.get_by_role("cell", name=name)).to_have_attribute("title", f"2007 · {name}")


def test_what_the_filters_leave_is_downloaded(pages: Pages, tenant: Company) -> None:
    a_customers_call(tenant)
    MadeCall(tenant.id).opened("5132123456").closed(9, "abandoned")
    page = enter(pages, tenant)
    page.goto("/chamadas?resultado=abandoned")
    with page.expect_download() as download:
        page.get_by_role("link", name="Exportar").click()
    assert download.value.suggested_filename == "chamadas.csv"
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert "(51) 3212-3456" in text
    assert "99876" not in text


def test_one_call_tells_its_way_and_why(pages: Pages, tenant: Company) -> None:
    call, _ = a_customers_call(tenant)
    page = enter(pages, tenant)
    page.goto(f"/chamadas/{call}")
    boxes = page.get_by_role("list", name="Caminho da chamada").get_by_role("listitem")
    expect(boxes).to_contain_text(
        ["(51) 99876-5432", "Principal", "dentro do horário", "tecla 1", "esperou 31 s", "Bia", "por quem atendeu"]
    )
    steps = page.get_by_role("region", name="Por quê? Passo a passo")
    expect(steps).to_contain_text("tecla 9 não é uma opção")
    expect(steps).to_contain_text("Quem atendeu desligou.")
    expect(steps).to_contain_text("1:00 min depois")
    told = steps.get_by_text("Agente 3: em pausa (almoço)")
    expect(told).not_to_be_visible()
    steps.get_by_text("Por que não os outros 5?").click()
    expect(told).to_be_visible()
    tried = page.get_by_role("table", name="Quem foi chamado")
    expect(tried.get_by_role("row").nth(1)).to_contain_text("Não atendeu")
    expect(tried.get_by_role("row").nth(2)).to_contain_text(re.compile(r"Bia.*Atendeu.*1:00.*5"))


def test_reasons_of_a_choice_are_asked_for_otherwise_than_those_of_an_outcome(pages: Pages, tenant: Company) -> None:
    made = MadeCall(tenant.id).opened().queued(1, 991, "Suporte")
    bia = {"what": "Bia", "why": "não está logado"}
    phone = {"what": "Telefone do navegador", "why": "recusou a chamada"}
    made.step(1, "queue-offer", "Ana é chamada.", queue=991, passed_over=[bia])
    made.step(9, "rejected", "A chamada foi recusada.", passed_over=[phone])
    page = enter(pages, tenant)
    page.goto(f"/chamadas/{made.closed(10, 'rejected', 'callee')}")
    steps = page.get_by_role("region", name="Por quê? Passo a passo").get_by_role("listitem")
    expect(steps.filter(has_text="Ana é chamada.")).to_contain_text("Por que não o outro?Bia: não está logado")
    expect(steps.filter(has_text="foi recusada.")).to_contain_text("Por quê?Telefone do navegador: recusou a chamada")


def test_what_a_call_passed_is_linked_while_it_is_there(pages: Pages, tenant: Company) -> None:
    call, office = a_customers_call(tenant)
    page = enter(pages, tenant)
    page.goto(f"/chamadas/{call}")
    steps = page.get_by_role("region", name="Por quê? Passo a passo")
    expect(steps.get_by_role("link")).to_have_count(1)  # the URA and the queue are gone
    steps.get_by_role("link", name="Abrir Condição de Horário").click()
    expect(page).to_have_url(re.compile(f"/condicao-de-horario/{office}$"))


def test_an_alarm_of_the_configuration_stands_out(pages: Pages, tenant: Company) -> None:
    why = "O destino (URA) foi excluído; escolha outro onde ele era usado."
    call = MadeCall(tenant.id).opened().step(1, "alarm", why).closed(2, "failed", "system")
    page = enter(pages, tenant)
    page.goto(f"/chamadas/{call}")
    expect(page.get_by_role("alert").filter(has_text=why)).to_be_visible()


def test_grades_are_shown_with_average_spread_and_calls(pages: Pages, tenant: Company) -> None:
    call, _ = a_customers_call(tenant, grade=5)
    for grade in (5, 2):
        made = MadeCall(tenant.id).opened("5132123456")
        made.tried(1, "Caio", "user:9", 991, answered_at=3, ended_at=9, result="answered", grade=grade)
        made.answered(3).closed(9)
    page = enter(pages, tenant)
    open_screen(page, "Avaliações")
    expect(page.get_by_text("4,0", exact=True).first).to_be_visible()
    spread = page.get_by_role("region", name="Distribuição").get_by_role("listitem")
    expect(spread).to_contain_text(["2 · 67 %", "0 · 0 %", "0 · 0 %", "1 · 33 %", "0 · 0 %"])
    expect(page.get_by_role("region", name="Por agente")).to_contain_text(re.compile("Caio.*3,5"))
    page.get_by_label("Nota na lista").select_option("5")
    page.get_by_role("button", name="Filtrar").click()
    listed = page.get_by_role("table", name="Avaliações", exact=True)
    expect(listed.get_by_role("row")).to_have_count(3)
    listed.get_by_role("row").filter(has_text="99876").get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/chamadas/{call}$"))


def test_without_grades_the_page_teaches_how_to_ask_for_them(pages: Pages, tenant: Company) -> None:
    page = enter(pages, tenant)
    open_screen(page, "Avaliações")
    expect(page.get_by_role("heading", name="Nenhuma avaliação ainda")).to_be_visible()
    page.get_by_role("link", name="Criar a pesquisa").click()
    expect(page).to_have_url(re.compile("/ura/novo$"))


def test_an_agent_sees_no_grades_of_others(pages: Pages, tenant: Company) -> None:
    a_customers_call(tenant)
    page = enter(pages, tenant, profile="Agente")
    open_screen(page, "Avaliações")
    expect(page.get_by_role("heading", name="Nenhuma avaliação ainda")).to_be_visible()


def test_the_first_call_ticks_its_step_and_todays_figures_lead_to_their_calls(pages: Pages, tenant: Company) -> None:
    page = enter(pages, tenant)
    steps = page.get_by_role("region", name="Próximos passos").get_by_role("listitem")
    first = steps.filter(has_text="Receber a primeira chamada de fora")
    expect(first.get_by_text("feito")).to_have_count(0)
    for words in ("Ligar o tronco", "Enviar um áudio", "Montar uma URA ou uma fila", "Criar a rota de entrada"):
        expect(steps.filter(has_text=words)).to_have_count(1)
    a_customers_call(tenant)
    MadeCall(tenant.id, now()).opened("5132123456").queued(2, 991, "Suporte").closed(9, "abandoned")
    page.reload()
    expect(first.get_by_text("feito")).to_have_count(1)
    figures = page.get_by_role("list", name="Hoje, de fora").get_by_role("listitem")
    expect(figures).to_contain_text(["Recebidas hoje2", "Atendidas1", "Abandonadas1", "Espera média na fila0:31"])
    figures.filter(has_text="Abandonadas").get_by_role("link").click()
    expect(row_of(page, "(51) 3212-3456")).to_contain_text("Abandonada")
    expect(row_of(page, "99876")).to_have_count(0)


def test_the_next_steps_are_put_away_and_brought_back(pages: Pages, tenant: Company) -> None:
    page = enter(pages, tenant)
    steps = page.get_by_role("region", name="Próximos passos")
    steps.get_by_role("button", name="Ocultar").click()
    expect(steps).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="Mostrar os próximos passos")).to_be_visible()
    expect(steps).to_have_count(0)
    page.get_by_role("button", name="Mostrar os próximos passos").click()
    expect(steps).to_be_visible()
