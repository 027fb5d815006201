"""The telephone line of the person at the browser."""

from dataclasses import asdict, dataclass

from sqlmodel import col, select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from flow.access.actor import Actor
from flow.access.policy import signed_in
from flow.catalog.extension import Extension
from flow.db import company_session, run_in_thread
from flow.services.extensions import browser_secret
from flow.settings import settings
from flow.web.browser_request import actor_of

_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Line:
    """What a browser needs to register. `password` belongs to this line's browser endpoint only."""

    uri: str
    user: str
    password: str
    number: str
    label: str
    display_name: str


def line_of(actor: Actor) -> Line | None:
    """The actor's own line; None without a Ramal, or when it is off or has no WebPhone."""
    if actor.extension_id is None or actor.company_id is None:
        return None
    with company_session(actor.company_id) as db:
        row = db.exec(select(Extension).where(col(Extension.id) == actor.extension_id)).first()
    if row is None or not row.active or not row.webphone:
        return None
    endpoint = row.browser_endpoint
    return Line(
        uri=f"sip:{endpoint}@{settings.sip_host}",
        user=endpoint,
        password=browser_secret(row),
        number=row.number,
        label=row.label,
        display_name=actor.name,
    )


@signed_in
async def account(request: Request) -> Response:
    """GET /phone/account: 401 signed out, 204 without WebPhone, else the line. Never kept by the browser."""
    actor = await actor_of(request)
    if actor is None:
        return Response(status_code=401, headers=_NO_STORE)
    line = await run_in_thread(line_of, actor)
    if line is None:
        return Response(status_code=204, headers=_NO_STORE)
    return JSONResponse(asdict(line), headers=_NO_STORE)


routes = [Route("/phone/account", account, methods=["GET"])]
