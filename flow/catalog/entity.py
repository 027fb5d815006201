"""How an entity describes itself: the metadata from which list, form, validation, permissions and API are made."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, get_args, get_origin, get_type_hints

from sqlmodel import SQLModel

Kind = Literal[
    "text",
    "longtext",
    "int",
    "bool",
    "choice",
    "multi",
    "ref",
    "refs",
    "password",
    "email",
    "matrix",
    "readonly",
    "time",  # "HH:MM"
    "date",  # "2026-12-25"
    "moment",  # "2026-12-25T18:00", the company's wall clock
    "phone",  # a public number: national digits, shown as people write it
    "audio",  # one sound: the hash of an uploaded file
    "audios",  # an ordered list of sounds: {"hash", "name", "ms"}
    "rows",  # a list of small forms, each of the fields in `rows`
    "destination",  # where a call goes: "<kind>:<id>" or "hangup" (flow/routing/destination.py)
    "ordered",  # like refs, but their order counts
    "board",  # an ordered list of "<kind>:<id>", each kind one of `kinds`
]
# What a search needs beside the entity's own reference fields: every destination field of a form offers the same.
DESTINATIONS = "destinations"


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True)
class Ui:
    """Metadata of one field, given as `Annotated[type, Ui(...)]`. `name` is filled in by the entity."""

    label: str
    kind: Kind = "text"
    help: str = ""
    section: str = ""
    required: bool = False
    in_list: bool = False
    searchable: bool = False
    sortable: bool = True
    options: tuple[Choice, ...] = ()
    ref: str = ""  # key of the entity it points to
    placeholder: str = ""
    default: Any = None
    max_length: int = 0
    once: bool = False  # asked for on creation, kept when left empty afterwards (passwords)
    show_when: str = ""  # name of a bool field that reveals this one; `required` holds only then
    wide: bool = False  # takes both columns
    super_only: bool = False
    numeric: bool = False  # digits keyboard, right-aligned in lists
    shown: Callable[[str], str] | None = None  # how the stored text reads, e.g. a CNPJ with its punctuation
    rows: tuple["Ui", ...] = ()  # fields of one row, for kind rows
    add_label: str = ""  # the button that adds a row
    foreign: bool = False  # a password that somebody else gave: there is none to make up
    explained: bool = False  # what is typed is explained below, while it is typed
    widget: str = ""  # a control of its own in place of the kind's (components/fields.py)
    bounds: tuple[int, int] | None = None  # the least and the most of an int
    kinds: tuple[str, ...] = ()  # keys of the entities that a board may hold
    name: str = ""


FieldSpec = Ui


@dataclass(frozen=True)
class Action:
    """An extra button of a form, beside Salvar and Voltar."""

    id: str
    label: str
    permission: str


@dataclass(frozen=True)
class Section:
    title: str
    fields: tuple[FieldSpec, ...]


@dataclass(frozen=True)
class Entity:
    """One screen of the manual. `virtual` fields are on the form but not columns (links, secrets)."""

    key: str
    slug: str
    model: type[SQLModel]
    title: str
    singular: str
    menu_group: str
    purpose: str
    teach: tuple[str, str]
    icon: str
    title_field: str
    default_sort: str
    field_order: tuple[str, ...]
    virtual: Mapping[str, Ui] = dataclasses.field(default_factory=dict)
    actions: tuple[Action, ...] = ()
    super_only: bool = False  # only the platform owner creates and deletes
    telephony: bool = False  # a change must reach the node

    @cached_property
    def fields(self) -> tuple[FieldSpec, ...]:
        known = {**_annotated(self.model), **self.virtual}
        return tuple(replace(known[name], name=name) for name in self.field_order)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        titles = list(dict.fromkeys(spec.section for spec in self.fields))
        return tuple(Section(t, tuple(spec for spec in self.fields if spec.section == t)) for t in titles)

    @cached_property
    def pointing(self) -> tuple[FieldSpec, ...]:
        """The fields that lead to other rows."""
        return tuple(spec for spec in self.fields if _points(spec))

    @property
    def columns(self) -> tuple[FieldSpec, ...]:
        return tuple(spec for spec in self.fields if spec.in_list)

    def field(self, name: str) -> FieldSpec:
        return next(spec for spec in self.fields if spec.name == name)

    def permission(self, verb: str) -> str:
        """`verb`: view, create, edit or delete."""
        return f"{self.key}.{verb}"

    @property
    def menu_label(self) -> str:
        return self.title


def _points(spec: FieldSpec) -> bool:
    return bool(spec.ref) or spec.kind in ("destination", "board") or any(_points(field) for field in spec.rows)


def _annotated(model: type[SQLModel]) -> dict[str, Ui]:
    found: dict[str, Ui] = {}
    for name, hint in get_type_hints(model, include_extras=True).items():
        if get_origin(hint) is not None:
            for note in get_args(hint)[1:]:
                if isinstance(note, Ui):
                    found[name] = note
    return found
