"""What every one of our routes asks of a request: same origin, address, session."""

from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from flow.access import sessions
from flow.access.actor import Actor
from flow.db import run_in_thread
from flow.settings import Network, settings


def same_origin(connection: HTTPConnection) -> bool:
    """Whether a browser's request comes from our own pages. Programs send no Origin and hold no cookie."""
    origin = connection.headers.get("origin")
    if origin is None:
        return connection.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    asked = urlsplit(origin).netloc
    return asked in {connection.headers.get("host", ""), urlsplit(settings.public_url).netloc or None}


def address_of(connection: HTTPConnection) -> str:
    """The client's own, not that of a proxy in between which the settings trust."""
    peer = connection.client.host if connection.client else ""
    return nearest_untrusted(peer, connection.headers.getlist("x-forwarded-for"), settings.proxies)


def nearest_untrusted(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """Each proxy adds on the right whom it heard: read from there, up to the first whose word counts for nothing."""
    address = peer
    for hop in [peer, *reversed([part.strip() for part in ",".join(forwarded).split(",")])]:
        try:
            found = ip_address(hop)
        except ValueError:
            return address
        found = getattr(found, "ipv4_mapped", None) or found
        address = str(found)
        if not any(found in network for network in trusted):
            break
    return address


async def actor_of(connection: HTTPConnection) -> Actor | None:
    return await run_in_thread(sessions.current, connection.headers.get("cookie", ""))
