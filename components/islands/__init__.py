"""Small pieces of JavaScript, each with a Python face: what must answer at once, or live outside the server's state."""

import reflex as rx

# Imported by the others, so they must lie beside them.
_SHARED = ("live.js", "credentials.js", "sending.js", "sounds.jsx", "player.jsx", "week.js")
for _name in _SHARED:
    rx.asset(_name, shared=True)


def module(name: str) -> str:
    return rx.asset(name, shared=True).importable_path


_FRAME, _DIALOG, _FORM, _FIELDS, _DESTINATION, _ROWS, _ORDERED, _PALETTE, _LIVE, _AHEAD, _FORESEEN, _SOUNDS = (
    module(f"{name}.jsx")
    for name in (
        *("frame", "dialog", "form", "fields", "destination", "rows", "ordered", "palette", "telephony"),
        *("ahead", "foreseen", "sound_fields"),
    )
)


class FrameKeys(rx.Component):
    """Shortcuts, folding menu, drawer, and `data-opens="id"` on any button to open a dialog."""

    library = _FRAME
    tag = "FrameKeys"


class Reconnect(rx.Component):
    library = _FRAME
    tag = "Reconnect"


class TelephonyState(rx.Component):
    library = _FRAME
    tag = "TelephonyState"


class TelephonyBanner(rx.Component):
    library = _FRAME
    tag = "TelephonyBanner"


class Leave(rx.Component):
    library = _FRAME
    tag = "Leave"


class Toast(rx.Component):
    library = _FRAME
    tag = "Toast"

    text: rx.Var[str]
    tone: rx.Var[str]
    stamp: rx.Var[int]


class Dialog(rx.Component):
    library = _DIALOG
    tag = "Dialog"

    open: rx.Var[bool]
    labelled_by: rx.Var[str]
    on_dismiss: rx.EventHandler[rx.event.no_args_event_spec]


class SearchBox(rx.Component):
    library = _DIALOG
    tag = "SearchBox"

    label: rx.Var[str]
    value: rx.Var[str]
    on_find: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class Ahead(rx.Component):
    """A box of links with `data-ahead`: `on_ahead` hears the id of the record that is probably clicked next."""

    library = _AHEAD
    tag = "Ahead"

    sample: rx.Var[str]
    on_ahead: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class Opened(rx.Component):
    """Two children: the record, and what is there before it. `held` is the path of the record that the state holds."""

    library = _AHEAD
    tag = "Opened"

    held: rx.Var[str]
    ahead: rx.Var[bool]


class Foreseen(rx.el.Button):
    """A button: `ahead` is what the state fetched because of `on_ahead`, and what a click shows before its answer."""

    library = _FORESEEN
    tag = "Foreseen"

    state: rx.Var[str]
    act: rx.Var[str]
    ahead: rx.Var[dict]
    on_ahead: rx.EventHandler[rx.event.no_args_event_spec]
    on_act: rx.EventHandler[rx.event.no_args_event_spec]


class FormGuard(rx.Component):
    """`baseline` changes whenever the page shows the server's values; `attempt` after each refused save.

    `on_mend` gets the name of a field that was told to be wrong and is being changed.
    """

    library = _FORM
    tag = "FormGuard"

    form: rx.Var[str]
    baseline: rx.Var[str]
    attempt: rx.Var[int]
    saving: rx.Var[bool]
    state: rx.Var[str]
    tone: rx.Var[str]
    back: rx.Var[str]
    on_mend: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class CheckList(rx.Component):
    library = _FIELDS
    tag = "CheckList"

    name: rx.Var[str]
    label_id: rx.Var[str]
    described_by: rx.Var[str]
    options: rx.Var[list[dict[str, str]]]
    chosen: rx.Var[list[dict[str, str]]]
    many: rx.Var[bool]
    disabled: rx.Var[bool]
    on_search: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class RefSearch(rx.Component):
    library = _FIELDS
    tag = "RefSearch"

    name: rx.Var[str]
    described_by: rx.Var[str]
    invalid: rx.Var[bool]
    required: rx.Var[bool]
    options: rx.Var[list[dict[str, str]]]
    chosen: rx.Var[list[dict[str, str]]]
    disabled: rx.Var[bool]
    on_search: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class Matrix(rx.Component):
    library = _FIELDS
    tag = "Matrix"

    name: rx.Var[str]
    label_id: rx.Var[str]
    described_by: rx.Var[str]
    resources: rx.Var[list[dict]]
    verbs: rx.Var[list[dict]]
    actions: rx.Var[list[dict]]
    chosen: rx.Var[list[str]]
    disabled: rx.Var[bool]


class Rows(rx.Component):
    library = _ROWS
    tag = "Rows"

    name: rx.Var[str]
    label_id: rx.Var[str]
    described_by: rx.Var[str]
    fields: rx.Var[list[dict]]
    add_label: rx.Var[str]
    value: rx.Var[str]
    disabled: rx.Var[bool]
    sets: rx.Var[dict]
    known: rx.Var[dict]
    on_search: rx.EventHandler[rx.event.passthrough_event_spec(str, str)]


class Destination(rx.Component):
    """The one picker of a destination; `id` is the control's, `value` "<kind>:<id>" or "hangup"."""

    library = _DESTINATION
    tag = "Destination"

    name: rx.Var[str]
    value: rx.Var[str]
    described_by: rx.Var[str]
    invalid: rx.Var[bool]
    required: rx.Var[bool]
    options: rx.Var[list[dict[str, str]]]
    known: rx.Var[list[dict[str, str]]]
    disabled: rx.Var[bool]
    on_search: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class Ordered(rx.Component):
    """The library for dragging is loaded when such a list is on the page."""

    library = _ORDERED
    lib_dependencies: list[str] = ["@hello-pangea/dnd@18.0.1"]  # noqa: RUF012 - a field of the framework, copied per class
    tag = "Ordered"

    name: rx.Var[str]
    label_id: rx.Var[str]
    described_by: rx.Var[str]
    add_label: rx.Var[str]
    options: rx.Var[list[dict[str, str]]]
    chosen: rx.Var[list[dict[str, str]]]
    disabled: rx.Var[bool]
    on_search: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class AudioField(rx.Component):
    """`purpose`: the entity's key, which decides who may send and how long a sound may be. `record`: its path."""

    library = _SOUNDS
    tag = "AudioField"

    record: rx.Var[str]
    name: rx.Var[str]
    label_id: rx.Var[str]
    described_by: rx.Var[str]
    purpose: rx.Var[str]
    value: rx.Var[str]
    invalid: rx.Var[bool]
    disabled: rx.Var[bool]


class AudioList(AudioField):
    tag = "AudioList"


class PasswordField(rx.Component):
    library = _FIELDS
    tag = "PasswordField"

    name: rx.Var[str]
    described_by: rx.Var[str]
    invalid: rx.Var[bool]
    required: rx.Var[bool]
    keep: rx.Var[bool]
    length: rx.Var[int]
    generator: rx.Var[bool]


class Credentials(rx.Component):
    library = _FIELDS
    tag = "Credentials"

    latest: rx.Var[dict]
    record: rx.Var[str]
    title: rx.Var[str]
    on_kept: rx.EventHandler[rx.event.no_args_event_spec]


class Palette(rx.Component):
    library = _PALETTE
    tag = "Palette"

    pages: rx.Var[list[dict[str, str]]]
    allowed: rx.Var[list[str]]
    found: rx.Var[list[dict[str, str]]]
    on_query: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class Registration(rx.Component):
    """Whether the softphone and the browser of one extension are registered, now."""

    library = _LIVE
    tag = "Registration"

    extension: rx.Var[str]
    webphone: rx.Var[bool]


class TrunkStanding(rx.Component):
    """How one trunk stands with its carrier, now."""

    library = _LIVE
    tag = "TrunkStanding"

    trunk: rx.Var[str]
    brief: rx.Var[bool]


class Explained(rx.Component):
    """What the text of the field `name` means. `on_ask(name, text, stamp)`; the answer bears the same stamp."""

    library = module("trunk.jsx")
    tag = "Explained"

    name: rx.Var[str]
    answer: rx.Var[dict]
    on_ask: rx.EventHandler[rx.event.passthrough_event_spec(str, str, str)]


class TrunkTest(rx.Component):
    library = module("trunk.jsx")
    tag = "TrunkTest"

    test: rx.Var[dict]


class RunningCalls(rx.Component):
    library = _LIVE
    tag = "RunningCalls"

    on_ended: rx.EventHandler[rx.event.no_args_event_spec]


class CallWatch(rx.Component):
    library = _LIVE
    tag = "CallWatch"

    call: rx.Var[str]
    on_change: rx.EventHandler[rx.event.no_args_event_spec]


class Nodes(rx.Component):
    library = _LIVE
    tag = "Nodes"

    status: rx.Var[dict]
    on_refresh: rx.EventHandler[rx.event.no_args_event_spec]
