"""One Asterisk as the engine sees it: connected or not, and everything that follows from a connection."""

import asyncio
import contextlib
import os
import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from flow.clock import now
from flow.db import run_in_thread
from flow.engine.broadcast import Broadcast
from flow.engine.carriers import NameBook
from flow.engine.journal import Journal
from flow.engine.manifest import ManifestStore
from flow.engine.media import Media, warmer
from flow.engine.office import Office
from flow.engine.pbx.ari import Ari, AriError, Event
from flow.engine.pbx.commands import CALLS_APP, PHONES_APP, Pbx
from flow.engine.people import People
from flow.engine.provisioning import Provisioner
from flow.engine.recovery import Recovery, read_unfinished
from flow.engine.registrations import Registrations
from flow.engine.snapshots import CompanyReader, LoadedCompany
from flow.engine.switchboard import Switchboard
from flow.engine.trunk_check import Hop, check
from flow.engine.trunk_reader import read_row
from flow.engine.trunks import TrunkState, TrunkStates
from flow.errors import FlowError
from flow.node import elsewhere
from flow.node.absence import why_absent
from flow.node.render import Places
from flow.routing.snapshot import Station
from flow.services.calls import Unfinished
from flow.settings import Settings

log = structlog.get_logger(__name__)

RECONCILE_SECONDS = 30.0
_LAG_WEIGHT = 0.1
_SYNC_SECONDS = 300.0
_REFUSED = re.compile(r"(?:handshake|api-docs:) (\d+).*", re.DOTALL)
_OFF = "Nenhum Asterisk responde. Rode `flow doctor` no servidor para saber como ligar a telefonia."


class Node:
    """`office` holds the calls, `provisioner` the configuration; this holds the connections that feed both."""

    def __init__(self, node_id: int, settings: Settings, journal: Journal, broadcast: Broadcast) -> None:
        self.id = node_id
        self.name = "Asterisk"
        self.state = "connecting"
        self.since = now()
        self.version = ""
        self.lag_ms = 0.0
        self._settings = settings
        self._detail = self._why_away()
        self._lost_because = ""
        self._folder = settings.data_dir / "engine" / f"node-{node_id}"
        self._alive = self._folder / "alive"
        self._broadcast = broadcast
        self.ari = Ari(settings.ari_base, settings.ari_user, settings.ari_secret)
        pbx = Pbx(self.ari)
        self.names = NameBook(self._carrier_moved)
        reader = CompanyReader(node_id, settings.engine_token.encode(), self.names.look)
        self.registrations = Registrations(self._registration_changed)
        self.provisioner = Provisioner(
            pbx,
            reader,
            ManifestStore(self._folder),
            self._synced,
            self.registrations.forget,
            self._company_read,
            self._refused,
        )
        self._media = _media(settings, self.ari)
        self.office = Office(node_id, pbx, journal, broadcast, self.registrations, self.provisioner, self._media)
        self.trunks = TrunkStates(self.ari.metrics, _log_of_node(settings), self._trunk_changed)
        self.people = People(self.office)
        self._switchboard = Switchboard(self.office)
        self._recovery = Recovery(self.office, _last_alive(self._alive))
        self._taken_over = False
        self._phones_heard = asyncio.Event()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self.provisioner.run())
            group.create_task(self.ari.socket(CALLS_APP).run(self._calls_open, self._on_event, self._lost))
            group.create_task(
                self.ari.socket(PHONES_APP).run(
                    self._phones_open, self.registrations.contact_changed, self._phones_lost
                )
            )
            group.create_task(self.names.run())
            group.create_task(self.trunks.run())
            group.create_task(self._reconcile())
            group.create_task(self._stay_alive())

    def status(self) -> dict[str, Any]:
        push = self.provisioner.last_push
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "in_sync": self.state == "connected" and self.provisioner.in_sync,
            "since": self.since.isoformat(),
            "asterisk": self.version,
            "objects": self.provisioner.objects,
            "last_push": push.shown() if push else None,
            "event_lag_ms": round(self.lag_ms, 1),
            "calls": len(self.office.sessions),
            "detail": self._detail or self.provisioner.trouble or self.office.journal.trouble,
        }

    # Connections

    async def _calls_open(self) -> None:
        await self.ari.open()
        self._become("connecting", "")
        pbx = self.office.pbx
        self.version = (await pbx.version()).partition("+")[0].partition("~")[0]
        await pbx.listen_to_calls()
        await self.provisioner.companies_read.wait()  # a call of a company that is not known yet would be refused
        await self._recovery.take_over(await self._unfinished())
        self._taken_over = True
        await self._phones_heard.wait()  # a telephone that signs in from here on is seen
        self.registrations.reset(endpoints := await pbx.endpoints())
        self.provisioner.node_connected(item["resource"] for item in endpoints)
        self._media.forget()
        self._lost_because = ""
        self._become("connected", "")
        self.office.in_background(self._find_signed_in())

    async def _find_signed_in(self) -> None:
        """A contact may outlive a restart of Asterisk; whose it is, is known again once its endpoint is."""
        with contextlib.suppress(TimeoutError, AriError):
            async with asyncio.timeout(_SYNC_SECONDS):
                await self.provisioner.wait_until_all_is_there()
            self.registrations.found(await self.office.pbx.endpoints())

    async def _unfinished(self) -> dict[str, Unfinished]:
        """Records that an engine before this one left open; on a later connection there are none."""
        if self._taken_over:
            return {}
        while True:
            try:
                return await run_in_thread(read_unfinished, self.id)
            except (SQLAlchemyError, FlowError) as error:
                log.warning("unfinished calls cannot be read", error=type(error).__name__)
                await asyncio.sleep(1)

    async def _phones_open(self) -> None:
        await self.ari.open()
        await self.office.pbx.listen_to_phones()
        self.registrations.reset(await self.office.pbx.endpoints())
        self._phones_heard.set()

    def _phones_lost(self, _reason: str) -> None:
        """The calls' connection tells why."""
        self._phones_heard.clear()

    def _on_event(self, event: Event) -> None:
        if event["type"] == "StasisStart":  # often enough, and reading a time is not free
            lag = (now() - datetime.fromisoformat(event["timestamp"])).total_seconds() * 1000
            self.lag_ms += (lag - self.lag_ms) * _LAG_WEIGHT
        self._switchboard.on_event(event)

    def _lost(self, reason: str) -> None:
        if reason != self._lost_because:
            log.warning("node away", reason=reason)
        self._lost_because = reason
        self.provisioner.node_lost()
        taken = "another engine" in reason
        self._become("offline", "Outro motor assumiu este Asterisk; este espera." if taken else self._why_away(reason))

    def _why_away(self, reason: str = "") -> str:
        if not self._settings.ari_url:
            return why_absent(self._settings) or _OFF
        refused = _REFUSED.fullmatch(reason)
        return elsewhere.why_away(self._settings, int(refused[1]) if refused else 0)

    def _become(self, state: str, detail: str) -> None:
        if (state, detail) == (self.state, self._detail):
            return
        self.state, self._detail, self.since = state, detail, now()
        log.info("node", state=state)
        self._broadcast.say("node.state", None, node_id=self.id, state=state, detail=detail)

    async def _reconcile(self) -> None:
        while True:
            await asyncio.sleep(RECONCILE_SECONDS)
            if self.state != "connected":
                continue
            try:
                await self._recovery.reconcile()
            except AriError as error:
                log.warning("not reconciled", status=error.status)

    async def _stay_alive(self) -> None:
        """Leaves on disk until when this engine was watching: the next one needs it for calls that ended between."""
        while True:
            if self._taken_over and self.state == "connected":
                with contextlib.suppress(OSError):  # a full disk must not end the engine
                    self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                    self._alive.touch()
            await asyncio.sleep(1)

    # Questions

    async def check_trunk(self, company_id: int, trunk_id: int) -> AsyncIterator[Hop] | None:
        """The hops of Testar tronco, one after the other; None when the company has no such trunk."""
        row = await run_in_thread(read_row, company_id, trunk_id)
        if row is None:
            return None
        loaded = self.provisioner.companies.get(company_id)
        snapshot = loaded.loaded.snapshot if loaded and loaded.loaded else None
        names = [plan.endpoint for plan in snapshot.trunks.values() if plan.id == trunk_id] if snapshot else []
        state = self.trunks.of_company(company_id).get(trunk_id)
        return check(row, state, snapshot, lambda: any(name in self.registrations.states for name in names))

    # News

    def _synced(self, company_id: int, revision: int, ms: int) -> None:
        self._broadcast.say("company.synced", company_id, revision=revision, ms=ms)

    def _company_read(self, company: LoadedCompany) -> None:
        self.office.company_changed(company.snapshot, company.presence, company.visits)
        self.trunks.wanted(company.snapshot.company_id, company.trunks.lines, company.trunks.standing)
        for endpoint in self.provisioner.companies[company.snapshot.company_id].refused:
            self._refused(endpoint)
        if any(self.names.look(host) != then for host, then in company.trunks.hosts.items()):
            self.provisioner.reread(company.snapshot.company_id)  # a carrier was found while the company was being read

    def _refused(self, endpoint: str) -> None:
        company = self.provisioner.company_of_endpoint(endpoint)
        trunk = company.snapshot.trunks.get(endpoint) if company else None
        if company is not None and trunk is not None:
            self.trunks.refused(company.snapshot.company_id, trunk.id)

    def _carrier_moved(self, host: str) -> None:
        for company_id, state in self.provisioner.companies.items():
            if state.loaded and host in state.loaded.trunks.hosts:
                self.provisioner.reread(company_id)

    def _trunk_changed(self, company_id: int, trunk_id: int, state: TrunkState) -> None:
        self._broadcast.say("trunk.state", company_id, trunk_id=trunk_id, **state.shown())

    def _registration_changed(self, endpoint: str, _online: bool) -> None:
        company = self.provisioner.company_of_endpoint(endpoint)
        station = company.snapshot.by_endpoint.get(endpoint) if company else None
        if company is not None and station is not None:
            state = self.registered(station)
            company_id = company.snapshot.company_id
            self._broadcast.say("registration.changed", company_id, extension_id=station.id, **state)
            self.office.telephone_changed(company_id, station.id)

    def registered(self, station: Station) -> dict[str, bool]:
        states = self.registrations.states
        found = {phone.kind: phone.name in states for phone in station.endpoints}
        return {"softphone": found.get("softphone", False), "browser": found.get("browser", False)}


def _media(settings: Settings, ari: Ari) -> Media:
    """A node that we start has our disk; another one has to be told over HTTP."""
    folder = settings.data_dir / "media"
    return Media(folder, settings.node_url("sounds"), warmer(ari)) if settings.ari_url else Media(folder)


def _log_of_node(settings: Settings) -> Path:
    """That of a node elsewhere is out of reach; what lies here is of one that we ran before."""
    return Path(os.devnull) if settings.ari_url else Places.of(settings).log / "messages.log"


def _last_alive(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, now().tzinfo)
    except FileNotFoundError:
        return None
