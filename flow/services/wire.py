"""From what a browser or an API client sends to typed values, and back. Pure, but for the look-up of references."""

from collections.abc import Callable, Mapping
from typing import Any

from email_validator import EmailNotValidError, validate_email

from flow.catalog.entity import FieldSpec

Wire = str | list[str]
_TRUE = {"on", "true", "1", "sim"}
_DEFAULT_LENGTH = 255


class Invalid(ValueError):
    """Carries the Portuguese text that stands beside the field."""


def parse(spec: FieldSpec, raw: object, exists: Callable[[FieldSpec, int], bool], allowed: frozenset[str]) -> Any:
    """The typed value of one field. Raises Invalid.

    `exists` says whether a referenced row is in reach; `allowed` are the options of a multi or matrix field.
    """
    match spec.kind:
        case "bool":
            return raw if isinstance(raw, bool) else str(raw or "").casefold() in _TRUE
        case "multi" | "matrix":
            return _subset(_many(raw), allowed)
        case "refs":
            return [_reference(spec, item, exists) for item in dict.fromkeys(_many(raw))]
    text = _one(raw)
    if not text:
        if spec.required:
            raise Invalid(_missing(spec))
        return None if spec.kind in ("ref", "int") else ""
    match spec.kind:
        case "ref":
            return _reference(spec, text, exists)
        case "int":
            return _integer(text)
        case "choice":
            if text not in {c.value for c in spec.options}:
                raise Invalid("Escolha uma das opções da lista.")
        case "email":
            return _email(text)
    return _text(spec, text)


def _missing(spec: FieldSpec) -> str:
    verb = "Escolha" if spec.kind in ("choice", "ref", "refs") else "Preencha"
    return f"{verb} {spec.label}; é obrigatório."


def _one(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise Invalid("Valor inválido.")
    return str(raw).strip()


def _many(raw: object) -> list[str]:
    if raw is None or raw == "":
        return []
    if isinstance(raw, str | int):
        return [str(raw)]
    if not isinstance(raw, list | tuple) or not all(isinstance(item, str | int) for item in raw):
        raise Invalid("Valor inválido.")
    return [str(item) for item in raw]


def _subset(items: list[str], allowed: frozenset[str]) -> list[str]:
    if not set(items) <= allowed:
        raise Invalid("Há uma opção que não existe. Recarregue a página e tente de novo.")
    return sorted(set(items))


def _integer(text: str) -> int:
    if not text.isascii() or not text.lstrip("-").isdigit() or len(text) > 9:
        raise Invalid("Use só números inteiros.")
    return int(text)


def _reference(spec: FieldSpec, text: str, exists: Callable[[FieldSpec, int], bool]) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18 or not exists(spec, int(text)):
        raise Invalid(f"{spec.label}: esta opção não existe mais. Escolha outra.")
    return int(text)


def _email(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Invalid("Informe um e-mail completo, como nome@empresa.com.br.") from None


def _text(spec: FieldSpec, text: str) -> str:
    limit = spec.max_length or _DEFAULT_LENGTH
    if len(text) > limit:
        raise Invalid(f"Use no máximo {limit} caracteres (há {len(text)}).")
    breaks = "\n\r\t" if spec.kind == "longtext" else ""
    if any(not (c.isprintable() or c in breaks) for c in text):
        raise Invalid("Há caracteres invisíveis no texto. Apague e digite de novo.")
    return text


def show(spec: FieldSpec, value: object) -> Wire:
    """A stored value as the form holds it."""
    match spec.kind:
        case "bool":
            return "on" if value else ""
        case "multi" | "matrix" | "refs":
            return [str(item) for item in value] if isinstance(value, list) else []
    return shown(spec, value)


def shown(spec: FieldSpec, value: object) -> str:
    text = "" if value is None else str(value)
    return spec.shown(text) if spec.shown else text


def read(spec: FieldSpec, value: object, titles: Mapping[str, str]) -> str:
    """A stored value as people read it. `titles`: id → title of referenced rows, or option → label."""
    match spec.kind:
        case "bool":
            return "Sim" if value else "Não"
        case "multi" | "matrix" | "refs":
            items = value if isinstance(value, list) else []
            return ", ".join(titles.get(str(item), str(item)) for item in items)
        case "ref":
            return "" if value is None else titles.get(str(value), f"(nº {value})")
        case "choice":
            return next((c.label for c in spec.options if c.value == value), str(value or ""))
    return shown(spec, value)
