"""Avaliações: what callers answered to "Pesquisa de satisfação"."""

import reflex as rx

from components.calls_page import Row, cell, chosen, dated, export
from components.links import link
from components.shell import page
from components.states import allowed, empty, failure, head, pager, skeleton
from state.grades import GradesState
from state.paging import SIZES
from state.session import SessionState


def grades_page() -> rx.Component:
    figures = rx.cond(GradesState.count > 0, _figures(), rx.fragment())
    listed = rx.cond(
        GradesState.total > 0, rx.fragment(_table(), pager(GradesState, SIZES)), rx.cond(_filtered(), _none(), _teach())
    )
    searched = rx.cond((GradesState.count > 0) | _filtered(), _filters(), rx.fragment())
    content = rx.el.div(searched, figures, listed, class_name="stack")
    body = rx.fragment(
        head(
            "Avaliações",
            "As notas que quem ligou deu ao atendimento, de 1 a 5.",
            rx.cond(GradesState.total > 0, export(GradesState.export), rx.fragment()),
        ),
        rx.cond(
            GradesState.loaded,
            rx.cond(GradesState.failure != "", failure(GradesState.failure), content),
            skeleton(),
        ),
    )
    return page(allowed("call.view", body))


def _filtered() -> rx.Var[bool]:
    return GradesState.filtered


def _filters() -> rx.Component:
    filters = GradesState.filters
    return rx.el.form(
        dated(filters, "de", "De"),
        dated(filters, "ate", "Até"),
        chosen(filters, "nota", "Nota na lista", "Todas", {str(grade): str(grade) for grade in range(1, 6)}),
        rx.el.button("Filtrar", type="submit", class_name="button"),
        rx.cond(_filtered(), link("Limpar", href="/avaliacoes", class_name="button quiet"), rx.fragment()),
        key=filters.to_string(),
        on_submit=GradesState.narrow,
        role="search",
        aria_label="Filtrar avaliações",
        class_name="toolbar filters",
    )


def _figures() -> rx.Component:
    figures = GradesState.figures
    numbers = rx.el.dl(
        *_number("Média", figures["average"]),
        *_number("Respostas", figures["count"]),
        *_number("Notas 4 e 5", figures["good"]),
        class_name="numbers",
    )
    spread = rx.el.section(
        rx.el.h2("Distribuição", id="spread"),
        rx.el.ul(rx.foreach(GradesState.bars, _bar), class_name="bars"),
        aria_labelledby="spread",
        class_name="panel stack",
    )
    return rx.el.div(
        numbers,
        rx.el.div(
            spread,
            _standings("Por fila", GradesState.queues),
            _standings("Por agente", GradesState.agents),
            class_name="thirds",
        ),
        class_name="stack",
    )


def _number(label: str, value: rx.Var[str]) -> tuple[rx.Component, ...]:
    return (rx.el.div(rx.el.dt(label), rx.el.dd(value)),)


def _bar(row: Row) -> rx.Component:
    return rx.el.li(
        rx.el.span("Nota ", row["grade"], class_name="label"),
        rx.el.span(rx.el.span(custom_attrs={"style": {"width": row["width"]}}), class_name="track", aria_hidden="true"),
        rx.el.span(row["count"], " · ", row["share"], class_name="num"),
        key=row["grade"],
    )


def _standings(title: str, rows: rx.Var[list[dict[str, str]]]) -> rx.Component:
    def line(row: Row, place: rx.Var[int]) -> rx.Component:
        return rx.el.tr(
            rx.el.td(row["name"]),
            rx.el.td(row["count"], class_name="right"),
            rx.el.td(row["average"], class_name="right"),
            key=place,
        )

    table = rx.el.table(
        rx.el.caption(title, class_name="sr-only"),
        rx.el.thead(
            rx.el.tr(
                rx.el.th("Nome", scope="col"),
                rx.el.th("Respostas", scope="col", class_name="right"),
                rx.el.th("Média", scope="col", class_name="right"),
            )
        ),
        rx.el.tbody(rx.foreach(rows, line)),
        class_name="grid",
    )
    return rx.el.section(
        rx.el.h2(title), rx.el.div(table, class_name="table-box"), aria_label=title, class_name="stack"
    )


def _table() -> rx.Component:
    def line(row: Row, place: rx.Var[int]) -> rx.Component:
        when = link(row["at"], href="/chamadas/" + row["id"].to(str), class_name="first num")
        return rx.el.tr(
            cell("Data", when),
            cell("De", row["caller"]),
            cell("Fila", row["queue"]),
            cell("Agente", row["agent"]),
            cell("Nota", row["grade"], True),
            key=place,
        )

    table = rx.el.table(
        rx.el.caption("Avaliações", class_name="sr-only"),
        rx.el.thead(
            rx.el.tr(
                *(rx.el.th(text, scope="col") for text in ("Data", "De", "Fila", "Agente")),
                rx.el.th("Nota", scope="col", class_name="right"),
            )
        ),
        rx.el.tbody(rx.foreach(GradesState.rows, line)),
        class_name="grid cards-narrow",
    )
    return rx.el.div(table, class_name="table-box")


def _none() -> rx.Component:
    return empty("search", "Nenhuma avaliação com estes filtros", "Amplie o período ou limpe os filtros.")


def _teach() -> rx.Component:
    create = rx.cond(
        SessionState.permissions.contains("ivr.create"),
        link("Criar a pesquisa", href="/ura/novo", class_name="button primary"),
        rx.fragment(),
    )
    return empty(
        "star",
        "Nenhuma avaliação ainda",
        "Crie uma URA com Pesquisa de satisfação marcada e escolha-a em Pesquisa de satisfação, na Fila.",
        "Quando o agente desligar, quem ligou ouve a pesquisa e responde de 1 a 5; a nota aparece aqui.",
        action=create,
    )
