"""What a company's telephone did today, on its own clock: as far as the person sees the calls."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from flow.access.actor import Actor
from flow.access.reach import within
from flow.catalog.call import Call, CallResult
from flow.clock import local, now
from flow.services.call_log import between, zone_of


@dataclass(frozen=True)
class Today:
    """Calls from outside that began on `day`. `average_wait`: seconds in a queue until somebody answered; None if no
    call was answered out of one."""

    day: date
    received: int
    answered: int
    abandoned: int
    average_wait: float | None


def today(db: Session, actor: Actor) -> Today:
    actor.demand("call.view")
    zone = zone_of(db, actor)
    day = local(now(), zone).date()
    condition = sa.and_(within(actor, "call"), *between(col(Call.started_at), day, None, zone))
    inbound = sa.and_(condition, col(Call.direction) == "inbound")
    by_result = dict(db.exec(select(Call.result, sa.func.count()).where(inbound).group_by(col(Call.result))).all())
    waits = select(Call.queued_at, Call.answered_at).where(inbound, _answered_out_of_a_queue())
    seconds = [(answered - queued).total_seconds() for queued, answered in db.exec(waits) if answered and queued]
    return Today(
        day,
        sum(by_result.values()),
        by_result.get(CallResult.ANSWERED, 0),
        by_result.get(CallResult.ABANDONED, 0),
        sum(seconds) / len(seconds) if seconds else None,
    )


def _answered_out_of_a_queue() -> sa.ColumnElement[bool]:
    return sa.and_(col(Call.queued_at).is_not(None), col(Call.answered_at).is_not(None))
