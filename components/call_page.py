"""One call: a picture of its way, its steps as a time line, and who of a queue was tried."""

import reflex as rx

from components.calls_page import Row, cell, direction
from components.icons import icon, icon_of
from components.islands import CallWatch
from components.links import link
from components.shell import page
from components.states import allowed, failure, skeleton
from state.one_call import CallState

_STEP_ICONS = ("phone", "enter", "clock", "megaphone", "keypad", "queue", "check", "star", "alert", "close")
_BOX_ICONS = ("user", "enter", "clock", "megaphone", "keypad", "queue", "phone", "star", "alert", "close")
_FACTS = (
    ("Início", "at"),
    ("Fim", "ended"),
    ("Espera", "wait"),
    ("Conversa", "talk"),
    ("Fila", "queue"),
    ("Discado", "dialled"),
    ("Encerrada por", "ended_by"),
    ("Configuração", "revision"),
)


def call_page() -> rx.Component:
    shown = rx.cond(
        CallState.failure != "",
        failure(CallState.failure),
        rx.cond(CallState.call.contains("id"), _story(), skeleton()),
    )
    back = link(icon("left"), "Chamadas", href="/chamadas", class_name="crumb")
    return page(allowed("call.view", rx.fragment(back, shown)))


def _story() -> rx.Component:
    call = CallState.call
    title = rx.el.div(
        rx.el.h1(call["caller"], " → ", call["callee"]),
        rx.el.p(
            direction(call["direction"]),
            rx.el.span(call["result"], class_name="badge " + call["tone"].to(str)),
            class_name="row",
        ),
    )
    alarm = rx.cond(call["alarm"] != "", failure(call["alarm"]), rx.fragment())
    watch = CallWatch.create(call=call["id"], on_change=CallState.reopen)
    return rx.fragment(
        watch,
        rx.el.div(title, class_name="page-head"),
        rx.el.div(alarm, _picture(), class_name="stack"),
        rx.el.div(rx.el.div(_timeline(), _segments(), class_name="stack"), _summary(), class_name="split"),
    )


def _picture() -> rx.Component:
    return rx.el.ol(rx.foreach(CallState.boxes, _box), class_name="journey", aria_label="Caminho da chamada")


def _box(box: Row, place: rx.Var[int]) -> rx.Component:
    title = rx.cond(
        box["path"] != "", link(box["title"], href=box["path"]), rx.el.span(box["title"], title=box["title"])
    )
    return rx.el.li(
        rx.el.span(icon_of(box["icon"], _BOX_ICONS), box["what"], class_name="what"),
        rx.el.strong(title),
        rx.cond(box["note"] != "", rx.el.span(box["note"], class_name="note"), rx.fragment()),
        class_name=box["tone"].to(str),
        key=place,
    )


def _timeline() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Por quê? Passo a passo", id="steps"),
        rx.el.ol(rx.foreach(CallState.steps, _step), class_name="timeline"),
        aria_labelledby="steps",
        class_name="stack",
    )


def _step(row: Row, place: rx.Var[int]) -> rx.Component:
    told = rx.el.p(row["why"], class_name="reasons small muted")
    why = rx.cond(
        row["many"] != "",
        rx.el.details(rx.el.summary(row["others"]), told),
        rx.cond(row["why"] != "", rx.el.div(rx.el.p(row["others"], class_name="small muted"), told), rx.fragment()),
    )
    to_record = rx.cond(
        row["path"] != "", link("Abrir ", row["record"], href=row["path"], class_name="small"), rx.fragment()
    )
    pause = rx.cond(row["pause"] != "", rx.el.span(" · ", row["pause"]), rx.fragment())
    return rx.el.li(
        rx.el.span(icon_of(row["icon"], _STEP_ICONS), class_name="dotted", aria_hidden="true"),
        rx.el.time(row["at"], " · ", row["after"], pause),
        rx.el.p(row["text"], " ", to_record),
        why,
        class_name=row["tone"].to(str),
        key=place,
    )


def _segments() -> rx.Component:
    headings = ("Agente", "Fila", "Chamado", "Atendeu", "Fim", "Resultado")
    table = rx.el.table(
        rx.el.caption("Quem foi chamado", class_name="sr-only"),
        rx.el.thead(
            rx.el.tr(
                *(rx.el.th(text, scope="col") for text in headings),
                *(rx.el.th(text, scope="col", class_name="right") for text in ("Toque", "Conversa", "Nota")),
            )
        ),
        rx.el.tbody(rx.foreach(CallState.segments, _segment)),
        class_name="grid cards-narrow",
    )
    listed = rx.el.section(
        rx.el.h2("Quem foi chamado", id="segments"),
        rx.el.div(table, class_name="table-box"),
        aria_labelledby="segments",
        class_name="stack",
    )
    return rx.cond(CallState.segments.length() > 0, listed, rx.fragment())


def _segment(row: Row, place: rx.Var[int]) -> rx.Component:
    queue = rx.cond(row["queue_path"] != "", link(row["queue"], href=row["queue_path"]), rx.el.span(row["queue"]))
    return rx.el.tr(
        cell("Agente", rx.el.strong(row["name"])),
        cell("Fila", queue),
        cell("Chamado", row["offered"]),
        cell("Atendeu", row["answered"]),
        cell("Fim", row["ended"]),
        cell("Resultado", rx.el.span(row["result"], class_name="badge " + row["tone"].to(str))),
        cell("Toque", row["ring"], True),
        cell("Conversa", row["talk"], True),
        cell("Nota", row["grade"], True),
        key=place,
    )


def _summary() -> rx.Component:
    call = CallState.call
    facts = [
        part
        for label, name in _FACTS
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
    return rx.el.aside(
        rx.el.div(
            rx.el.h2("Resumo"),
            rx.el.dl(*facts, class_name="facts"),
            rx.cond(call["recovered"] != "", adopted, rx.fragment()),
            class_name="panel",
        ),
        aria_label="Resumo da chamada",
    )
