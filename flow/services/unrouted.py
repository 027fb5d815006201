"""DIDs without a route: noted by the engine as calls to them are refused, shown above the Rotas de Entrada."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select

from flow.access.actor import Actor
from flow.catalog.inbound_route import InboundRoute
from flow.catalog.unrouted import UnroutedDid
from flow.clock import now
from flow.db import platform_session
from flow.routing import brazil, did

MOST = 200  # of one company: whoever dials at random must not fill the table
_SHOWN = 20


@dataclass(frozen=True)
class Unrouted:
    """`number` as people write it; the form of a route takes it so."""

    id: int
    number: str
    count: int
    last_at: datetime


def note(number: str, trunk_id: int | None, company_id: int | None) -> None:
    """One more call to a number that leads nowhere. `number` as the carrier sent it."""
    number = _canonical(number)
    with platform_session(writes=True) as db:
        same = select(UnroutedDid).where(
            UnroutedDid.number == number, UnroutedDid.trunk_id == trunk_id, UnroutedDid.company_id == company_id
        )
        row = db.exec(same).first() or UnroutedDid(number=number, trunk_id=trunk_id, company_id=company_id, count=0)
        row.count += 1
        row.last_at = now()
        db.add(row)
        db.flush()
        _trim(db, company_id)
        db.commit()


def _canonical(number: str) -> str:
    try:
        return did.normalise(number)
    except ValueError:
        return "".join(c for c in number if c.isascii() and c.isprintable())[:40]


def _trim(db: Session, company_id: int | None) -> None:
    kept = select(UnroutedDid.id).where(UnroutedDid.company_id == company_id)
    kept = kept.order_by(col(UnroutedDid.last_at).desc(), col(UnroutedDid.id).desc()).limit(MOST)
    ids = db.exec(kept).all()
    if len(ids) == MOST:
        db.exec(delete(UnroutedDid).where(col(UnroutedDid.company_id) == company_id, col(UnroutedDid.id).not_in(ids)))


def unrouted(db: Session, actor: Actor) -> list[Unrouted]:
    """The company's, the latest first, without those that have got a route since."""
    actor.demand("inbound_route.view")
    routed = select(InboundRoute.did)
    query = select(UnroutedDid).where(col(UnroutedDid.number).not_in(routed))
    rows = db.exec(query.order_by(col(UnroutedDid.last_at).desc()).limit(_SHOWN))
    return [Unrouted(row.id or 0, brazil.shown(row.number), row.count, row.last_at) for row in rows]
