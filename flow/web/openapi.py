"""The OpenAPI description of /api/v1, made from the catalogue."""

from copy import deepcopy
from typing import Any

from flow import __version__
from flow.catalog.entity import Entity, FieldSpec
from flow.catalog.registry import ENTITIES, known
from flow.routing.destination import OFFERED

_TYPES: dict[str, dict[str, Any]] = {
    "bool": {"type": "boolean"},
    "int": {"type": "integer"},
    "ref": {"type": ["integer", "null"]},
    "refs": {"type": "array", "items": {"type": "integer"}},
    "multi": {"type": "array", "items": {"type": "string"}},
    "matrix": {"type": "array", "items": {"type": "string"}},
    "time": {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"},
    "rows": {"type": "array"},
    "audio": {
        "type": "string",
        "pattern": "^[0-9a-f]{64}$",
        "externalDocs": {"description": "O hash que POST /media/files?for=audio devolve", "url": "/media/files"},
    },
    "audios": {
        "type": "array",
        "items": {"type": "object", "properties": {"hash": {"type": "string"}, "name": {"type": "string"}}},
    },
    "ordered": {"type": "array", "items": {"type": "integer"}, "description": "A ordem conta."},
    "board": {"type": "array", "items": {"type": "string"}, "description": "A ordem conta."},
    "destination": {"type": "string"},
    "email": {"type": "string", "format": "email"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "description": "No relógio da empresa, como 2026-12-25T18:00."},
}
_ERRORS = {
    "401": "Sem token",
    "403": "Sem permissão",
    "404": "Não encontrado",
    "409": "Conflito ou em uso",
    "422": "Inválido",
}

_PLATFORM_ONLY = (
    "Só com um token que um super usuário criou para a plataforma; qualquer outro recebe 403. "
    "A resposta traz só o id: o token continua na empresa em que foi criado."
)
_NEVER = "Nenhum token exclui empresas: a resposta é 403. Um super usuário exclui na tela."


def document() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for entity in ENTITIES:
        paths |= _paths(entity)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Fluxo", "version": __version__, "description": "As mesmas regras e permissões das telas."},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}],
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Error": {
                    "type": "object",
                    "required": ["error", "message"],
                    "properties": {
                        "error": {"type": "string"},
                        "message": {"type": "string"},
                        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
                    },
                },
                **{entity.model.__name__: _schema(entity) for entity in ENTITIES},
            },
        },
        "paths": paths,
    }


def _schema(entity: Entity) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "version": {
                "type": "integer",
                "description": "Devolva a versão lida; se alguém salvou antes, a resposta é 409.",
            },
            **{spec.name: _property(spec) for spec in entity.fields},
        },
        "required": [spec.name for spec in entity.fields if spec.required and not spec.default and not spec.show_when],
    }


def _property(spec: FieldSpec) -> dict[str, Any]:
    shape = deepcopy(_TYPES.get(spec.kind, {"type": "string"}))
    shape["title"] = spec.label
    if spec.help:
        shape["description"] = spec.help
    if spec.kind == "rows":
        shape["items"] = {"type": "object", "properties": {field.name: _property(field) for field in spec.rows}}
    if spec.kind == "choice":
        shape["enum"] = [choice.value for choice in spec.options]
    if spec.bounds:
        shape["minimum"], shape["maximum"] = spec.bounds
    if spec.kind == "destination":
        shape["pattern"] = f"^(({'|'.join(kind for kind in OFFERED if known(kind))}):[0-9]+|hangup)$"
    if spec.kind == "board":
        shape["items"]["pattern"] = f"^({'|'.join(spec.kinds)}):[0-9]+$"
    if spec.max_length:
        shape["maxLength"] = spec.max_length
    if spec.kind == "password":
        shape["writeOnly"] = True
    return shape


def _paths(entity: Entity) -> dict[str, Any]:
    one = {"$ref": f"#/components/schemas/{entity.model.__name__}"}
    page = {
        "type": "object",
        "properties": {"total": {"type": "integer"}, "items": {"type": "array", "items": {"type": "object"}}},
    }
    key = {"name": "record_id", "in": "path", "required": True, "schema": {"type": "integer"}}
    query = [
        {"name": name, "in": "query", "schema": {"type": kind}, "description": text}
        for name, kind, text in (
            ("search", "string", "Palavras a procurar"),
            ("sort", "string", "Coluna; com - na frente, decrescente"),
            ("page", "integer", "A partir de 1"),
            ("size", "integer", "Até 200"),
        )
    ]
    body = {"required": True, "content": {"application/json": {"schema": one}}}
    name, tag = entity.singular, {"tags": [entity.title]}
    create = {"description": _PLATFORM_ONLY} if entity.super_only else {}
    delete = {"description": _NEVER} if entity.super_only else {}
    return {
        f"/{entity.slug}": {
            "get": {
                **tag,
                "summary": f"Lista: {entity.title}",
                "parameters": query,
                "responses": _responses("200", page),
            },
            "post": {
                **tag,
                **create,
                "summary": f"Cria: {name}",
                "requestBody": body,
                "responses": _responses("201", one),
            },
        },
        f"/{entity.slug}/{{record_id}}": {
            "parameters": [key],
            "get": {**tag, "summary": f"Lê: {name}", "responses": _responses("200", one)},
            "patch": {**tag, "summary": f"Altera: {name}", "requestBody": body, "responses": _responses("200", one)},
            "delete": {**tag, **delete, "summary": f"Exclui: {name}", "responses": _responses("204", None)},
        },
    }


def _responses(status: str, schema: dict[str, Any] | None) -> dict[str, Any]:
    good: dict[str, Any] = {"description": "Feito"}
    if schema is not None:
        good["content"] = {"application/json": {"schema": schema}}
    bad = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    return {status: good, **{code: {"description": text, **bad} for code, text in _ERRORS.items()}}
