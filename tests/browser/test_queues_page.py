"""Filas while it happens: agents come and go in one browser, a supervisor sees and acts in another, callers wait."""

import os
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlmodel import col, select

from flow.catalog.user import User
from flow.db import company_session
from tests.browser.installation import Installation
from tests.browser.pages import PHONE, faults_of, open_screen
from tests.browser.people import Company, Person
from tests.browser.telephone import Telephone
from tests.browser.test_live_pages import enter

Phones = Callable[[Person], Telephone]
SOON = 10_000


@dataclass(frozen=True)
class Floor:
    """A company with the queue Suporte (800) of Ana and Bia, and Rui who watches it."""

    company: Company
    ana: Person
    bia: Person
    board: Page

    @property
    def card(self) -> Locator:
        return self.board.get_by_role("article", name=re.compile("Suporte"))

    def member(self, name: str) -> Locator:
        return self.card.get_by_role("group", name="Quem atende").get_by_role("listitem").filter(has_text=name)

    def shows(self, name: str, words: str) -> None:
        expect(self.member(name)).to_contain_text(words, timeout=SOON)

    def act(self, name: str, what: str) -> None:
        self.card.get_by_role("button", name=f"Ações de {name}").click()
        self.board.get_by_role("dialog").get_by_role("button", name=what, exact=True).click()


@pytest.fixture
def floor(installation: Installation, company: Company, chromium: Browser) -> Floor:
    ana, bia = company.person("Ana", "2001"), company.person("Bia", "2002")
    with company_session(company.id) as db:
        ids = dict(db.exec(select(User.name, User.id).where(col(User.name).in_(["Ana", "Bia"]))).all())
    members = [f"user:{ids[name]}" for name in ("Ana", "Bia")]
    company.save("queue", {"name": "Suporte", "number": "800", "member_kind": "agent", "members": members})
    board = enter(installation, chromium, company.person("Rui", profile="Administrador").login)
    open_screen(board, "Filas")
    floor = Floor(company, ana, bia, board)
    floor.shows("Ana", "fora da fila")
    return floor


def my_queues(page: Page) -> Locator:
    """The own control, opened."""
    panel = page.get_by_role("group", name="Minhas filas")
    if not panel.is_visible():
        page.get_by_role("button", name="Minhas filas").click(timeout=SOON)
    return panel


def test_an_agent_enters_pauses_and_leaves_and_the_supervisor_sees_it(floor: Floor, telephone: Phones) -> None:
    ana = telephone(floor.ana)
    mine = my_queues(ana.page)
    mine.get_by_role("switch", name="Suporte 800").check()
    floor.shows("Ana", "disponível")
    expect(mine.get_by_role("status")).to_contain_text("Disponível")
    mine.get_by_role("button", name="Pausar").click()
    reason = mine.get_by_label("Motivo da pausa")
    expect(reason).to_be_focused()
    expect(reason).to_have_accessible_description("Escreva o motivo ou escolha um da lista.")
    reason.fill("Almoço")
    expect(reason).to_have_attribute("aria-invalid", "false")
    mine.get_by_role("button", name="Pausar").click()
    floor.shows("Ana", "pausado")
    floor.shows("Ana", "Almoço")
    ana.page.reload()
    mine = my_queues(ana.page)
    expect(mine.get_by_role("status")).to_contain_text("Pausado: Almoço")
    mine.get_by_role("button", name="Voltar ao trabalho").click()
    floor.shows("Ana", "disponível")
    mine.get_by_role("button", name="Sair de todas").click()
    floor.shows("Ana", "fora da fila")
    expect(floor.card).to_contain_text("ninguém atendendo")


def test_a_supervisor_puts_pauses_returns_and_takes_out_an_agent_who_sees_it(floor: Floor, telephone: Phones) -> None:
    ana = telephone(floor.ana)
    mine = my_queues(ana.page)
    floor.act("Ana", "Pôr em Suporte")
    expect(mine.get_by_role("switch")).to_be_checked(timeout=SOON)
    floor.card.get_by_role("button", name="Ações de Ana").click()
    dialog = floor.board.get_by_role("dialog")
    dialog.get_by_label("Motivo da pausa").fill("Reunião")
    dialog.get_by_role("button", name="Pausar").click()
    expect(mine.get_by_role("status")).to_contain_text("Pausado: Reunião", timeout=SOON)
    floor.act("Ana", "Retomar")
    expect(mine.get_by_role("status")).to_contain_text("Disponível", timeout=SOON)
    floor.act("Ana", "Tirar de Suporte")
    expect(mine.get_by_role("switch")).not_to_be_checked(timeout=SOON)
    open_screen(floor.board, "Usuários")
    floor.board.get_by_role("row").filter(has_text="Ana").get_by_role("link", name="Editar").click()
    floor.board.get_by_role("tab", name="Histórico").click()
    newest = floor.board.get_by_role("tabpanel").get_by_role("listitem").first
    expect(newest).to_contain_text("Rui")
    expect(newest).to_contain_text("tirou da fila")


def test_a_caller_waits_is_answered_and_gives_up_before_the_supervisors_eyes(floor: Floor, telephone: Phones) -> None:
    caller, ana = telephone(floor.company.person("Caio", "2003")), telephone(floor.ana)
    caller.dial("800")
    waiting = floor.card.get_by_role("list", name="Quem espera em Suporte")
    expect(waiting).to_contain_text("2003 (Caio)", timeout=SOON)
    expect(floor.card.get_by_role("group", name="Espera", exact=True)).to_contain_text(
        re.compile(r"1 esperando\s*maior espera 0:\d\d")
    )
    my_queues(ana.page).get_by_role("button", name="Entrar em todas").click()
    expect(waiting).to_contain_text("chamando Ana", timeout=SOON)
    ana.rings()
    ana.shows_caller("Suporte: Caio", "2003")
    floor.shows("Ana", "tocando")
    ana.press("Atender")
    ana.talks()
    floor.shows("Ana", "em ligação")
    expect(waiting).to_have_count(0)
    figures = floor.card.get_by_role("group", name="Desempenho")
    expect(figures).to_contain_text("Atendidas1")
    figures.get_by_text("Nível de serviço").click()
    expect(figures).to_contain_text("÷ 1 oferecidas")
    ana.press("Desligar")
    caller.is_free()
    floor.shows("Ana", "disponível")
    caller.dial("800")
    ana.rings()
    caller.press("Desligar")
    expect(figures).to_contain_text("Desistências antes de 5 s1", timeout=SOON)
    expect(floor.card).to_contain_text("0 esperando")


def test_a_pause_asked_for_in_a_call_is_shown_as_planned_and_can_be_called_off(floor: Floor, telephone: Phones) -> None:
    caller, ana = telephone(floor.company.person("Caio", "2003")), telephone(floor.ana)
    my_queues(ana.page).get_by_role("button", name="Entrar em todas").click()
    caller.dial("800")
    ana.rings()
    ana.press("Atender")
    ana.talks()
    mine = my_queues(ana.page)
    mine.get_by_label("Motivo da pausa").fill("Lanche")
    mine.get_by_role("button", name="Pausar").click()
    expect(mine).to_contain_text("Pausa marcada: Lanche. Começa quando você ficar livre.", timeout=SOON)
    floor.shows("Ana", "em ligação")
    floor.shows("Ana", "pausa marcada: Lanche")
    mine.get_by_role("button", name="Desmarcar a pausa").click()
    expect(mine.get_by_label("Motivo da pausa")).to_be_visible(timeout=SOON)
    ana.press("Desligar")
    floor.shows("Ana", "disponível")


def test_an_agent_without_a_registered_telephone_is_told_what_is_missing(
    installation: Installation, floor: Floor, chromium: Browser
) -> None:
    page = enter(installation, chromium, person_without_line(floor).login)
    mine = my_queues(page)
    mine.get_by_role("button", name="Entrar em todas").click()
    expect(mine.get_by_role("status")).to_contain_text("Sem ramal ativo", timeout=SOON)
    expect(mine).to_contain_text("peça um a quem administra a empresa")


def person_without_line(floor: Floor) -> Person:
    """A member of a queue who has no Webphone."""
    eva = floor.company.person("Eva")
    with company_session(floor.company.id) as db:
        eva_id = db.exec(select(User.id).where(col(User.name) == "Eva")).one()
    values: dict[str, object] = {"name": "Vendas", "number": "801", "member_kind": "agent"}
    floor.company.save("queue", {**values, "members": [f"user:{eva_id}"]})
    expect(floor.board.get_by_role("article", name=re.compile("Vendas"))).to_be_visible(timeout=SOON)
    return eva


def test_the_truth_comes_back_after_a_restart_of_engine_and_web(
    installation: Installation, floor: Floor, telephone: Phones
) -> None:
    ana = telephone(floor.ana)
    my_queues(ana.page).get_by_role("button", name="Entrar em todas").click()
    floor.shows("Ana", "disponível")
    for word in ("engine", "granian"):
        os.kill(installation.process_of(word), signal.SIGKILL)
        expect(floor.board.get_by_text(re.compile("reconectando|reiniciando|desligada")).first).to_be_visible(
            timeout=20_000
        )
        installation.wait_until_well(60)
        floor.shows("Ana", "disponível")
        expect(floor.board.locator(".queues.old")).to_have_count(0, timeout=30_000)
        expect(my_queues(ana.page).get_by_role("switch")).to_be_checked(timeout=30_000)


def test_the_board_is_found_by_name_fits_a_telephone_and_axe_finds_no_serious_fault(
    installation: Installation, floor: Floor, chromium: Browser
) -> None:
    floor.board.get_by_label("Procurar fila").fill("nada disto")
    expect(floor.board.get_by_text("Nenhuma fila com")).to_be_visible()
    floor.board.get_by_label("Procurar fila").fill("SUPOR")
    expect(floor.card).to_be_visible()
    for scheme in ("light", "dark"):
        window = chromium.new_context(
            base_url=installation.url,
            viewport=PHONE,
            color_scheme=scheme,
            storage_state=floor.board.context.storage_state(),
        )
        page = window.new_page()
        page.goto("/filas")
        expect(page.get_by_role("article", name=re.compile("Suporte"))).to_be_visible(timeout=SOON)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert faults_of(page) == []
        window.close()


def test_a_company_without_queues_is_shown_the_first_step(
    installation: Installation, company: Company, chromium: Browser
) -> None:
    page = enter(installation, chromium, company.person("Rui", profile="Administrador").login)
    open_screen(page, "Filas")
    expect(page.get_by_role("heading", name="Nenhuma fila ainda")).to_be_visible()
    page.get_by_role("link", name="Criar a primeira fila").click()
    expect(page).to_have_url(re.compile("/fila/novo$"))
