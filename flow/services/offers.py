"""What the fields of a form offer this person to choose from."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, select

from flow.access.actor import Actor
from flow.catalog.entity import Entity, FieldSpec
from flow.catalog.registry import by_key, known
from flow.catalog.tenant import fold
from flow.routing.destination import OFFERED, WORDS
from flow.services.listing import matching, ordered, title_of, visible
from flow.services.rulebook import rules_of

PER_KIND = 40  # destinations of each kind; a form may have many pickers, and whoever types is shown more


@dataclass(frozen=True)
class Offer:
    """`group`: the heading it stands under. `path`: the row's own page; without a value, where a new one is made."""

    value: str
    label: str
    group: str = ""
    path: str = ""


def offers(db: Session, actor: Actor, entity: Entity, spec: FieldSpec, search: str, limit: int) -> list[Offer]:
    """For a field of any kind that has options: rows only that this person may point to. `limit` counts per kind."""
    match spec.kind:
        case "destination":
            return _destinations(db, actor, search, min(limit, PER_KIND))
        case "board":
            return [
                offer for key in spec.kinds for offer in _rows(db, actor, by_key(key), search, limit, prefixed=True)
            ]
    if spec.ref:
        return _rows(db, actor, by_key(spec.ref), search, limit, prefixed=False)
    choices = spec.options or rules_of(entity).choices(db, actor, spec.name)
    return [Offer(choice.value, choice.label) for choice in choices]


def _rows(db: Session, actor: Actor, target: Entity, search: str, limit: int, *, prefixed: bool) -> list[Offer]:
    model: Any = target.model
    condition = sa.and_(visible(actor, target), *matching(target, search))
    rows = db.exec(select(model).where(condition).order_by(*ordered(target, "", False)).limit(limit)).all()
    mark = f"{target.key}:" if prefixed else ""
    rules = rules_of(target)
    return [
        Offer(f"{mark}{row.id}", title_of(target, row), target.singular, f"/{target.slug}/{row.id}")
        for row in rows
        if rules.may_point(db, actor, row)
    ]


def _destinations(db: Session, actor: Actor, search: str, limit: int) -> list[Offer]:
    """Under each kind its rows and, for who may, the way to a new one. Only kinds that this person may see."""
    found: list[Offer] = []
    for target in (by_key(kind) for kind in OFFERED if known(kind)):
        if not actor.can(target.permission("view")):
            continue
        found += _rows(db, actor, target, _beyond_the_kind(target, search), limit, prefixed=True)
        if actor.can(target.permission("create")):
            words = f"Criar {_in_a_sentence(target.singular)}…"
            found.append(Offer("", words, target.singular, f"/{target.slug}/novo"))
    return [*found, Offer("hangup", WORDS["hangup"])]


def _in_a_sentence(name: str) -> str:
    """ "Condição de Horário" → "condição de horário"; URA stays what it is."""
    return " ".join(word if word.isupper() else word.lower() for word in name.split())


def _beyond_the_kind(target: Entity, search: str) -> str:
    """The words of a search that do not just name the kind: "ura aten" looks for "aten" among the URAs."""
    kind = fold(target.singular).split()
    return " ".join(word for word in fold(search).split() if not any(part.startswith(word) for part in kind))
