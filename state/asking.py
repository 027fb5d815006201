"""What an event's page is about, read from its address."""

from typing import Any

import reflex as rx

from flow.catalog.entity import Entity
from flow.catalog.registry import by_slug
from flow.errors import NotFound


def slug_of(state: rx.State) -> str:
    return str(state.router.route_id).strip("/").split("/")[0]


def entity_of(state: rx.State) -> Entity:
    """The entity of the page the event came from. The browser chooses it; the service checks the permission on it."""
    try:
        return by_slug(slug_of(state))
    except KeyError:
        raise NotFound() from None


def last_part(state: rx.State) -> str:
    """The last part of the page's path: a record's id, or "novo"."""
    return str(state.router.url.path).rstrip("/").rsplit("/", 1)[-1]


def query_of(state: rx.State) -> dict[str, str]:
    return dict(state.router.url.query_parameters)


def whole(text: Any, default: int, *, least: int = 1, most: int = 10**9) -> int:
    digits = str(text)
    return min(max(int(digits), least), most) if digits.isascii() and digits.isdigit() and len(digits) < 10 else default
