"""The live parts of the queues: the board of the page Filas, and the agent's own control in the header."""

import reflex as rx

from state.queues import QueuesState

# The files import each other, so each must lie in the build; only two are named to Reflex.
_BOARD, _MINE, *_PARTS = [
    rx.asset(name, shared=True) for name in ("board.jsx", "my_queues.jsx", "card.jsx", "member.jsx", "words.js")
]


class QueueBoard(rx.Component):
    """Acts hear ids of a user and of a queue; a pause its reason."""

    library = _BOARD.importable_path
    tag = "QueueBoard"

    may_seat: rx.Var[bool]
    may_pause: rx.Var[bool]
    may_open: rx.Var[bool]
    on_enlist: rx.EventHandler[rx.event.passthrough_event_spec(str, str)]
    on_dismiss: rx.EventHandler[rx.event.passthrough_event_spec(str, str)]
    on_pause: rx.EventHandler[rx.event.passthrough_event_spec(str, str)]
    on_resume: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class MyQueues(rx.Component):
    """Draws nothing for who is a member of no queue. An empty queue id means all of them."""

    library = _MINE.importable_path
    tag = "MyQueues"

    on_attend: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_leave: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_rest: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_work: rx.EventHandler[rx.event.no_args_event_spec]


def my_queues() -> rx.Component:
    return MyQueues.create(
        on_attend=QueuesState.attend,
        on_leave=QueuesState.leave,
        on_rest=QueuesState.rest,
        on_work=QueuesState.work,
    )
