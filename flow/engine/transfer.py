"""A telephone sent REFER: blind to a number, or attended to the other call of the same person.

Each conversation keeps a record of its own: who was transferred appears as the caller of a new one.
"""

import asyncio
from typing import TYPE_CHECKING

from flow.catalog.call import CallResult
from flow.engine.ending import Over
from flow.engine.legs import is_leg
from flow.engine.pbx.ari import AriError, Event
from flow.engine.pbx.objects import shown_as
from flow.routing.internal import Refuse, decide_internal

if TYPE_CHECKING:
    from flow.engine.call import CallSession

PROGRESS, ANSWERED = "channel_progress", "channel_answered"
UNAVAILABLE, DECLINED = "channel_unavailable", "channel_declined"
LEAVE_SECONDS = 0.5
SETTLED_SECONDS = 0.1
"""Asterisk tells of a REFER before it has done with it, and dies of a progress that comes earlier (seen in 22.10.1)."""


def transfer_of(call: "CallSession", event: Event) -> "Transfer":
    target = event["refer_to"]
    second = target.get("destination_channel") or {}
    return Transfer(
        call,
        event["referred_by"]["source_channel"]["id"],
        (target.get("requested_destination") or {}).get("destination") or "",
        second.get("id"),
    )


class Transfer:
    """Within the task of the call that is being transferred. `transferor` is the channel of whoever transfers."""

    def __init__(self, call: "CallSession", transferor: str, dialled: str, second_channel: str | None) -> None:
        self.call, self.transferor, self.dialled, self.second_channel = call, transferor, dialled, second_channel
        self.other = call.counterpart(transferor)
        self._settled = asyncio.get_running_loop().time() + SETTLED_SECONDS
        self._office, self._pbx, self._record = call.office, call.office.pbx, call.record

    async def carry_out(self) -> None:
        """Returns when the call goes on as before; raises Over when it was transferred."""
        if self.other is None:
            await self._tell(UNAVAILABLE)
            return
        second = self._office.owners.get(self.second_channel) if self.second_channel else None
        if self.second_channel and (second is None or second.record.company_id != self._record.company_id):
            await self._refuse("A segunda chamada da transferência não existe mais.", UNAVAILABLE)
        elif second is None:
            await self._blind(self.dialled)
        elif second.talking:
            await self._attended(second)
        else:
            await self._before_the_answer(second)

    async def decline(self) -> None:
        """Nobody is there yet whom one could transfer."""
        await self._tell(DECLINED)

    async def _tell(self, state: str) -> None:
        await asyncio.sleep(self._settled - asyncio.get_running_loop().time())
        await self._pbx.transfer_progress(self.transferor, state)

    async def _refuse(self, why: str, state: str) -> None:
        self._record.step("transfer-refused", f"Transferência não realizada: {why}", side=self._side)
        await self._tell(state)

    @property
    def _side(self) -> str:
        return self.call.side(self.transferor).value

    @property
    def _who(self) -> str:
        station = self.call.station(self.transferor)
        return station.shown if station else "Um dos lados"

    # Attended

    async def _attended(self, second: "CallSession") -> None:
        """Join the far ends of both calls; the person in the middle is let go."""
        far = second.counterpart(self.second_channel or "")
        if far is None or self.other is None:
            return await self._refuse("a segunda chamada terminou.", UNAVAILABLE)
        caller, callee = self.call.station(self.other), second.station(far)
        joined = self.call.successor(self.other, caller, callee, callee.number if callee else "")
        joined.callee_channel = far
        record = joined.record
        record.open()
        record.answer()
        record.step(
            "transferred",
            f"{self._who} uniu as duas chamadas (transferência com consulta).",
            from_calls=[self.call.id, second.id],
            channel=self.other,
        )
        record.step("answered", "A conversa continua sem quem transferiu.", channel=far)
        self.call.give_away(self.other, joined)
        second.give_away(far, joined)
        try:
            await self._pbx.create_bridge(joined.bridge)
            await self._pbx.join(joined.bridge, self.other, far)
            await self._introduce(joined)
        finally:
            self._office.start(joined, joined.run_answered())
        by = second.side(self.second_channel or "").value
        second.inbox.put({"type": "Joined", "into": joined.id, "by": by})
        await self._tell_the_end(ANSWERED)
        self._transferred(
            f"{self._who} transferiu a chamada para {callee.shown if callee else 'outra pessoa'}.", joined
        )

    async def _introduce(self, joined: "CallSession") -> None:
        """Each telephone of the company hears with whom it talks now."""
        record = joined.record
        if record.caller is not None and record.callee is not None:
            await self._pbx.introduce(joined.caller_channel, shown_as(record.callee))
        if record.callee is not None and joined.callee_channel:
            await self._pbx.introduce(joined.callee_channel, record.caller_shown)

    async def _before_the_answer(self, second: "CallSession") -> None:
        """The second call still rings: it is withdrawn, and the same number rings for the person transferred."""
        number = second.record.dialled
        second.inbox.put({"type": "Withdrawn"})
        for _ in range(40):
            if second.id not in self._office.sessions:
                break
            await asyncio.sleep(0.05)
        await self._blind(number)

    # Blind

    async def _blind(self, number: str) -> None:
        other = self.call.station(self.other or "")
        if queue := self.call.snapshot.queue_by_number.get(number):
            target = f'a fila "{queue.name}"'
        else:
            decision = decide_internal(
                self.call.snapshot,
                other,
                number,
                phones=self._office.registrations.states,
                busy=self._office.busy_for(self.call.id),
            )
            if isinstance(decision, Refuse):
                return await self._refuse(decision.why, DECLINED if decision.result is CallResult.BUSY else UNAVAILABLE)
            target = decision.station.shown
        assert self.other is not None
        ringing = self.call.successor(self.other, other, None, number)
        ringing.record.open()
        ringing.record.step(
            "transferred", f"{self._who} transferiu para {number}.", from_calls=[self.call.id], channel=self.other
        )
        self._record.step("transfer", f"{self._who} transfere para {target}.", to_call=ringing.id)
        self.call.give_away(self.other, ringing)
        await self._pbx.leave(self.call.bridge, self.other)
        if other is not None and is_leg(self.other):
            await self._pbx.name(self.other, shown_as(other))
        self._office.start(ringing)
        await self._tell(PROGRESS)
        await self._wait_for(ringing)

    async def _wait_for(self, ringing: "CallSession") -> None:
        present = True
        while True:
            event = await self.call.next_event()
            kind = event["type"] if event.get("call", ringing.id) == ringing.id else ""
            if kind == "TransferAnswered":
                if present:
                    await self._tell_the_end(ANSWERED)
                self._transferred(f"Transferida para {ringing.record.dialled}.", ringing)
            if kind == "TransferEnded":
                if present:
                    await self._tell_the_end(UNAVAILABLE)
                self._transferred("Quem era transferido desligou.", ringing)
            if kind == "TransferFailed":
                if await self._take_back(ringing, present):
                    return
                self._transferred("A transferência não foi atendida e quem transferiu já saiu.", ringing)
            if present and kind in ("StasisEnd", "ChannelDestroyed", "Vanished"):
                present = event["channel"]["id"] != self.transferor
                if not present:
                    self._transferred(f"{self._who} transferiu para {ringing.record.dialled} e desligou.", ringing)

    async def _take_back(self, ringing: "CallSession", present: bool) -> bool:
        if not present or self.other is None:
            ringing.inbox.put({"type": "NotWanted"})
            return False
        self.call.take_back(self.other, ringing)
        ringing.inbox.put({"type": "TakenBack"})
        try:
            await self._pbx.stop_ringing(self.other)
            await self._pbx.join(self.call.bridge, self.other)
            if station := self.call.station(self.transferor):
                await self._pbx.introduce(self.other, shown_as(station))
        except AriError:
            return False
        self._record.step("transfer-failed", f"{ringing.record.dialled} não atendeu; a chamada voltou a {self._who}.")
        await self._tell(UNAVAILABLE)
        return True

    async def _tell_the_end(self, state: str) -> None:
        """NOTIFY and BYE leave Asterisk by different queues, so a BYE at once could come first. Most telephones hang up
        by themselves when they hear the end; the others have time to hear it."""
        await self._tell(state)
        with self.call.inbox.within(LEAVE_SECONDS) as deadline:
            while (event := await self.call.event_before(deadline)) is not None:
                if self.call.ends(event, self.transferor):
                    return

    def _transferred(self, text: str, into: "CallSession") -> None:
        """The call ends here, on the side of whoever transferred. Always raises Over."""
        self._record.step("transferred", text, to_call=into.id, side=self._side)
        raise Over(CallResult.ANSWERED, self.call.side(self.transferor))
