"""Tronco: its secrets, its Registro line, and chan_sip lines that can be kept only if every one is understood."""

from typing import Any

from sqlmodel import Session, col, select

from flow.access import secrets
from flow.access.actor import Actor
from flow.catalog.trunk import Trunk
from flow.routing.trunk_lines import (
    Refused,
    Registration,
    Translated,
    TrunkLineError,
    parse_host,
    parse_registration,
    translate,
)
from flow.services.rules import Draft, Rules, name_taken

_HIDDEN = "••••"
MOST_CALLS = 1000


class TrunkRules(Rules):
    def blank(self, db: Session, actor: Actor) -> dict[str, str]:
        return {"extra": "insecure=port,invite"}  # without it, no carrier that does not sign its calls gets through

    def check(self, draft: Draft) -> None:
        if name_taken(draft):
            draft.errors["name"] = (
                f"Já existe o tronco {draft.future('name')}. Escolha outro nome ou edite o existente."
            )
        if draft.changes("code") and _code_taken(draft):
            draft.errors["code"] = f"A linha {draft.future('code')} já é de outro tronco. Confira ou edite o existente."
        _check_host(draft)
        _check_extra(draft)
        calls = draft.future("max_calls")
        if calls is None or not 1 <= calls <= MOST_CALLS:
            draft.errors["max_calls"] = f"Use de 1 a {MOST_CALLS}."
        if draft.future("use_auth"):
            _check_account(draft)

    def apply(self, draft: Draft) -> None:
        row = draft.row
        if not row.use_auth:
            row.username = row.secret_enc = row.registration_enc = ""
            return
        if draft.values.get("registration"):
            line = _line(draft)  # before the Senha is replaced: it looks at the one that was
            if row.registration_enc and _password_in(secrets.decrypt(row.registration_enc)) != _password_in(line):
                draft.unseen.add("registration")
            row.registration_enc = secrets.encrypt(line)
        if draft.values.get("password"):
            row.secret_enc = secrets.encrypt(draft.values["password"])

    def virtual_values(self, db: Session, row: Any) -> dict[str, str | list[str]]:
        return {"registration": masked_registration(row)}


def masked_registration(row: Trunk) -> str:
    """The Registro line as people may see it: without its password."""
    if not row.registration_enc:
        return ""
    return parse_registration(secrets.decrypt(row.registration_enc)).shown


EXPLAINED = ("extra", "registration")


def explain(field: str, text: str) -> list[dict[str, Any]]:
    """What a field's text means: rows {"line", "became", "why", "refused"}, or one {"why", "refused"} for a sentence.

    No answer holds a password.
    """
    if not text.strip():
        return []
    if field == "extra":
        return [_row(line) for line in translate(text).lines]
    try:
        line = parse_registration(text)
    except TrunkLineError as error:
        return [{"why": str(error), "refused": True}]
    kept = line.password == _HIDDEN
    words = line.words.replace("com a senha informada", "com a senha guardada") if kept else line.words
    return [{"why": words, "refused": False}]


def _row(line: Translated | Refused) -> dict[str, Any]:
    if isinstance(line, Refused):
        return {"line": line.line, "became": "", "why": line.why, "refused": True}
    return {"line": line.line, "became": line.became, "why": line.why, "refused": False}


def _line(draft: Draft) -> str:
    """What was typed, with the password that is meant where the dots still stand.

    A line that has had the same password as Senha goes with it: whoever mends the one means both.
    """
    typed: str = draft.values.get("registration") or ""
    if f":{_HIDDEN}@" not in typed or not draft.row.registration_enc:
        return typed
    kept = _password_in(secrets.decrypt(draft.row.registration_enc))
    same = bool(draft.row.secret_enc) and secrets.decrypt(draft.row.secret_enc) == kept
    return parse_registration(typed).written((same and draft.values.get("password")) or kept)


def _password_in(line: str) -> str:
    return parse_registration(line).password


def _code_taken(draft: Draft) -> bool:
    others = select(Trunk.id).where(
        Trunk.company_id == draft.company_id, Trunk.code == draft.future("code"), col(Trunk.id) != draft.row.id
    )
    return draft.db.exec(others).first() is not None


def _check_host(draft: Draft) -> None:
    try:
        parse_host(draft.future("host") or "")
    except TrunkLineError as error:
        draft.errors.setdefault("host", str(error))


def _check_extra(draft: Draft) -> None:
    if wrong := translate(draft.future("extra") or "").refused:
        draft.errors["extra"] = " ".join(f"{line.line}: {line.why}" for line in wrong)


def _check_account(draft: Draft) -> None:
    if not draft.future("username"):
        draft.errors["username"] = "Preencha Usuário; com autenticação é obrigatório."
    if not draft.values.get("password") and not draft.row.secret_enc:
        draft.errors["password"] = "Preencha Senha; com autenticação é obrigatória."
    if not draft.values.get("registration") and not draft.row.registration_enc:
        draft.errors["registration"] = "Preencha Registro, no padrão usuário:senha@host/tronco."
        return
    try:
        line = parse_registration(_line(draft) or secrets.decrypt(draft.row.registration_enc))
    except TrunkLineError as error:
        draft.errors["registration"] = str(error)
        return
    if line.password == _HIDDEN:
        draft.errors["registration"] = "Escreva a senha no lugar dos pontos; nenhuma está guardada."
    elif draft.future("active") and (holder := _registered_by(draft, line)):
        draft.errors["registration"] = (
            f"O tronco {holder} já se registra com este usuário, host e tronco; na operadora um tomaria o lugar "
            "do outro. Edite aquele tronco ou desative-o antes."
        )


def _registered_by(draft: Draft, line: Registration) -> str:
    """The company's other active trunk that signs in as the same contact: each would take the other's place."""
    others = select(Trunk).where(
        Trunk.company_id == draft.company_id, Trunk.use_auth, Trunk.active, col(Trunk.id) != draft.row.id
    )
    for other in draft.db.exec(others):
        if _account(parse_registration(secrets.decrypt(other.registration_enc))) == _account(line):
            return other.name
    return ""


def _account(line: Registration) -> tuple[str, str, int, str]:
    return line.user, line.host.lower(), line.port, line.contact
