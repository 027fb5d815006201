"""Sign-in, sign-out and the choice of company: plain form posts, answered by redirects, working without JavaScript."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from flow.access import sessions
from flow.access.policy import public, signed_in
from flow.db import run_in_thread
from flow.errors import Busy, DiskFull, FlowError, LockedOut, OutsideWorkHours
from flow.web.browser_request import actor_of, address_of, same_origin

SIGN_IN = "/entrar"
_ERRORS = {LockedOut.id: "espere", OutsideWorkHours.id: "horario", Busy.id: "ocupado", DiskFull.id: "disco"}


def _refused_origin() -> Response:
    return PlainTextResponse("Pedido de outra origem recusado.", status_code=403)


def local_path(path: str) -> str:
    """`path` if it leads to our own pages, else the start page: a link must not carry people elsewhere."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"


def _back(query: dict[str, str]) -> Response:
    return RedirectResponse(f"{SIGN_IN}?{urlencode(query)}", status_code=303)


@public
async def login(request: Request) -> Response:
    """Fields: login, password, next. Refused: back to the form with `erro` (see _ERRORS, recusado or vazio) and
    details."""
    if not same_origin(request):
        return _refused_origin()
    form = await request.form(max_files=0, max_fields=10)
    name, password = str(form.get("login", "")), str(form.get("password", ""))
    target = local_path(str(form.get("next", "/")))
    if not name.strip() or not password:  # no attempt at anybody's account
        return _back({"erro": "vazio", "login": name[:60], "next": target})
    try:
        token = await run_in_thread(
            sessions.sign_in, name, password, address=address_of(request), browser=request.headers.get("user-agent", "")
        )
    except FlowError as error:
        query = {"erro": _ERRORS.get(error.id, "recusado"), "login": name[:60], "next": target}
        if isinstance(error, LockedOut):
            query["segundos"] = str(error.seconds)
        if isinstance(error, OutsideWorkHours):
            query["abre"] = error.opens
        return _back(query)
    response = RedirectResponse(target, status_code=303)
    response.set_cookie(
        sessions.COOKIE,
        token,
        max_age=int(sessions.LIFETIME.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https",
    )
    return response


@public
async def logout(request: Request) -> Response:
    if not same_origin(request):
        return _refused_origin()
    try:
        await run_in_thread(sessions.sign_out, request.headers.get("cookie", ""))
    except FlowError as error:  # without its cookie the browser could not end the session any more
        return PlainTextResponse(error.text, status_code=error.status)
    response = RedirectResponse(SIGN_IN, status_code=303)
    response.delete_cookie(sessions.COOKIE, path="/", httponly=True, samesite="lax")
    return response


@signed_in
async def choose_company(request: Request) -> Response:
    """Fields: company_id (empty for none), next. Only a super user may."""
    if not same_origin(request):
        return _refused_origin()
    actor = await actor_of(request)
    if actor is None:
        return RedirectResponse(SIGN_IN, status_code=303)
    form = await request.form(max_files=0, max_fields=10)
    chosen = str(form.get("company_id", ""))
    try:
        await run_in_thread(
            sessions.pick_company, actor, int(chosen) if chosen.isascii() and chosen.isdigit() else None
        )
    except FlowError as error:
        return PlainTextResponse(error.text, status_code=error.status)
    return RedirectResponse(local_path(str(form.get("next", "/"))), status_code=303)


routes = [
    Route("/auth/login", login, methods=["POST"]),
    Route("/auth/logout", logout, methods=["POST"]),
    Route("/auth/company", choose_company, methods=["POST"]),
]
