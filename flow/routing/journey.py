"""A call's way through what the company configured: from where it is sent to what has to be done, with each reason.

Schedules are walked through; what takes time (ringing, playing, asking, waiting) is a hop that the engine carries out,
after which it asks for the next. The simulator asks the same questions, so both tell the same words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flow.catalog.call import CallResult
from flow.routing import did
from flow.routing.brazil import shown
from flow.routing.destination import WORDS, Destination
from flow.routing.schedule import SchedulePlan, explain, judge
from flow.routing.snapshot import AnnouncementPlan, CompanySnapshot, InboundPlan, IvrPlan, QueuePlan, Station

MOST_HOPS = 50  # without an input of the caller; beyond it the configuration runs in circles


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the call's path. `kind`: did, schedule, announcement, ivr, queue, extension, survey, hangup, alarm."""

    kind: str
    text: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Walked:
    """`hops`: destinations passed since the caller last decided something; to be handed to the next `hop`."""

    told: tuple[Told, ...]
    hops: int


@dataclass(frozen=True, slots=True)
class RingStation(Walked):
    station: Station


@dataclass(frozen=True, slots=True)
class PlayThen(Walked):
    """Play its audios in order, then `hop` to its `after`."""

    announcement: AnnouncementPlan


@dataclass(frozen=True, slots=True)
class Menu(Walked):
    """Run `ivr.machine_of` it until its Goto, then `hop` there."""

    ivr: IvrPlan


@dataclass(frozen=True, slots=True)
class Wait(Walked):
    queue: QueuePlan


@dataclass(frozen=True, slots=True)
class HangUp(Walked):
    """`alarm`: the company's configuration has to be mended; `why` says so."""

    result: CallResult
    why: str
    alarm: bool = False


Hop = RingStation | PlayThen | Menu | Wait | HangUp


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call from a carrier. `did` canonical, "" if none was sent; without an owner, the hop is a HangUp."""

    did: str
    snapshot: CompanySnapshot | None
    route: InboundPlan | None
    hop: Hop


def wall_clock(snapshot: CompanySnapshot, moment: datetime) -> datetime:
    """The company's wall clock, naive. A naive `moment` is taken to be that already."""
    return moment if moment.tzinfo is None else moment.astimezone(ZoneInfo(snapshot.time_zone)).replace(tzinfo=None)


def hop(
    snapshot: CompanySnapshot,
    destination: Destination,
    moment: datetime,
    *,
    why: str = "",
    kind: str = "hop",
    detail: dict[str, Any] | None = None,
    hops: int = 0,
) -> Hop:
    """Where a call that is sent to `destination` gets to. Nothing here waits or rings.

    `why`, `kind`, `detail`: the reason of the step that leads here (a Goto's, a route's); it is told with where it
    leads. `hops`: of the hop before, unless the caller has decided something since.
    """
    moment = wall_clock(snapshot, moment)
    told: list[Told] = []
    if why:
        told.append(Told(kind, f"{why} → {named(snapshot, destination)}.", detail or {}))
    while hops < MOST_HOPS:
        hops += 1
        onward = _through(snapshot, destination, moment)
        if onward is None:
            return _arrive(snapshot, destination, tuple(told), hops)
        destination, line = onward
        told.append(line)
    why = f"Depois de {MOST_HOPS} passos sem escolha de quem ligou, a chamada dava voltas em {WORDS[destination.kind]}"
    return _end(tuple(told), hops, CallResult.FAILED, f"{why} e foi encerrada.", alarm=True)


def _through(snapshot: CompanySnapshot, destination: Destination, moment: datetime) -> tuple[Destination, Told] | None:
    """Where a destination that takes no time passes the call on to; None for one that does take time, or the end."""
    if destination.kind == "schedule" and (plan := snapshot.schedules.get(destination.id)):
        return _schedule(snapshot, plan, moment)
    announcement = snapshot.announcements.get(destination.id) if destination.kind == "announcement" else None
    if announcement is not None and not announcement.audios:
        text = f'Anúncio "{announcement.name}" não tem áudio → {named(snapshot, announcement.after)}.'
        return announcement.after, Told("announcement", text, {"announcement": announcement.id})
    return None


def _schedule(snapshot: CompanySnapshot, plan: SchedulePlan, moment: datetime) -> tuple[Destination, Told]:
    verdict = judge(plan, moment)
    to = plan.inside if verdict.is_open else plan.outside
    detail = {"schedule": plan.id, "open": verdict.is_open, "rule": verdict.rule, "at": moment.isoformat()}
    return to, Told("schedule", f"{explain(plan, moment)} → {named(snapshot, to)}.", detail)


def _arrive(snapshot: CompanySnapshot, destination: Destination, told: tuple[Told, ...], hops: int) -> Hop:
    match destination.kind:
        case "hangup":
            return HangUp(told, hops, CallResult.SERVED, "A configuração manda desligar aqui.")
        case "extension" if station := snapshot.by_id.get(destination.id):
            if station.active:
                return RingStation(told, hops, station)
            return _end(told, hops, CallResult.NOT_REGISTERED, f"O ramal {station.shown} está desativado.")
        case "announcement" if announcement := snapshot.announcements.get(destination.id):
            return PlayThen(told, hops, announcement)
        case "ivr" if ivr := snapshot.ivrs.get(destination.id):
            return Menu(told, hops, ivr)
        case "queue" if queue := snapshot.queues.get(destination.id):
            return Wait(told, hops, queue)
    if destination.kind in ("conference", "external"):
        why = f"O destino {WORDS[destination.kind]} ainda não recebe chamadas."
    else:
        why = f"O destino ({WORDS[destination.kind]}) foi excluído; escolha outro onde ele era usado."
    return _end(told, hops, CallResult.FAILED, why, alarm=True)


def _end(told: tuple[Told, ...], hops: int, result: CallResult, why: str, *, alarm: bool = False) -> HangUp:
    return HangUp((*told, Told("alarm" if alarm else "hangup", why)), hops, result, why, alarm)


def did_index(snapshots: Iterable[CompanySnapshot]) -> dict[str, CompanySnapshot]:
    """Canonical DID → the company that owns it. A DID is unique on the platform."""
    return {number: snapshot for snapshot in snapshots for number in snapshot.inbound}


def inbound(by_did: Mapping[str, CompanySnapshot], called: str, moment: datetime, *, ddd: str = "") -> Arrival:
    """A call that a carrier brings: the number it was made to decides the company, its route and the first hop.

    `moment` aware, since each company has its own clock. `ddd`: of the trunk's company, for carriers that leave it out.
    """
    found = did.look_up(by_did, called, ddd=ddd)
    if found.owner is None:
        why = f"{found.why}."
        end = HangUp((Told("did", why, {"did": found.did, "called": called[:40]}),), 0, CallResult.UNKNOWN_NUMBER, why)
        return Arrival(found.did, None, None, end)
    route = found.owner.inbound[found.did]
    why, detail = f'{found.why} → rota "{route.name}"', {"did": found.did, "route": route.id}
    first = hop(found.owner, route.destination, moment, why=why, kind="did", detail=detail)
    return Arrival(found.did, found.owner, route, first)


def named(snapshot: CompanySnapshot, destination: Destination) -> str:
    """A destination inside a sentence: 'URA "Atendimento"', "ramal 1000 (Ana)", "desligar"."""
    if destination.kind == "hangup":
        return "desligar"
    if destination.kind == "external":
        return f"número externo {shown(destination.number)}"
    if destination.kind == "extension":
        station = snapshot.by_id.get(destination.id)
        return f"ramal {station.shown}" if station else "ramal (já não existe)"
    tables: dict[str, Mapping[int, Any]] = {
        "queue": snapshot.queues,
        "ivr": snapshot.ivrs,
        "schedule": snapshot.schedules,
        "announcement": snapshot.announcements,
    }
    plan = tables.get(destination.kind, {}).get(destination.id)
    return f'{WORDS[destination.kind]} "{plan.name}"' if plan else f"{WORDS[destination.kind]} (já não existe)"
