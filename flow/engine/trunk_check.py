"""Testar tronco: every hop on the way to a carrier and back, each with what was found and how long it took."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flow.clock import local
from flow.engine import probe
from flow.engine.carriers import Address, literal_address, resolve
from flow.engine.trunk_reader import Places, places_of
from flow.engine.trunks import TrunkState
from flow.routing import journey
from flow.routing.brazil import shown
from flow.routing.snapshot import CompanySnapshot

_MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Hop:
    """`verdict`: "ok", "failed" or "note", which is neither. `ms` 0 where nothing was waited for."""

    what: str
    verdict: str
    text: str
    ms: float = 0

    def shown(self) -> dict[str, Any]:
        return {"what": self.what, "verdict": self.verdict, "text": self.text, "ms": round(self.ms, 1)}


async def check(
    row: Mapping[str, Any],
    state: TrunkState | None,
    snapshot: CompanySnapshot | None,
    online: Callable[[], bool],
) -> AsyncIterator[Hop]:
    """`row` of the table, `online`: whether Asterisk itself gets answers from the carrier."""
    places = places_of(row)
    found: dict[str, tuple[Address, ...]] = {}
    for what, place in _named(places):
        if place not in found:
            hop, found[place] = await _resolved(what, place)
            yield hop
    target = found[places.proxy or places.host]
    if target:
        yield await _asked(target[0], places.host, places.options.transport, online)
    yield _registration(state, snapshot.time_zone if snapshot else "UTC")
    if places.registration is not None and not places.options.trusts_address:
        text = (
            "As chamadas que chegam precisam da senha. A maioria das operadoras não a envia: acrescente "
            "insecure=port,invite em Configurações Adicionais."
        )
        yield Hop("Chamadas que chegam", "note", text)
    yield _routes(snapshot)


def _named(places: Places) -> list[tuple[str, str]]:
    named = [("Endereço", places.host)]
    if places.registrar:
        named.append(("Endereço do Registro", places.registrar))
    if places.proxy:
        named.append(("Endereço do proxy", places.proxy))
    return named


async def _resolved(what: str, place: str) -> tuple[Hop, tuple[Address, ...]]:
    if (literal := literal_address(place)) is not None:
        return Hop(what, "ok", f"{literal} já é um IP; não há nome a procurar."), (literal,)
    start = time.monotonic()
    found = await resolve(place)
    ms = (time.monotonic() - start) * 1000
    if not found:
        return Hop(what, "failed", f"O nome {place} não foi encontrado no DNS. Confira como está escrito.", ms), ()
    return Hop(what, "ok", f"{place} é {', '.join(map(str, found))}.", ms), found


async def _asked(address: Address, host: str, transport: str, online: Callable[[], bool]) -> Hop:
    what = "Resposta a OPTIONS"
    answer = await probe.options(address, host, transport)
    if answer.status:
        return Hop(what, "ok", f"{address} respondeu {answer.status} por {transport.upper()}.", answer.ms)
    if online():
        return Hop(what, "ok", f"{address} responde ao Asterisk; a este teste, que vem de outra porta, não.", answer.ms)
    text = f"{address} por {transport.upper()}: {answer.why} Algumas operadoras só respondem a IPs liberados."
    return Hop(what, "failed", text, answer.ms)


def _registration(state: TrunkState | None, zone: str) -> Hop:
    if state is None:
        return Hop("Registro", "failed", "O Asterisk ainda não recebeu este tronco. Espere alguns segundos.")
    since = f"Desde {local(state.since, zone):%d/%m, %H:%M:%S}."
    if state.state == "registered":
        return Hop("Registro", "ok", f"{state.reason} {since}")
    if state.state == "by_address":
        return Hop("Registro", "note", f"Este tronco não se registra. {state.reason}")
    verdict = "note" if state.state in ("registering", "resolving") else "failed"
    return Hop("Registro", verdict, f"{state.reason} {since}")


def _routes(snapshot: CompanySnapshot | None) -> Hop:
    what, routes = "Números aceitos", list(snapshot.inbound.values()) if snapshot else []
    if snapshot is None or not routes:
        return Hop(what, "failed", "Não há Rota de Entrada: toda chamada deste tronco é recusada. Crie uma.")
    told = [f"{shown(route.did)} → {journey.named(snapshot, route.destination)}" for route in routes[:_MOST_SHOWN]]
    more = f"; e mais {len(routes) - _MOST_SHOWN}" if len(routes) > _MOST_SHOWN else ""
    return Hop(what, "ok", "; ".join(told) + more + ".")
