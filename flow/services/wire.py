"""From what a browser or an API client sends to typed values, and back. Pure, but for the look-up of references."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import orjson
from email_validator import EmailNotValidError, validate_email

from flow.catalog.audio import HASH, MAX_FILES, duration
from flow.catalog.entity import FieldSpec, Ui
from flow.routing import brazil, did
from flow.routing import destination as destinations

Wire = str | list[str]
Exists = Callable[[FieldSpec, int], bool]
_TRUE = {"on", "true", "1", "sim"}
_DEFAULT_LENGTH = 255
MAX_ROWS = 200
MAX_SEVERAL = 2000


class Invalid(ValueError):
    """Carries the Portuguese text that stands beside the field."""


def parse(spec: FieldSpec, raw: object, exists: Exists, allowed: frozenset[str]) -> Any:
    """The typed value of one field. Raises Invalid.

    `exists` says whether a row of the entity `ref` is in reach; `allowed` are the options of a multi or matrix field.
    """
    match spec.kind:
        case "bool":
            return raw if isinstance(raw, bool) else str(raw or "").casefold() in _TRUE
        case "multi" | "matrix":
            return _subset(_many(raw), allowed)
        case "refs" | "ordered" | "board":
            return _several(spec, raw, exists)
        case "rows":
            return _rows(spec, raw, exists)
        case "audios":
            return _files(spec, raw)
    text = _one(raw)
    if not text:
        if spec.required:
            raise Invalid(_missing(spec))
        return None if spec.kind in ("ref", "int") else ""
    match spec.kind:
        case "ref":
            return _reference(spec, text, exists)
        case "destination":
            return _destination(spec, text, exists)
        case "int":
            return _integer(spec, text)
        case "choice":
            if text not in {c.value for c in spec.options}:
                raise Invalid("Escolha uma das opções da lista.")
        case "email":
            return _email(text)
        case "time":
            return _time(text)
        case "date":
            return _date(text)
        case "moment":
            return _moment(text)
        case "phone":
            return _phone(text)
        case "audio":
            return _hash(text)
    return _text(spec, text)


def _missing(spec: FieldSpec) -> str:
    if spec.kind == "audio":
        return "Envie um arquivo de som ou grave pelo microfone; é obrigatório."
    verb = "Escolha" if spec.kind in ("choice", "ref", "refs", "ordered", "board", "destination") else "Preencha"
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


def _integer(spec: FieldSpec, text: str) -> int:
    if not text.isascii() or not text.lstrip("-").isdigit() or len(text) > 9:
        raise Invalid("Use só números inteiros.")
    number = int(text)
    if spec.bounds and not spec.bounds[0] <= number <= spec.bounds[1]:
        raise Invalid(f"Use de {spec.bounds[0]} a {spec.bounds[1]}.")
    return number


def _reference(spec: FieldSpec, text: str, exists: Exists) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not exists(spec, int(text)):
        raise _gone(spec)
    return int(text)


def _gone(spec: FieldSpec) -> Invalid:
    return Invalid(f"{spec.label}: esta opção não existe mais. Escolha outra.")


def _destination(spec: FieldSpec, text: str, exists: Exists) -> str:
    try:
        wanted = destinations.parse(text)
    except ValueError:
        raise _gone(spec) from None
    if wanted.kind not in destinations.OFFERED:
        raise _gone(spec)
    if wanted.id:
        _reference(replace(spec, ref=wanted.kind), str(wanted.id), exists)
    return str(wanted)


def _several(spec: FieldSpec, raw: object, exists: Exists) -> list[int] | list[str]:
    """Each once, in the order in which they came. The browser's ordered controls send JSON."""
    try:
        items = _many(orjson.loads(raw) if isinstance(raw, str) and raw.startswith("[") else raw)
    except orjson.JSONDecodeError:
        raise Invalid("Valor inválido.") from None
    if spec.required and not items:
        raise Invalid(_missing(spec))
    if len(items) > MAX_SEVERAL:
        raise Invalid(f"Escolha no máximo {MAX_SEVERAL}.")
    if spec.kind == "board":
        return [_member(spec, item, exists) for item in dict.fromkeys(items)]
    return list(dict.fromkeys(_reference(spec, item, exists) for item in items))


def _member(spec: FieldSpec, text: str, exists: Exists) -> str:
    kind, _, record_id = text.partition(":")
    if kind not in spec.kinds:
        raise _gone(spec)
    return f"{kind}:{_reference(replace(spec, ref=kind), record_id, exists)}"


def _time(text: str) -> str:
    try:
        return time.fromisoformat(text).strftime("%H:%M")
    except ValueError:
        raise Invalid("Informe a hora como 08:30.") from None


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Invalid("Informe a data como 25/12/2026.") from None


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None).isoformat(timespec="minutes")
    except ValueError:
        raise Invalid("Informe data e hora, como 25/12/2026 18:00.") from None


def _phone(text: str) -> str:
    try:
        return did.normalise(text)
    except ValueError as error:
        raise Invalid(str(error)) from None


def _hash(text: str) -> str:
    if not HASH.fullmatch(text):
        raise Invalid("Este arquivo não foi reconhecido. Envie-o de novo.")
    return text


def _files(spec: FieldSpec, raw: object) -> list[dict[str, Any]]:
    """What each file is, and for how long it plays, is known by its hash; only name and order are the person's."""
    files = _objects(raw, MAX_FILES, f"Use no máximo {MAX_FILES} arquivos.")
    if spec.required and not files:
        raise Invalid("Envie ao menos um arquivo de som.")
    name = Ui("", max_length=120)
    return [{"hash": _hash(_one(file.get("hash"))), "name": _text(name, _one(file.get("name")))} for file in files]


def _rows(spec: FieldSpec, raw: object, exists: Exists) -> list[dict[str, Any]]:
    """`raw`: a list of objects, or the JSON of one."""
    rows = _objects(raw, MAX_ROWS, f"Use no máximo {MAX_ROWS} linhas.")
    if spec.required and not rows:
        raise Invalid(f"Inclua ao menos uma linha: clique em {spec.add_label}.")
    return [_row(spec, number, row, exists) for number, row in enumerate(rows, 1)]


def _objects(raw: object, most: int, too_many: str) -> list[dict[str, Any]]:
    try:
        rows = orjson.loads(raw or "[]") if isinstance(raw, str) else raw or []
    except orjson.JSONDecodeError:
        raise Invalid("Valor inválido.") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Invalid("Valor inválido.")
    if len(rows) > most:
        raise Invalid(too_many)
    return rows


def _row(spec: FieldSpec, number: int, row: dict[str, Any], exists: Exists) -> dict[str, Any]:
    parsed = {}
    for field in spec.rows:
        try:
            options = frozenset(choice.value for choice in field.options)
            parsed[field.name] = parse(field, row.get(field.name), exists, options)
        except Invalid as error:
            raise Invalid(f"Linha {number}, {field.label}: {error}") from None
    return parsed


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
        case "multi" | "matrix" | "refs" | "ordered" | "board":
            return [str(item) for item in value] if isinstance(value, list) else []
        case "rows" | "audios":
            return orjson.dumps(value or []).decode()
    return shown(spec, value)


def shown(spec: FieldSpec, value: object) -> str:
    text = "" if value is None else str(value)
    if spec.kind == "phone":
        return brazil.shown(text)
    return spec.shown(text) if spec.shown else text


def read(spec: FieldSpec, value: object, titles: Mapping[str, str]) -> str:
    """A stored value as people read it. `titles`: "<key>:<id>" → title of a row it points to, or option → label."""
    match spec.kind:
        case "bool":
            return "Sim" if value else "Não"
        case "multi" | "matrix" | "board":
            return _listed(value, titles)
        case "refs" | "ordered":
            return _listed([f"{spec.ref}:{item}" for item in value], titles) if isinstance(value, list) else ""
        case "rows":
            return "; ".join(_read_row(spec, row, titles) for row in value) if isinstance(value, list) else ""
        case "audios":
            files = value if isinstance(value, list) else []
            return ", ".join(f"{file['name']} ({duration(file['ms'])})" for file in files)
        case "audio":
            return titles.get(str(value), "")
        case "ref":
            return "" if not value else titles.get(f"{spec.ref}:{value}", f"(nº {value})")
        case "destination":
            return _where(str(value or ""), titles)
        case "date" | "moment":
            return _dated(str(value or ""))
        case "choice":
            return next((c.label for c in spec.options if c.value == value), str(value or ""))
    return shown(spec, value)


def _listed(items: object, titles: Mapping[str, str]) -> str:
    return ", ".join(titles.get(str(item), str(item)) for item in items) if isinstance(items, list) else ""


def _dated(text: str) -> str:
    if not text:
        return ""
    moment = datetime.fromisoformat(text)
    return moment.strftime("%d/%m/%Y %H:%M" if "T" in text else "%d/%m/%Y")


def _where(text: str, titles: Mapping[str, str]) -> str:
    """ "URA Atendimento", "Desligar"."""
    kind = text.partition(":")[0]
    word = destinations.WORDS.get(kind, "")
    return f"{word} {titles.get(text, '(excluído)')}" if ":" in text else word


def _read_row(spec: FieldSpec, row: dict[str, Any], titles: Mapping[str, str]) -> str:
    """The filled fields of one row, e.g. "Dias da semana: Seg, Ter · Hora de início: 08:00"."""
    filled = [field for field in spec.rows if row.get(field.name)]
    labels = {field.name: {c.value: c.label for c in field.options} for field in filled}
    return " · ".join(
        f"{field.label}: {read(field, row[field.name], labels[field.name] or titles)}" for field in filled
    )


def targets(spec: FieldSpec, value: object) -> Iterable[tuple[str, int]]:
    """The rows that a stored value points to, as entity key and id."""
    match spec.kind:
        case "ref":
            yield from _ids(spec.ref, [value])
        case "refs" | "ordered":
            yield from _ids(spec.ref, value)
        case "destination":
            yield from _parted([value])
        case "board":
            yield from _parted(value)
        case "rows" if isinstance(value, list):
            yield from (
                target for row in value for field in spec.rows for target in targets(field, row.get(field.name))
            )


def _ids(key: str, values: object) -> Iterable[tuple[str, int]]:
    return ((key, int(item)) for item in values if item) if isinstance(values, list) else ()


def _parted(values: object) -> Iterable[tuple[str, int]]:
    """Of "<key>:<id>"; an external number and "hangup" point to no row."""
    parts = (str(item or "").partition(":") for item in values) if isinstance(values, list) else ()
    return ((kind, int(record_id)) for kind, _, record_id in parts if record_id and kind != "external")
