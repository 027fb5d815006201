"""Sounds in and out of the browser: upload, conversion, playback. What a file is, only its bytes say."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from flow.access import sessions
from flow.access.actor import Actor
from flow.access.policy import signed_in
from flow.catalog.audio import HASH, AudioFile
from flow.db import run_in_thread
from flow.errors import FlowError, Forbidden, NotFound, SignedOut, TooLarge, Unplayable
from flow.services import media, uploads
from flow.sound.levels import through_telephone
from flow.sound.wav import HEADER_BYTES
from flow.web.browser_request import actor_of, same_origin
from flow.web.byte_range import UNSATISFIABLE, Span, span_of

_PIECE = 1 << 16
_UPLOAD_SECONDS = 900.0
_PURPOSES = tuple(media.LONGEST_MS)
_OTHER_ORIGIN = "Este pedido veio de outra página e foi recusado."


async def _caller(request: Request) -> Actor:
    """A person in a browser, or a program with a token. Raises SignedOut."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    actor = await (run_in_thread(sessions.bearer, token) if token else actor_of(request))
    if actor is None:
        raise SignedOut()
    return actor


async def _writer(request: Request) -> tuple[Actor, str]:
    """Who sends, and what for. Raises SignedOut or Forbidden."""
    if not same_origin(request):
        raise Forbidden(_OTHER_ORIGIN)
    actor = await _caller(request)
    purpose = request.query_params.get("for", "")
    if purpose not in _PURPOSES or not any(actor.can(f"{purpose}.{verb}") for verb in ("create", "edit")):
        raise Forbidden()
    return actor, purpose


@signed_in
async def upload(request: Request) -> Response:
    """POST /media/files?for=audio|music: the file as the body, its name in X-File-Name (percent-encoded).

    201 {hash, ms, name}: it is telephone sound, and kept. 422 with `token`: it is not, and `found` says what it is.
    """
    try:
        actor, purpose = await _writer(request)
        name = uploads.plain_name(unquote(request.headers.get("x-file-name", "")))
        path = await _received(request, actor.company)
        outcome = await uploads.receive(actor.company, path, name, purpose)
    except FlowError as error:
        return _refusal(error)
    except ClientDisconnect:
        return Response(status_code=400)
    if isinstance(outcome, uploads.Taken):
        return _json(_shown(outcome.file), 201)
    return _json({"error": "convertible", **asdict(outcome)}, 422)


async def _received(request: Request, company_id: int) -> Path:
    if int(request.headers.get("content-length") or 0) > media.MAX_UPLOAD:
        raise TooLarge(media.MAX_UPLOAD)
    intake = await run_in_thread(uploads.Intake, company_id)
    try:
        async with asyncio.timeout(_UPLOAD_SECONDS):
            async for piece in request.stream():
                intake.add(piece)
        return intake.finish()
    except TimeoutError:
        intake.drop()
        raise Unplayable("O envio demorou demais e foi interrompido. Tente de novo com uma conexão melhor.") from None
    except BaseException:
        intake.drop()
        raise


@signed_in
async def convert(request: Request) -> Response:
    """POST /media/conversions?for=… {token, name}: 201 {hash, ms, name, before, after}; 202 {progress}: ask again."""
    try:
        actor, purpose = await _writer(request)
        order = orjson.loads(await request.body() or b"{}")
        token, name = str(order.get("token", "")), uploads.plain_name(str(order.get("name", "")))
        done = await uploads.convert(actor.company, token, name, purpose)
    except uploads.Preparing as progress:
        return _json({"progress": str(progress)}, 202)
    except (orjson.JSONDecodeError, AttributeError):
        return _json({"error": "invalid", "message": "Pedido incompleto."}, 400)
    except FlowError as error:
        return _refusal(error)
    return _json({**_shown(done.file), "before": done.before, "after": done.after}, 201)


async def _hearer(request: Request) -> Actor:
    """Whoever may see audios or music may hear them. Raises SignedOut or Forbidden."""
    actor = await _caller(request)
    if not any(actor.can(f"{purpose}.view") for purpose in _PURPOSES):
        raise Forbidden()
    return actor


async def _asked(request: Request) -> tuple[int, str]:
    """Company and hash."""
    actor = await _hearer(request)
    digest = request.path_params["digest"]
    if not HASH.fullmatch(digest):
        raise NotFound()
    return actor.company, digest


@signed_in
async def play(request: Request) -> Response:
    """GET /media/files/{hash}: the WAV, in parts if wanted. `?as=phone`: after the A-law of the telephone network."""
    try:
        company_id, digest = await _asked(request)
        _, path = await run_in_thread(media.opened, company_id, digest)
    except FlowError as error:
        return _refusal(error)
    as_phone = request.query_params.get("as") == "phone"
    size, tag = path.stat().st_size, f'"{digest[:32]}{"-phone" if as_phone else ""}"'
    headers = {"ETag": tag, "Accept-Ranges": "bytes", "Cache-Control": "private, no-cache", "Vary": "Cookie"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    span = span_of(request.headers.get("range", ""), size)
    if span is UNSATISFIABLE:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    part = span or Span(0, size - 1)
    if span:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
    headers["Content-Length"] = str(part.last - part.first + 1)
    body = _pieces(path, part, as_phone)
    return StreamingResponse(body, 206 if span else 200, headers, media_type="audio/wav")


async def _pieces(path: Path, part: Span, as_phone: bool) -> AsyncIterator[bytes]:
    for first in range(part.first, part.last + 1, _PIECE):
        yield await run_in_thread(_read, path, first, min(first + _PIECE, part.last + 1), as_phone)


def _read(path: Path, first: int, end: int, as_phone: bool) -> bytes:
    """Bytes [first, end) of the file; as a telephone gives them if wanted, which is decided sample by sample."""
    even = first - first % 2
    with path.open("rb") as file:
        file.seek(even)
        data = file.read(end - even + end % 2)
    if as_phone:
        head = max(0, min(HEADER_BYTES - even, len(data)))
        data = data[:head] + through_telephone(data[head:])
    return data[first - even : end - even]


@signed_in
async def describe(request: Request) -> Response:
    """GET /media/files/{hash}/levels: {hash, ms, name, levels}."""
    try:
        company_id, digest = await _asked(request)
        file, _ = await run_in_thread(media.opened, company_id, digest)
        found = await run_in_thread(uploads.levels, company_id, digest)
    except FlowError as error:
        return _refusal(error)
    return _json({**_shown(file), "levels": asdict(found)}, 200)


@signed_in
async def versions(request: Request) -> Response:
    """GET /media/audios/{id}/versions: {versions: [{hash, ms, name, at}]}, the newest first."""
    try:
        actor = await _hearer(request)
        found = await run_in_thread(media.versions_of, actor.company, _id(request.path_params["audio_id"]))
    except FlowError as error:
        return _refusal(error)
    return _json({"versions": [{**_shown(file), "at": at} for file, at in found]}, 200)


def _id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound()
    return int(text)


def _shown(file: AudioFile) -> dict[str, Any]:
    return {"hash": file.hash, "ms": file.ms, "name": file.original_name}


def _refusal(error: FlowError) -> Response:
    return _json({"error": error.id, "message": error.text}, error.status)


def _json(content: dict[str, Any], status: int) -> Response:
    return JSONResponse(content, status, {"Cache-Control": "no-store"})


routes = [
    Route("/media/files", upload, methods=["POST"]),
    Route("/media/conversions", convert, methods=["POST"]),
    Route("/media/files/{digest}", play, methods=["GET"]),
    Route("/media/files/{digest}/levels", describe, methods=["GET"]),
    Route("/media/audios/{audio_id}/versions", versions, methods=["GET"]),
]
