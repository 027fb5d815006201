"""Extension to extension, within one company: who rings, or why nobody does."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import StrEnum

from flow.catalog.call import CallResult
from flow.routing.numbers import diallable
from flow.routing.snapshot import CompanySnapshot, Endpoint, Station


class PhoneState(StrEnum):
    """What is known of one telephone at the moment of deciding."""

    REGISTERED = "registered"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A candidate that was not taken, and why (a sentence for people)."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring these telephones together; the first to answer wins."""

    station: Station
    endpoints: tuple[Endpoint, ...]
    seconds: int
    why: str
    passed_over: tuple[PassedOver, ...] = ()


@dataclass(frozen=True, slots=True)
class Refuse:
    """Nobody rings. `station` is empty when the number belongs to nobody."""

    result: CallResult
    why: str
    station: Station | None = None
    passed_over: tuple[PassedOver, ...] = ()


Decision = Ring | Refuse

PHONE_NAMES = {"softphone": "Softphone", "browser": "Telefone do navegador"}


def decide_internal(
    snapshot: CompanySnapshot,
    caller: Station | None,
    dialled: str,
    *,
    phones: Mapping[str, PhoneState],
    busy: Container[int] = (),
) -> Decision:
    """What a call from `caller` to `dialled` leads to.

    `phones`: endpoint name → state, missing means absent. `busy`: ids of extensions that are in a call; an extension
    has no call waiting, so a busy one gives busy whichever of its telephones is free.
    """
    if not diallable(dialled):
        return Refuse(CallResult.UNKNOWN_NUMBER, "O que foi discado não é um número: só dígitos, *, # e +, até 32.")
    station = snapshot.by_number.get(dialled)
    if station is None:
        return Refuse(CallResult.UNKNOWN_NUMBER, f"O número {dialled} não existe nesta empresa.")
    if not station.active:
        return Refuse(CallResult.NOT_REGISTERED, f"O ramal {station.shown} está desativado.", station)
    if caller is not None and station.id == caller.id:
        return Refuse(CallResult.BUSY, f"O ramal {station.shown} ligou para si mesmo.", station)
    if station.id in busy:
        return Refuse(CallResult.BUSY, f"O ramal {station.shown} já está em uma chamada.", station)
    return _ring(station, phones)


def _ring(station: Station, phones: Mapping[str, PhoneState]) -> Decision:
    present = tuple(p for p in station.endpoints if phones.get(p.name) is PhoneState.REGISTERED)
    absent = tuple(
        PassedOver(PHONE_NAMES[p.kind], "não está registrado") for p in station.endpoints if p not in present
    )
    if not present:
        why = f"O ramal {station.shown} não tem nenhum telefone registrado."
        return Refuse(CallResult.NOT_REGISTERED, why, station, absent)
    names = " e ".join(PHONE_NAMES[p.kind].lower() for p in present)
    why = f"O número {station.number} é o ramal {station.shown}; toca por até {station.ring_seconds} s: {names}."
    return Ring(station, present, station.ring_seconds, why, absent)
