"""One call: one task, one queue of its events. It asks the routing core what to do, does it, and says why.

Nothing here is shared with another call. Whatever ends the task, its channels are ended and its record is closed.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable

import structlog

from flow.catalog.call import CallResult
from flow.engine import feature, ringing
from flow.engine.ending import CAUSE_NORMAL, Over, Side
from flow.engine.farewell import ANNOUNCEMENT_SECONDS, FAREWELL
from flow.engine.inbox import Inbox
from flow.engine.itinerary import Itinerary, first_hop
from flow.engine.legs import Legs
from flow.engine.office import Office
from flow.engine.pbx.ari import AriError, Event, Gone
from flow.engine.record import CallRecord, told
from flow.engine.replacement import follow, refuse
from flow.engine.transfer import transfer_of
from flow.routing.features import QUEUES_CODE
from flow.routing.internal import Refuse, decide_internal
from flow.routing.journey import Hop
from flow.routing.snapshot import CompanySnapshot, QueuePlan, Station

log = structlog.get_logger(__name__)


class CallSession:
    """`caller_channel` and, once answered, `callee_channel` are this call's alone until given away."""

    def __init__(
        self,
        office: Office,
        record: CallRecord,
        snapshot: CompanySnapshot,
        caller_channel: str,
        callee_channel: str | None = None,
        *,
        transferred: "CallSession | None" = None,
        first: Hop | None = None,
        picked_up: bool = False,
    ) -> None:
        self.office, self.record, self.snapshot = office, record, snapshot
        self.caller_channel, self.callee_channel = caller_channel, callee_channel
        self.bridge = record.id
        self.inbox = Inbox()
        self.owned: set[str] = set()
        self._pbx = office.pbx
        self.transferred = transferred
        self._first = first
        self.picked_up = picked_up or transferred is not None
        self._stages = 0
        self.entered_at: float | None = None
        self.legs_from = 1
        self._legs: Legs | None = None
        self._given_away: set[str] = set()
        self._ended: set[str] = set()

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def channels(self) -> set[str]:
        """Every channel that this call answers for."""
        own = {self.caller_channel, *(self._legs.by_channel if self._legs else ())}
        return (own | ({self.callee_channel} if self.callee_channel else set())) - self._given_away

    def side(self, channel: str) -> Side:
        return Side.CALLER if channel == self.caller_channel else Side.CALLEE

    def station(self, channel: str) -> Station | None:
        return self.record.caller if channel == self.caller_channel else self.record.callee

    def counterpart(self, channel: str) -> str | None:
        return self.callee_channel if channel == self.caller_channel else self.caller_channel

    @property
    def talking(self) -> bool:
        return self.record.state == "talking"

    # Life

    async def run(self) -> None:
        """From the caller's arrival to the end."""
        await self._to_the_end(self._route)

    async def run_answered(self) -> None:
        """From a conversation that is already up: adopted, or made by a transfer."""
        await self._to_the_end(self.talk)

    async def run_with_member(self, plan: QueuePlan, segment: int) -> None:
        """From a conversation that a queue had made: its survey still follows."""
        await self._to_the_end(lambda: Itinerary(self).talk(plan, segment))

    async def run_ringing(self, legs: Legs) -> None:
        """From the middle of ringing: the engine that began it is gone, its telephones still ring."""

        self._legs = legs
        await self._to_the_end(lambda: self._ring(legs))

    async def _to_the_end(self, life: Callable[[], Awaitable[None]]) -> None:
        over = Over(CallResult.FAILED, Side.SYSTEM, None)
        try:
            await life()
        except Over as end:
            over = end
        except AriError as error:
            over = self._broken(error)
        except asyncio.CancelledError:
            self.office.release(self)
            raise  # the engine stops: the channels stay, and the next engine adopts them
        except Exception:
            log.exception("call failed", call=self.id)
            self.record.step("error", "Falha interna do motor; a chamada foi encerrada.")
        await self._close(over)

    def _broken(self, error: AriError) -> Over:
        log.warning("call lost its node", call=self.id, operation=error.operation, status=error.status)
        self.record.step("error", "O Asterisk não executou um comando da chamada.", operation=error.operation)
        return Over(CallResult.ANSWERED if self.record.answered_at else CallResult.FAILED, Side.SYSTEM, None)

    async def _close(self, over: Over) -> None:
        self.record.close(over.result, over.by.value, over.cause)
        self.tell_origin("TransferEnded")
        doomed = self.channels - self._ended
        try:
            await self._pbx.end(doomed, self.bridge)
        except AriError as error:
            log.warning("channels stay until they are reconciled", call=self.id, status=error.status)
        finally:
            self.office.release(self)

    # Routing

    async def _route(self) -> None:
        record = self.record
        if self.transferred is None:
            record.dial(self.caller_channel)
        if record.dialled == QUEUES_CODE and record.caller is not None:
            await feature.queues(self)
        first = self._first or first_hop(self)
        if first is not None:
            await Itinerary(self).follow(first)
        await self._connect_with(record.dialled)

    async def ring_station(self, station: Station) -> None:
        """From outside or from a URA to an extension. Always raises Over."""
        await self._connect_with(station.number)

    async def _connect_with(self, number: str) -> None:
        record = self.record
        decision = decide_internal(
            self.snapshot,
            record.caller,
            number,
            phones=self.office.registrations.states,
            busy=self.office.busy_for(record.id),
        )
        if decision.station is not None:
            record.called(decision.station)
        record.step("decision", decision.why, passed_over=told(decision.passed_over))
        if isinstance(decision, Refuse):
            await self._refuse(decision.result)
        else:
            await self._ring(await ringing.begin(self, decision))

    async def _ring(self, legs: Legs) -> None:
        """Always raises Over."""
        unanswered = await ringing.answer(self, legs)
        if unanswered is not None:
            await self._refuse(unanswered)
        await self.talk()

    async def end_with(self, result: CallResult) -> None:
        """The company's configuration has nothing more for this caller. Always raises Over."""
        if result is CallResult.SERVED:
            raise Over(result, Side.SYSTEM)
        if self.picked_up or result not in FAREWELL:
            await self._refuse(result if result in FAREWELL else CallResult.FAILED)
        cause = FAREWELL[result][1]  # a carrier is told at once, without an announcement that its customer pays for
        self._given_away.add(self.caller_channel)
        await self._pbx.hang_up_with_cause(self.caller_channel, cause)
        raise Over(result, Side.SYSTEM, cause)

    async def _refuse(self, result: CallResult) -> None:
        """Say it in words, then with the SIP status that belongs to it. Always raises Over."""
        if self.transferred is not None and self.transferred.id in self.office.sessions:
            self.tell_origin("TransferFailed")
            if await self._taken_back():
                raise Over(result, Side.SYSTEM)
        prompt, cause = FAREWELL[result]
        self.record.state = "announcing"
        playback = f"{self.id}.aviso"
        try:
            bridge = self.bridge if self._legs and self._legs.joined else ""
            await self._pbx.announce(self.caller_channel, playback, prompt, out_of=bridge)
            await self._until_played(playback, result)
        except Gone:
            raise Over(result, Side.CALLER) from None
        self._given_away.add(self.caller_channel)  # a second hang-up would overwrite the cause of this one
        await self._pbx.hang_up_with_cause(self.caller_channel, cause)
        raise Over(result, Side.SYSTEM, cause)

    async def _until_played(self, playback: str, result: CallResult) -> None:
        with self.inbox.within(ANNOUNCEMENT_SECONDS) as deadline:
            while (event := await self.event_before(deadline)) is not None:
                if event["type"] == "PlaybackFinished" and event["playback"]["id"] == playback:
                    return
                if self.ends(event, self.caller_channel):
                    raise Over(result, Side.CALLER)

    # While only the caller is here

    async def pick_up(self) -> None:
        """Answered by the company itself: for keys, prompts and music."""
        if not self.picked_up:
            self.picked_up = True
            try:
                await self._pbx.answer(self.caller_channel)
            except Gone:
                return  # the caller's own end is on its way as an event

    async def caller_event(self) -> Event:
        """The next event. Raises Over when the caller hangs up."""
        event = await self.next_event()
        if self.ends(event, self.caller_channel):
            raise Over(CallResult.ABANDONED, Side.CALLER, event.get("cause", CAUSE_NORMAL))
        if event["type"] == "ChannelTransfer" and "state" not in event:
            await transfer_of(self, event).decline()
        return event

    def next_stage(self) -> int:
        self._stages += 1
        return self._stages

    def use_legs(self, legs: Legs) -> None:
        """Telephones that ring for this caller: their events come here, and they end with the call."""
        self._legs = legs
        self.office.own(self, *legs.by_channel)

    def connected(self, channel: str) -> None:
        """A telephone of `use_legs` has the caller now. Who is rung after it needs a number of its own: the late end of
        one channel must not be taken for that of another."""
        if self._legs:
            self.legs_from += len(self._legs.by_channel)
        self.callee_channel, self._legs = channel, None

    def member_free(self) -> None:
        """The member's part of a queue's call is over; the caller may stay on."""
        office, desk = self.office, self.office.desk(self.record.company_id)
        desk.conversation_over(self.id)
        if self.record.callee is not None:
            desk.let_go(self.id, self.record.callee)
            office.disengage(self, self.record.callee.id)

    def resumes(self, first: Hop | None, *, picked_up: bool, entered_at: float | None) -> None:
        """After a restart of the engine: where the caller goes on, and what holds already."""
        self._first, self.picked_up, self.entered_at = first, picked_up, entered_at

    @property
    def caller_stays(self) -> bool:
        return self.caller_channel not in self._ended | self._given_away

    # Talking

    async def talk(self) -> None:
        """Until one side leaves. Always raises Over."""
        while True:
            event = await self.next_event(follows=True)
            kind = event["type"]
            channel = event.get("channel", {}).get("id")
            if kind in _ENDINGS and channel in (self.caller_channel, self.callee_channel):
                by = Side.SYSTEM if kind == "Vanished" else self.side(channel)
                raise Over(CallResult.ANSWERED, by, event.get("cause", CAUSE_NORMAL))
            if kind in ("ChannelHold", "ChannelUnhold"):
                self._held(channel, kind)
            elif kind == "ChannelTransfer" and "state" not in event:  # those with one repeat what we told the telephone
                await transfer_of(self, event).carry_out()
            elif kind == "Replaced":
                await follow(self, event)
            elif kind == "Joined":
                self.record.step("transferred", "Unida a outra chamada por transferência.", to_call=event["into"])
                raise Over(CallResult.ANSWERED, Side(event["by"]))

    def _held(self, channel: str, kind: str) -> None:
        station = self.station(channel)
        who = station.shown if station else "Um dos lados"
        side = self.side(channel).value
        if kind == "ChannelHold":
            self.record.hold(side, f"{who} pôs a chamada em espera.")
        else:
            self.record.unhold(side, f"{who} retomou a chamada.")

    # For transfers

    def successor(
        self, caller_channel: str, caller: Station | None, callee: Station | None, dialled: str
    ) -> "CallSession":
        """A call that goes on with one of this one's channels; it tells this call how it fares."""
        office = self.office
        record = CallRecord.of(
            office.journal, office.broadcast, uuid.uuid4().hex, office.node_id, self.snapshot, caller, dialled
        )
        record.callee = callee
        if caller is None:
            record.direction = self.record.direction
            record.outside, record.outside_name = self.record.outside, self.record.outside_name
        return CallSession(office, record, self.snapshot, caller_channel, transferred=self)

    def tell_origin(self, kind: str) -> None:
        if self.transferred is not None:
            self.transferred.inbox.put({"type": kind, "call": self.id})

    def give_away(self, channel: str, to: "CallSession") -> None:
        self._given_away.add(channel)
        self.office.own(to, channel)

    def take_back(self, channel: str, giver: "CallSession") -> None:
        """The end of a transfer that failed: the channel is ours again, and no longer the other call's."""
        self._given_away.discard(channel)
        giver._given_away.add(channel)  # noqa: SLF001 - the same class
        self.office.own(self, channel)

    async def _taken_back(self) -> bool:
        """Whether the person who transferred still wanted the caller back."""
        with self.inbox.within(1.0) as deadline:
            while (event := await self.event_before(deadline)) is not None:
                if event["type"] in ("TakenBack", "NotWanted"):
                    return event["type"] == "TakenBack"
        return False

    # Events

    async def next_event(self, *, follows: bool = False) -> Event:
        """Raises Over when an operator hangs up, or the caller's own transfer withdraws the call.

        `follows`: a telephone of the company may take another's place now.
        """
        event = await self.inbox.next()
        if event["type"] == "Replaced" and not (
            follows and event["station"] and self.counterpart(event["channel"]["id"])
        ):
            event = await refuse(self, event)
        if event["type"] in _ENDINGS:
            self._ended.add(event["channel"]["id"])
        if event["type"] == "HangUp":
            self.record.step("hang-up", "Encerrada pela tela de chamadas.")
            raise Over(CallResult.ANSWERED if self.record.answered_at else CallResult.CANCELLED, Side.SYSTEM)
        if event["type"] == "Withdrawn":
            self.record.step("transfer", "Retirada: quem ligou transferiu antes de ser atendido.")
            raise Over(CallResult.CANCELLED, Side.CALLER)
        return event

    async def event_before(self, deadline: object) -> Event | None:
        while (event := await self.next_event())["type"] == "Deadline":
            if event["of"] is deadline:
                return None
        return event

    @staticmethod
    def ends(event: Event, channel: str) -> bool:
        return event["type"] in _ENDINGS and event["channel"]["id"] == channel


_ENDINGS = frozenset({"StasisEnd", "ChannelDestroyed", "Vanished"})
