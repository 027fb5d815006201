"""Keeps the node's configuration equal to the database's, without a person.

A change reaches the node because the web says so, or because the revision is polled each second: a lost word is not a
lost change. What the node has is known from the manifest that was pushed last and proven by a sentinel on the node
itself, so neither a restart of the engine nor one of Asterisk is ever guessed about.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from flow.db import run_in_thread
from flow.engine.delivery import PARALLEL, Delivery, throttled, without
from flow.engine.manifest import ManifestStore
from flow.engine.pbx.ari import AriError, NotReady, Offline
from flow.engine.pbx.commands import Pbx
from flow.engine.pbx.objects import KINDS, PbxObject, company_of, keys_of, manifest_hash, sentinel, sentinel_name
from flow.engine.portions import SMALL, Plan, Round, next_round
from flow.engine.snapshots import CompanyReader, LoadedCompany
from flow.errors import FlowError
from flow.routing.snapshot import CompanySnapshot

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
RETRY_SECONDS = 5.0
_INVALID = ""
_CANNOT_READ = "O banco de dados não responde: rode `flow db upgrade` e veja `flow doctor`."
_CANNOT_KEEP = "O disco do servidor está cheio ou protegido: libere espaço e veja `flow doctor`."
_BROKEN = "A configuração não pôde ser preparada; veja o registro do motor e `flow doctor`."
_NODE_AWAY = "O Asterisk não responde; a mudança entra em serviço assim que ele voltar."
_STARTING = "O motor está iniciando."
_REFUSED = "O Asterisk recusou a configuração; o motor tenta de novo."


@dataclass
class CompanyState:
    """`on_node` is None while it is not known what the node has of this company; `marked`: see `_mark_pending`.

    `stale`: to be read again, though its revision is the same. `refused`: endpoints that the node does not take."""

    loaded: LoadedCompany | None = None
    stale: bool = False
    on_node: dict[str, str] | None = None
    marked: LoadedCompany | None = None
    in_service: int = 0
    refused: set[str] = field(default_factory=set)
    noticed: dict[int, float] = field(default_factory=dict)
    took_ms: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class LastPush:
    at: float
    ms: int
    changed: int
    company_id: int | None

    def shown(self) -> dict[str, Any]:
        at = datetime.fromtimestamp(self.at, UTC).isoformat()
        return {"at": at, "ms": self.ms, "changed": self.changed, "company_id": self.company_id}


@dataclass
class Push:
    """Under way since `started`."""

    started: float
    changed: int = 0
    companies: set[int] = field(default_factory=set)

    def over(self) -> LastPush:
        took = round((time.monotonic() - self.started) * 1000)
        only = next(iter(self.companies)) if len(self.companies) == 1 else None
        return LastPush(time.time(), took, self.changed, only)


class Provisioner:
    def __init__(
        self,
        pbx: Pbx,
        reader: CompanyReader,
        store: ManifestStore,
        on_synced: Callable[[int, int, int], None],
        on_signed_out: Callable[[str], None],
        on_read: Callable[[LoadedCompany], None],
        on_refused: Callable[[str], None],
    ) -> None:
        self._pbx = pbx
        self._reader = reader
        self._store = store
        self._on_synced = on_synced
        self._delivery = Delivery(pbx, on_signed_out, self._is_wanted)
        self._on_read, self._on_refused = on_read, on_refused
        self._wake = asyncio.Event()
        self._arrived = asyncio.Condition()
        self._connected = False
        self._endpoints: list[str] = []
        self._under_way: Push | None = None
        self.companies: dict[int, CompanyState] = {}
        self.last_push: LastPush | None = None
        self.trouble = _STARTING
        self.companies_read = asyncio.Event()

    # What others tell and ask

    def node_connected(self, endpoints: Iterable[str]) -> None:
        """A new connection proves nothing about what the node still has: everything is compared again."""
        self._endpoints = list(endpoints)
        self._doubt_everything()
        self._connected = True
        self._wake.set()

    def node_lost(self) -> None:
        self._connected = False
        self._doubt_everything()

    def changed(self, company_id: int, revision: int) -> None:
        state = self.companies.setdefault(company_id, CompanyState())
        state.noticed.setdefault(revision, time.monotonic())
        self._wake.set()

    def snapshots(self) -> list[CompanySnapshot]:
        """Of every company that lives on this node."""
        return [state.loaded.snapshot for state in self.companies.values() if state.loaded]

    def _is_wanted(self, key: str) -> bool:
        return any(state.loaded and key in state.loaded.objects for state in self.companies.values())

    def reread(self, company_id: int) -> None:
        """Something that is not in the database, and that the company's objects depend on, is different now."""
        state = self.companies.get(company_id)
        if state is not None:
            state.stale = True
            self._wake.set()

    def company_of_endpoint(self, endpoint: str) -> LoadedCompany | None:
        company_id = company_of(endpoint)
        state = self.companies.get(company_id) if company_id is not None else None
        return state.loaded if state else None

    @property
    def in_sync(self) -> bool:
        return self._connected and not self.trouble and not any(map(_pending, self.companies.values()))

    async def wait_until_all_is_there(self) -> None:
        def there() -> bool:
            return self._connected and not any(map(_pending, self.companies.values()))

        async with self._arrived:
            await self._arrived.wait_for(there)

    @property
    def objects(self) -> int:
        return sum(len(state.on_node or ()) for state in self.companies.values())

    async def wait_in_service(self, company_id: int, revision: int, seconds: float) -> tuple[bool, int, str]:
        """Whether `revision` (or a later one) serves calls, the milliseconds it took, or the reason why not."""
        self.changed(company_id, revision)

        def arrived() -> bool:
            return self.companies.setdefault(company_id, CompanyState()).in_service >= revision

        try:
            async with asyncio.timeout(seconds), self._arrived:
                await self._arrived.wait_for(arrived)
        except TimeoutError:
            return False, 0, self.trouble or (_NODE_AWAY if not self._connected else "Ainda sendo enviada ao Asterisk.")
        return True, self.companies[company_id].took_ms.get(revision, 0), ""

    async def forget_phone(self, company_id: int, endpoint: str) -> bool:
        """Ends the endpoint's registrations; whether it is the company's. Deleting an AOR deletes its contacts."""
        state = self.companies.get(company_id)
        item = state.loaded.objects.get(f"aor/{endpoint}") if state and state.loaded else None
        if item is None:
            return False
        await self._delivery.delete([item.key])
        await self._pbx.put_object(item.kind, item.name, item.fields)
        return True

    # The loop

    async def run(self) -> None:
        while True:
            self._wake.clear()
            pause = POLL_SECONDS
            try:
                await self._read_changes()
                if self._connected and await self._push_changes():
                    self._wake.set()
                self.trouble = "" if self._connected else _NODE_AWAY
            except OSError as error:
                self.trouble = _CANNOT_KEEP
                log.warning("what is pushed cannot be kept", error=type(error).__name__)
            except (SQLAlchemyError, FlowError) as error:
                self.trouble = _CANNOT_READ
                log.warning("companies cannot be read", error=type(error).__name__)
            except (Offline, NotReady):
                self.trouble = _NODE_AWAY
            except AriError as error:
                self.trouble = _REFUSED
                pause = RETRY_SECONDS
                self._doubt_everything()
                log.exception("the node refused configuration", operation=error.operation, status=error.status)
            except Exception:
                self.trouble = _BROKEN
                pause = RETRY_SECONDS
                self._doubt_everything()
                log.exception("configuration could not be brought to the node")
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _doubt_everything(self) -> None:
        for state in self.companies.values():
            state.on_node = state.marked = None
            state.in_service = 0

    async def _read_changes(self) -> None:
        revisions = await run_in_thread(self._reader.revisions)
        if not self.companies:  # those deleted while no engine ran are known only from what was pushed
            self.companies = {kept: CompanyState() for kept in await run_in_thread(self._store.companies)}
        seen = time.monotonic()
        for company_id, revision in revisions.items():
            state = self.companies.setdefault(company_id, CompanyState())
            if state.stale or state.loaded is None or state.loaded.snapshot.revision < revision:
                state.noticed.setdefault(revision, seen)
                state.in_service = 0 if state.stale else state.in_service
                state.stale = False
                state.loaded = await run_in_thread(self._reader.load, company_id)
                if state.loaded is not None:
                    self._on_read(state.loaded)
        for company_id in [known for known in self.companies if known not in revisions]:
            self.companies[company_id].loaded = None
        self.companies_read.set()

    async def _push_changes(self) -> bool:
        """One round; whether another has to follow."""
        pending = {c: s for c, s in self.companies.items() if _pending(s)}
        strays = self._strays()
        if not pending and not strays:
            return False
        started = time.monotonic()
        unknown = [company_id for company_id, state in pending.items() if state.on_node is None]
        await throttled((self._learn(company_id) for company_id in unknown), PARALLEL)
        plans = {c: await run_in_thread(_plan, s.loaded, s.on_node or {}) for c, s in pending.items()}
        served = {c for c, state in self.companies.items() if state.in_service}
        much = sum(plan.size for plan in plans.values()) > SMALL
        this = next_round(plans, served, await run_in_thread(self._count_endpoints) if much else 0)
        for company_id, plan in plans.items():
            if company_id in this.plans:
                await run_in_thread(self._mark_pending, company_id, plan)
        await self._carry_out(this)
        await self._drop_strays(strays)
        await throttled((self._seal(company_id) for company_id in this.whole), PARALLEL)
        self._endpoints = []
        self._tell(this, len(strays), started)
        self._settle()
        async with self._arrived:
            self._arrived.notify_all()
        if this.more and any(item.kind == "aor" for plan in this.plans.values() for item in plan.puts):
            await self._pbx.wait_until_aors_are_seen()
        return this.more

    async def _carry_out(self, this: Round) -> None:
        for company_id, plan in this.plans.items():
            await self._delivery.delete(_locked_out(plan.puts, self.companies[company_id].on_node or {}))
        for name in await self._delivery.put(item for plan in this.plans.values() for item in plan.puts):
            if state := self.companies.get(company_of(name) or 0):
                state.refused.add(name)
                self._on_refused(name)
        await self._delivery.delete([key for plan in this.plans.values() for key in plan.deletes])
        for company_id in this.plans.keys() - this.whole:
            self._note_progress(company_id, this.plans[company_id])

    def _note_progress(self, company_id: int, plan: Plan) -> None:
        state = self.companies[company_id]
        if state.on_node is None:
            return  # the node went away meanwhile
        digests = state.loaded.digests if state.loaded else {}
        gone = set(plan.deletes)
        state.on_node = {key: value for key, value in state.on_node.items() if key not in gone}
        state.on_node.update({item.key: digests.get(item.key, _INVALID) for item in plan.puts})

    def _count_endpoints(self) -> int:
        """That are on the node for certain: of those in doubt after a restart there may be none."""
        known = [s.on_node for s in tuple(self.companies.values()) if s.on_node]
        return sum(bool(value) and key.startswith("endpoint/") for keys in known for key, value in keys.items())

    def _tell(self, this: Round, strays: int, started: float) -> None:
        """One push, however many rounds it takes."""
        push = self._under_way = self._under_way or Push(started)
        push.changed += sum(plan.size for plan in this.plans.values()) + strays * len(KINDS)
        push.companies |= {company_id for company_id, plan in this.plans.items() if plan.size}
        if this.more:
            return
        self._under_way = None
        if push.changed:
            self.last_push = push.over()
            log.info("pushed", objects=push.changed, companies=len(push.companies), ms=self.last_push.ms)

    async def _learn(self, company_id: int) -> None:
        """What the node has of a company: the kept manifest if the sentinel agrees, else all of it in doubt."""
        kept = await run_in_thread(self._store.read, company_id)
        found = await self._pbx.read_object("auth", sentinel_name(company_id))
        proven = found is not None and found.get("username") == await run_in_thread(manifest_hash, kept)
        if not proven:
            kept = dict.fromkeys(kept, _INVALID)
            for name in self._endpoints:
                if company_of(name) == company_id:
                    kept.update(dict.fromkeys(keys_of(name), _INVALID))
            kept.setdefault("sentinel", _INVALID)
        self.companies[company_id].on_node = kept

    def _mark_pending(self, company_id: int, plan: Plan) -> None:
        """Before anything is sent: if this process dies halfway, the next one knows all that may be there."""
        state = self.companies[company_id]
        if not plan.size or (state.loaded is not None and state.marked is state.loaded):
            return
        union = dict(state.on_node or {})
        union.update(dict.fromkeys((item.key for item in plan.puts), _INVALID))
        union.update(dict.fromkeys(plan.deletes, _INVALID))
        self._store.write(company_id, union)
        state.marked = state.loaded

    async def _seal(self, company_id: int) -> None:
        state = self.companies[company_id]
        if state.loaded is None:
            await self._pbx.delete_object("auth", sentinel_name(company_id))
            await run_in_thread(self._store.forget, company_id)
            state.on_node = {}
            return
        loaded = state.loaded
        if state.on_node != loaded.digests:
            item = sentinel(company_id, loaded.manifest)
            await self._pbx.put_object(item.kind, item.name, item.fields)
            there = without(state.refused, loaded.digests)  # an engine that begins anew tries the rest again
            await run_in_thread(self._store.write, company_id, there)
        state.on_node = loaded.digests

    def _strays(self) -> dict[str, int]:
        """Endpoints on the node → their company, where this engine does not have it (deleted, or moved away)."""
        owners = ((name, company_of(name)) for name in self._endpoints)
        return {name: owner for name, owner in owners if owner is not None and owner not in self.companies}

    async def _drop_strays(self, strays: dict[str, int]) -> None:
        """The sentinels first: an engine that has these companies must not believe that they are still here."""
        for company_id in sorted(set(strays.values())):
            await self._pbx.delete_object("auth", sentinel_name(company_id))
        await self._delivery.delete([key for name in strays for key in keys_of(name)])

    def _settle(self) -> None:
        """Note which revisions serve calls now."""
        now = time.monotonic()
        for company_id, state in list(self.companies.items()):
            if state.loaded is None and not state.on_node:
                del self.companies[company_id]
            if state.loaded is None:
                continue
            revision = state.loaded.snapshot.revision
            if state.in_service == revision or state.on_node is not state.loaded.digests:
                continue
            state.in_service = revision
            arrived = {known: seen for known, seen in state.noticed.items() if known <= revision}
            state.noticed = {known: seen for known, seen in state.noticed.items() if known > revision}
            state.took_ms = {known: round((now - seen) * 1000) for known, seen in arrived.items()}
            self._on_synced(company_id, revision, max(state.took_ms.values(), default=0))


def _plan(wanted: LoadedCompany | None, have: Mapping[str, str]) -> Plan:
    """What to put, and the keys to delete, so that the node has what is wanted. Pure."""
    if wanted is None:
        return Plan([], [key for key in have if key != "sentinel"])
    puts = [item for key, item in wanted.objects.items() if have.get(key) != wanted.digests[key]]
    puts += [wanted.objects[key] for key in _locked_out(puts, have)]
    return Plan(puts, [key for key in have if key not in wanted.digests and key != "sentinel"])


def _locked_out(puts: list[PbxObject], have: Mapping[str, str]) -> list[str]:
    """AORs whose password changes: whoever is signed in with the old one must sign in again."""
    return [f"aor/{item.name}" for item in puts if item.kind == "auth" and have.get(item.key)]


def _pending(state: CompanyState) -> bool:
    return state.on_node is None or state.loaded is None or state.in_service != state.loaded.snapshot.revision
