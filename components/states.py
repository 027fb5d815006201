"""What a page shows when there is nothing to show, or not yet, or not for this person."""

from typing import Any

import reflex as rx

from components.icons import icon
from components.islands import Foreseen
from components.links import link
from state.session import SessionState

_BARS = 5


def skeleton() -> rx.Component:
    """Grey bars, only visible when the server takes longer than a blink (see .skeleton)."""
    bars = (rx.el.div(class_name="skeleton") for _ in range(_BARS))
    return rx.el.div(*bars, class_name="stack", aria_busy="true", aria_label="Carregando", role="status")


def empty(glyph: str, title: str, *lines: str, action: rx.Component | None = None) -> rx.Component:
    return rx.el.div(
        rx.el.div(icon(glyph), class_name="glyph"),
        rx.el.h2(title),
        *(rx.el.p(line) for line in lines),
        action or rx.fragment(),
        class_name="empty",
    )


def failure(text: rx.Var[str]) -> rx.Component:
    return rx.el.div(icon("alert"), rx.el.div(text), class_name="notice danger", role="alert")


def allowed(permission: str, content: rx.Component) -> rx.Component:
    """The content for those who may see it; for others, why not and what to do."""
    refused = empty(
        "shield",
        "Você não tem acesso a esta página",
        "O seu perfil e a sua função não alcançam esta tela.",
        "Se precisar dela, peça a um administrador da sua empresa.",
        action=link("Voltar ao início", href="/", class_name="button"),
    )
    return rx.cond(
        SessionState.here, rx.cond(SessionState.permissions.contains(permission), content, refused), skeleton()
    )


def head(title: str | rx.Var[str], purpose: str | rx.Component = "", *actions: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.el.div(rx.el.h1(title), rx.el.p(purpose) if purpose != "" else rx.fragment()),
        rx.el.div(*actions, class_name="actions") if actions else rx.fragment(),
        class_name="page-head",
    )


def foreseen(state: type[rx.State], act: str, what: str, *content: rx.Component | str, **props: Any) -> rx.Component:
    """A button that calls `state.ACT(WHAT)`, and whose answer `state.foresee(ACT, WHAT)` fetches ahead."""
    return Foreseen.create(
        *content,
        type="button",
        state=state.get_full_name(),
        act=f"{act} {what}",
        ahead=state.ahead,
        on_ahead=state.foresee(act, what),
        on_act=getattr(state, act)(what),
        **props,
    )


def pager(state: type[rx.State], sizes: tuple[str, ...]) -> rx.Component:
    """First, previous, next, last, and how many at a time."""

    def turn(where: str, glyph: str, words: str, off: rx.Var[bool]) -> rx.Component:
        look = {"aria_label": words, "title": words, "disabled": off, "class_name": "button quiet icon-only compact"}
        if hasattr(state, "foresee"):
            return foreseen(state, "turn", where, icon(glyph), **look)
        return rx.el.button(icon(glyph), type="button", on_click=state.turn(where), **look)

    at_start, at_end = state.page <= 1, state.page >= state.pages
    return rx.el.nav(
        turn("first", "first", "Primeira página", at_start),
        turn("previous", "left", "Página anterior", at_start),
        rx.el.span(state.span, class_name="num", role="status"),
        turn("next", "right", "Próxima página", at_end),
        turn("last", "last", "Última página", at_end),
        rx.el.label(
            rx.el.span("Linhas por página", class_name="sr-only"),
            rx.el.select(
                *(rx.el.option(f"{size} por página", value=size) for size in sizes),
                value=state.size,
                on_change=state.resize,
                class_name="input",
            ),
        ),
        aria_label="Páginas da lista",
        class_name="pager",
    )
