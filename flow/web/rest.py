"""REST under /api/v1, made from the catalogue: the same actions, permissions and errors as the screens."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from flow.access import sessions
from flow.access.actor import Actor
from flow.access.policy import entity_permission, public
from flow.catalog.entity import Entity, FieldSpec
from flow.catalog.registry import ENTITIES
from flow.db import run_in_thread
from flow.errors import FlowError, Forbidden, NotFound, SignedOut, ValidationFailed
from flow.live.engine_client import engine_client
from flow.services import records
from flow.web.openapi import document

PREFIX = "/api/v1"
Handler = Callable[[Request, Actor, Entity], Awaitable[Response]]


def error_response(error: FlowError) -> Response:
    body: dict[str, Any] = {"error": error.id, "message": error.text}
    if isinstance(error, ValidationFailed):
        body["fields"] = error.errors
    if "uses" in error.detail:
        body["uses"] = error.detail["uses"]
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, SignedOut) else None
    return JSONResponse(body, status_code=error.status, headers=headers)


async def _bearer(request: Request) -> Actor:
    """Only a token opens the API: a browser's cookie would make every page a forgery's target."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    actor = await run_in_thread(sessions.bearer, token) if scheme.lower() == "bearer" and token else None
    if actor is None:
        raise SignedOut("Envie um token válido em Authorization: Bearer. Crie um em Tokens de API.")
    return actor


def _endpoint(entity: Entity, verb: str, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    @entity_permission(verb)
    async def endpoint(request: Request) -> Response:
        try:
            actor = await _bearer(request)
            actor.demand(entity.permission(verb))
            return await handler(request, actor, entity)
        except FlowError as error:
            return error_response(error)

    return endpoint


async def _list(request: Request, actor: Actor, entity: Entity) -> Response:
    query = request.query_params
    wanted: dict[str, Any] = {"search": query.get("search", ""), "sort": query.get("sort", "").lstrip("-")}
    wanted["descending"] = query.get("sort", "").startswith("-")
    for name, default in (("page", 1), ("size", 25)):
        text = query.get(name, str(default))
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise ValidationFailed({name: "Use um número inteiro."})
        wanted[name] = int(text)

    def work() -> records.RowPage:
        with records.opened(actor, entity) as db:
            return records.list_rows(db, actor, entity, **wanted)

    found = await run_in_thread(work)
    return JSONResponse({"total": found.total, "items": [{**row, "id": int(row["id"])} for row in found.rows]})


async def _read(request: Request, actor: Actor, entity: Entity) -> Response:
    def work() -> records.Record:
        with records.opened(actor, entity) as db:
            return records.load(db, actor, entity, request.path_params["record_id"])

    return JSONResponse(_as_json(entity, await run_in_thread(work)))


def _as_json(entity: Entity, record: records.Record) -> dict[str, Any]:
    fields = {s.name: _typed(s, record.values[s.name]) for s in entity.fields if s.kind != "password"}
    return {"id": record.id, "version": record.version, **fields}


def _typed(spec: FieldSpec, value: str | list[str]) -> Any:
    match spec.kind:
        case "bool":
            return value == "on"
        case "rows" | "audios":
            return orjson.loads(value) if isinstance(value, str) else value
        case "refs" | "ordered":
            return [int(item) for item in value]
        case "ref" | "int":
            return int(value) if isinstance(value, str) and value else None
    return value


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = orjson.loads(await request.body() or b"{}")
    except orjson.JSONDecodeError:
        raise ValidationFailed({}, "O corpo não é um JSON válido.") from None
    if not isinstance(body, dict):
        raise ValidationFailed({}, "Envie um objeto JSON com os campos do registro.")
    return body


async def _save(request: Request, actor: Actor, entity: Entity) -> Response:
    values = await _body(request)
    version = values.pop("version", None)
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        raise ValidationFailed({"version": "Use o número de versão que a leitura devolveu."})
    unknown = set(values) - {s.name for s in entity.fields} - {"id"}
    if unknown:
        raise ValidationFailed(dict.fromkeys(sorted(unknown), "Este campo não existe."))
    record_id = request.path_params.get("record_id")

    def work() -> tuple[records.Saved, dict[str, Any]]:
        with records.opened(actor, entity, writes=True) as db:
            saved = records.save(db, actor, entity, record_id, values, version)
        try:
            with records.opened(actor, entity) as db:
                return saved, _as_json(entity, records.load(db, actor, entity, saved.id))
        except (Forbidden, NotFound):  # a refusal now would hide that it was saved
            return saved, {"id": saved.id}

    saved, answer = await run_in_thread(work)
    await engine_client.changed(saved.company_id, saved.revision)
    return JSONResponse(answer, status_code=201 if saved.created else 200)


async def _delete(request: Request, actor: Actor, entity: Entity) -> Response:
    def work() -> records.Saved:
        with records.opened(actor, entity, writes=True) as db:
            return records.delete(db, actor, entity, request.path_params["record_id"])

    saved = await run_in_thread(work)
    await engine_client.changed(saved.company_id, saved.revision)
    return Response(status_code=204)


@public
async def openapi(_request: Request) -> Response:
    return JSONResponse(document())


def _routes(entity: Entity) -> list[Route]:
    many, one = f"{PREFIX}/{entity.slug}", f"{PREFIX}/{entity.slug}/{{record_id}}"
    return [
        Route(many, _endpoint(entity, "view", _list), methods=["GET"]),
        Route(many, _endpoint(entity, "create", _save), methods=["POST"]),
        Route(one, _endpoint(entity, "view", _read), methods=["GET"]),
        Route(one, _endpoint(entity, "edit", _save), methods=["PATCH"]),
        Route(one, _endpoint(entity, "delete", _delete), methods=["DELETE"]),
    ]


routes = [Route(f"{PREFIX}/openapi.json", openapi), *(route for entity in ENTITIES for route in _routes(entity))]
