"""Chamadas: running ones live, past ones with filters."""

import reflex as rx

from components.icons import icon
from components.islands import RunningCalls
from components.links import download, link
from components.shell import page
from components.states import allowed, empty, failure, head, pager, skeleton
from state.calls import CallsState
from state.labels import DIRECTIONS, RESULTS
from state.paging import SIZES

Row = rx.Var[dict[str, str]]
_COLUMNS = ("Início", "Sentido", "De", "Para", "Fila", "Resultado", "Espera", "Conversa")
_BRIEF = ("Início", "De", "Para", "Resultado", "Conversa")
_NUMBERS = ("Espera", "Conversa")


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
        head(
            "Chamadas",
            "Cada chamada da empresa, com o que aconteceu e por quê.",
            rx.cond(CallsState.total > 0, export(CallsState.export), rx.fragment()),
        ),
        rx.cond(CallsState.loaded, content, skeleton()),
    )
    return page(allowed("call.view", body))


def export(address: rx.Var[str]) -> rx.Component:
    """The whole of what the list shows, as a file."""
    return download(
        icon("download"),
        "Exportar",
        address=address,
        title="Baixar a lista filtrada como planilha (CSV)",
        class_name="button",
    )


def dated(filters: rx.Var[dict[str, str]], name: str, label: str) -> rx.Component:
    return rx.el.label(label, rx.el.input(type="date", name=name, class_name="input", default_value=filters[name]))


def chosen(filters: rx.Var[dict[str, str]], name: str, label: str, every: str, options: dict[str, str]) -> rx.Component:
    return rx.el.label(
        label,
        rx.el.select(
            rx.el.option(every, value=""),
            *(rx.el.option(words, value=value) for value, words in options.items()),
            name=name,
            class_name="input",
            default_value=filters[name],
        ),
    )


def _filters() -> rx.Component:
    filters = CallsState.filters
    return rx.el.form(
        dated(filters, "de", "De"),
        dated(filters, "ate", "Até"),
        rx.el.label(
            "Número, nome ou fila",
            rx.el.input(
                type="search",
                name="numero",
                class_name="input",
                default_value=filters["numero"],
                custom_attrs={"data-search": ""},
            ),
        ),
        chosen(filters, "sentido", "Sentido", "Todos", DIRECTIONS),
        chosen(filters, "resultado", "Resultado", "Todos", RESULTS),
        rx.el.button("Filtrar", type="submit", class_name="button"),
        rx.cond(CallsState.filtered, link("Limpar", href="/chamadas", class_name="button quiet"), rx.fragment()),
        key=filters.to_string(),
        on_submit=CallsState.narrow,
        role="search",
        aria_label="Filtrar chamadas",
        class_name="toolbar filters",
    )


def call_table(rows: rx.Var[list[dict[str, str]]], *, brief: bool = False) -> rx.Component:
    """`brief`: beside something else, with the columns that matter most."""
    columns = _BRIEF if brief else _COLUMNS
    return rx.el.div(
        rx.el.table(
            rx.el.caption("Chamadas", class_name="sr-only"),
            rx.el.thead(
                rx.el.tr(
                    *(rx.el.th(text, scope="col", class_name="right" if text in _NUMBERS else "") for text in columns)
                )
            ),
            rx.el.tbody(rx.foreach(rows, lambda row: _row(row, brief))),
            class_name="grid cards-narrow calls",
        ),
        class_name="table-box",
    )


def cell(label: str, content: rx.Component | rx.Var[str], right: bool = False) -> rx.Component:
    whole = {"title": content} if isinstance(content, rx.Var) else {}  # should its end be cut
    return rx.el.td(content, class_name="right" if right else "", custom_attrs={"data-label": label}, **whole)


def direction(value: rx.Var[str]) -> rx.Component:
    return rx.el.span(
        rx.cond(value == "inbound", icon("incoming"), icon("within")),
        rx.cond(value == "inbound", DIRECTIONS["inbound"], DIRECTIONS["internal"]),
        class_name="with-icon",
    )


def _row(row: Row, brief: bool) -> rx.Component:
    when = link(row["at"], href="/chamadas/" + row["id"].to(str), class_name="first num")
    cells = {
        "Início": cell("Início", when),
        "Sentido": cell("Sentido", direction(row["direction"])),
        "De": cell("De", row["caller"]),
        "Para": cell("Para", row["callee"]),
        "Fila": cell("Fila", rx.cond(row["queue"] != "", row["queue"], "–")),
        "Resultado": cell("Resultado", rx.el.span(row["result"], class_name="badge " + row["tone"].to(str))),
        "Espera": cell("Espera", row["wait"], True),
        "Conversa": cell("Conversa", row["talk"], True),
    }
    return rx.el.tr(*(cells[name] for name in (_BRIEF if brief else _COLUMNS)), key=row["id"])


def _nothing() -> rx.Component:
    filtered = empty("search", "Nenhuma chamada com estes filtros", "Amplie o período ou limpe os filtros.")
    never = empty(
        "phone",
        "Nenhuma chamada ainda",
        "Cada chamada feita ou recebida aparece aqui, com os passos que ela percorreu.",
        "Ligue de um ramal para outro para ver a primeira.",
    )
    return rx.cond(CallsState.filtered, filtered, never)
