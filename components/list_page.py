"""The list of any entity of the catalogue."""

import reflex as rx

from components.help import help_drawer
from components.icons import icon
from components.islands import Ahead, Dialog, Registration, SearchBox, TrunkStanding
from components.links import link
from components.shell import page
from components.states import allowed, empty, failure, foreseen, head, pager, skeleton
from flow.catalog.entity import Entity, FieldSpec
from state.listing import ListState
from state.paging import SIZES
from state.record import NEW, FormState
from state.session import SessionState

Row = rx.Var[dict[str, str]]


def list_page(entity: Entity) -> rx.Component:
    return page(
        allowed(
            entity.permission("view"),
            rx.fragment(_heading(entity), *_beside(entity), _body(entity), _delete_dialog(entity)),
        ),
        help_panel=help_drawer(entity),
    )


def _heading(entity: Entity) -> rx.Component:
    return head(entity.title, entity.purpose, _add(entity))


def _beside(entity: Entity) -> list[rx.Component]:
    return [_unrouted(entity)] if entity.key == "inbound_route" else []


def _unrouted(entity: Entity) -> rx.Component:
    """DIDs that a carrier delivered and nobody answers: each one step away from its route."""

    def line(row: Row) -> rx.Component:
        make = link("Criar rota", href=row["path"], class_name="button compact")
        return rx.el.li(
            rx.el.strong(row["number"], class_name="num"),
            rx.el.span(row["count"], ", a última em ", row["last"], class_name="muted small num"),
            rx.cond(SessionState.permissions.contains(entity.permission("create")), make, rx.fragment()),
            key=row["id"],
        )

    listed = rx.el.section(
        rx.el.h2("DIDs recebidos sem rota", id="unrouted"),
        rx.el.p("A operadora entregou chamadas para estes números e elas não chegaram a ninguém.", class_name="muted"),
        rx.el.ul(rx.foreach(ListState.unrouted, line)),
        aria_labelledby="unrouted",
        class_name="panel unrouted",
    )
    return rx.cond(ListState.unrouted.length() > 0, listed, rx.fragment())


def _add(entity: Entity) -> rx.Component:
    button = link(icon("plus"), "Adicionar", href=f"/{entity.slug}/{NEW}", class_name="button primary")
    may = SessionState.permissions.contains(entity.permission("create"))
    somewhere = True if entity.super_only else SessionState.company_id != ""  # a record needs a company to stand in
    return rx.cond(may & somewhere, button, rx.fragment())


def _body(entity: Entity) -> rx.Component:
    nothing = rx.cond(ListState.search != "", _nothing_found(), _teach(entity))
    shown = rx.cond(
        ListState.failure != "",
        rx.cond(ListState.no_company, _pick_company(), failure(ListState.failure)),
        rx.cond(ListState.total > 0, rx.fragment(_table(entity), pager(ListState, SIZES)), nothing),
    )
    searchable = (ListState.total > 0) | (ListState.search != "")
    return rx.cond(
        ListState.loaded == entity.slug,
        rx.fragment(rx.cond(searchable, rx.el.div(_search(entity), class_name="toolbar"), rx.fragment()), shown),
        skeleton(),
    )


def _search(entity: Entity) -> rx.Component:
    return SearchBox.create(label=f"Procurar em {entity.title}", value=ListState.search, on_find=ListState.find)


def _table(entity: Entity) -> rx.Component:
    headings = [_heading_cell(spec) for spec in entity.columns]
    if entity.key == "extension":
        headings.append(rx.el.th("Registro", scope="col"))
    if entity.key == "trunk":
        headings.append(rx.el.th("Situação", scope="col"))
    headings.append(rx.el.th(rx.el.span("Ações", class_name="sr-only"), scope="col", class_name="ops"))
    return Ahead.create(
        rx.el.table(
            rx.el.caption(entity.title, class_name="sr-only"),
            rx.el.thead(rx.el.tr(*headings)),
            rx.el.tbody(rx.foreach(ListState.rows, lambda row, place: _row(entity, row, place))),
            class_name="grid cards-narrow",
        ),
        sample=f"/{entity.slug}/1",
        on_ahead=FormState.foresee,
        class_name="table-box",
    )


def _heading_cell(spec: FieldSpec) -> rx.Component:
    right = "right" if spec.numeric and spec.kind == "int" else ""
    if not spec.sortable:
        return rx.el.th(spec.label, scope="col", class_name=right)
    sort = rx.cond(ListState.sort == spec.name, rx.cond(ListState.descending, "descending", "ascending"), "none")
    button = foreseen(ListState, "order", spec.name, spec.label, icon("down"), class_name="sort")
    return rx.el.th(button, scope="col", aria_sort=sort, class_name=right)


def _row(entity: Entity, row: Row, place: rx.Var[int]) -> rx.Component:
    """Keyed by its place: another page changes the texts of the rows that are there instead of drawing new ones."""
    address = f"/{entity.slug}/" + row["id"].to(str)
    first, *others = entity.columns
    title = link(row[first.name], href=address, class_name="first num", custom_attrs={"data-ahead": row["id"]})
    cells = [rx.el.td(title, custom_attrs={"data-label": first.label})]
    cells += [_cell(spec, row) for spec in others]
    if entity.key == "extension":
        dots = Registration.create(extension=row["id"], webphone=row["webphone"] == "Sim")
        cells.append(rx.el.td(dots, custom_attrs={"data-label": "Registro"}))
    if entity.key == "trunk":
        state = TrunkStanding.create(trunk=row["id"], brief=True)
        cells.append(rx.el.td(state, custom_attrs={"data-label": "Situação"}))
    return rx.el.tr(*cells, _operations(entity, row, address), key=place)


def _cell(spec: FieldSpec, row: Row) -> rx.Component:
    value = row[spec.name]
    if spec.kind == "bool":
        content = rx.cond(value == "Sim", rx.el.span("Sim"), rx.el.span("Não", class_name="muted"))
    else:
        content = rx.cond(value != "", rx.el.span(value, title=value), rx.el.span("–", class_name="muted"))
    right = "right" if spec.numeric and spec.kind == "int" else ""
    return rx.el.td(content, class_name=right, custom_attrs={"data-label": spec.label})


def _operations(entity: Entity, row: Row, address: str | rx.Var[str]) -> rx.Component:
    shape = {"href": address, "class_name": "button quiet compact", "custom_attrs": {"data-ahead": row["id"]}}
    delete = rx.el.button(
        "Excluir", type="button", class_name="button quiet danger compact", on_click=ListState.ask_delete(row["id"])
    )
    return rx.el.td(
        rx.el.div(
            rx.cond(
                SessionState.permissions.contains(entity.permission("edit")),
                link("Editar", **shape),
                link("Ver", **shape),
            ),
            rx.cond(SessionState.permissions.contains(entity.permission("delete")), delete, rx.fragment()),
        ),
        class_name="ops",
    )


def _teach(entity: Entity) -> rx.Component:
    return empty(entity.icon, "Nada cadastrado ainda", *entity.teach, action=_add(entity))


def _nothing_found() -> rx.Component:
    return rx.el.div(
        rx.el.div(icon("search"), class_name="glyph"),
        rx.el.h2("Nada encontrado para “", ListState.search, "”"),
        rx.el.p("Procure por outra palavra ou por parte dela; acentos e maiúsculas não importam."),
        rx.el.button("Limpar a busca", type="button", class_name="button", on_click=ListState.find("")),
        class_name="empty",
    )


def _pick_company() -> rx.Component:
    return empty(
        "building",
        "Escolha uma empresa",
        "Você é super usuário: diga no alto da página em qual empresa quer trabalhar.",
        action=link("Ver as empresas", href="/empresa", class_name="button primary"),
    )


def _delete_dialog(entity: Entity) -> rx.Component:
    used = rx.fragment(
        rx.el.p("Ainda é usado por:"),
        rx.el.ul(rx.foreach(ListState.uses, _use), class_name="uses"),
        rx.el.p("Troque nesses lugares primeiro; depois a exclusão fica livre.", class_name="muted"),
    )
    free = rx.el.p("Ninguém mais usa este registro. A exclusão não pode ser desfeita.")
    confirm = rx.el.button("Excluir", type="button", class_name="button danger", on_click=ListState.delete)
    return Dialog.create(
        rx.el.div(
            rx.el.h2("Excluir ", rx.el.span(ListState.doomed["title"]), "?", id="delete-title"),
            rx.cond(ListState.uses.length() > 0, used, free),
            class_name="dialog-body",
        ),
        rx.el.div(
            rx.el.button("Voltar", type="button", class_name="button", auto_focus=True, on_click=ListState.keep),
            rx.cond(ListState.uses.length() > 0, rx.fragment(), confirm),
            class_name="dialog-foot",
        ),
        open=ListState.asking,
        labelled_by="delete-title",
        on_dismiss=ListState.keep,
    )


def _use(use: Row) -> rx.Component:
    return rx.el.li(use["entity_title"], " ", link(use["title"], href=use["path"]), key=use["path"])
