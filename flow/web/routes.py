"""Every route of the web process that is not a page. Each endpoint bears a policy; the wire tests see to it."""

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from flow.web import audio, auth, entrance, export, health, live, phone, rest, sip_proxy


def all_routes() -> list[BaseRoute]:
    modules = (auth, entrance, health, live, rest, phone, audio, export, sip_proxy)
    return [route for module in modules for route in module.routes]


def api() -> Starlette:
    return Starlette(routes=all_routes())
