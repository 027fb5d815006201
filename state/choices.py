"""What the reference fields of a form offer. Few rows are listed whole; many are searched on the server."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson
from sqlmodel import Session

from flow.access.actor import Actor
from flow.catalog.entity import DESTINATIONS, Entity, FieldSpec
from flow.catalog.registry import by_key
from flow.errors import FlowError
from flow.routing.destination import WORDS
from flow.services import records
from flow.services.offers import Offer, offers

FEW = 200
Options = list[dict[str, str]]


@dataclass
class Choices:
    """By field: what is offered, what is chosen already, and whether there is more than is offered."""

    offered: dict[str, Options] = field(default_factory=dict)
    chosen: dict[str, Options] = field(default_factory=dict)
    many: list[str] = field(default_factory=list)


def searched(entity: Entity) -> dict[str, FieldSpec]:
    """What can be searched for on the form of `entity`: by name of the field, of a row's field ("keys.trunk_id"), or,
    for all destination fields together, `DESTINATIONS`."""
    found = {spec.name: spec for spec in entity.fields if spec.ref or spec.kind in ("multi", "board")}
    inside = [(f"{spec.name}.{field.name}", field) for spec in entity.fields for field in spec.rows]
    found |= {name: field for name, field in inside if field.ref}
    everywhere = [*entity.fields, *(field for _, field in inside)]
    found |= {DESTINATIONS: spec for spec in everywhere if spec.kind == "destination"}
    return found


def choices(db: Session, actor: Actor, entity: Entity, record: records.Record) -> Choices:
    found = Choices()
    for name, spec in searched(entity).items():
        offered = search(db, actor, entity, spec, "", FEW + 1)
        if len(offered) > FEW:
            found.many.append(name)
        found.offered[name] = offered[:FEW] if spec.ref else offered
        found.chosen[name] = _chosen(db, actor, entity, name, spec, record, offered)
    return found


def _chosen(
    db: Session, actor: Actor, entity: Entity, name: str, spec: FieldSpec, record: records.Record, offered: Options
) -> Options:
    """What the record holds already, with its words, whether or not it is among what is offered."""
    known = {option["value"]: option for option in offered}
    held = list(dict.fromkeys(_held(entity, name, spec, record)))
    return [known.get(value) or _titled(db, actor, spec, value) for value in held if value]


def _held(entity: Entity, name: str, spec: FieldSpec, record: records.Record) -> Iterator[str]:
    if name in record.values:
        value = record.values[name]
        yield from value if isinstance(value, list) else [value]
        return
    wanted = [field for field in entity.fields if field.kind == "destination"] if name == DESTINATIONS else []
    yield from (str(record.values[field.name]) for field in wanted)
    for outer in entity.fields:
        inner = [
            f.name for f in outer.rows if (f.kind == "destination" if wanted or name == DESTINATIONS else f is spec)
        ]
        rows = orjson.loads(str(record.values[outer.name]) or "[]") if inner else []
        yield from (str(row.get(key) or "") for row in rows for key in inner)


def search(db: Session, actor: Actor, entity: Entity, spec: FieldSpec, text: str, limit: int = FEW) -> Options:
    return [vars_of(offer) for offer in offers(db, actor, entity, spec, text, limit)]


def vars_of(offer: Offer) -> dict[str, str]:
    return {"value": offer.value, "label": offer.label, "group": offer.group, "path": offer.path}


def _titled(db: Session, actor: Actor, spec: FieldSpec, value: str) -> dict[str, str]:
    """A chosen row that is not among those offered."""
    key, _, record_id = value.partition(":") if ":" in value else (spec.ref, ":", value)
    try:
        entity = by_key(key)
        title = records.load(db, actor, entity, record_id).title
    except (FlowError, KeyError):
        return {"value": value, "label": f"nº {record_id}", "group": WORDS.get(key, ""), "path": ""}
    return {"value": value, "label": title, "group": entity.singular, "path": f"/{entity.slug}/{record_id}"}
