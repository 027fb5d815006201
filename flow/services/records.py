"""The generic actions on every entity: list, load, save, delete, history. The only writers of their rows.

Each write is one transaction: row, links, audit entry, `company.revision + 1`. Nothing is kept if any of it fails.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, select

from flow.access.actor import Actor
from flow.catalog.audit import AuditEntry
from flow.catalog.company import Company
from flow.catalog.entity import Entity, FieldSpec
from flow.catalog.registry import by_key, known
from flow.catalog.tenant import fold
from flow.clock import local
from flow.db import company_session, platform_session
from flow.errors import Conflict, InUse, NotFound, Use, ValidationFailed
from flow.services import links, wire
from flow.services.listing import RowPage, list_rows, title_of, visible
from flow.services.reading import default, form_values, readable, stored
from flow.services.rulebook import rules_of
from flow.services.rules import Draft, Rules
from flow.services.trail import Change, changes_of, in_service, write_entry

_HIDDEN = "••••••"
__all__ = [
    "Change",
    "Record",
    "RowPage",
    "Saved",
    "blank",
    "delete",
    "for_change",
    "history",
    "in_service",
    "list_rows",
    "load",
    "opened",
    "record_action",
    "save",
    "title_of",
    "uses",
]


@dataclass(frozen=True)
class Record:
    id: int | None
    values: dict[str, wire.Wire]
    version: int
    title: str


@dataclass(frozen=True)
class Saved:
    id: int
    company_id: int
    revision: int
    created: bool
    audit_id: int


@contextmanager
def opened(actor: Actor, entity: Entity, *, writes: bool = False) -> Iterator[Session]:
    """The session in which this person works on this entity. Raises NoCompany when none is picked."""
    if entity.key == "company" and actor.can("company.create"):
        with platform_session(writes=writes) as db:
            yield db
    else:
        with company_session(actor.company, writes=writes) as db:
            yield db


def blank(db: Session, actor: Actor, entity: Entity) -> Record:
    actor.demand(entity.permission("create"))
    values = {s.name: default(s) for s in entity.fields}
    values.update(rules_of(entity).blank(db, actor))
    return Record(None, values, 0, "")


def load(db: Session, actor: Actor, entity: Entity, record_id: object) -> Record:
    actor.demand(entity.permission("view"))
    row = _row(db, actor, entity, record_id)
    return Record(row.id, form_values(db, entity, row), row.version, title_of(entity, row))


def _row(db: Session, actor: Actor, entity: Entity, record_id: object, *, lock: bool = False) -> Any:
    """The row, if it is this company's and in this person's reach. Anything else is NotFound."""
    text = str(record_id)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound()
    model: Any = entity.model
    query = select(model).where(col(model.id) == int(text), visible(actor, entity))
    row = db.exec(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotFound()
    return row


def save(
    db: Session,
    actor: Actor,
    entity: Entity,
    record_id: object | None,
    values: Mapping[str, object],
    version: int | None,
) -> Saved:
    """Create (`record_id` None) or change a record; fields not in `values` keep what they hold.

    Raises Forbidden, NotFound, Conflict, ValidationFailed, Busy or DiskFull; then nothing is written.
    """
    creating = record_id is None
    actor.demand(entity.permission("create" if creating else "edit"))
    row = entity.model() if creating else _row(db, actor, entity, record_id, lock=True)
    rules = rules_of(entity)
    if not creating:
        rules.may_touch(db, actor, row)
        _demand_fresh(db, actor, entity, row, version)
    home = getattr(row, "id", None) if entity.key == "company" else actor.company
    draft = Draft(db, actor, entity, row, {}, creating, home or 0)
    _parse(draft, values)
    unreadable = dict(draft.errors)
    rules.check(draft)  # even so: a person wants to hear of everything that is wrong at once
    draft.errors |= unreadable
    if draft.errors:
        raise ValidationFailed(draft.errors)
    return _write(draft, rules)


def _demand_fresh(db: Session, actor: Actor, entity: Entity, row: Any, version: int | None) -> None:
    if version is None or version == row.version:
        return
    newer = db.exec(
        select(AuditEntry)
        .where(AuditEntry.entity == entity.key, AuditEntry.record_id == row.id, col(AuditEntry.version) > version)
        .order_by(col(AuditEntry.id).desc())
    ).all()
    if not newer:
        raise Conflict()
    labels = ", ".join(dict.fromkeys(change["label"] for entry in newer for change in entry.changes))
    company = db.get(Company, row.id if entity.key == "company" else actor.company_id)
    moment = local(newer[0].at, company.time_zone if company else "America/Sao_Paulo").strftime("%H:%M:%S")
    raise Conflict(
        f"{newer[0].user_name} salvou este registro às {moment} enquanto você editava "
        f"(mudou: {labels or 'nada visível'}). Nada seu foi gravado e nada foi sobrescrito: "
        "recarregue e refaça a sua mudança.",
        version=row.version,
    )


def _parse(draft: Draft, values: Mapping[str, object]) -> None:
    exists = _exists(draft)
    for spec in draft.entity.fields:
        if spec.kind == "readonly" or (spec.super_only and not draft.actor.is_super):
            continue
        if spec.name not in values and not draft.creating:
            continue
        raw = values.get(spec.name, default(spec) if draft.creating else None)
        if spec.once and not draft.creating and not raw:
            continue
        if spec.show_when and not draft.future(spec.show_when):
            spec = replace(spec, required=False)  # nobody is asked for what is not shown
        try:
            draft.values[spec.name] = wire.parse(spec, raw, exists, _allowed(draft, spec))
        except wire.Invalid as error:
            draft.errors[spec.name] = str(error)


def _exists(draft: Draft) -> wire.Exists:
    """A call may go to any row of the company; other references must be in this person's reach, or held already."""
    held = links.held(draft.db, draft.entity, None if draft.creating else draft.row.id)

    def exists(spec: FieldSpec, record_id: int) -> bool:
        if not known(spec.ref):
            return False
        target = by_key(spec.ref)
        model: Any = target.model
        condition = (
            sa.true() if spec.kind == "destination" or (spec.ref, record_id) in held else visible(draft.actor, target)
        )
        return db_has(draft.db, model, sa.and_(col(model.id) == record_id, condition))

    return exists


def db_has(db: Session, model: type[SQLModel], condition: sa.ColumnElement[bool]) -> bool:
    return db.exec(select(sa.literal(1)).select_from(model).where(condition).limit(1)).first() is not None


def _allowed(draft: Draft, spec: FieldSpec) -> frozenset[str]:
    if spec.kind not in ("multi", "matrix"):
        return frozenset()
    held = frozenset() if draft.creating else frozenset(getattr(draft.row, spec.name))
    return held | {c.value for c in rules_of(draft.entity).choices(draft.db, draft.actor, spec.name)}


def _write(draft: Draft, rules: Rules) -> Saved:
    db, entity, row = draft.db, draft.entity, draft.row
    before = {} if draft.creating else readable(db, entity, stored(db, entity, row))
    for name, value in draft.values.items():
        if name not in entity.virtual:
            setattr(row, name, value)
    if draft.creating and entity.key != "company":
        row.company_id = draft.company_id
    rules.apply(draft)
    row.search = fold(" ".join(_search_parts(entity, row)))
    row.version = 1 if draft.creating else row.version + 1
    db.add(row)
    try:
        db.flush()
        draft.company_id = draft.company_id or row.id
        rules.after_flush(draft)
        db.flush()
    except IntegrityError as error:
        db.rollback()
        raise ValidationFailed(
            {}, "Outra pessoa acabou de gravar algo igual. Nada foi salvo; confira e tente de novo."
        ) from error
    after = stored(db, entity, row)
    links.rewrite(db, entity, row.id, draft.company_id, after)
    changes = _changes(draft, before, readable(db, entity, after))
    entry, revision = write_entry(
        draft.db, draft.actor, entity, row, draft.company_id, "create" if draft.creating else "edit", changes
    )
    db.commit()
    return Saved(row.id, draft.company_id, revision, draft.creating, entry)


def _search_parts(entity: Entity, row: Any) -> list[str]:
    """The title first: `search` is also the order of the list. Texts are found as stored and as shown."""
    specs = [
        entity.field(entity.title_field),
        *(s for s in entity.fields if s.searchable and s.name != entity.title_field),
    ]
    stored = [str(getattr(row, s.name)) for s in specs]
    read = [wire.shown(s, text) for s, text in zip(specs, stored, strict=True)]
    return [*stored, *(text for text in read if text not in stored)]


def _changes(draft: Draft, before: dict[str, str], after: dict[str, str]) -> list[dict[str, Any]]:
    rows = [
        {"field": s.name, "label": s.label, "before": before.get(s.name, ""), "after": after[s.name]}
        for s in draft.entity.fields
        if s.name in after and before.get(s.name, "") != after[s.name]
    ]
    changed = {row["field"] for row in rows}
    secrets = [
        s
        for s in draft.entity.fields
        if (s.kind == "password" and draft.values.get(s.name)) or s.name in draft.unseen - changed
    ]
    old = "" if draft.creating else _HIDDEN
    return rows + [{"field": s.name, "label": s.label, "before": old, "after": _HIDDEN} for s in secrets]


def record_action(db: Session, actor: Actor, entity: Entity, row: Any, action: str, label: str) -> Saved:
    """Close an entity's own action (e.g. a new password): audit, revision, commit. The caller changed the row."""
    row.version += 1
    db.add(row)
    db.flush()
    change = {"field": action, "label": label, "before": _HIDDEN, "after": _HIDDEN}
    entry, revision = write_entry(db, actor, entity, row, row.company_id, action, [change])
    db.commit()
    return Saved(row.id, row.company_id, revision, False, entry)


def for_change(db: Session, actor: Actor, entity: Entity, record_id: object) -> Any:
    """The row, for an action of its own; the same checks as a save."""
    actor.demand(entity.permission("edit"))
    row = _row(db, actor, entity, record_id, lock=True)
    rules_of(entity).may_touch(db, actor, row)
    return row


def uses(db: Session, actor: Actor, entity: Entity, record_id: object) -> list[Use]:
    """The places that must let go before a delete."""
    actor.demand(entity.permission("view"))
    return _uses(db, entity, _row(db, actor, entity, record_id))


def _uses(db: Session, entity: Entity, row: Any) -> list[Use]:
    return [*links.uses(db, entity, row.id), *rules_of(entity).uses(db, row)]


def delete(db: Session, actor: Actor, entity: Entity, record_id: object) -> Saved:
    """Raises InUse with the list of uses; nothing is deleted then."""
    actor.demand(entity.permission("delete"))
    row = _row(db, actor, entity, record_id, lock=True)
    rules = rules_of(entity)
    rules.may_touch(db, actor, row)
    still_used = _uses(db, entity, row)
    if still_used:
        raise InUse(still_used)
    company_id = row.id if entity.key == "company" else actor.company
    gone = readable(db, entity, stored(db, entity, row))
    changes = [
        {"field": s.name, "label": s.label, "before": gone[s.name], "after": ""}
        for s in entity.fields
        if gone.get(s.name)
    ]
    rules.remove(db, actor, row)
    links.forget(db, entity, row.id)
    entry, revision = write_entry(db, actor, entity, row, company_id, "delete", changes)
    db.commit()
    return Saved(row.id, company_id, revision, False, entry)


def history(db: Session, actor: Actor, entity: Entity, record_id: object) -> list[Change]:
    """Who changed which field of this record, the newest first."""
    actor.demand(entity.permission("view"))
    return changes_of(db, entity, _row(db, actor, entity, record_id).id)
