"""What the reference fields of a form offer. Few rows are listed whole; many are searched on the server."""

from dataclasses import dataclass, field

from sqlmodel import Session

from flow.access.actor import Actor
from flow.catalog.entity import Entity, FieldSpec
from flow.catalog.registry import by_key
from flow.errors import FlowError
from flow.services import records

FEW = 200
Options = list[dict[str, str]]


@dataclass
class Choices:
    """By field: what is offered, what is chosen already, and whether there is more than is offered."""

    offered: dict[str, Options] = field(default_factory=dict)
    chosen: dict[str, Options] = field(default_factory=dict)
    many: list[str] = field(default_factory=list)


def choices(db: Session, actor: Actor, entity: Entity, record: records.Record) -> Choices:
    found = Choices()
    for spec in entity.fields:
        if not (spec.ref or spec.kind == "multi"):
            continue
        offered = search(db, actor, entity, spec, "", FEW + 1)
        if len(offered) > FEW:
            found.many.append(spec.name)
        labels = {option["value"]: option["label"] for option in offered}
        held = record.values[spec.name]
        ids = held if isinstance(held, list) else [held] if held else []
        found.chosen[spec.name] = [{"value": i, "label": labels.get(i) or _title(db, actor, spec, i)} for i in ids]
        found.offered[spec.name] = offered[:FEW]
    return found


def search(db: Session, actor: Actor, entity: Entity, spec: FieldSpec, text: str, limit: int = FEW) -> Options:
    found = records.options(db, actor, entity, spec.name, search=text, limit=limit)
    return [{"value": option.value, "label": option.label} for option in found]


def _title(db: Session, actor: Actor, spec: FieldSpec, record_id: str) -> str:
    """The name of a chosen row that is not among those offered."""
    try:
        return records.load(db, actor, by_key(spec.ref), record_id).title
    except FlowError:
        return f"nº {record_id}"
