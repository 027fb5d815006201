"""Brings every event of the node to the call it belongs to. Only enqueues: while it runs, nothing is read."""

import uuid
from typing import Any

import structlog

from flow.engine.arrivals import receive
from flow.engine.call import CallSession
from flow.engine.office import Office
from flow.engine.pbx.ari import AriError, Event
from flow.engine.pbx.objects import is_trunk
from flow.engine.record import CallRecord
from flow.engine.replacement import replaced
from flow.routing.numbers import masked

log = structlog.get_logger(__name__)

MOST_CALLS = 6
"""Of one extension at a time. A person has two, for a moment three; a telephone gone mad would take every port."""


class Switchboard:
    def __init__(self, office: Office) -> None:
        self._office = office

    def on_event(self, event: Event) -> None:
        kind = event["type"]
        if kind == "StasisStart":
            self._arrived(event)
        elif (channel := _channel_of(event)) and (session := self._office.owners.get(channel)):
            session.inbox.put(event)
        elif channel and (waiting := self._office.asked.get(channel)) is not None:
            waiting.append(event)

    def _arrived(self, event: Event) -> None:
        channel = event["channel"]
        session = self._office.owners.get(channel["id"])
        if session is not None:
            session.inbox.put(event)
        elif (old := event.get("replace_channel")) and (session := self._office.owners.get(old["id"])):
            self._replaced(session, old["id"], channel)
        elif event["args"][:1] == ["in"] and is_trunk(endpoint := endpoint_of(channel["name"])):
            if not receive(self._office, channel, endpoint):
                self._office.in_background(self._turn_away(channel["id"]))
        elif event["args"][:1] == ["in"]:
            self._new_call(channel["id"], endpoint_of(channel["name"]), channel["dialplan"]["exten"])
        else:
            self._office.in_background(self._turn_away(channel["id"]))  # a leg whose call is over already

    def _replaced(self, session: CallSession, old: str, newcomer: dict[str, Any]) -> None:
        company = self._office.provisioner.company_of_endpoint(endpoint := endpoint_of(newcomer["name"]))
        own = company is not None and company.snapshot.company_id == session.record.company_id
        station = company.snapshot.by_endpoint.get(endpoint) if company and own else None
        self._office.own(session, newcomer["id"])
        session.inbox.put(replaced(old, newcomer["id"], station))

    def _new_call(self, channel: str, endpoint: str, dialled: str) -> None:
        """The company comes from the endpoint that sent the call, never from what the call says of itself."""
        office = self._office
        company = office.provisioner.company_of_endpoint(endpoint)
        caller = company.snapshot.by_endpoint.get(endpoint) if company else None
        if company is None or caller is None:
            log.warning("call from an endpoint without an extension", endpoint=endpoint)
            office.in_background(self._turn_away(channel))
            return
        if office.calls_of(caller.id) >= MOST_CALLS:
            log.warning("too many calls at a time", company=company.snapshot.company_id, endpoint=endpoint)
            office.in_background(self._turn_away(channel, "busy"))
            return
        record = CallRecord.of(
            office.journal, office.broadcast, uuid.uuid4().hex, office.node_id, company.snapshot, caller, dialled
        )
        record.open()
        log.info("call", call=record.id, company=record.company_id, dialled=masked(dialled))
        office.start(CallSession(office, record, company.snapshot, channel))

    async def _turn_away(self, channel: str, reason: str = "rejected") -> None:
        try:
            await self._office.pbx.hang_up(channel, reason=reason)
        except AriError as error:
            log.warning("a channel stays until it is reconciled", status=error.status)


def endpoint_of(channel_name: str) -> str:
    """`PJSIP/f1-abc-w-0000002a` → `f1-abc-w`."""
    return channel_name.partition("/")[2].rpartition("-")[0]


def _channel_of(event: Event) -> str | None:
    if channel := event.get("channel"):
        return str(channel["id"])
    if event["type"] == "ChannelTransfer":
        return str(event["referred_by"]["source_channel"]["id"])
    if event["type"] == "PlaybackFinished":
        return str(event["playback"]["target_uri"]).removeprefix("channel:")
    return None
