"""The outer gate of the web: sockets only from our own pages, pages only for people who are signed in."""

from pathlib import Path
from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from flow.web.auth import SIGN_IN
from flow.web.browser_request import actor_of, same_origin

_FOREIGN_ORIGIN = 4403
# Everything below these answers for itself; a page's address has none of them and no file's extension.
_OWN_ROUTES = ("/api/", "/auth/", "/phone/", "/media/", "/export/", "/healthz", "/_", "/assets/", "/external/", SIGN_IN)


class Gate:
    """ASGI wrapper. A page asked for without a session is answered by the way in, before any of it is loaded."""

    def __init__(self, app: ASGIApp, client: Path) -> None:
        self._app = app
        self._files = {f"/{file.relative_to(client).with_suffix('')}" for file in client.rglob("*.html")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not same_origin(HTTPConnection(scope)):
            await receive()
            await send({"type": "websocket.close", "code": _FOREIGN_ORIGIN})
            return
        if scope["type"] == "http" and _is_page(scope):
            if await actor_of(HTTPConnection(scope)) is None:
                await RedirectResponse(_way_in(scope), status_code=303)(scope, receive, send)
                return
            if scope["path"] in self._files:  # without this the file server would first redirect to its folder
                scope = {**scope, "path": f"{scope['path']}.html"}
        await self._app(scope, receive, send)


def _way_in(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    wanted = scope["path"] + (f"?{query}" if query else "")
    return SIGN_IN if wanted == "/" else f"{SIGN_IN}?next={quote(wanted, safe='/')}"


def _is_page(scope: Scope) -> bool:
    path = scope["path"]
    return scope["method"] == "GET" and not path.startswith(_OWN_ROUTES) and "." not in path.rsplit("/", 1)[-1]
