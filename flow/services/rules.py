"""What an entity adds to the generic actions of `records`: its own checks, derived values, links and uses."""

from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from flow.access.actor import Actor
from flow.catalog.entity import Choice, Entity
from flow.errors import Use


@dataclass
class Draft:
    """One save on its way: `values` are parsed, `errors` collects what is wrong, `row` is new or the stored one."""

    db: Session
    actor: Actor
    entity: Entity
    row: Any
    values: dict[str, Any]
    creating: bool
    company_id: int
    errors: dict[str, str] = field(default_factory=dict)
    unseen: set[str] = field(default_factory=set)
    """Fields of which only a hidden part changed: the history tells that it did, and not what."""

    def changes(self, name: str) -> bool:
        return name in self.values and (self.creating or self.values[name] != getattr(self.row, name))

    def future(self, name: str) -> Any:
        """What the field will hold after the save; None in a new record if what was sent could not be read."""
        return self.values[name] if name in self.values else getattr(self.row, name)


class Rules:
    """Defaults that fit an entity without surprises. Subclasses override what differs."""

    def blank(self, db: Session, actor: Actor) -> dict[str, str]:
        """Suggestions for a new record, over the fields' defaults."""
        return {}

    def check(self, draft: Draft) -> None:
        """Add to `draft.errors`; change nothing."""

    def may_touch(self, db: Session, actor: Actor, row: Any) -> None:
        """Raise Forbidden if this person may not change or delete this very row."""

    def may_point(self, db: Session, actor: Actor, row: Any) -> bool:
        """Whether this person may let another record refer to this row: only such rows are offered."""
        return True

    def apply(self, draft: Draft) -> None:
        """Set what is derived (hashes, sealed secrets) before the row is written."""

    def after_flush(self, draft: Draft) -> None:
        """Write what hangs on the row (links, number claims); the row has its id now."""

    def virtual_values(self, db: Session, row: Any) -> dict[str, str | list[str]]:
        """Form values of fields that are not columns. Never a secret."""
        return {}

    def choices(self, db: Session, actor: Actor, name: str) -> list[Choice]:
        """Options of a `multi` or `matrix` field."""
        return []

    def uses(self, db: Session, row: Any) -> list[Use]:
        """Places that must let go before the row can be deleted."""
        return []

    def remove(self, db: Session, actor: Actor, row: Any) -> None:
        db.delete(row)


def name_taken(draft: Draft) -> bool:
    """Whether another row of the company bears this name already."""
    model = type(draft.row)
    others = select(model.id).where(
        model.company_id == draft.company_id, model.name == draft.future("name"), col(model.id) != draft.row.id
    )
    return draft.db.exec(others).first() is not None
