"""What every call shares: the node, the records, and who is engaged in which call."""

import asyncio
from collections.abc import Container, Coroutine
from typing import TYPE_CHECKING, Any

from flow.acd.day import Visit
from flow.engine.broadcast import Broadcast
from flow.engine.journal import Journal
from flow.engine.media import Media
from flow.engine.pbx.commands import Pbx
from flow.engine.provisioning import Provisioner
from flow.engine.queue_desk import QueueDesk
from flow.engine.registrations import Registrations
from flow.routing.snapshot import CompanySnapshot
from flow.services.presence import Presence

if TYPE_CHECKING:
    from flow.engine.call import CallSession


class Office:
    """`sessions` by call id, `owners` by channel id. Only the event loop's thread touches it."""

    def __init__(
        self,
        node_id: int,
        pbx: Pbx,
        journal: Journal,
        broadcast: Broadcast,
        registrations: Registrations,
        provisioner: Provisioner,
        media: Media,
    ) -> None:
        self.node_id = node_id
        self.pbx = pbx
        self.journal = journal
        self.broadcast = broadcast
        self.registrations = registrations
        self.provisioner = provisioner
        self.sessions: dict[str, CallSession] = {}
        self.owners: dict[str, CallSession] = {}
        self.media = media
        self.asked: dict[str, list[dict[str, Any]]] = {}
        """Channels whose number is being asked for, and their events meanwhile."""
        self._engaged: dict[int, set[str]] = {}
        self._desks: dict[int, QueueDesk] = {}
        self._on_trunks: dict[int, set[str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, session: "CallSession", life: Coroutine[Any, Any, None] | None = None) -> None:
        """`life`: where in its life the call begins; by default, at the beginning."""
        self.sessions[session.id] = session
        self.own(session, *session.channels)
        for station in (session.record.caller, session.record.callee if life else None):
            if station is not None:
                self.engage(session, station.id)
        self.in_background(life or session.run())

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def own(self, session: "CallSession", *channels: str) -> None:
        session.owned.update(channels)
        for channel in channels:
            self.owners[channel] = session

    def engage(self, session: "CallSession", extension_id: int) -> None:
        self._engaged.setdefault(extension_id, set()).add(session.id)
        self._tell_desk(session.record.company_id, extension_id)

    def disengage(self, session: "CallSession", extension_id: int) -> None:
        if calls := self._engaged.get(extension_id):
            calls.discard(session.id)
            if not calls:
                del self._engaged[extension_id]
            self._tell_desk(session.record.company_id, extension_id)

    def engaged_in(self, extension_id: int) -> set[str]:
        """The calls in which an extension takes part, or for which it rings."""
        return self._engaged.get(extension_id, set())

    # Trunks

    def on_trunk(self, session: "CallSession", trunk_id: int) -> None:
        self._on_trunks.setdefault(trunk_id, set()).add(session.id)

    def calls_on(self, trunk_id: int) -> int:
        return len(self._on_trunks.get(trunk_id, ()))

    # Queues

    def desk(self, company_id: int) -> QueueDesk:
        """The company's queues. KeyError for a company that does not live here (any more)."""
        return self._desks[company_id]

    def desk_of(self, company_id: int) -> QueueDesk | None:
        return self._desks.get(company_id)

    def company_changed(self, snapshot: CompanySnapshot, presence: Presence, visits: tuple[Visit, ...]) -> None:
        """`presence` and `visits` count only the first time: from then on it is the desk that knows."""
        desk = self._desks.get(snapshot.company_id)
        if desk is None:
            self._desks[snapshot.company_id] = QueueDesk(self, snapshot, presence, visits)
        else:
            desk.follow(snapshot)

    def telephone_changed(self, company_id: int, extension_id: int) -> None:
        """It signed in or out."""
        self._tell_desk(company_id, extension_id)

    def _tell_desk(self, company_id: int, extension_id: int) -> None:
        if desk := self._desks.get(company_id):
            desk.station_changed(extension_id)

    def release(self, session: "CallSession") -> None:
        self.sessions.pop(session.id, None)
        for channel in session.owned:
            if self.owners.get(channel) is session:  # it may have been given away meanwhile
                del self.owners[channel]
        for station in (session.record.caller, session.record.callee):
            if station is not None:
                self.disengage(session, station.id)
        if desk := self._desks.get(session.record.company_id):
            desk.left(session.id)
        for calls in self._on_trunks.values():
            calls.discard(session.id)

    def busy_for(self, *call_ids: str) -> Container[int]:
        """Extensions in a call other than these."""
        return _Engaged(self._engaged, frozenset(call_ids))

    def calls_of(self, extension_id: int) -> int:
        return len(self._engaged.get(extension_id, ()))

    async def abandon(self) -> None:
        """Stop watching, without touching a channel: the next engine takes over."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class _Engaged:
    def __init__(self, engaged: dict[int, set[str]], but: frozenset[str]) -> None:
        self._engaged, self._but = engaged, but

    def __contains__(self, extension_id: object) -> bool:
        return isinstance(extension_id, int) and bool(self._engaged.get(extension_id, set()) - self._but)
