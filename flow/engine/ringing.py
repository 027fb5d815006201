"""One extension's telephones ring together for a caller, and whoever answers first is connected."""

from typing import TYPE_CHECKING

from flow.catalog.call import CallResult
from flow.engine.ending import Over, Side
from flow.engine.farewell import UNANSWERED
from flow.engine.legs import Leg, Legs
from flow.engine.pbx.ari import Event, Gone
from flow.engine.pbx.objects import shown_as
from flow.engine.record import told
from flow.routing.internal import Ring

if TYPE_CHECKING:
    from flow.engine.call import CallSession


async def begin(session: "CallSession", decision: Ring) -> Legs:
    """The telephones ring, and their events come to the call."""
    office, pbx, station = session.office, session.office.pbx, decision.station
    session.record.state = "ringing"
    legs = Legs(pbx, session.id, session.caller_channel, decision.seconds, numbered_from=session.legs_from)
    inside = session.record.caller is not None  # a carrier is told nothing of the company's people
    if inside and session.transferred is None:
        legs.shown = shown_as(station)
    elif inside:
        await pbx.introduce(session.caller_channel, shown_as(station))
    office.engage(session, station.id)
    planned = await legs.plan(decision.endpoints, office.registrations)
    session.use_legs(legs)
    legs.early = len(planned) == 1 and not session.picked_up
    await legs.begin(planned, ring=not legs.early)
    return legs


async def answer(session: "CallSession", legs: Legs) -> CallResult | None:
    """Connects the leg that answers first; what became of the call if none does. Raises Over when the caller leaves."""
    with session.inbox.within(legs.seconds) as deadline:
        winner = await _first(session, legs, deadline)
    if winner is not None:
        await _connect(session, legs, winner)
        return None
    fates = legs.fates()
    await legs.drop()
    result = legs.result()
    session.record.step("unanswered", UNANSWERED[result], passed_over=told(fates))
    return result


async def _first(session: "CallSession", legs: Legs, deadline: object) -> Leg | None:
    while legs.open and not legs.declined:
        event = await session.event_before(deadline)
        if event is None:
            await legs.time_out()
            return None
        if session.ends(event, session.caller_channel):
            raise Over(CallResult.CANCELLED, Side.CALLER)
        leg = legs.by_channel.get(event.get("channel", {}).get("id", ""))
        if leg is not None and await _heard(session, legs, leg, event):
            return leg
    return None


async def _heard(session: "CallSession", legs: Legs, leg: Leg, event: Event) -> bool:
    """Whether `leg` has answered with this event."""
    kind, state = event["type"], event["channel"]["state"]
    if kind == "StasisStart":
        await legs.dial(leg)
    elif kind == "ChannelStateChange" and state == "Ringing" and not leg.ringing:
        leg.ringing = True
        session.record.step("ringing", f"{leg.name} está tocando.", endpoint=leg.endpoint.kind, channel=leg.channel)
    elif kind == "ChannelStateChange" and state == "Up":
        return True
    elif kind in ("ChannelDestroyed", "Vanished"):
        legs.destroyed(leg, event)
    return False


async def _connect(session: "CallSession", legs: Legs, winner: Leg) -> None:
    session.callee_channel = winner.channel
    try:
        if not legs.joined:
            await session.office.pbx.connect(
                session.bridge, session.caller_channel, winner.channel, answer=not session.picked_up
            )
    except Gone:
        raise Over(CallResult.CANCELLED, Side.CALLER) from None
    session.record.answer()
    session.record.step(
        "answered",
        f"Atendida no {winner.name.lower()}.",
        channel=winner.channel,
        endpoint=winner.endpoint.kind,
        passed_over=told(legs.losers(winner)),
    )
    await legs.drop(but=winner, reason="answered_elsewhere")
    session.connected(winner.channel)
    session.tell_origin("TransferAnswered")
