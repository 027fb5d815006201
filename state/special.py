"""What single screens can do beyond the generic form: a Ramal's softphone card, a user's "Testar permissão"."""

from urllib.parse import quote

from sqlmodel import Session

from flow.access import permissions
from flow.access.actor import Actor
from flow.catalog.company import Company
from flow.catalog.entity import Entity
from flow.catalog.extension import Extension
from flow.errors import NotFound
from flow.services import extensions, records, users

_SVG = "http://www.w3.org/2000/svg"  # an inline picture needs no name space, an image of its own does
Card = dict[str, str | list[dict[str, str]]]


def zone(db: Session, actor: Actor) -> str:
    company = db.get(Company, actor.company_id) if actor.company_id else None
    return company.time_zone if company else "America/Sao_Paulo"


def softphone_card(row: Extension, password: str) -> Card:
    """What a softphone needs, for the one moment in which the password is known."""
    card = extensions.softphone_card(row, password)
    items = (("Servidor", card.server), ("Porta", card.port), ("Usuário SIP", card.user), ("Senha", card.password))
    return {
        "record": str(row.id),
        "items": [{"label": label, "value": value} for label, value in items],
        "qr": "data:image/svg+xml," + quote(card.qr_svg.replace("<svg ", f"<svg xmlns={_SVG!r} ", 1)),
    }


def fresh_card(actor: Actor, entity: Entity, record_id: int, password: str) -> Card:
    """The card of a Ramal whose password was just typed; empty for everything else."""
    if entity.key != "extension" or not password:
        return {}
    with records.opened(actor, entity) as db:
        row = db.get(Extension, record_id)
        return softphone_card(row, password) if row is not None else {}


def new_secret(actor: Actor, entity: Entity, record_id: str) -> tuple[records.Saved, Card, int]:
    """Give a Ramal a new random password; return also the record's new version."""
    if entity.key != "extension":
        raise NotFound()
    with records.opened(actor, entity, writes=True) as db:
        row = records.for_change(db, actor, entity, record_id)
        password = extensions.generate_secret(db, actor, row)
        saved = records.record_action(db, actor, entity, row, "edit", "Senha")
        card = softphone_card(row, password)
    with records.opened(actor, entity) as db:
        return saved, card, records.load(db, actor, entity, record_id).version


def test_permission(actor: Actor, entity: Entity, record_id: str, permission: str) -> tuple[bool, str, str]:
    if entity.key != "user" or permission not in permissions.ALL | permissions.PLATFORM:
        raise NotFound()
    with records.opened(actor, entity) as db:
        user = records.load(db, actor, entity, record_id)
        assert user.id is not None
        verdict = users.test_permission(db, user.id, permission)
    return verdict.allowed, verdict.because, permissions.label(permission)
