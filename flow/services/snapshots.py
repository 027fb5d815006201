"""A company as calls see it, read from the database: for the engine, for Simular, and to look for cycles at a save."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypedDict

import sqlalchemy as sa
from sqlmodel import SQLModel

from flow.catalog.announcement import Announcement
from flow.catalog.audio import Audio, Music, moh_class
from flow.catalog.company import Company
from flow.catalog.extension import Extension
from flow.catalog.inbound_route import InboundRoute
from flow.catalog.ivr import Ivr
from flow.catalog.queue import MEMBER_KINDS, Queue
from flow.catalog.schedule import Schedule
from flow.catalog.user import User
from flow.routing.destination import HANGUP, Destination, parse
from flow.routing.picture import extensions
from flow.routing.schedule import SchedulePlan, hours_of
from flow.routing.snapshot import (
    AnnouncementPlan,
    AudioPlan,
    CompanySnapshot,
    Endpoint,
    InboundPlan,
    IvrPlan,
    MemberPlan,
    QueuePlan,
    Station,
)

Row = Mapping[str, Any]


class Plans(TypedDict):
    """What `CompanySnapshot.of` takes beside the stations."""

    time_zone: str
    audios: list[AudioPlan]
    announcements: list[AnnouncementPlan]
    schedules: list[SchedulePlan]
    ivrs: list[IvrPlan]
    queues: list[QueuePlan]
    inbound: list[InboundPlan]


def snapshot_of(connection: sa.Connection, company_id: int) -> CompanySnapshot:
    """The whole company, as the connection's transaction sees it; empty when there is none."""
    revision = connection.scalar(sa.select(_table(Company).c.revision).where(_table(Company).c.id == company_id))
    stations = (station_of(row) for row in _rows(connection, Extension, company_id))
    return CompanySnapshot.of(company_id, revision or 0, stations, **plans_of(connection, company_id))


def passage_of(connection: sa.Connection, company_id: int) -> CompanySnapshot:
    """What calls pass through, and of the extensions only those that something leads to: enough for a drawing."""
    plans = plans_of(connection, company_id)
    wanted = extensions(CompanySnapshot.of(company_id, 0, (), **plans))
    rows = _rows(connection, Extension, company_id, ids=wanted)
    return CompanySnapshot.of(company_id, 0, (station_of(row) for row in rows), **plans)


def plans_of(connection: sa.Connection, company_id: int) -> Plans:
    """Everything of a company that calls pass through but the stations. A few small tables, read anew each time."""
    company = _table(Company)
    audios = {row["id"]: _audio(row) for row in _rows(connection, Audio, company_id)}
    ivrs = {row["id"]: _ivr(row, audios) for row in _rows(connection, Ivr, company_id)}
    return Plans(
        time_zone=connection.scalar(sa.select(company.c.time_zone).where(company.c.id == company_id)) or "UTC",
        audios=list(audios.values()),
        announcements=[_announcement(row, audios) for row in _rows(connection, Announcement, company_id)],
        schedules=[schedule_plan(row) for row in _rows(connection, Schedule, company_id)],
        ivrs=list(ivrs.values()),
        queues=_queues(connection, company_id, ivrs),
        inbound=[
            InboundPlan(row["id"], row["name"], row["did"], _to(row["destination"]))
            for row in _rows(connection, InboundRoute, company_id)
        ],
    )


def station_of(row: Row, user_id: int | None = None) -> Station:
    """`user_id`: whose extension it is; a call is made with it, a look at the configuration needs none."""
    name = f"f{row['company_id']}-{row['sip_key']}"
    phones = [Endpoint(name, "softphone")]
    if row["webphone"]:
        phones.append(Endpoint(f"{name}-w", "browser"))
    return Station(row["id"], row["number"], row["label"], tuple(phones), row["ring_seconds"], row["active"], user_id)


def schedule_plan(row: Row) -> SchedulePlan:
    return replace(hours_of(row), inside=_to(row["inside"]), outside=_to(row["outside"]))


def _audio(row: Row) -> AudioPlan:
    return AudioPlan(row["id"], row["name"], row["current"], row["ms"])


def _announcement(row: Row, audios: Mapping[int, AudioPlan]) -> AnnouncementPlan:
    played = tuple(audios[audio_id] for audio_id in row["audios"] if audio_id in audios)
    return AnnouncementPlan(row["id"], row["name"], played, _to(row["destination"]))


def _ivr(row: Row, audios: Mapping[int, AudioPlan]) -> IvrPlan:
    sounds = {name: audios.get(row[f"{name}_id"]) for name in ("greeting", "menu", "exceeded", "invalid", "timeout")}
    return IvrPlan(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        **sounds,
        keys={entry["key"]: _to(entry["destination"]) for entry in row["keys"]},
        exceeded_to=_to(row["exceeded"]),
        attempts=row["attempts"],
        timeout_seconds=row["timeout_seconds"],
        survey=row["survey"],
    )


def _queues(connection: sa.Connection, company_id: int, ivrs: Mapping[int, IvrPlan]) -> list[QueuePlan]:
    rows = _rows(connection, Queue, company_id)
    if not rows:
        return []
    music = {
        row["id"]: moh_class(company_id, row["id"], row["version"]) for row in _rows(connection, Music, company_id)
    }
    members = _members(connection, company_id, rows)
    return [_queue(row, members, music, ivrs) for row in rows]


def _members(connection: sa.Connection, company_id: int, rows: Sequence[Row]) -> dict[str, MemberPlan]:
    """Whoever stands on a board; people ring where their Webphone is. Nobody who is gone or switched off."""
    wanted: dict[str, set[int]] = {kind: set() for kind in MEMBER_KINDS}
    for row in rows:
        wanted[row["member_kind"]].update(row["members"])
    found: dict[str, MemberPlan] = {}
    for row in _rows(connection, Extension, company_id, ids=wanted["extension"]):
        key = f"extension:{row['id']}"
        found[key] = MemberPlan(key, row["id"], f"{row['number']} ({row['label']})")
    for row in _rows(connection, User, company_id, ids=wanted["agent"]):
        if row["active"] and row["deleted_at"] is None:
            found[f"user:{row['id']}"] = MemberPlan(f"user:{row['id']}", row["extension_id"], row["name"])
    return found


def _queue(
    row: Row, members: Mapping[str, MemberPlan], music: Mapping[int, str], ivrs: Mapping[int, IvrPlan]
) -> QueuePlan:
    board = (f"{MEMBER_KINDS[row['member_kind']]}:{member}" for member in row["members"])
    same = ("id", "name", "number", "strategy", "member_kind", "ring_seconds", "retry_seconds", "wrapup_seconds")
    also = ("max_wait_seconds", "empty_rule", "position_every_seconds", "say_wait", "priority", "service_seconds")
    return QueuePlan(
        **{name: row[name] for name in (*same, *also)},
        members=tuple(members[key] for key in board if key in members),
        overflow=_to(row["overflow"]),
        empty_to=_to(row["empty_destination"]),
        music=music.get(row["music_id"], ""),
        survey=ivrs.get(row["survey_id"]),
    )


def _to(text: str) -> Destination:
    try:
        return parse(text)
    except ValueError:
        return HANGUP


def _table(model: type[SQLModel]) -> sa.Table:
    table = sa.inspect(model).local_table
    assert isinstance(table, sa.Table)
    return table


def _rows(
    connection: sa.Connection, model: type[SQLModel], company_id: int, *, ids: set[int] | None = None
) -> list[Row]:
    """In order of their ids; `ids`: these alone."""
    table = _table(model)
    query = sa.select(table).where(table.c.company_id == company_id)
    if ids is not None:
        query = query.where(table.c.id.in_(ids))
    found = connection.execute(query.order_by(table.c.id)).mappings() if ids is None or ids else ()
    return [dict(row) for row in found]
