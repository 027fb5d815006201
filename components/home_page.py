"""The start page: what to do next, and what there is."""

import reflex as rx

from components.calls_page import call_table
from components.icons import icon
from components.islands import RunningCalls
from components.links import link
from components.shell import page
from components.states import head, skeleton
from state.home import HomeState
from state.session import SessionState


def home_page() -> rx.Component:
    content = rx.el.div(
        rx.el.div(_steps(), _figures(), _running(), _recent(), class_name="stack"),
        _counts(),
        class_name="split",
    )
    title = rx.cond(SessionState.name != "", "Olá, " + SessionState.name.split(" ")[0], "Início")
    return page(
        head(title, _purpose()),
        rx.cond(HomeState.loaded, content, skeleton()),
    )


def _purpose() -> rx.Component:
    return rx.fragment(
        rx.cond(_guided(), "O que já está pronto e o que fazer a seguir.", "As chamadas, agora e há pouco.")
    )


def _guided() -> rx.Var[bool]:
    """The list goes once everything in it is done, or when this person puts it away."""
    return (HomeState.pending > 0) & ~HomeState.put_away


def _steps() -> rx.Component:
    def step(row: rx.Var[dict[str, str]]) -> rx.Component:
        done = row["done"] == "sim"
        return rx.el.li(
            rx.el.span(icon("check"), class_name="tick"),
            rx.el.div(
                rx.el.strong(row["text"]),
                rx.cond(
                    done, rx.el.span("feito", class_name="sr-only"), rx.el.p(row["hint"], class_name="muted small")
                ),
            ),
            link(
                rx.cond(done, "Ver", "Fazer agora"),
                href=row["path"],
                class_name="button compact push",
                aria_label=row["text"],
            ),
            class_name=rx.cond(done, "done", ""),
            key=row["path"],
        )

    away = rx.el.button(
        "Ocultar",
        type="button",
        title="Ocultar os próximos passos; a página os mostra de novo quando você pedir",
        on_click=HomeState.put_steps_away(True),
        class_name="button quiet compact push",
    )
    listed = rx.el.section(
        rx.el.div(rx.el.h2("Próximos passos", id="next-steps"), away, class_name="row"),
        rx.el.ol(rx.foreach(HomeState.steps, step), class_name="steps"),
        aria_labelledby="next-steps",
        class_name="stack",
    )
    return rx.cond(_guided(), listed, rx.fragment())


def _figures() -> rx.Component:
    def figure(row: rx.Var[dict[str, str]]) -> rx.Component:
        return rx.el.li(link(rx.el.span(row["label"]), rx.el.strong(row["value"]), href=row["path"]), key=row["label"])

    listed = rx.el.ul(rx.foreach(HomeState.figures, figure), class_name="figures", aria_label="Hoje, de fora")
    return rx.cond(HomeState.figures.length() > 0, listed, rx.fragment())


def _running() -> rx.Component:
    live = rx.el.section(
        rx.el.h2("Chamadas agora", id="running-calls"),
        RunningCalls.create(on_ended=HomeState.refresh),
        aria_labelledby="running-calls",
        class_name="stack",
    )
    visible = SessionState.permissions.contains("call.view") & (SessionState.company_id != "")
    return rx.cond(visible, live, rx.fragment())


def _recent() -> rx.Component:
    listed = rx.el.section(
        rx.el.div(
            rx.el.h2("Últimas chamadas", id="recent-calls"),
            link("Ver todas", href="/chamadas", class_name="push small"),
            class_name="row",
        ),
        call_table(HomeState.recent, brief=True),
        aria_labelledby="recent-calls",
        class_name="stack",
    )
    return rx.cond(HomeState.recent.length() > 0, listed, rx.fragment())


def _counts() -> rx.Component:
    def count(row: rx.Var[dict[str, str]]) -> rx.Component:
        return rx.el.li(link(rx.el.span(row["label"]), rx.el.strong(row["total"]), href=row["path"]), key=row["path"])

    listed = rx.el.section(
        rx.el.h2("O que há aqui", id="counts"),
        rx.el.ul(rx.foreach(HomeState.counts, count), class_name="counts"),
        aria_labelledby="counts",
        class_name="stack",
    )
    back = rx.el.button(
        "Mostrar os próximos passos",
        type="button",
        on_click=HomeState.put_steps_away(False),
        class_name="button quiet compact",
    )
    missing = rx.cond(HomeState.put_away & (HomeState.pending > 0), rx.el.div(back), rx.fragment())
    return rx.cond(HomeState.counts.length() > 0, rx.el.div(listed, missing, class_name="stack"), rx.fragment())
