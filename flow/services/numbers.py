"""The company's one number space: who holds a number, and which one is free."""

from collections.abc import Iterator

from sqlmodel import Session, col, delete, select

from flow.catalog.number import RESERVED, NumberClaim
from flow.catalog.registry import by_key
from flow.services.rules import Draft


def error(draft: Draft, kind: str) -> str:
    """Why the draft's `number` cannot be that of a `kind`; empty when it can."""
    number = draft.future("number") or ""
    if not (number.isascii() and number.isdigit()):
        return "Use só dígitos, por exemplo 2024."
    if not 2 <= len(number) <= 6:
        return "Use de 2 a 6 dígitos."
    if number in RESERVED:
        return f"O número {number} é reservado ({RESERVED[number]}). Escolha outro.{_hint(draft)}"
    if taken := holder(draft.db, draft.company_id, number, but=(kind, draft.row.id)):
        return f"O número {number} já está ocupado: {taken}. Escolha outro ou edite o existente.{_hint(draft)}"
    return ""


def _hint(draft: Draft) -> str:
    free = next_free(draft.db, draft.company_id, draft.future("number"))
    return f" O próximo livre é {free}." if free else ""


def holder(db: Session, company_id: int, number: str, *, but: tuple[str, int | None]) -> str:
    """Who holds `number`, as people say it; empty when it is free. `but`: kind and id of the asker itself."""
    if number in RESERVED:
        return f"reservado: {RESERVED[number]}"
    claim = db.exec(
        select(NumberClaim).where(NumberClaim.company_id == company_id, NumberClaim.number == number)
    ).first()
    if claim is None or (claim.kind, claim.ref_id) == but:
        return ""
    entity = by_key(claim.kind)
    row = db.get(entity.model, claim.ref_id)
    return f"{entity.singular.lower()} {number} ({getattr(row, 'label', getattr(row, 'name', ''))})"


def claim(db: Session, company_id: int, number: str, kind: str, ref_id: int) -> None:
    release(db, kind, ref_id)
    db.add(NumberClaim(company_id=company_id, number=number, kind=kind, ref_id=ref_id))


def release(db: Session, kind: str, ref_id: int) -> None:
    db.exec(delete(NumberClaim).where(col(NumberClaim.kind) == kind, col(NumberClaim.ref_id) == ref_id))


def next_free(db: Session, company_id: int, start: str) -> str:
    """The first number from `start` on, of the same length, that nothing holds; empty when there is none."""
    width = len(start)
    taken = db.exec(
        select(NumberClaim.number)
        .where(NumberClaim.company_id == company_id, col(NumberClaim.number) >= start)
        .order_by(NumberClaim.number)
    )
    used = frozenset(n for n in taken if len(n) == width) | frozenset(RESERVED)
    return next((n for n in _from(start) if n not in used), "")


def _from(start: str) -> Iterator[str]:
    width = len(start)
    return (f"{n:0{width}}" for n in range(int(start), 10**width))
