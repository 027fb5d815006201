"""The controls of what calls pass through: keys of a URA, the board of a Fila, the week of a schedule, the drawing."""

import reflex as rx

from components.islands import module


class _Group(rx.Component):
    """A control that is labelled as a group and ends in a hidden input of the field's name."""

    name: rx.Var[str]
    label_id: rx.Var[str]
    described_by: rx.Var[str]
    disabled: rx.Var[bool]


class Keys(_Group):
    library = module("keys.jsx")
    tag = "Keys"

    value: rx.Var[str]
    options: rx.Var[list[dict[str, str]]]
    known: rx.Var[list[dict[str, str]]]
    on_search: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class QueueBoard(_Group):
    """`kind_field`: the choice of the same form that says which kind of member the queue has."""

    library = module("board.jsx")
    lib_dependencies: list[str] = ["@hello-pangea/dnd@18.0.1"]  # noqa: RUF012 - a field of the framework, copied per class
    tag = "QueueBoard"

    kind_field: rx.Var[str]
    options: rx.Var[list[dict[str, str]]]
    chosen: rx.Var[list[dict[str, str]]]
    many: rx.Var[bool]
    on_search: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class Week(_Group):
    library = module("week.jsx")
    tag = "Week"

    fields: rx.Var[list[dict]]
    add_label: rx.Var[str]
    value: rx.Var[str]


class Holidays(_Group):
    """`found`: the days that the server answered to `on_ask(year, state)`."""

    library = module("schedule.jsx")
    tag = "Holidays"

    fields: rx.Var[list[dict]]
    add_label: rx.Var[str]
    value: rx.Var[str]
    states: rx.Var[list[str]]
    state: rx.Var[str]
    year: rx.Var[str]
    found: rx.Var[dict]
    on_ask: rx.EventHandler[rx.event.passthrough_event_spec(str, str)]


class Preview(rx.Component):
    """The next 14 days of what the form holds, saved or not."""

    library = module("schedule.jsx")
    tag = "Preview"

    form: rx.Var[str]
    answer: rx.Var[dict]
    on_ask: rx.EventHandler[rx.event.passthrough_event_spec(dict)]


class Drawing(rx.Component):
    """`on_ask(baseline)` when it is to be seen and the form is there; `on_beside()` when its tab is gone."""

    library = module("picture.jsx")
    tag = "Drawing"

    picture: rx.Var[dict]
    baseline: rx.Var[str]
    ready: rx.Var[bool]
    chosen: rx.Var[bool]
    on_ask: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_beside: rx.EventHandler[rx.event.no_args_event_spec]
