"""What a node asks of its engine over HTTP: classes of music on hold, and sounds if it has no disk in common with us.

Asterisk sends no credentials to these addresses: a secret in the path takes their place. To whoever does not know it
nothing exists here.
"""

import hmac
import re
from urllib.parse import parse_qs, urlencode

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from flow.catalog.audio import HASH, Music
from flow.db import company_session, run_in_thread
from flow.errors import FlowError
from flow.services import media
from flow.settings import settings

_CLASS = re.compile(r"m(\d{1,15})-(\d{1,15})-(\d{1,15})", re.ASCII)
_IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}


def node_routes(secret: str) -> list[Route]:
    def known(request: Request) -> bool:
        return hmac.compare_digest(request.path_params["secret"].encode(), secret.encode())

    async def single(request: Request) -> Response:
        """Body `name=CLASS`. Asterisk takes any body for an answer, also that of an error; an empty one means no."""
        if not known(request):
            return Response(status_code=404)
        name = await _asked(request)
        return _line({"name": name, "mode": "playlist"}) if await run_in_thread(entries, name) else Response()

    async def multi(request: Request) -> Response:
        """Body `name=CLASS&position >==0`: one line for each file."""
        if not known(request):
            return Response(status_code=404)
        name = await _asked(request)
        files = await run_in_thread(entries, name)
        lines = [urlencode({"name": name, "position": n, "entry": entry}) for n, entry in enumerate(files, 1)]
        return Response("".join(f"{line}\n" for line in lines), media_type="text/plain")

    async def sound(request: Request) -> Response:
        """An immutable file. Asterisk asks with HEAD too when it doubts what it keeps."""
        company_id, digest = request.path_params["company"], request.path_params["digest"]
        path = media.path_of(company_id, digest)
        if not known(request) or not HASH.fullmatch(digest) or not path.is_file():
            return Response(status_code=404)
        return FileResponse(path, media_type="audio/wav", headers={**_IMMUTABLE, "ETag": f'"{digest}"'})

    return [
        Route("/node/{secret}/moh/single", single, methods=["POST"]),
        Route("/node/{secret}/moh/multi", multi, methods=["POST"]),
        Route("/node/{secret}/sounds/{company:int}/{digest}.wav", sound),
    ]


async def _asked(request: Request) -> str:
    return parse_qs((await request.body()).decode("ascii", "replace")).get("name", [""])[0]


def _line(values: dict[str, str]) -> Response:
    return Response(urlencode(values), media_type="text/plain")


def entries(name: str) -> list[str]:
    """What plays in a class, in order; empty when there is nothing, and the default class plays then.

    An older version is asked for by a caller whose call began before the change; it gets what the list holds now.
    """
    match = _CLASS.fullmatch(name)
    if match is None:
        return []
    company_id, music_id = int(match[1]), int(match[2])
    try:
        with company_session(company_id) as db:
            music = db.exec(select(Music).where(col(Music.id) == music_id)).first()
    except (SQLAlchemyError, FlowError):
        return []
    files = [file["hash"] for file in music.files] if music else []
    return [_entry(company_id, digest) for digest in files if media.path_of(company_id, digest).is_file()]


def _entry(company_id: int, digest: str) -> str:
    if settings.ari_url:
        return settings.node_url(f"sounds/{company_id}/{digest}.wav")
    return str(media.path_of(company_id, digest).with_suffix(""))
