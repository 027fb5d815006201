"""Which row points to which: kept at each save of the owner, asked before a delete and shown as "Onde é usado"."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, delete, select

from flow.catalog.entity import Entity
from flow.catalog.link import Link
from flow.catalog.registry import by_key
from flow.errors import Use
from flow.services import wire
from flow.services.listing import title_of

Target = tuple[str, int]


def rewrite(db: Session, entity: Entity, owner_id: int, company_id: int, values: Mapping[str, object]) -> None:
    """Make the owner's links those of `values` (stored values by field)."""
    if not entity.pointing:
        return
    forget(db, entity, owner_id)
    wanted = {(spec.name, target) for spec in entity.pointing for target in wire.targets(spec, values[spec.name])}
    for place, (key, record_id) in sorted(wanted):
        db.add(
            Link(
                company_id=company_id,
                owner_key=entity.key,
                owner_id=owner_id,
                place=place,
                target_key=key,
                target_id=record_id,
            )
        )


def forget(db: Session, entity: Entity, owner_id: int) -> None:
    db.exec(delete(Link).where(col(Link.owner_key) == entity.key, col(Link.owner_id) == owner_id))


def held(db: Session, entity: Entity, owner_id: int | None) -> frozenset[Target]:
    """What the owner points to already."""
    if owner_id is None or not entity.pointing:
        return frozenset()
    query = select(Link).where(Link.owner_key == entity.key, Link.owner_id == owner_id)
    return frozenset((link.target_key, link.target_id) for link in db.exec(query))


def uses(db: Session, entity: Entity, target_id: int) -> list[Use]:
    """Every other row that points here, with the fields that do, e.g. "Marina (Webphone)"."""
    query = select(Link).where(Link.target_key == entity.key, Link.target_id == target_id).order_by(col(Link.id))
    places: dict[Target, list[str]] = {}
    for link in db.exec(query):
        owner = (link.owner_key, link.owner_id)
        if owner != (entity.key, target_id):
            places.setdefault(owner, []).append(by_key(link.owner_key).field(link.place).label)
    rows = {owner: _row(db, *owner) for owner in places}
    found = [_use(by_key(owner[0]), rows[owner], labels) for owner, labels in places.items() if rows[owner] is not None]
    return sorted(found, key=lambda use: (use.entity_title, use.title))


def _row(db: Session, key: str, record_id: int) -> Any:
    return db.get(by_key(key).model, record_id)


def _use(entity: Entity, row: Any, labels: list[str]) -> Use:
    return Use(entity.singular, f"{title_of(entity, row)} ({', '.join(labels)})", f"/{entity.slug}/{row.id}")
