"""After a pause of any kind, what is on the node and what is known here are brought together again.

Asterisk keeps calls up while no engine watches. Everything needed to take them over stands in the node itself: a
bridge has its call's id, a leg's id begins with it, and a leg's arguments name the caller's channel.
"""

import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from flow.acd.day import Fate, Visit
from flow.catalog.call import CallResult, CallSegment
from flow.clock import now
from flow.db import platform_session
from flow.engine.arrivals import own_trunk, receive, trunk_of
from flow.engine.call import CallSession
from flow.engine.legs import Leg, Legs
from flow.engine.office import Office
from flow.engine.pbx.commands import CALLS_APP
from flow.engine.pbx.objects import is_trunk
from flow.engine.record import CallRecord
from flow.engine.snapshots import LoadedCompany
from flow.engine.switchboard import endpoint_of
from flow.routing import journey
from flow.routing.destination import HANGUP, Destination
from flow.routing.snapshot import CompanySnapshot, Endpoint, Station, TrunkPlan
from flow.services import calls
from flow.services.calls import Unfinished

log = structlog.get_logger(__name__)

_CALL_ID = re.compile(r"[0-9a-f]{32}")
_LEG_ID = re.compile(r"([0-9a-f]{32})\.\d+")
_ABOVE_ALL_LEGS = 1000
Channel = dict[str, Any]


@dataclass
class Found:
    """What the node still has of one call."""

    call_id: str
    bridged: list[Channel] = field(default_factory=list)
    legs: list[Channel] = field(default_factory=list)
    callers: list[Channel] = field(default_factory=list)

    @property
    def channels(self) -> list[Channel]:
        return [*self.bridged, *self.legs, *self.callers]


def read_unfinished(node_id: int) -> dict[str, Unfinished]:
    with platform_session() as db:
        return {item.call.id: item for item in calls.unfinished(db, node_id)}


def group(channels: list[Channel], bridges: list[dict[str, Any]], kept: dict[str, Unfinished]) -> dict[str, Found]:
    """Channels of our application by call. Who is in a bridge belongs to the bridge's call, whatever its own id."""
    call_of_bridged = {c: b["id"] for b in bridges if _CALL_ID.fullmatch(b["id"]) for c in b["channels"]}
    call_of_caller: dict[str, str] = {c: call_id for call_id, item in kept.items() for c in item.channels}
    found: dict[str, Found] = {}
    for channel in channels:
        if match := _LEG_ID.fullmatch(channel["id"]):
            call_of_caller[_argument(channel, 1)] = match[1]
    for channel in channels:
        name, leg = channel["id"], _LEG_ID.fullmatch(channel["id"])
        if name in call_of_bridged:
            _of(found, str(call_of_bridged[name])).bridged.append(channel)
        elif leg:
            _of(found, str(leg[1])).legs.append(channel)
        else:
            _of(found, call_of_caller.get(name) or str(name)).callers.append(channel)
    return found


def _of(found: dict[str, Found], call_id: str) -> Found:
    return found.setdefault(call_id, Found(call_id))


def _argument(channel: Channel, position: int) -> str:
    """Of the Stasis application: `flow,leg,<caller>` or `flow,in,<endpoint>`."""
    parts = str(channel["dialplan"].get("app_data", "")).split(",")
    return parts[position + 1] if len(parts) > position + 1 else ""


def is_ours(channel: Channel) -> bool:
    return (
        channel["dialplan"].get("app_name") == "Stasis"
        and channel["dialplan"].get("app_data", "").split(",")[0] == CALLS_APP
    )


class Recovery:
    """`last_alive`: until when the engine before this one was known to run."""

    def __init__(self, office: Office, last_alive: datetime | None) -> None:
        self._office = office
        self._last_alive = last_alive
        self._suspects: set[str] = set()

    async def take_over(self, kept: dict[str, Unfinished]) -> None:
        """On every connection: calls of this engine learn what they missed, calls of an earlier one are adopted."""
        office = self._office
        channels, bridges = await office.pbx.channels(), await office.pbx.bridges()
        live = {channel["id"]: channel for channel in channels}
        for channel_id, session in tuple(office.owners.items()):
            kind = "ChannelStateChange" if channel_id in live else "Vanished"
            session.inbox.put({"type": kind, "channel": live.get(channel_id, {"id": channel_id, "state": ""})})
        strangers = [c for c in channels if is_ours(c) and c["id"] not in office.owners]
        found = group(strangers, bridges, kept)
        for item in sorted(found.values(), key=lambda item: _waiting_since(kept.get(item.call_id))):
            await self._adopt(item, kept.get(item.call_id))
        for call_id, unfinished in kept.items():
            if call_id not in found and call_id not in office.sessions:
                self._ended_meanwhile(unfinished)
        await self._clear_bridges(bridges)

    async def reconcile(self) -> None:
        """Insurance against lost events. Acts on what looks wrong twice in a row: the first time it may be young."""
        office = self._office
        owned = set(office.owners)
        channels, bridges = await office.pbx.channels(), await office.pbx.bridges()
        live = {channel["id"] for channel in channels}
        ours = {channel["id"] for channel in channels if is_ours(channel)}
        suspects = (owned - live) | (ours - owned)
        for channel in suspects & self._suspects:
            if session := office.owners.get(channel):
                session.inbox.put({"type": "Vanished", "channel": {"id": channel, "state": ""}})
            elif channel in ours:
                log.warning("orphan channel ended")
                await office.pbx.hang_up(channel)
        self._suspects = suspects
        await self._clear_bridges(bridges)

    # One call

    async def _adopt(self, found: Found, kept: Unfinished | None) -> None:
        bridged = found.bridged
        if len(bridged) == 2 and all(channel["state"] == "Up" for channel in bridged):
            self._adopt_conversation(found, kept)
        elif bridged:
            ringing = [c for c in bridged if _LEG_ID.fullmatch(c["id"]) and c["state"] != "Up"]
            callers = [c for c in bridged if c not in ringing]
            if ringing and callers:  # joined before the answer
                self._adopt_ringing(Found(found.call_id, legs=ringing, callers=callers), kept, joined=True)
            else:
                await self._end_lonely(found, kept)
        elif found.callers and kept is not None and kept.waiting_in is not None:
            await self._back_into_the_queue(found, kept)
        elif found.callers and found.legs and not self._rings_for_a_queue(found.callers[0], kept):
            self._adopt_ringing(found, kept)
        else:
            await self._begin_again(found, kept)

    def _rings_for_a_queue(self, caller: Channel, kept: Unfinished | None) -> bool:
        """So young that no record tells of it. Other telephones that ring are those of the one who is called."""
        if caller["state"] != "Up" or (kept is not None and kept.call.callee_extension_id is not None):
            return False
        company = self._company(caller)
        dialled = str(caller["dialplan"].get("exten", ""))
        return is_trunk(endpoint_of(caller["name"])) or (
            company is not None and dialled in company.snapshot.queue_by_number
        )

    async def _begin_again(self, found: Found, kept: Unfinished | None) -> None:
        """The caller goes the way from its start. Who was in a conversation has no more way to go."""
        await self._office.pbx.hang_up(*(leg["id"] for leg in found.legs))
        alone = Found(found.call_id, callers=found.callers)
        if kept is None and alone.callers and self._received(alone.callers[0]):
            return
        waits = found.legs or (kept is not None and not kept.call.answered_at)
        if alone.callers and (waits or alone.callers[0]["state"] != "Up"):
            self._route_again(alone, kept)
        else:
            await self._end_lonely(alone, kept)

    def _received(self, channel: Channel) -> bool:
        endpoint = endpoint_of(channel["name"])
        return is_trunk(endpoint) and receive(self._office, channel, endpoint)

    def _adopt_conversation(self, found: Found, kept: Unfinished | None) -> None:
        caller, callee = _in_order(found.bridged, kept, self._station)
        session = self._session(found, kept, caller, callee)
        if session is None:
            return
        record = session.record
        record.answered_at = record.answered_at or now()
        record.state = "talking"
        record.adopt()
        record.step("adopted", "O motor foi reiniciado durante a conversa, que seguiu sem interrupção.")
        talk = self._talk(record, kept)
        plan = session.snapshot.queues.get(talk.queue_id) if talk else None
        if talk is None or plan is None:
            self._office.start(session, session.run_answered())
            return
        assert talk.answered_at is not None
        desk = self._office.desk(record.company_id)
        if record.callee is not None:
            desk.taken(session.id, record.callee)
        desk.adopted(plan.id, session.id, talk.key, talk.answered_at.timestamp())
        self._office.start(session, session.run_with_member(plan, talk.position))

    def _talk(self, record: CallRecord, kept: Unfinished | None) -> CallSegment | None:
        """The part of the conversation's member. It may have been answered a moment before the old engine died."""
        talk = kept.talk if kept else None
        for tried in kept.ringing if kept else ():
            if talk is None and record.callee is not None and tried.extension_id == record.callee.id:
                record.called(record.callee)
                record.answer()
                record.offer_answered(tried.position)
                tried.answered_at, talk = record.answered_at, tried
                self._seen(kept, Fate.ANSWERED, record.answered_at, tried.key)
            else:
                record.offer_over(tried.position, "elsewhere")
        return talk

    def _adopt_ringing(self, found: Found, kept: Unfinished | None, *, joined: bool = False) -> None:
        session = self._session(found, kept, found.callers[0], None)
        if session is None:
            return
        record = session.record
        seconds = record.callee.ring_seconds if record.callee else 25
        legs = Legs(self._office.pbx, record.id, session.caller_channel, seconds, early=joined, joined=joined)
        for channel in found.legs:
            name = endpoint_of(channel["name"])
            legs.by_channel[channel["id"]] = Leg(channel["id"], Endpoint(name, _kind(name)))
            kind = "StasisStart" if channel["state"] == "Down" else "ChannelStateChange"
            session.inbox.put({"type": kind, "channel": channel})
        record.state = "ringing"
        record.adopt()
        record.step("adopted", "O motor foi reiniciado enquanto a chamada tocava; ela continua tocando.")
        self._office.own(session, *legs.by_channel)
        self._office.start(session, session.run_ringing(legs))

    def _route_again(self, found: Found, kept: Unfinished | None) -> None:
        session = self._session(found, kept, found.callers[0], None)
        if session is None:
            return
        session.record.adopt()
        if found.callers[0]["state"] == "Up":
            session.record.step("adopted", "O motor foi reiniciado; a chamada recomeça do início do caminho.")
        self._resume(session, found, kept, None)

    async def _back_into_the_queue(self, found: Found, kept: Unfinished) -> None:
        """Who waited keeps the place that the time of arrival gives; telephones that rang are rung anew."""
        await self._office.pbx.hang_up(*(leg["id"] for leg in found.legs))
        session = self._session(Found(found.call_id, callers=found.callers), kept, found.callers[0], None)
        if session is None:
            return
        session.record.adopt()
        session.record.step("adopted", "O motor foi reiniciado durante a espera; o lugar na fila continua o mesmo.")
        for tried in kept.ringing:
            session.record.offer_over(tried.position, "interrupted")
        self._resume(session, found, kept, Destination("queue", kept.waiting_in or 0))

    def _resume(self, session: CallSession, found: Found, kept: Unfinished | None, to: Destination | None) -> None:
        record, snapshot = session.record, session.snapshot
        if to is None and record.direction == "inbound":
            route = snapshot.inbound.get(record.dialled)
            to = route.destination if route else HANGUP
        session.resumes(
            journey.hop(snapshot, to, now()) if to else None,
            picked_up=found.callers[0]["state"] == "Up",
            entered_at=kept.waiting_since.timestamp() if kept and kept.waiting_since else None,
        )
        self._office.start(session)

    async def _end_lonely(self, found: Found, kept: Unfinished | None) -> None:
        for channel in found.channels:
            await self._office.pbx.hang_up(channel["id"])
        await self._office.pbx.destroy_bridge(found.call_id)
        if kept is not None:
            self._ended_meanwhile(kept)

    def _ended_meanwhile(self, kept: Unfinished) -> None:
        """The end lies between the last moment the old engine ran and now; a call is never made longer than seen."""
        call, until = kept.call, now()
        since = max(filter(None, (self._last_alive, call.answered_at, call.started_at)))
        ended = min(since, until)
        result = CallResult.ANSWERED if call.answered_at else CallResult.LOST
        journal = self._office.journal
        journal.add(
            calls.step(
                call.id,
                company_id=call.company_id,
                position=kept.last_position + 1,
                at=until,
                kind="ended-meanwhile",
                text="A chamada terminou enquanto o motor estava parado; o fim é o último momento em que foi vista.",
                detail={"not_before": ended.isoformat(), "not_after": until.isoformat()},
                revision=call.revision,
            )
        )
        for segment in (*kept.ringing, *([kept.talk] if kept.talk else ())):
            fate = {} if segment.answered_at else {"result": "abandoned"}
            journal.add(calls.outcome(call.id, segment.position, ended_at=ended, **fate))
        journal.add(calls.lost(call.id, ended, result))
        self._seen(kept, Fate.ABANDONED, ended)

    def _seen(self, kept: Unfinished | None, fate: Fate, at: datetime | None, key: str = "") -> None:
        """What happened to a caller in a queue between two engines counts as well."""
        if kept is None or kept.waiting_in is None or kept.waiting_since is None or at is None:
            return
        if desk := self._office.desk_of(kept.call.company_id):
            waited = max(0.0, (at - kept.waiting_since).total_seconds())
            desk.saw(Visit(kept.waiting_in, fate, at.timestamp(), waited, key))

    def _session(
        self, found: Found, kept: Unfinished | None, caller: Channel, callee: Channel | None
    ) -> CallSession | None:
        office = self._office
        company = self._company_of_record(kept) or self._company(caller) or (self._company(callee) if callee else None)
        if company is None:
            log.warning("a call of an unknown company is left to its telephones", call=found.call_id)
            return None
        snapshot = company.snapshot
        call_id = found.call_id if _CALL_ID.fullmatch(found.call_id) else _fresh_id(found.call_id)
        dialled = kept.call.dialled if kept else str(caller["dialplan"].get("exten", ""))
        record = CallRecord.of(
            office.journal, office.broadcast, call_id, office.node_id, snapshot, self._station(caller), dialled
        )
        callees = [callee] if callee else found.legs
        record.callee = self._station(callees[0]) if callees else None
        if kept is not None:
            record.started_at, record.answered_at = kept.call.started_at, kept.call.answered_at
            record.position, record.revision = kept.last_position, kept.call.revision
            record.holding = set(kept.holding)
            record.direction, record.segments = kept.call.direction, kept.segments
            record.outside, record.outside_name = kept.call.caller_number, kept.call.caller_name
        session = CallSession(office, record, snapshot, caller["id"], callee["id"] if callee else None)
        session.legs_from = (kept.last_position if kept else 0) + _ABOVE_ALL_LEGS
        if is_trunk(endpoint := endpoint_of(caller["name"])):
            record.trunk = self._trunk(snapshot, endpoint)
            if record.trunk is not None:
                office.on_trunk(session, record.trunk.id)
        return session

    def _trunk(self, snapshot: CompanySnapshot, endpoint: str) -> TrunkPlan | None:
        """The company's own by which a call came that Asterisk knew by that endpoint."""
        company = self._office.provisioner.company_of_endpoint(endpoint)
        known = trunk_of(company.snapshot, endpoint) if company else None
        return own_trunk(snapshot, known) if known else None

    def _company_of_record(self, kept: Unfinished | None) -> LoadedCompany | None:
        """A carrier's call may be another company's than the trunk's."""
        state = self._office.provisioner.companies.get(kept.call.company_id) if kept else None
        return state.loaded if state else None

    def _company(self, channel: Channel) -> LoadedCompany | None:
        return self._office.provisioner.company_of_endpoint(endpoint_of(channel["name"]))

    def _station(self, channel: Channel) -> Station | None:
        company = self._company(channel)
        return company.snapshot.by_endpoint.get(endpoint_of(channel["name"])) if company else None

    async def _clear_bridges(self, bridges: list[dict[str, Any]]) -> None:
        for bridge in bridges:
            if (
                _CALL_ID.fullmatch(bridge["id"])
                and not bridge["channels"]
                and bridge["id"] not in self._office.sessions
            ):
                await self._office.pbx.destroy_bridge(bridge["id"])


def _in_order(bridged: list[Channel], kept: Unfinished | None, station: Any) -> tuple[Channel, Channel]:
    """Caller first: by the record if there is one, else the one that came in rather than was called."""
    first, second = bridged
    if kept is not None and kept.call.caller_extension_id is not None:
        owner = station(second)
        swap = owner is not None and owner.id == kept.call.caller_extension_id
    else:
        swap = _LEG_ID.fullmatch(first["id"]) is not None
    return (second, first) if swap else (first, second)


def _waiting_since(kept: Unfinished | None) -> float:
    """Who waited longest is taken back first; everybody else before."""
    return kept.waiting_since.timestamp() if kept and kept.waiting_in is not None and kept.waiting_since else 0.0


def _kind(endpoint: str) -> str:
    return "browser" if endpoint.endswith("-w") else "softphone"


def _fresh_id(channel: str) -> str:

    return uuid.uuid5(uuid.NAMESPACE_OID, channel).hex
