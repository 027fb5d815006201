"""A company with very many extensions, written in bulk as the save would have left them."""

from collections.abc import Iterator
from dataclasses import replace

import sqlalchemy as sa
from sqlmodel import Session

from flow import migrate
from flow.access import permissions, secrets
from flow.access.actor import Actor
from flow.catalog import cnpj
from flow.catalog.company import Company
from flow.catalog.extension import Extension, new_sip_key
from flow.catalog.number import NumberClaim
from flow.catalog.registry import by_key
from flow.catalog.tenant import fold
from flow.clock import now
from flow.db import platform_session
from flow.services import records
from flow.services.first_user import ensure_first_user

FIRST_NUMBER = 700_000


def company_with_extensions(count: int, cnpj_base: str = "11222333") -> Actor:
    """A super user at work in it. `cnpj_base`: eight digits, another for each company of an installation."""
    migrate.upgrade()
    ensure_first_user("dona-da-plataforma", "girassol77")
    everything = permissions.ALL | permissions.PLATFORM
    owner = Actor(1, "dona", "Dona", None, None, True, "Administrador", everything)
    base = f"{cnpj_base}0001"
    values = {"legal_name": f"{count} ramais", "cnpj": base + cnpj.check_digits(base)}
    with records.opened(owner, by_key("company"), writes=True) as db:
        company_id = records.save(db, owner, by_key("company"), None, {**values, "contact": "Z", "ddd": "51"}, None).id
    fill(company_id, count)
    return replace(owner, company_id=company_id)


def fill(company_id: int, count: int, *, webphone: bool = False) -> None:
    """So many extensions at once, into a company that has none."""
    with platform_session(writes=True) as db:
        if rows := list(_extensions(company_id, count, webphone)):
            db.execute(sa.insert(Extension), rows)
        mine = sa.select(Extension.company_id, Extension.number, sa.literal("extension"), Extension.id).where(  # type: ignore[call-overload]
            Extension.company_id == company_id
        )
        db.execute(sa.insert(NumberClaim).from_select(["company_id", "number", "kind", "ref_id"], mine))
        _changed(db, company_id)


def empty(company_id: int) -> None:
    """All its extensions are gone at once."""
    with platform_session(writes=True) as db:
        for table in (NumberClaim, Extension):
            db.execute(sa.delete(table).where(table.company_id == company_id))  # type: ignore[arg-type]
        _changed(db, company_id)


def _changed(db: Session, company_id: int) -> None:
    db.execute(sa.update(Company).where(Company.id == company_id).values(revision=Company.revision + 1))  # type: ignore[arg-type]
    db.commit()


def _extensions(company_id: int, count: int, webphone: bool) -> Iterator[dict[str, object]]:
    sealed = secrets.encrypt("girassol77x")  # one for all: sealing is not what is measured
    for index in range(count):
        number, label = str(FIRST_NUMBER + index), f"Pessoa {index % 100} Ramal {FIRST_NUMBER + index}"
        yield {
            "company_id": company_id,
            "number": number,
            "label": label,
            "search": fold(f"{number} {label}"),
            "webphone": webphone,
            "ring_seconds": 25,
            "active": True,
            "sip_key": f"{new_sip_key()}{index}",
            "secret_enc": sealed,
            "browser_secret_enc": sealed,
            "version": 1,
            "created_at": now(),
        }
