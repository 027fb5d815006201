"""Ramal: its number, its two secrets, and what a softphone needs to register."""

from dataclasses import dataclass
from typing import Any

import segno
from sqlmodel import Session, col, select

from flow.access import passwords, secrets
from flow.access.actor import Actor
from flow.catalog.company import Company
from flow.catalog.extension import Extension, new_sip_password
from flow.catalog.user import User
from flow.errors import Forbidden
from flow.services import numbers
from flow.services.rules import Draft, Rules
from flow.services.staff import outranks
from flow.settings import settings

MIN_SECRET = 8


@dataclass(frozen=True)
class SoftphoneCard:
    """What a person types into a softphone, or scans. The password is shown once and never read back."""

    server: str
    port: str
    user: str
    password: str
    qr_svg: str


class ExtensionRules(Rules):
    def blank(self, db: Session, actor: Actor) -> dict[str, str]:
        company = db.get(Company, actor.company)
        start = company.next_extension if company else "1000"
        return {"number": numbers.next_free(db, actor.company, start)}

    def check(self, draft: Draft) -> None:
        if wrong := numbers.error(draft, "extension"):
            draft.errors["number"] = wrong
        password = draft.values.get("password")
        if password and (why := secret_weakness(password, draft.future("number") or "")):
            draft.errors["password"] = why
        if password and not draft.creating and (why := _guarded(draft.db, draft.actor, draft.row)):
            draft.errors["password"] = why

    def apply(self, draft: Draft) -> None:
        if draft.creating:
            draft.row.browser_secret_enc = secrets.encrypt(new_sip_password())
        if draft.values.get("password"):
            draft.row.secret_enc = secrets.encrypt(draft.values["password"])

    def after_flush(self, draft: Draft) -> None:
        if draft.creating or "number" in draft.values:
            numbers.claim(draft.db, draft.company_id, draft.row.number, "extension", draft.row.id)

    def remove(self, db: Session, actor: Actor, row: Any) -> None:
        assert row.id is not None
        numbers.release(db, "extension", row.id)
        db.delete(row)


def secret_weakness(secret: str, number: str) -> str:
    """Why a SIP password is refused: extensions are guessed by machines, all day, from all over the world."""
    if len(secret) < MIN_SECRET:
        return f"Use no mínimo {MIN_SECRET} caracteres, ou clique em Gerar senha."
    if number and number in secret and len(secret) < len(number) + MIN_SECRET:
        return "A senha não pode ser feita do número do ramal. Clique em Gerar senha."
    if secret.isdigit() or len(set(secret)) < 5 or passwords.is_common(secret):
        return "Esta senha é fácil de adivinhar. Misture letras e números sem palavra comum, ou clique em Gerar senha."
    if any(c.isspace() or c in '"\\' or not c.isascii() or not c.isprintable() for c in secret):
        return (
            "Use letras sem acento, números e sinais simples, sem espaços nem aspas: nem todo telefone aceita o resto."
        )
    return ""


def _guarded(db: Session, actor: Actor, row: Extension) -> str:
    """Why this person may not know its password: with it they would call as somebody who is above them."""
    owners = db.exec(select(User).where(User.extension_id == row.id, col(User.deleted_at).is_(None))).all()
    above = next((user for user in owners if outranks(db, user, actor)), None)
    if above is None:
        return ""
    return (
        f"Este ramal é de {above.name}, que tem permissões que você não tem. "
        "Peça a senha nova a um administrador da empresa."
    )


def generate_secret(db: Session, actor: Actor, row: Extension) -> str:
    """Give the extension a new random password and return it; the caller commits. Phones must register anew.

    Raises Forbidden when it belongs to somebody who is above `actor`.
    """
    if why := _guarded(db, actor, row):
        raise Forbidden(why)
    password = new_sip_password()
    row.secret_enc = secrets.encrypt(password)
    return password


def softphone_card(row: Extension, password: str) -> SoftphoneCard:
    server, port = settings.sip_host, str(settings.sip_port)
    address = f"sip:{row.softphone_endpoint}:{password}@{server}:{port};transport=udp"
    picture = segno.make(address, error="m").svg_inline(scale=4, border=2, dark="#000", light="#fff")
    return SoftphoneCard(server, port, row.softphone_endpoint, password, picture)


def browser_secret(row: Extension) -> str:
    return secrets.decrypt(row.browser_secret_enc)
