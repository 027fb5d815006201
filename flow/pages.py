"""Which page stands at which address, and what it loads first."""

from collections.abc import Callable

import reflex as rx

from components.call_page import call_page
from components.calls_page import calls_page
from components.form_page import form_page
from components.grades_page import grades_page
from components.home_page import home_page
from components.list_page import list_page
from components.own_pages import account_page, leaving_page, lost_page, nodes_page, tokens_page
from components.queues.page import queues_page
from components.simulation_page import simulation_page
from flow.catalog.entity import Entity
from flow.catalog.registry import ENTITIES
from state.account import AccountState, TokensState
from state.calls import CallsState
from state.foresight import SimulationState
from state.grades import GradesState
from state.home import HomeState
from state.listing import ListState
from state.nodes import NodesState
from state.one_call import CallState
from state.queues import QueuesState
from state.record import NEW, FormState
from state.session import SessionState


def add_pages(app: rx.App) -> None:
    for entity in ENTITIES:
        _add_entity(app, entity)
    enter = SessionState.enter
    app.add_page(home_page, route="/", title="Fluxo", on_load=[enter, HomeState.load])
    app.add_page(calls_page, route="/chamadas", title="Chamadas · Fluxo", on_load=[enter, CallsState.load])
    app.add_page(queues_page, route="/filas", title="Filas · Fluxo", on_load=[enter, QueuesState.load])
    app.add_page(simulation_page, route="/simular", title="Simular · Fluxo", on_load=[enter, SimulationState.load])
    app.add_page(call_page, route="/chamadas/[call_id]", title="Chamada · Fluxo", on_load=[enter, CallState.open])
    app.add_page(grades_page, route="/avaliacoes", title="Avaliações · Fluxo", on_load=[enter, GradesState.load])
    app.add_page(nodes_page, route="/nos", title="Nós · Fluxo", on_load=[enter, NodesState.refresh])
    app.add_page(account_page, route="/conta", title="Minha conta · Fluxo", on_load=[enter, AccountState.load])
    app.add_page(tokens_page, route="/tokens", title="Tokens de API · Fluxo", on_load=[enter, TokensState.load])
    app.add_page(leaving_page, route="/entrar", title="Entrar · Fluxo")
    app.add_page(lost_page, route="/404", title="Página não encontrada · Fluxo")


def _add_entity(app: rx.App, entity: Entity) -> None:
    path, title, enter = f"/{entity.slug}", f"{entity.title} · Fluxo", SessionState.enter
    listed = _apart(lambda: list_page(entity), f"{entity.key}.list")
    app.add_page(listed, route=path, title=title, on_load=[enter, ListState.load])
    fresh = _apart(lambda: form_page(entity, creating=True), f"{entity.key}.fresh")
    app.add_page(fresh, route=f"{path}/{NEW}", title=title, on_load=[enter, FormState.begin])
    record = _apart(lambda: form_page(entity, creating=False), f"{entity.key}.record")
    app.add_page(record, route=f"{path}/[record_id]", title=title, on_load=[enter, FormState.load])


def _apart(page: Callable[[], rx.Component], name: str) -> Callable[[], rx.Component]:
    """The framework writes a page's parts into one file for each Python module. All entities' pages come from this one,
    and a visitor of one page would load the parts, and the libraries, of all the others."""
    page.__module__ = f"pages.{name}"
    return page
