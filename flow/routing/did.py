"""The number that a carrier delivers: one canonical form, however it is written, and the route that owns it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from flow.routing.brazil import NumberKind, classify, shown

_Owner = TypeVar("_Owner")
_LOCAL = (NumberKind.LOCAL_FIXED, NumberKind.LOCAL_MOBILE)


def normalise(text: str, *, ddd: str = "") -> str:
    """National digits: "5125554444", "51912345678" or "08001234567". `ddd` completes a number that came without one.

    ValueError, with a text for people, for whatever is not the number of a line.
    """
    number = classify(text.strip(), ddd=ddd, complete_mobile=False)
    if number.kind in (NumberKind.NATIONAL, NumberKind.NON_GEOGRAPHIC) or (ddd and number.kind in _LOCAL):
        return number.digits
    if number.kind in _LOCAL:
        raise ValueError("Falta o DDD. Escreva o número como 5125554444.")
    if number.kind is NumberKind.UNKNOWN:
        raise ValueError("Não é um número do Brasil. Escreva DDD e número, como 5125554444, ou 0800 e número.")
    raise ValueError("Não é o número de uma linha: um DID tem DDD e número, como 5125554444, ou começa com 0800.")


@dataclass(frozen=True, slots=True)
class Lookup(Generic[_Owner]):
    """`did`: the canonical form, "" when the carrier sent no number. `why` lacks its full stop."""

    did: str
    owner: _Owner | None
    why: str


def look_up(owners: Mapping[str, _Owner], called: str, *, ddd: str = "") -> Lookup[_Owner]:
    """Who owns the number that was called. `owners`: by canonical DID."""
    try:
        did = normalise(called, ddd=ddd)
    except ValueError:
        return Lookup("", None, "O número chamado que a operadora enviou não é um DID do Brasil")
    owner = owners.get(did)
    why = f"DID {shown(did)}"
    if called.strip() != did:
        why += f" (recebido como {called.strip()})"
    return Lookup(did, owner, why if owner is not None else f"{why} não tem rota de entrada")
