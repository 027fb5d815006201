"""A row as its form holds it, and as people read it in lists of changes."""

from typing import Any

from sqlmodel import Session

from flow.catalog.entity import Entity, FieldSpec
from flow.services import wire
from flow.services.listing import titles_of
from flow.services.rulebook import rules_of


def default(spec: FieldSpec) -> wire.Wire:
    if spec.kind in ("multi", "matrix", "refs", "ordered", "board"):
        return []
    return wire.show(spec, spec.default)


def stored(db: Session, entity: Entity, row: Any) -> dict[str, object]:
    """Every field's value, those that are no columns included; passwords are empty."""
    virtual = rules_of(entity).virtual_values(db, row)
    return {
        s.name: virtual.get(s.name, default(s)) if s.name in entity.virtual else getattr(row, s.name)
        for s in entity.fields
    }


def form_values(db: Session, entity: Entity, row: Any) -> dict[str, wire.Wire]:
    values = stored(db, entity, row)
    virtual = dict(entity.virtual)
    return {
        s.name: values[s.name] if s.name in virtual else wire.show(s, values[s.name])  # type: ignore[misc]
        for s in entity.fields
    }


def readable(db: Session, entity: Entity, values: dict[str, object]) -> dict[str, str]:
    """Stored values as people read them; secrets are absent."""
    titles = titles_of(db, [(spec, values[spec.name]) for spec in entity.fields])
    return {
        spec.name: wire.read(spec, values[spec.name], _labels(entity, spec) or titles)
        for spec in entity.fields
        if spec.kind != "password"
    }


def _labels(entity: Entity, spec: FieldSpec) -> dict[str, str]:
    if spec.kind not in ("multi", "matrix"):
        return {}
    return {c.value: c.label for c in rules_of(entity).choices(None, None, spec.name)}  # type: ignore[arg-type]
