"""What surrounds every answer of the web: security headers, long caching of hashed files, no stray uploads."""

import base64
import hashlib
import re
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flow.services.media import MAX_UPLOAD

MAX_BODY = 2 * 1024 * 1024
_LARGER = {"/media/files": MAX_UPLOAD + MAX_BODY}  # this route counts for itself, and answers in words
_CLOSED = ("/_upload",)  # the framework's own upload takes anything from anyone; ours has its own route
_IMMUTABLE = "/assets/"
_FILE = re.compile(r"\.(js|css|svg|woff2)$")
_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


def inline_script_hashes(page: Path) -> tuple[str, ...]:
    """CSP sources for the inline scripts of a built page."""
    bodies = {body for body in _SCRIPT.findall(page.read_text(encoding="utf-8")) if body}
    return tuple(sorted(f"'sha256-{base64.b64encode(hashlib.sha256(b.encode()).digest()).decode()}'" for b in bodies))


def content_security_policy(script_hashes: tuple[str, ...]) -> str:
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {' '.join(script_hashes)}".strip(),
            "style-src 'self' 'unsafe-inline'",  # React's style attributes and the framework's emotion sheet
            "img-src 'self' data: blob:",
            "media-src 'self' blob: mediastream:",
            "connect-src 'self'",  # same-origin WebSockets included (CSP 3)
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class Policies:
    """The content policy of each address: a page allows its own inline scripts, anything else none."""

    def __init__(self, build: Path) -> None:
        self._pages = {
            _address(page.relative_to(build)): content_security_policy(inline_script_hashes(page))
            for page in build.rglob("*.html")
        }
        self._without_file = self._pages.get("/404", "")  # a record's page, too, starts from this file
        self._bare = content_security_policy(())

    def of(self, path: str, status: int, content_type: str) -> str:
        page = self._pages.get(path.rstrip("/") or "/")
        if page is not None:
            return page
        # What a 304 says replaces what the browser kept with the page, and does not tell what that was.
        return self._without_file if status == 304 or "text/html" in content_type else self._bare


def _address(page: Path) -> str:
    return "/" + str(page.with_suffix("")).removesuffix("index").rstrip("/")


class Surround:
    """ASGI wrapper of the whole web."""

    def __init__(self, app: ASGIApp, policies: Policies) -> None:
        self._app = app
        self._policies = policies
        self._of_documents = {
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "microphone=(self), speaker-selection=(self), camera=(), geolocation=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if path.startswith(_CLOSED):
            await PlainTextResponse("Não encontrado.", status_code=404)(scope, receive, send)
            return
        most = _LARGER.get(path, MAX_BODY)
        if int(Headers(scope=scope).get("content-length") or 0) > most:
            await PlainTextResponse("O envio é grande demais.", status_code=413)(scope, receive, send)
            return
        await self._app(scope, _counted(receive, most), self._answering(path, send))

    def _answering(self, path: str, send: Send) -> Send:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._finish(path, message["status"], MutableHeaders(scope=message))
            await send(message)

        return answer

    def _finish(self, path: str, status: int, headers: MutableHeaders) -> None:
        kind = headers.get("content-type", "")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        _shorten(headers)
        if path.startswith(_IMMUTABLE) and status == 200:
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
            for validator in ("etag", "last-modified", "accept-ranges"):  # it is never asked for again
                del headers[validator]
        elif "text/html" in kind:
            headers.setdefault("Cache-Control", "no-cache")
        # Scripts and fonts obey the policies of their document; their own would outweigh many of them.
        if not _FILE.search(path):
            headers.setdefault("Content-Security-Policy", self._policies.of(path, status, kind))
            for name, value in self._of_documents.items():
                headers.setdefault(name, value)


def _shorten(headers: MutableHeaders) -> None:
    """The framework's three layers for other origins, of which none is allowed, each say that they looked."""
    if "access-control-allow-origin" not in headers:
        del headers["access-control-allow-credentials"]
    words = dict.fromkeys(word.strip() for value in headers.getlist("vary") for word in value.split(","))
    if words:
        del headers["vary"]
        headers["Vary"] = ", ".join(words)


def _counted(receive: Receive, most: int) -> Receive:
    """Bodies without a length are counted as they come."""
    total = 0

    async def read() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > most:
            return {"type": "http.disconnect"}
        return message

    return read
