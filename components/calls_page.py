"""Chamadas: running ones live, past ones with filters, and one call as a time line."""

import reflex as rx

from components.icons import icon
from components.islands import CallWatch, RunningCalls
from components.links import link
from components.shell import page
from components.states import allowed, empty, failure, head, pager, skeleton
from state.calls import CallsState
from state.labels import RESULTS
from state.paging import SIZES

Row = rx.Var[dict[str, str]]


def calls_page() -> rx.Component:
    live = rx.el.section(
        rx.el.h2("Em andamento", id="running-calls"),
        RunningCalls.create(on_ended=CallsState.refresh),
        aria_labelledby="running-calls",
        class_name="stack",
    )
    listed = rx.cond(
        CallsState.total > 0, rx.fragment(call_table(CallsState.rows), pager(CallsState, SIZES)), _nothing()
    )
    past = rx.cond(CallsState.failure != "", failure(CallsState.failure), listed)
    content = rx.el.div(live, rx.el.section(_filters(), past, aria_label="Histórico de chamadas"), class_name="stack")
    body = rx.fragment(
        head("Chamadas", "Cada chamada da empresa, com o que aconteceu e por quê."),
        rx.cond(CallsState.loaded, content, skeleton()),
    )
    return page(allowed("call.view", body))


def _filters() -> rx.Component:
    def dated(name: str, label: str) -> rx.Component:
        return rx.el.label(
            label, rx.el.input(type="date", name=name, class_name="input", default_value=CallsState.filters[name])
        )

    results = [rx.el.option(label, value=value) for value, label in RESULTS.items()]
    return rx.el.form(
        dated("de", "De"),
        dated("ate", "Até"),
        rx.el.label(
            "Número ou nome",
            rx.el.input(
                type="search",
                name="numero",
                class_name="input",
                default_value=CallsState.filters["numero"],
                custom_attrs={"data-search": ""},
            ),
        ),
        rx.el.label(
            "Resultado",
            rx.el.select(
                rx.el.option("Todos", value=""),
                *results,
                name="resultado",
                class_name="input",
                default_value=CallsState.filters["resultado"],
            ),
        ),
        rx.el.button("Filtrar", type="submit", class_name="button"),
        rx.cond(CallsState.filtered, link("Limpar", href="/chamadas", class_name="button quiet"), rx.fragment()),
        key=CallsState.filters.to_string(),
        on_submit=CallsState.narrow,
        role="search",
        aria_label="Filtrar chamadas",
        class_name="toolbar filters",
    )


def call_table(rows: rx.Var[list[dict[str, str]]]) -> rx.Component:
    headings = ("Início", "De", "Para", "Resultado")
    return rx.el.div(
        rx.el.table(
            rx.el.caption("Chamadas", class_name="sr-only"),
            rx.el.thead(
                rx.el.tr(
                    *(rx.el.th(text, scope="col") for text in headings),
                    rx.el.th("Toque", scope="col", class_name="right"),
                    rx.el.th("Conversa", scope="col", class_name="right"),
                )
            ),
            rx.el.tbody(rx.foreach(rows, _row)),
            class_name="grid cards-narrow",
        ),
        class_name="table-box",
    )


def _row(row: Row) -> rx.Component:
    def cell(label: str, content: rx.Component | rx.Var[str], right: bool = False) -> rx.Component:
        return rx.el.td(content, class_name="right" if right else "", custom_attrs={"data-label": label})

    when = link(row["at"], href="/chamadas/" + row["id"].to(str), class_name="first num")
    return rx.el.tr(
        cell("Início", when),
        cell("De", row["caller"]),
        cell("Para", row["callee"]),
        cell("Resultado", rx.el.span(row["result"], class_name="badge " + row["tone"].to(str))),
        cell("Toque", row["ring"], True),
        cell("Conversa", row["talk"], True),
        key=row["id"],
    )


def _nothing() -> rx.Component:
    filtered = empty("search", "Nenhuma chamada com estes filtros", "Amplie o período ou limpe os filtros.")
    never = empty(
        "phone",
        "Nenhuma chamada ainda",
        "Cada chamada feita ou recebida aparece aqui, com os passos que ela percorreu.",
        "Ligue de um ramal para outro para ver a primeira.",
    )
    return rx.cond(CallsState.filtered, filtered, never)


def call_page() -> rx.Component:
    shown = rx.cond(
        CallsState.failure != "",
        failure(CallsState.failure),
        rx.cond(CallsState.call.contains("id"), _story(), skeleton()),
    )
    back = link(icon("left"), "Chamadas", href="/chamadas", class_name="crumb")
    return page(allowed("call.view", rx.fragment(back, shown)))


def _story() -> rx.Component:
    call = CallsState.call
    title = rx.el.div(
        rx.el.h1(call["caller"], " → ", call["callee"]),
        rx.el.p(rx.el.span(call["result"], class_name="badge " + call["tone"].to(str))),
    )
    timeline = rx.el.section(
        rx.el.h2("Por quê? Passo a passo", id="steps"),
        rx.el.ol(rx.foreach(CallsState.steps, _step), class_name="timeline"),
        aria_labelledby="steps",
        class_name="stack",
    )
    facts = [
        part
        for label, name in (
            ("Início", "at"),
            ("Fim", "ended"),
            ("Toque", "ring"),
            ("Conversa", "talk"),
            ("Discado", "dialled"),
            ("Encerrada por", "ended_by"),
            ("Configuração", "revision"),
        )
        for part in (rx.el.dt(label), rx.el.dd(rx.cond(call[name] != "", call[name], "–"), class_name="num"))
    ]
    adopted = rx.el.p(
        rx.cond(
            call["unwatched"] != "",
            "A chamada terminou com o motor parado; o fim é aproximado.",
            "O motor reiniciou durante esta chamada e a retomou; ela não caiu.",
        ),
        class_name="muted small",
    )
    side = rx.el.aside(
        rx.el.div(
            rx.el.h2("Resumo"),
            rx.el.dl(*facts, class_name="facts"),
            rx.cond(call["recovered"] != "", adopted, rx.fragment()),
            class_name="panel",
        ),
        aria_label="Resumo da chamada",
    )
    watch = CallWatch.create(call=call["id"], on_change=CallsState.reopen)
    return rx.fragment(watch, rx.el.div(title, class_name="page-head"), rx.el.div(timeline, side, class_name="split"))


def _step(row: Row) -> rx.Component:
    why = rx.el.details(rx.el.summary("Por quê?"), rx.el.p(row["why"], class_name="reasons small muted"))
    return rx.el.li(
        rx.el.time(row["at"], " · ", row["after"]),
        rx.el.p(row["text"]),
        rx.cond(row["why"] != "", why, rx.fragment()),
        key=row["at"],
    )
