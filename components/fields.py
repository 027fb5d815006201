"""One field of a form, by its kind: label, control, help and error, tied together for eyes and for screen readers."""

from collections.abc import Callable

import reflex as rx

from components.icons import icon
from components.islands import (
    AudioField,
    AudioList,
    CheckList,
    Destination,
    Explained,
    Matrix,
    Ordered,
    PasswordField,
    RefSearch,
    Rows,
)
from components.islands.flow import Holidays, Keys, QueueBoard, Week
from flow.catalog.entity import DESTINATIONS, Entity, FieldSpec
from flow.routing.brazil import STATES
from state.matrix import ACTIONS, RESOURCES, VERBS
from state.record import FormState
from state.session import SessionState
from state.trunk import TrunkState

_GENERATED_LENGTH = 16
_GROUPS = frozenset({"multi", "refs", "ordered", "board", "matrix", "rows", "audio", "audios"})


def field(entity: Entity, spec: FieldSpec, creating: bool) -> rx.Component:
    draw = _check if spec.kind == "bool" else _group if spec.kind in _GROUPS else _single
    component = draw(entity, spec, creating)
    if spec.show_when:
        component = _revealed(spec, component)
    if spec.kind == "password":  # nothing to see there for who may only look
        return rx.cond(FormState.read_only, rx.fragment(), component)
    return rx.cond(SessionState.is_super, component, rx.fragment()) if spec.super_only else component


def _revealed(spec: FieldSpec, component: rx.Component) -> rx.Component:
    """What a tick elsewhere on the form reveals; form.jsx follows the tick, a disabled fieldset is not submitted."""
    off = FormState.values[spec.show_when] != "on"
    return rx.el.fieldset(
        component,
        class_name="revealed",
        disabled=off,
        custom_attrs={"hidden": off, "data-show-when": spec.show_when},
    )


def _check(entity: Entity, spec: FieldSpec, creating: bool) -> rx.Component:
    return rx.el.div(
        rx.el.input(
            type="checkbox",
            **_named(spec),
            default_checked=FormState.values[spec.name] == "on",
            disabled=FormState.read_only,
            **_described(spec),
        ),
        rx.el.label(spec.label, html_for=spec.name),
        *_notes(spec),
        class_name="field check",
    )


def _single(entity: Entity, spec: FieldSpec, creating: bool) -> rx.Component:
    return rx.el.div(
        rx.el.div(rx.el.label(spec.label, html_for=spec.name), _need(spec, creating), class_name="label"),
        _control(entity, spec, creating),
        *_notes(spec),
        *([_explained(spec)] if spec.explained else []),
        class_name="field wide" if spec.wide else "field",
    )


def _group(entity: Entity, spec: FieldSpec, creating: bool) -> rx.Component:
    label_id = f"{spec.name}-label"
    common = {
        "name": spec.name,
        "label_id": label_id,
        "described_by": _described(spec)["aria_describedby"],
        "disabled": FormState.read_only,
    }
    if spec.kind in ("audio", "audios"):
        common |= {
            "id": spec.name,
            "purpose": entity.key,
            "record": FormState.held,
            "value": FormState.values[spec.name],
            "invalid": FormState.errors.contains(spec.name),
        }
    drawn: Callable[[FieldSpec, dict[str, object]], rx.Component] = {
        "audio": _audio,
        "audios": _audios,
        "matrix": _matrix,
        "rows": _rows,
        "ordered": _ordered,
        "board": _board,
        "keys": _keys,
        "week": _week,
        "holidays": _holidays,
    }.get(spec.widget or spec.kind, _check_list)
    return rx.el.div(
        rx.el.div(rx.el.span(spec.label, id=label_id), _need(spec, creating), class_name="label"),
        drawn(spec, common),
        *_notes(spec),
        class_name="field wide" if spec.wide else "field",
    )


def _audio(_spec: FieldSpec, common: dict[str, object]) -> rx.Component:
    return AudioField.create(**common)


def _audios(_spec: FieldSpec, common: dict[str, object]) -> rx.Component:
    return AudioList.create(**common)


def _matrix(spec: FieldSpec, common: dict[str, object]) -> rx.Component:
    chosen = FormState.lists[spec.name]
    return Matrix.create(resources=RESOURCES, verbs=VERBS, actions=ACTIONS, chosen=chosen, **common)


def _check_list(spec: FieldSpec, common: dict[str, object]) -> rx.Component:
    return CheckList.create(**_offered(spec), many=FormState.many.contains(spec.name), **common)


def _ordered(spec: FieldSpec, common: dict[str, object]) -> rx.Component:
    return Ordered.create(**_offered(spec), add_label=spec.add_label, **common)


def _board(spec: FieldSpec, common: dict[str, object]) -> rx.Component:
    many = FormState.many.contains(spec.name)
    return QueueBoard.create(**_offered(spec), many=many, kind_field="member_kind", **common)


def _offered(spec: FieldSpec) -> dict[str, object]:
    return {
        "options": FormState.options[spec.name],
        "chosen": FormState.chosen[spec.name],
        "on_search": lambda text: FormState.look(spec.name, text),
    }


def _rows(spec: FieldSpec, common: dict[str, object]) -> rx.Component:
    return Rows.create(**_lines(spec), **_lookups(spec), **common)


def _week(spec: FieldSpec, common: dict[str, object]) -> rx.Component:
    return Week.create(**_lines(spec), **common)


def _holidays(spec: FieldSpec, common: dict[str, object]) -> rx.Component:
    return Holidays.create(
        **_lines(spec),
        states=sorted(STATES),
        state=FormState.foresight["state"].to(str),
        year=FormState.foresight["year"].to(str),
        found=FormState.found,
        on_ask=FormState.find_holidays,
        **common,
    )


def _lines(spec: FieldSpec) -> dict[str, object]:
    rows = [_row_field(field) for field in spec.rows]
    return {"fields": rows, "add_label": spec.add_label, "value": FormState.values[spec.name]}


def _keys(spec: FieldSpec, common: dict[str, object]) -> rx.Component:
    return Keys.create(value=FormState.values[spec.name], **_destinations(), **common)


def _destinations() -> dict[str, object]:
    return {
        "options": FormState.options[DESTINATIONS],
        "known": FormState.chosen[DESTINATIONS],
        "on_search": lambda text: FormState.look(DESTINATIONS, text),
    }


def _lookups(spec: FieldSpec) -> dict[str, object]:
    """What rows need whose fields point to other records."""
    if not any(field.ref or field.kind == "destination" for field in spec.rows):
        return {}
    return {"sets": FormState.options, "known": FormState.chosen, "on_search": FormState.look}


def _row_field(spec: FieldSpec) -> dict[str, object]:
    options = [{"value": choice.value, "label": choice.label} for choice in spec.options]
    default = "" if spec.default is None else str(spec.default)
    return {
        "name": spec.name,
        "label": spec.label,
        "kind": spec.kind,
        "options": options,
        "default": default,
        "numeric": spec.numeric,
        "required": spec.required,
    }


def _explained(spec: FieldSpec) -> rx.Component:
    answer = TrunkState.explained[spec.name]
    return Explained.create(name=spec.name, answer=answer, on_ask=TrunkState.explain)


def _need(spec: FieldSpec, creating: bool) -> rx.Component:
    """The star is for eyes only, and not part of the name: the control itself says that it is required."""
    star = rx.el.span(" *", class_name="need", aria_hidden="true")
    if spec.required and spec.once and spec.show_when and not creating:  # nothing is stored while it was not shown
        return rx.cond(FormState.values[spec.show_when] == "on", rx.fragment(), star)
    return star if spec.required and (creating or not spec.once) else rx.fragment()


def _described(spec: FieldSpec) -> dict[str, object]:
    wrong = FormState.errors.contains(spec.name)
    parts = f"{spec.name}-help" if spec.help else ""
    return {
        "aria_describedby": rx.cond(wrong, f"{spec.name}-error {parts}".strip(), parts),
        "aria_invalid": rx.cond(wrong, "true", "false"),
    }


def _notes(spec: FieldSpec) -> list[rx.Component]:
    wrong = rx.cond(
        FormState.errors.contains(spec.name),
        rx.el.p(icon("alert"), rx.el.span(FormState.errors[spec.name]), id=f"{spec.name}-error", class_name="error"),
        rx.fragment(),
    )
    note = rx.el.p(spec.help, id=f"{spec.name}-help", class_name="help") if spec.help else rx.fragment()
    return [wrong, note]


def _control(entity: Entity, spec: FieldSpec, creating: bool) -> rx.Component:
    drawn: Callable[[Entity, FieldSpec, bool], rx.Component] = {
        "longtext": _long_text,
        "choice": _choice,
        "ref": _reference,
        "password": _password,
        "destination": _destination,
    }.get(spec.kind, _text)
    return drawn(entity, spec, creating)


def _named(spec: FieldSpec) -> dict[str, object]:
    """The framework ties an `id` of its own to a reference and prefers what that holds, even nothing, to the form."""
    return {"name": spec.name, "custom_attrs": {"id": spec.name}}


def _common(spec: FieldSpec) -> dict[str, object]:
    return {
        **_named(spec),
        "class_name": "input",
        "disabled": FormState.read_only,
        "default_value": FormState.values[spec.name],
        "aria_required": "true" if spec.required else "false",
        **_described(spec),
    }


_INPUTS = {"email": "email", "time": "time", "date": "date", "moment": "datetime-local", "phone": "tel"}


def _text(_entity: Entity, spec: FieldSpec, _creating: bool) -> rx.Component:
    extra = {"input_mode": "numeric"} if spec.numeric or spec.kind == "int" else {}
    kind = _INPUTS.get(spec.kind, "text")
    return rx.el.input(type=kind, placeholder=spec.placeholder, auto_complete="off", **extra, **_common(spec))


def _long_text(_entity: Entity, spec: FieldSpec, _creating: bool) -> rx.Component:
    return rx.el.textarea(placeholder=spec.placeholder, rows="3", **_common(spec))


def _choice(_entity: Entity, spec: FieldSpec, _creating: bool) -> rx.Component:
    options = [rx.el.option(choice.label, value=choice.value) for choice in spec.options]
    return rx.el.select(rx.el.option(spec.placeholder or "Escolha", value=""), *options, **_common(spec))


def _reference(_entity: Entity, spec: FieldSpec, _creating: bool) -> rx.Component:
    few = rx.el.select(
        rx.el.option("Escolha" if spec.required else "Não definido", value=""),
        rx.foreach(
            FormState.options[spec.name], lambda row: rx.el.option(row["label"], value=row["value"], key=row["value"])
        ),
        **_common(spec),
    )
    return rx.cond(FormState.many.contains(spec.name), _search(spec), few)


def _search(spec: FieldSpec) -> rx.Component:
    return RefSearch.create(
        id=spec.name,
        name=spec.name,
        described_by=_described(spec)["aria_describedby"],
        invalid=FormState.errors.contains(spec.name),
        required=spec.required,
        options=FormState.options[spec.name],
        chosen=FormState.chosen[spec.name],
        disabled=FormState.read_only,
        on_search=lambda text: FormState.look(spec.name, text),
    )


def _destination(_entity: Entity, spec: FieldSpec, _creating: bool) -> rx.Component:
    return Destination.create(
        id=spec.name,
        name=spec.name,
        value=FormState.values[spec.name],
        described_by=_described(spec)["aria_describedby"],
        invalid=FormState.errors.contains(spec.name),
        required=spec.required,
        disabled=FormState.read_only,
        **_destinations(),
    )


def _password(entity: Entity, spec: FieldSpec, creating: bool) -> rx.Component:
    described = _described(spec)
    own_button = any(action.id == "generate-password" for action in entity.actions)
    return PasswordField.create(
        id=spec.name,
        name=spec.name,
        described_by=described["aria_describedby"],
        invalid=FormState.errors.contains(spec.name),
        required=spec.required and creating,
        keep=not creating,
        length=_GENERATED_LENGTH,
        generator=not spec.foreign and (creating or not own_button),
    )
