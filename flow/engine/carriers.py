"""Addresses of carriers' hosts. Asterisk never asks DNS itself: a slow name server would stop its SIP threads."""

import asyncio
import contextlib
import ipaddress
import math
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
_MOST_TARGETS = 8
_THREADS = ThreadPoolExecutor(8, "names")
"""Their own: the system's resolver gives up later than we do, and the database must not wait for a thread of it."""


@dataclass(frozen=True, slots=True)
class Address:
    ip: str
    port: int

    def __str__(self) -> str:
        return f"[{self.ip}]:{self.port}" if ":" in self.ip else f"{self.ip}:{self.port}"


@dataclass(slots=True)
class _Name:
    addresses: tuple[Address, ...] | None = None
    due: float = 0.0  # infinite while it is being asked for


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
        """For ever. Each name is asked for on its own: one that nobody answers keeps no other waiting."""
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as lookups:
            while True:
                self._wake.clear()
                for host, name in list(self._names.items()):
                    if name.due <= time.monotonic():
                        name.due = math.inf
                        lookups.create_task(self._refresh(host, name))
                due = min((name.due for name in self._names.values()), default=math.inf)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(None if due == math.inf else max(due - time.monotonic(), 0.0)):
                        await self._wake.wait()

    async def _refresh(self, host: str, known: _Name) -> None:
        found = await resolve(host)
        known.due = time.monotonic() + (REFRESH_SECONDS if found else RETRY_SECONDS)
        self._wake.set()
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
    """By RFC 3263: SRV of SIP over UDP when no port is given, else plain addresses. () when there are none.

    The first is the way to the carrier; it may call from any of them.
    """
    name, port = parse_host(host)
    targets = [] if port else (await _services(name))[:_MOST_TARGETS]
    found = await _all_addresses(targets) if targets else ()
    return found or await _addresses(name, port or SIP_PORT)


async def _services(name: str) -> list[tuple[str, int]]:
    try:
        answer = await dns.asyncresolver.resolve(f"_sip._udp.{name}", "SRV", lifetime=_LOOKUP_SECONDS)
    except (dns.exception.DNSException, OSError):
        return []
    ordered = sorted(answer, key=lambda record: (record.priority, -record.weight))
    targets = [(record.target.to_text(omit_final_dot=True), record.port) for record in ordered]
    return [(target, port) for target, port in targets if target]  # "." says that there is no such service


async def _all_addresses(targets: list[tuple[str, int]]) -> tuple[Address, ...]:
    """Of each target in its turn, none twice."""
    found = await asyncio.gather(*(_addresses(name, port) for name, port in targets))
    return tuple(dict.fromkeys(address for addresses in found for address in addresses))


async def _addresses(name: str, port: int) -> tuple[Address, ...]:
    """Through the system, so that its hosts file counts. Sorted: another order is no change."""
    asked = asyncio.get_running_loop().run_in_executor(_THREADS, socket.getaddrinfo, name, port, 0, socket.SOCK_DGRAM)
    try:
        async with asyncio.timeout(_LOOKUP_SECONDS):
            found = await asked
    except (OSError, TimeoutError, UnicodeError):
        return ()
    return tuple(Address(ip, port) for ip in sorted({str(item[4][0]) for item in found}))
