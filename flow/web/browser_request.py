"""What every one of our routes asks of a request: same origin, address, session."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from flow.access import sessions
from flow.access.actor import Actor
from flow.db import run_in_thread
from flow.settings import settings


def same_origin(connection: HTTPConnection) -> bool:
    """Whether a browser's request comes from our own pages. Programs send no Origin and hold no cookie."""
    origin = connection.headers.get("origin")
    if origin is None:
        return connection.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    asked = urlsplit(origin).netloc
    return asked in {connection.headers.get("host", ""), urlsplit(settings.public_url).netloc or None}


def address_of(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""


async def actor_of(connection: HTTPConnection) -> Actor | None:
    return await run_in_thread(sessions.current, connection.headers.get("cookie", ""))
