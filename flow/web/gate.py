"""The outer gate of the web: sockets only from our own pages, pages only for people who are signed in."""

from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from flow.web.auth import SIGN_IN
from flow.web.browser_request import actor_of, same_origin

_FOREIGN_ORIGIN = 4403
# Everything below these answers for itself; a page's address has none of them and no file's extension.
_OWN_ROUTES = ("/api/", "/auth/", "/phone/", "/healthz", "/_", "/assets/", "/external/", SIGN_IN)


class Gate:
    """ASGI wrapper. A page asked for without a session is answered by the way in, before any of it is loaded."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not same_origin(HTTPConnection(scope)):
            await receive()
            await send({"type": "websocket.close", "code": _FOREIGN_ORIGIN})
            return
        if scope["type"] == "http" and _is_page(scope) and await actor_of(HTTPConnection(scope)) is None:
            wanted = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
            address = SIGN_IN if wanted == "/" else f"{SIGN_IN}?next={quote(wanted, safe='/')}"
            await RedirectResponse(address, status_code=303)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_page(scope: Scope) -> bool:
    path = scope["path"]
    return scope["method"] == "GET" and not path.startswith(_OWN_ROUTES) and "." not in path.rsplit("/", 1)[-1]
