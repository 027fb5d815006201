"""Filas: every queue of the company as it is now."""

import reflex as rx

from components.links import link
from components.queues.islands import QueueBoard
from components.shell import page
from components.states import allowed, empty, failure, head, skeleton
from state.queues import QueuesState
from state.session import SessionState


def queues_page() -> rx.Component:
    board = QueueBoard.create(
        may_seat=SessionState.permissions.contains("agent.logout"),
        may_pause=SessionState.permissions.contains("agent.pause"),
        may_open=SessionState.permissions.contains("call.view"),
        on_enlist=QueuesState.enlist,
        on_dismiss=QueuesState.dismiss,
        on_pause=QueuesState.pause,
        on_resume=QueuesState.resume,
    )
    shown = rx.cond(QueuesState.known > 0, board, _nothing())
    body = rx.fragment(
        head("Filas", "Quem espera, quem atende e há quanto tempo, agora."),
        rx.cond(
            QueuesState.failure != "",
            failure(QueuesState.failure),
            rx.cond(QueuesState.loaded, shown, skeleton()),
        ),
    )
    return page(allowed("queue.view", body))


def _nothing() -> rx.Component:
    create = link("Criar a primeira fila", href="/fila/novo", class_name="button primary")
    return empty(
        "queue",
        "Nenhuma fila ainda",
        "Uma fila segura quem liga, com música, e chama quem atende na ordem que você escolher.",
        "Depois de criada, ela aparece aqui com quem espera, quem atende e o nível de serviço, ao vivo.",
        action=rx.cond(SessionState.permissions.contains("queue.create"), create, rx.fragment()),
    )
