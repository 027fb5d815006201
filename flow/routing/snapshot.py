"""One company as a call sees it: immutable, taken when the call starts and kept until it ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from flow.routing.destination import HANGUP, Destination
from flow.routing.schedule import SchedulePlan

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One telephone of an extension. `kind`: "softphone" or "browser"."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Station:
    """An extension (Ramal) with the telephones that ring under its number. `user_id`: whose it is now."""

    id: int
    number: str
    label: str
    endpoints: tuple[Endpoint, ...]
    ring_seconds: int = 25
    active: bool = True
    user_id: int | None = None

    @property
    def shown(self) -> str:
        return f"{self.number} ({self.label})" if self.label else self.number


@dataclass(frozen=True, slots=True)
class AudioPlan:
    """One version of an Áudio. `hash`: sha256 of the wav, which names its file; `ms`: its length."""

    id: int
    name: str
    hash: str
    ms: int


@dataclass(frozen=True, slots=True)
class AnnouncementPlan:
    """An Anúncio: its audios one after the other, then `after`."""

    id: int
    name: str
    audios: tuple[AudioPlan, ...]
    after: Destination = HANGUP


@dataclass(frozen=True, slots=True)
class IvrPlan:
    """A URA. `kind`: "menu", "collect" (digits until # or the time limit) or "direct" (menu and internal numbers)."""

    id: int
    name: str
    kind: str = "menu"
    greeting: AudioPlan | None = None
    menu: AudioPlan | None = None
    exceeded: AudioPlan | None = None
    invalid: AudioPlan | None = None
    timeout: AudioPlan | None = None
    keys: Mapping[str, Destination] = field(default_factory=dict)
    exceeded_to: Destination = HANGUP
    attempts: int = 3
    timeout_seconds: int = 5
    survey: bool = False


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """A member of a queue. `key`: "extension:7" or "user:3"; `station_id`: the extension that rings, if known."""

    key: str
    station_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """A Fila. `strategy`, `member_kind`, `empty_rule`: the words of its table; `music`: a class of the node, or ""."""

    id: int
    name: str
    number: str
    strategy: str = "ring_all"
    member_kind: str = "extension"
    members: tuple[MemberPlan, ...] = ()
    ring_seconds: int = 20
    retry_seconds: int = 5
    wrapup_seconds: int = 0
    max_wait_seconds: int = 300
    overflow: Destination = HANGUP
    empty_rule: str = "wait"
    empty_to: Destination = HANGUP
    music: str = ""
    position_every_seconds: int = 0
    say_wait: bool = False
    priority: int = 0
    service_seconds: int = 20
    survey: IvrPlan | None = None


@dataclass(frozen=True, slots=True)
class InboundPlan:
    """A Rota de Entrada. `did`: national digits, as routing/did.py writes them."""

    id: int
    name: str
    did: str
    destination: Destination


@dataclass(frozen=True, slots=True)
class TrunkPlan:
    """A Tronco. `endpoint`: its name in the node; `code`: the field Tronco; `addresses`: its carrier's."""

    id: int
    name: str
    code: str
    endpoint: str
    active: bool = True
    max_calls: int = 30
    addresses: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CompanySnapshot:
    """`revision` is the company's revision at which the rows were read; `time_zone` an IANA name;
    `ddd` completes numbers that a carrier sends without."""

    company_id: int
    revision: int
    by_number: Mapping[str, Station] = field(repr=False)
    by_id: Mapping[int, Station] = field(repr=False)
    by_endpoint: Mapping[str, Station] = field(repr=False)
    time_zone: str = "America/Sao_Paulo"
    ddd: str = ""
    audios: Mapping[int, AudioPlan] = field(default_factory=dict, repr=False)
    announcements: Mapping[int, AnnouncementPlan] = field(default_factory=dict, repr=False)
    schedules: Mapping[int, SchedulePlan] = field(default_factory=dict, repr=False)
    ivrs: Mapping[int, IvrPlan] = field(default_factory=dict, repr=False)
    queues: Mapping[int, QueuePlan] = field(default_factory=dict, repr=False)
    queue_by_number: Mapping[str, QueuePlan] = field(default_factory=dict, repr=False)
    inbound: Mapping[str, InboundPlan] = field(default_factory=dict, repr=False)  # by DID
    trunks: Mapping[str, TrunkPlan] = field(default_factory=dict, repr=False)  # by endpoint

    @classmethod
    def of(
        cls,
        company_id: int,
        revision: int,
        stations: Iterable[Station],
        *,
        time_zone: str = "America/Sao_Paulo",
        ddd: str = "",
        audios: Iterable[AudioPlan] = (),
        announcements: Iterable[AnnouncementPlan] = (),
        schedules: Iterable[SchedulePlan] = (),
        ivrs: Iterable[IvrPlan] = (),
        queues: Iterable[QueuePlan] = (),
        inbound: Iterable[InboundPlan] = (),
        trunks: Iterable[TrunkPlan] = (),
    ) -> "CompanySnapshot":
        stations, queues = tuple(stations), tuple(queues)
        return cls(
            company_id,
            revision,
            MappingProxyType({station.number: station for station in stations}),
            MappingProxyType({station.id: station for station in stations}),
            MappingProxyType({phone.name: station for station in stations for phone in station.endpoints}),
            time_zone,
            ddd,
            audios=_by("id", audios),
            announcements=_by("id", announcements),
            schedules=_by("id", schedules),
            ivrs=_by("id", ivrs),
            queues=_by("id", queues),
            queue_by_number=_by("number", queues),
            inbound=_by("did", inbound),
            trunks=_by("endpoint", trunks),
        )


def _by(attribute: str, plans: Iterable[_T]) -> Mapping[Any, _T]:
    return MappingProxyType({getattr(plan, attribute): plan for plan in plans})
