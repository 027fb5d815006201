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
from flow.services.listing import titles_of
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
    """What can be searched for on the form of `entity`: by name of the field, of a row's field ("rules.trunk_id"), or,
    for all destination fields together, `DESTINATIONS`."""
    fields = [(spec.name, spec) for spec in entity.fields]
    fields += [
        (f"{outer.name}.{spec.name}", spec) for outer in entity.fields for spec in outer.rows if spec.kind != "multi"
    ]
    wanted = [(name, spec) for name, spec in fields if spec.ref or spec.kind in ("multi", "board", "destination")]
    return {_shared(name, spec): spec for name, spec in wanted}


def _shared(name: str, spec: FieldSpec) -> str:
    return DESTINATIONS if spec.kind == "destination" else name


def choices(db: Session, actor: Actor, entity: Entity, record: records.Record) -> Choices:
    found, held = Choices(), _held(entity, record)
    for name, spec in searched(entity).items():
        offered = search(db, actor, entity, spec, "", FEW + 1)
        if len(offered) > FEW:
            found.many.append(name)
        found.offered[name] = offered[:FEW] if spec.ref else offered
        known = {option["value"]: option for option in offered}
        found.chosen[name] = [known.get(i) or _titled(db, actor, spec, i) for i in held.get(name, {}) if i]
    return found


def _held(entity: Entity, record: records.Record) -> dict[str, dict[str, None]]:
    """The values that the record holds, each once and in order, by the names of `searched`."""
    held: dict[str, dict[str, None]] = {}
    for name, spec, value in _cells(entity, record):
        items = value if isinstance(value, list) else [value]
        held.setdefault(_shared(name, spec), {}).update(dict.fromkeys(str(item or "") for item in items))
    return held


def _cells(entity: Entity, record: records.Record) -> Iterator[tuple[str, FieldSpec, object]]:
    for spec in entity.fields:
        value = record.values[spec.name]
        yield spec.name, spec, value
        if spec.kind == "rows":
            rows = orjson.loads(str(value or "[]"))
            yield from (
                (f"{spec.name}.{field.name}", field, row.get(field.name)) for row in rows for field in spec.rows
            )


def search(db: Session, actor: Actor, entity: Entity, spec: FieldSpec, text: str, limit: int = FEW) -> Options:
    return [vars_of(offer) for offer in offers(db, actor, entity, spec, text, limit)]


def vars_of(offer: Offer) -> dict[str, str]:
    return {"value": offer.value, "label": offer.label, "group": offer.group, "path": offer.path}


def _titled(db: Session, actor: Actor, spec: FieldSpec, value: str) -> dict[str, str]:
    """A chosen row that is not among those offered. Its name is no secret: the record's list shows it too."""
    key, _, record_id = value.partition(":") if ":" in value else (spec.ref, ":", value)
    try:
        entity = by_key(key)
        title = records.load(db, actor, entity, record_id).title
    except (FlowError, KeyError):
        name = titles_of(db, [(spec, int(record_id))]).get(f"{spec.ref}:{record_id}") if spec.kind == "ref" else ""
        return {"value": value, "label": name or f"nº {record_id}", "group": WORDS.get(key, ""), "path": ""}
    return {"value": value, "label": title, "group": entity.singular, "path": f"/{entity.slug}/{record_id}"}
