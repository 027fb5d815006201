"""Which page stands at which address, and what it loads first."""

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
    path, title = f"/{entity.slug}", f"{entity.title} · Fluxo"
    app.add_page(lambda: list_page(entity), route=path, title=title, on_load=[SessionState.enter, ListState.load])
    for address, creating in ((NEW, True), ("[record_id]", False)):
        app.add_page(
            lambda creating=creating: form_page(entity, creating=creating),
            route=f"{path}/{address}",
            title=title,
            on_load=[SessionState.enter, FormState.begin if creating else FormState.load],
        )
