"""A telephone took another's place in a conversation, by INVITE with Replaces (RFC 3891).

The node obeys such an INVITE by itself, for whoever knows the dialog, and tells afterwards: the newcomer is in the
bridge, the other's channel is outside of it and up. So the engine follows, and ends what is not to be.
"""

import asyncio
from typing import TYPE_CHECKING

from flow.catalog.call import CallResult
from flow.engine.ending import Over, Side
from flow.engine.legs import is_leg
from flow.engine.pbx.ari import AriError, Event
from flow.engine.pbx.objects import shown_as
from flow.routing.snapshot import Station

if TYPE_CHECKING:
    from flow.engine.call import CallSession

_SWAP_LOOKS, _LOOK_SECONDS = 50, 0.02


def replaced(old: str, newcomer: str, station: Station | None) -> Event:
    """What the call of `old` hears. `station`: whose telephone the newcomer is; None for another company's."""
    return {"type": "Replaced", "channel": {"id": old, "state": ""}, "by": newcomer, "station": station}


async def refuse(call: "CallSession", event: Event) -> Event:
    """Nobody is let in while it rings, nor from another company: both channels end. Answers what the call hears."""
    old = event["channel"]
    call.record.step("replace-refused", "Outro telefone tentou tomar o lugar de um dos lados; foi recusado.")
    await call.office.pbx.hang_up(event["by"], old["id"], reason="rejected")
    return {"type": "Vanished", "channel": old}


async def follow(call: "CallSession", event: Event) -> None:
    """The conversation goes on in a call of its own, as after any transfer. Always raises Over."""
    old, newcomer = event["channel"]["id"], event["by"]
    office, side = call.office, call.side(old)
    stays = call.counterpart(old)
    assert stays is not None
    try:
        await _swapped(call, newcomer)
    except (TimeoutError, AriError):
        await office.pbx.hang_up(newcomer)
        raise Over(CallResult.ANSWERED, Side.SYSTEM) from None
    left, staying = call.station(old), call.station(stays)
    if side is Side.CALLER:
        joined = call.successor(newcomer, event["station"], staying, staying.number if staying else "")
        joined.callee_channel = stays
    else:
        joined = call.successor(stays, staying, event["station"], event["station"].number)
        joined.callee_channel = newcomer
    record = joined.record
    record.open()
    record.answer()
    who = f"{event['station'].shown} tomou o lugar de {left.shown if left else 'um dos lados'}."
    record.step("transferred", who, from_calls=[call.id], channel=joined.caller_channel)
    record.step("answered", "A conversa continua.", channel=joined.callee_channel)
    call.give_away(stays, joined)
    call.give_away(newcomer, joined)
    try:
        await office.pbx.create_bridge(joined.bridge)
        await office.pbx.join(joined.bridge, joined.caller_channel, joined.callee_channel)
        if staying is not None and is_leg(stays):  # Asterisk has told both, but it has no name for a leg
            await office.pbx.introduce(newcomer, shown_as(staying))
    finally:
        office.start(joined, joined.run_answered())
    call.record.step("transferred", who, to_call=joined.id, side=side.value)
    raise Over(CallResult.ANSWERED, side)


async def _swapped(call: "CallSession", newcomer: str) -> None:
    """Until the node has put the newcomer into the bridge, and told both telephones of each other."""
    for _ in range(_SWAP_LOOKS):
        if newcomer in await call.office.pbx.channels_in(call.bridge):
            return
        await asyncio.sleep(_LOOK_SECONDS)
    raise TimeoutError
