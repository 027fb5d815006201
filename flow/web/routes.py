"""Every route of the web process that is not a page. Each endpoint bears a policy; the wire tests see to it."""

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from flow.web import audio, auth, entrance, health, live, phone, rest, sip_proxy


def all_routes() -> list[BaseRoute]:
    return [
        route for module in (auth, entrance, health, live, rest, phone, audio, sip_proxy) for route in module.routes
    ]


def api() -> Starlette:
    return Starlette(routes=all_routes())
