"""One company as a call sees it: immutable, taken when the call starts and kept until it ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One telephone of an extension. `kind`: "softphone" or "browser"."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Station:
    """An extension (Ramal) with the telephones that ring under its number."""

    id: int
    number: str
    label: str
    endpoints: tuple[Endpoint, ...]
    ring_seconds: int = 25
    active: bool = True

    @property
    def shown(self) -> str:
        return f"{self.number} ({self.label})" if self.label else self.number


@dataclass(frozen=True)
class CompanySnapshot:
    """`revision` is the company's revision at which the rows were read."""

    company_id: int
    revision: int
    by_number: Mapping[str, Station] = field(repr=False)
    by_id: Mapping[int, Station] = field(repr=False)
    by_endpoint: Mapping[str, Station] = field(repr=False)

    @classmethod
    def of(cls, company_id: int, revision: int, stations: Iterable[Station]) -> "CompanySnapshot":
        stations = tuple(stations)
        return cls(
            company_id,
            revision,
            MappingProxyType({station.number: station for station in stations}),
            MappingProxyType({station.id: station for station in stations}),
            MappingProxyType({phone.name: station for station in stations for phone in station.endpoints}),
        )
