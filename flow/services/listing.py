"""Lists of the catalogue's rows: visible to this person, matching, sorted, one page at a time, as people read them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from flow.access.actor import Actor
from flow.access.reach import within
from flow.catalog.entity import Entity, FieldSpec
from flow.catalog.registry import by_key
from flow.catalog.tenant import fold
from flow.services import media, wire

MAX_SIZE = 200


@dataclass(frozen=True)
class RowPage:
    rows: list[dict[str, str]]
    total: int


def list_rows(
    db: Session,
    actor: Actor,
    entity: Entity,
    *,
    search: str = "",
    sort: str = "",
    descending: bool = False,
    page: int = 1,
    size: int = 25,
) -> RowPage:
    """One page of the list, as people read it. Unknown sort columns fall back to the entity's own order."""
    actor.demand(entity.permission("view"))
    size = min(max(size, 1), MAX_SIZE)
    condition = sa.and_(visible(actor, entity), *matching(entity, search))
    total = db.exec(select(sa.func.count()).select_from(entity.model).where(condition)).one()
    page = min(max(page, 1), max(1, -(-total // size)))
    model: Any = entity.model
    order = ordered(entity, sort, descending)
    # Ids first: skipping to a far page then reads the index alone, not the rows.
    ids = db.exec(select(model.id).where(condition).order_by(*order).offset((page - 1) * size).limit(size)).all()
    rows = db.exec(select(model).where(model.id.in_(ids)).order_by(*order)).all()
    return RowPage(_readable(db, entity, rows), total)


def visible(actor: Actor, entity: Entity) -> sa.ColumnElement[bool]:
    condition = within(actor, entity.key)
    deleted_at = getattr(entity.model, "deleted_at", None)
    return condition if deleted_at is None else sa.and_(condition, deleted_at.is_(None))


def matching(entity: Entity, search: str) -> list[sa.ColumnElement[bool]]:
    words = fold(search).split()[:8]
    column = col(entity.model.search)  # type: ignore[attr-defined]
    return [column.contains(word, autoescape=True) for word in words]


def ordered(entity: Entity, sort: str, descending: bool) -> list[Any]:
    spec = next((s for s in entity.columns if s.name == sort and s.sortable), entity.field(entity.default_sort))
    model: Any = entity.model
    keys = [*_sort_keys(entity, spec), col(model.id)]  # one direction for all, so that an index can serve it
    return [key.desc() if descending else key.asc() for key in keys]


def _sort_keys(entity: Entity, spec: FieldSpec) -> list[Any]:
    column = col(getattr(entity.model, spec.name))
    if spec.kind == "ref":
        target = by_key(spec.ref)
        title = getattr(target.model, target.title_field)
        return [select(title).where(col(target.model.id) == column).correlate(entity.model).scalar_subquery()]  # type: ignore[attr-defined]
    if spec.numeric and spec.kind == "text":
        return [sa.func.length(column), column]  # 99 before 100
    if spec.name == entity.title_field:
        return [col(entity.model.search)]  # type: ignore[attr-defined]  # folded: É sorts with E
    return [sa.func.lower(column)] if spec.kind in ("text", "longtext", "email") else [column]


def _readable(db: Session, entity: Entity, rows: Sequence[Any]) -> list[dict[str, str]]:
    values = [(spec, getattr(row, spec.name)) for spec in entity.columns for row in rows]
    titles = titles_of(db, values)
    return [
        {"id": str(row.id), **{s.name: wire.read(s, getattr(row, s.name), titles) for s in entity.columns}}
        for row in rows
    ]


def titles_of(db: Session, values: Collection[tuple[FieldSpec, object]]) -> dict[str, str]:
    """What the rows that stored values point to are called: "<key>:<id>" → title, or hash → name of the sound."""
    targets = {target for spec, value in values for target in wire.targets(spec, value)}
    sounds = {str(value) for spec, value in values if spec.kind == "audio" and value}
    found = {digest: file.title for digest, file in media.held(db, sounds).items()}
    for key in {key for key, _ in targets}:
        entity = by_key(key)
        model: Any = entity.model
        wanted = [record_id for of, record_id in targets if of == key]
        rows = db.exec(select(model).where(col(model.id).in_(wanted))).all()
        found |= {f"{key}:{row.id}": title_of(entity, row) for row in rows}
    return found


def title_of(entity: Entity, row: Any) -> str:
    title = str(getattr(row, entity.title_field))
    return f"{title} · {row.label}" if entity.key == "extension" else title
