"""Simular: a call through the configuration, told without a telephone."""

import reflex as rx

from components.icons import icon
from components.links import link
from components.shell import page
from components.states import allowed, empty, head, skeleton
from state.foresight import SimulationState as State

Row = rx.Var[dict[str, str]]
_AGENTS = (
    ("free", "Há alguém livre"),
    ("busy", "Todos ocupados"),
    ("nobody", "Ninguém em serviço"),
)


def simulation_page() -> rx.Component:
    purpose = "Veja o caminho de uma chamada antes que ela aconteça: as mesmas decisões, com as mesmas palavras."
    shown = rx.cond(State.loaded, rx.el.div(_form(), _path(), class_name="split simulation"), skeleton())
    return page(allowed("inbound_route.view", rx.fragment(head("Simular", purpose), shown)))


def _form() -> rx.Component:
    agents = rx.el.select(
        *(rx.el.option(label, value=value) for value, label in _AGENTS),
        default_value=State.values["agents"],
        **_named("agents"),
    )
    return rx.el.form(
        _field("called", "Número chamado", _input("called", "tel"), "O DID, como (51) 2555-4444, ou um ramal ou fila."),
        _field("caller", "Quem liga", _input("caller", "tel"), "(Opcional) O número de quem liga."),
        _field("moment", "Data e hora", _input("moment", "datetime-local"), "No relógio da empresa."),
        _field(
            "keys",
            "Teclas",
            _input("keys", "text"),
            "(Opcional) O que a pessoa tecla a cada menu: 1 2000 - 3. Um - é silêncio.",
        ),
        _field("agents", "Quem atende", agents, "O que supor de ramais e agentes."),
        rx.el.div(rx.el.button("Simular", type="submit", class_name="button primary")),
        key=State.values.to_string(),
        on_submit=State.run,
        no_validate=True,
        class_name="panel stack",
        aria_label="Chamada a simular",
    )


def _named(name: str) -> dict[str, object]:
    return {
        "name": name,
        "custom_attrs": {"id": name},
        "class_name": "input",
        "aria_invalid": rx.cond(State.errors.contains(name), "true", "false"),
        "aria_describedby": rx.cond(State.errors.contains(name), f"{name}-error {name}-help", f"{name}-help"),
    }


def _input(name: str, kind: str) -> rx.Component:
    return rx.el.input(type=kind, default_value=State.values[name], auto_complete="off", **_named(name))


def _field(name: str, label: str, control: rx.Component, help_text: str) -> rx.Component:
    wrong = rx.el.p(icon("alert"), rx.el.span(State.errors[name]), id=f"{name}-error", class_name="error")
    return rx.el.div(
        rx.el.label(label, html_for=name),
        control,
        rx.cond(State.errors.contains(name), wrong, rx.fragment()),
        rx.el.p(help_text, id=f"{name}-help", class_name="help"),
        class_name="field",
    )


def _path() -> rx.Component:
    steps = rx.el.ol(
        rx.foreach(State.steps, lambda row, place: rx.el.li(rx.el.p(row["text"]), key=place, class_name=row["kind"])),
        class_name="timeline",
    )
    told = rx.el.section(rx.el.h2("O caminho", id="path"), steps, aria_labelledby="path", class_name="stack")
    ask = empty(
        "route",
        "Diga qual número é chamado",
        "O caminho aparece aqui, passo a passo e com as razões: rota, horário, URA, fila.",
        action=link("Ver as rotas de entrada", href="/rota-de-entrada", class_name="button"),
    )
    problem = rx.el.div(icon("alert"), rx.el.div(State.problem), class_name="notice danger", role="alert")
    return rx.el.div(
        rx.cond(State.problem != "", problem, rx.fragment()),
        rx.cond(State.steps.length() > 0, told, ask),
        aria_live="polite",
    )
