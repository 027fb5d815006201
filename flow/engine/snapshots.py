"""Reads companies from the database: for routing as a snapshot, for the node as objects. Runs in a thread."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from flow.access import secrets
from flow.acd.day import Visit
from flow.catalog.company import Company
from flow.catalog.extension import Extension
from flow.catalog.user import User
from flow.clock import midnight, now
from flow.db import platform_session
from flow.engine.pbx.objects import PbxObject, caller_id, digest, manifest_hash, telephone
from flow.engine.trunk_reader import ROWS as TRUNK_ROWS
from flow.engine.trunk_reader import Look, ReadTrunks, read_trunks
from flow.routing.snapshot import CompanySnapshot, Station
from flow.services.presence import Presence, of_company
from flow.services.queue_day import visits_since
from flow.services.snapshots import plans_of, station_of

_EXTENSION = sa.inspect(Extension).local_table
_COMPANY = sa.inspect(Company).local_table
_USER = sa.inspect(User).local_table
_COLUMNS = (
    "id", "company_id", "number", "label", "webphone", "ring_seconds", "active", "sip_key", "secret_enc",
    "browser_secret_enc", "user_id",
)  # fmt: skip
_COMPANIES = sa.select(_COMPANY.c.revision, _COMPANY.c.ddd)
_OWNER = (
    sa.select(sa.func.min(_USER.c.id))
    .where(_USER.c.extension_id == _EXTENSION.c.id, _USER.c.deleted_at.is_(None))
    .scalar_subquery()
)
_ROWS = sa.select(*(_EXTENSION.c[name] for name in _COLUMNS[:-1]), _OWNER)


_LONGEST_CALL = timedelta(days=1)
"""What was in a queue today began before midnight at most by this."""


@dataclass(frozen=True)
class LoadedCompany:
    """`presence` and `visits` (of today's callers in the queues): read once, from then on the engine knows them."""

    snapshot: CompanySnapshot
    objects: dict[str, PbxObject] = field(repr=False)
    digests: dict[str, str] = field(repr=False)
    manifest: str
    trunks: ReadTrunks = field(default_factory=ReadTrunks, repr=False)
    presence: Presence = field(default_factory=Presence, repr=False)
    visits: tuple[Visit, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What one row becomes. Kept by row, so that a save costs one extension's work and not a company's."""

    station: Station
    objects: tuple[tuple[str, PbxObject, str], ...]


class CompanyReader:
    """Remembers rows it has seen: opening 10,000 sealed passwords for each save would take half a second."""

    def __init__(self, node_id: int, digest_key: bytes, look: Look) -> None:
        self._node_id = node_id
        self._key = digest_key
        self._look = look
        self._known: dict[int, dict[tuple[Any, ...], _Loaded]] = {}

    def revisions(self) -> dict[int, int]:
        """Company id → revision, of the companies that live on this node."""
        query = sa.select(_COMPANY.c.id, _COMPANY.c.revision).where(_COMPANY.c.node_id == self._node_id)
        with platform_session() as db:
            return {row[0]: row[1] for row in db.connection().execute(query)}

    def load(self, company_id: int) -> LoadedCompany | None:
        """The company as one transaction sees it; None when it is gone."""
        with platform_session() as db:
            connection = db.connection()
            company = connection.execute(_COMPANIES.where(_COMPANY.c.id == company_id)).first()
            if company is None:
                self._known.pop(company_id, None)
                return None
            rows = connection.execute(_ROWS.where(_EXTENSION.c.company_id == company_id)).all()
            trunk_rows = connection.execute(TRUNK_ROWS.where(TRUNK_ROWS.selected_columns.company_id == company_id))
            trunks = read_trunks([dict(row) for row in trunk_rows.mappings()], self._look, self._key)
            plans = plans_of(connection, company_id)
            presence = Presence()
            visits: tuple[Visit, ...] = ()
            if (before := self._known.get(company_id)) is None:
                presence = of_company(db, company_id)
                visits = visits_since(connection, company_id, midnight(now(), plans["time_zone"]) - _LONGEST_CALL)
        before = before or {}
        after = {tuple(row): before.get(tuple(row)) or self._make(tuple(row)) for row in rows}
        self._known[company_id] = after
        parts = [part for loaded in after.values() for part in loaded.objects]
        parts += [(item.key, item, digest(item, self._key)) for item in trunks.objects]
        digests = {key: checksum for key, _, checksum in parts}
        return LoadedCompany(
            CompanySnapshot.of(
                company_id,
                company.revision,
                (loaded.station for loaded in after.values()),
                ddd=company.ddd,
                trunks=trunks.plans,
                **plans,
            ),
            {key: item for key, item, _ in parts},
            digests,
            manifest_hash(digests),
            trunks,
            presence,
            visits,
        )

    def _make(self, row: tuple[Any, ...]) -> _Loaded:
        extension = dict(zip(_COLUMNS, row, strict=True))
        station = station_of(extension, extension["user_id"])
        sealed_of = {"softphone": extension["secret_enc"], "browser": extension["browser_secret_enc"]}
        if not extension["active"]:
            return _Loaded(station, ())
        shown = caller_id(extension["label"], extension["number"])
        objects = (
            item
            for phone in station.endpoints
            for item in telephone(
                phone.name, secrets.decrypt(sealed_of[phone.kind]), browser=phone.kind == "browser", caller_id=shown
            )
        )
        return _Loaded(station, tuple((item.key, item, digest(item, self._key)) for item in objects))
