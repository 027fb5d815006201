"""What the web adds to every answer, asked of it as the server asks: over ASGI."""

import asyncio
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from flow.web.middleware import Policies, Surround, inline_script_hashes

FRAMEWORKS = {"Vary": "Origin, Origin, Accept-Encoding", "Access-Control-Allow-Credentials": "true", "ETag": '"1"'}


async def _answer(request: Request) -> Response:
    kind = "text/html" if "." not in request.url.path else "text/javascript"
    status = int(request.query_params.get("status", "200"))
    return Response(None if status == 304 else "x", status, FRAMEWORKS, request.query_params.get("kind", kind))


@pytest.fixture
def web(tmp_path: Path) -> Surround:
    for page in ("index", "404", "ramal", "ramal/index", "fila"):
        file = tmp_path / f"{page}.html"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"<script>{page.removesuffix('/index')}</script>")
    inner = Starlette(routes=[Route("/{path:path}", _answer)])
    return Surround(inner, Policies(tmp_path))


def headers_of(web: Surround, address: str) -> httpx.Headers:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://fluxo") as client:
            return await client.get(address)

    return asyncio.run(ask()).headers


def hash_of(page: str, folder: Path) -> str:
    return inline_script_hashes(folder / f"{page}.html")[0]


@pytest.mark.parametrize(
    ("path", "page"),
    [("/", "index"), ("/ramal", "ramal"), ("/ramal/", "ramal"), ("/ramal/5", "404"), ("/ramal/5?status=304", "404")],
)
def test_a_page_allows_its_own_scripts_and_no_others(web: Surround, tmp_path: Path, path: str, page: str) -> None:
    allowed = headers_of(web, path)["content-security-policy"].split("script-src ")[1].split(";")[0]
    assert allowed == f"'self' {hash_of(page, tmp_path)}"


def test_a_page_that_did_not_change_keeps_its_policy(web: Surround) -> None:
    told, kept = (headers_of(web, path)["content-security-policy"] for path in ("/ramal?status=304", "/ramal"))
    assert told == kept


def test_what_is_no_page_allows_no_inline_script(web: Surround) -> None:
    policy = headers_of(web, "/phone/account?kind=application/json")["content-security-policy"]
    assert "script-src 'self';" in policy


def test_a_hashed_file_is_kept_for_ever_and_says_little(web: Surround) -> None:
    headers = headers_of(web, "/assets/a-1234.js")
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["vary"] == "Origin, Accept-Encoding"
    assert set(headers) == {"content-length", "content-type", "x-content-type-options", "cache-control", "vary"}


def test_a_file_without_a_hash_can_be_asked_for_again(web: Surround) -> None:
    assert headers_of(web, "/favicon.svg")["etag"] == '"1"'
