"""One caller's time in a queue: music, position, the members' telephones that ring, and who answers."""

import asyncio
import contextlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flow.acd.commands import Announce, Because, Connect, Leave, Offer, Withdraw
from flow.catalog.call import CallResult
from flow.engine.legs import Leg, Legs
from flow.engine.pbx.ari import AriError, Event, Gone
from flow.engine.pbx.objects import caller_id
from flow.engine.queue_desk import QueueDesk
from flow.engine.record import CallRecord, told
from flow.engine.stage import Stage
from flow.node.prompts import FURTHEST_POSITION, LONGEST_WAIT_MINUTES
from flow.routing.snapshot import QueuePlan, Station

if TYPE_CHECKING:
    from flow.engine.call import CallSession

_GONE_SECONDS = 2.0
"""After which the end of a telephone that does not exist any more is no longer waited for."""
_HANG_UP = {Because.ANSWERED_ELSEWHERE: "answered_elsewhere", Because.CALLER_LEFT: "normal"}
_UNTAKEN = {
    Because.ANSWERED_ELSEWHERE: "elsewhere",
    Because.CALLER_LEFT: "abandoned",
    Because.UNANSWERED: "unanswered",
    Because.OVERFLOW: "overflow",
    Because.MEMBER_LEFT: "member_left",
}


@dataclass
class _Try:
    """One member whose telephones ring for this caller; `segment`: its row among the call's segments."""

    key: str
    station: Station
    segment: int
    legs: list[Leg] = field(default_factory=list)


class QueueWait:
    def __init__(self, session: "CallSession", plan: QueuePlan, desk: QueueDesk) -> None:
        self._session, self._plan, self._desk = session, plan, desk
        self._stage = Stage(session)
        self._tries: dict[str, _Try] = {}
        self.legs = Legs(
            session.office.pbx,
            session.id,
            session.caller_channel,
            plan.ring_seconds,
            numbered_from=session.legs_from,
        )
        self.legs.heard_as = heard_as(session.record, plan)
        self._entered = session.entered_at or time.time()
        session.entered_at = None  # of this queue alone
        self.segment = 0  # of who answered

    async def run(self) -> Leave | Connect:
        """Until a member has the caller, or the caller goes elsewhere. Raises Over when the caller hangs up."""
        session, plan = self._session, self._plan
        await self._stage.open()
        await self._stage.play_music(plan.music)
        session.record.wait_in(plan)
        session.tell_origin("TransferAnswered")  # whoever transferred it here is not needed any more
        try:
            if not self._desk.arrive(plan, session.id, entered=self._entered):
                return Leave(session.id, plan.id, plan.overflow, "a fila foi excluída")
            while True:
                event = await session.caller_event()
                outcome = await self._handle(event)
                if outcome is not None:
                    return outcome
        except asyncio.CancelledError:
            raise  # the engine stops: the next one takes the caller back into the queue
        except BaseException:
            session.legs_from += len(self.legs.by_channel)
            self._desk.left(session.id)
            await self._drop(tuple(self._tries), Because.CALLER_LEFT)
            raise

    async def _handle(self, event: Event) -> Leave | Connect | None:
        if event["type"] != "Queue":
            await self._telephone(event)
            return None
        match event["command"]:
            case Offer() as offer:
                await self._offer(offer)
            case Withdraw(_, keys, reason):
                await self._drop(keys, reason)
            case Announce(_, position, expected):
                await self._announce(position, expected.seconds if expected else None)
            case Connect() as connect:
                if await self._connect(connect):
                    return connect
                await self._wait_again()
            case Leave() as leave:
                await self._drop(tuple(self._tries), Because.OVERFLOW)
                await self._stage.hush()
                await self._stage.silence()
                self._session.legs_from += len(self.legs.by_channel)
                return leave
        return None

    # Members' telephones

    async def _offer(self, offer: Offer) -> None:
        session = self._session
        detail = {"queue": offer.queue_id, "round": offer.round, "passed_over": told(offer.losers)}
        session.record.step("queue-offer", offer.why, **detail)
        for key in offer.keys:
            station = self._desk.station_of(key)
            if station is None:
                self._desk.refused(session.id, key)
            else:
                await self._ring(key, station, offer.seconds)

    async def _ring(self, key: str, station: Station, seconds: float) -> None:
        session, legs = self._session, self.legs
        self._desk.taken(session.id, station)
        session.office.engage(session, station.id)
        segment = session.record.offer(self._plan, key, station, self._desk.name_of(key))
        attempt = self._tries[key] = _Try(key, station, segment)
        legs.seconds = int(seconds) + 1
        registered = session.office.registrations.states
        phones = tuple(phone for phone in station.endpoints if phone.name in registered)
        planned = await legs.plan(phones, session.office.registrations)
        attempt.legs = [leg for leg, _ in planned]
        session.use_legs(legs)
        if planned:
            await legs.begin(planned, ring=False)
        await self._judge(attempt)

    async def _telephone(self, event: Event) -> None:
        channel = event.get("channel", {}).get("id", "")
        attempt = next((a for a in self._tries.values() for leg in a.legs if leg.channel == channel), None)
        if attempt is None:
            return
        leg = self.legs.by_channel[channel]
        kind, state = event["type"], event["channel"].get("state")
        if kind == "StasisStart":
            await self.legs.dial(leg)
        elif kind == "ChannelStateChange" and state == "Ringing" and not leg.ringing:
            leg.ringing = True
            self._desk.ringing(self._session.id, attempt.key)
        elif kind == "ChannelStateChange" and state == "Up":
            attempt.legs = [leg, *(other for other in attempt.legs if other is not leg)]
            self._desk.answered(self._session.id, attempt.key)
        elif kind in ("ChannelDestroyed", "Vanished"):
            self.legs.destroyed(leg, event)
        await self._judge(attempt)

    async def _judge(self, attempt: _Try) -> None:
        """A member who declines, or whose telephones have all come to nothing, does not take the call."""
        outcomes = [leg.outcome for leg in attempt.legs]
        if attempt.key in self._tries and (all(outcomes) or CallResult.REJECTED in outcomes):
            await self._hang_up(leg for leg in attempt.legs if leg.outcome is None)
            self._forget(attempt, "refused")
            self._desk.refused(self._session.id, attempt.key)

    async def _drop(self, keys: tuple[str, ...], reason: Because) -> None:
        doomed = [self._tries[key] for key in keys if key in self._tries]
        ringing = [leg for attempt in doomed for leg in attempt.legs if leg.outcome is None]
        for attempt in doomed:
            self._forget(attempt, _UNTAKEN[reason])
        await self._hang_up(ringing, _HANG_UP.get(reason, "normal"))

    async def _hang_up(self, legs: Iterable[Leg], reason: str = "normal") -> None:
        with contextlib.suppress(AriError):  # what stays is found when the node and the calls are compared
            await self._session.office.pbx.hang_up(*(leg.channel for leg in legs), reason=reason)

    def _forget(self, attempt: _Try, result: str) -> None:
        session = self._session
        del self._tries[attempt.key]
        self._desk.let_go(session.id, attempt.station)
        session.office.disengage(session, attempt.station.id)
        session.record.offer_over(attempt.segment, result)

    # The answer

    async def _connect(self, connect: Connect) -> bool:
        """Whether they talk. False when the member's telephone was gone again before it could be connected."""
        session = self._session
        winner = self._tries.pop(connect.key, None)
        if winner is None:
            return False
        leg = winner.legs[0]
        await self._hang_up((other for other in winner.legs[1:] if other.outcome is None), "answered_elsewhere")
        await self._drop(tuple(self._tries), Because.ANSWERED_ELSEWHERE)
        await self._stage.hush()
        try:
            await session.office.pbx.connect_waiting(session.bridge, session.caller_channel, leg.channel)
        except Gone:
            self._tries[connect.key] = winner
            await self._until_gone(leg)
            self._forget(winner, "refused")
            return False
        session.connected(leg.channel)
        self.segment = winner.segment
        session.record.called(winner.station)
        session.record.answer()
        session.record.offer_answered(winner.segment)
        session.record.step("answered", f"{connect.why}.", channel=leg.channel, endpoint=leg.endpoint.kind)
        return True

    async def _until_gone(self, leg: Leg) -> None:
        """Raises Over when it is the caller who has gone."""
        with self._session.inbox.within(_GONE_SECONDS) as deadline:
            while leg.outcome is None:
                event = await self._session.caller_event()
                if event["type"] == "Deadline" and event["of"] is deadline:
                    return await self._hang_up([leg])
                if event["type"] in ("ChannelDestroyed", "Vanished") and event["channel"]["id"] == leg.channel:
                    self.legs.destroyed(leg, event)

    async def _wait_again(self) -> None:
        """In the same place: the time of arrival counts."""
        await self._stage.play_music(self._plan.music)
        self._desk.arrive(self._plan, self._session.id, entered=self._entered)

    # What the caller is told

    async def _announce(self, position: int, expected: float | None) -> None:
        for prompt in said(position, expected):
            await self._stage.say(prompt)
        await self._stage.play_music(self._plan.music)


def heard_as(record: CallRecord, plan: QueuePlan) -> str:
    """What members' telephones show: "Vendas: (51) 98888-7777". Empty for a caller without a number."""
    caller = record.caller
    name, number = (caller.label, caller.number) if caller else (record.who, record.outside)
    return caller_id(f"{plan.name}: {name}", number) if number else ""


def said(position: int, expected: float | None) -> list[str]:
    """The node's prompts that tell a place in the queue and the expected wait (seconds)."""
    prompts = [f"posicao-{position}" if position <= FURTHEST_POSITION else "posicao-mais"]
    if expected is not None and expected >= 30:
        minutes = min(max(round(expected / 60), 1), LONGEST_WAIT_MINUTES)
        prompts.append(f"espera-{minutes}")
    return prompts
