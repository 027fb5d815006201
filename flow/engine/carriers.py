"""Addresses of carriers' hosts. Asterisk never asks DNS itself: a slow name server would stop its SIP threads."""

import asyncio
import contextlib
import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass

import dns.asyncresolver
import dns.exception
import structlog

from flow.routing.trunk_lines import SIP_PORT, parse_host

log = structlog.get_logger(__name__)

REFRESH_SECONDS = 60.0
"""The system's resolver tells no lifetime; a carrier that moves is followed within a minute."""
RETRY_SECONDS = 10.0
_LOOKUP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Address:
    ip: str
    port: int

    def __str__(self) -> str:
        return f"[{self.ip}]:{self.port}" if ":" in self.ip else f"{self.ip}:{self.port}"


@dataclass(slots=True)
class _Name:
    addresses: tuple[Address, ...] | None = None
    due: float = 0.0


class NameBook:
    """`look` may be called from any thread; everything else belongs to the event loop."""

    def __init__(self, on_change: Callable[[str], None]) -> None:
        self._names: dict[str, _Name] = {}
        self._on_change = on_change
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def look(self, host: str) -> tuple[Address, ...] | None:
        """What `host` (with or without a port) resolves to; None while that is not known, () when it is nowhere."""
        if (literal := literal_address(host)) is not None:
            return (literal,)
        known = self._names.get(host)
        if known is None:
            self._names[host] = known = _Name()
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._wake.set)
        return known.addresses

    async def run(self) -> None:
        self._loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            now = time.monotonic()
            for host in [host for host, name in list(self._names.items()) if name.due <= now]:
                await self._refresh(host)
            due = min((name.due for name in self._names.values()), default=now + REFRESH_SECONDS)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(due - time.monotonic(), 0.0)):
                    await self._wake.wait()

    async def _refresh(self, host: str) -> None:
        known = self._names[host]
        found = await resolve(host)
        known.due = time.monotonic() + (REFRESH_SECONDS if found else RETRY_SECONDS)
        if found or known.addresses is None:  # a name that stops resolving keeps its last addresses
            changed, known.addresses = known.addresses != found, found
            if changed:
                log.info("carrier resolved", host=host, addresses=[str(address) for address in found])
                self._on_change(host)


def literal_address(host: str) -> Address | None:
    name, port = parse_host(host)
    try:
        return Address(str(ipaddress.ip_address(name)), port or SIP_PORT)
    except ValueError:
        return None


async def resolve(host: str) -> tuple[Address, ...]:
    """SRV of SIP over UDP when no port is given (RFC 3263), then plain addresses. () when there are none."""
    name, port = parse_host(host)
    targets = [(name, port)] if port else [*await _services(name), (name, SIP_PORT)][:4]
    for target, target_port in targets:
        if found := await _addresses(target, target_port or SIP_PORT):
            return found
    return ()


async def _services(name: str) -> list[tuple[str, int]]:
    try:
        answer = await dns.asyncresolver.resolve(f"_sip._udp.{name}", "SRV", lifetime=_LOOKUP_SECONDS)
    except (dns.exception.DNSException, OSError):
        return []
    ordered = sorted(answer, key=lambda record: (record.priority, -record.weight))
    return [(record.target.to_text(omit_final_dot=True), record.port) for record in ordered]


async def _addresses(name: str, port: int) -> tuple[Address, ...]:
    """Through the system, so that its hosts file counts. Sorted: another order is no change."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(_LOOKUP_SECONDS):
            found = await loop.getaddrinfo(name, port, type=2)
    except (OSError, TimeoutError, UnicodeError):
        return ()
    return tuple(Address(ip, port) for ip in sorted({str(item[4][0]) for item in found}))
