"""Empresa: CNPJ, the three ready profiles, and what keeps a company from being deleted."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, delete, select, update

from flow.access.actor import Actor
from flow.access.permissions import READY_PROFILES
from flow.catalog import cnpj
from flow.catalog.audit import AuditEntry
from flow.catalog.call import Call
from flow.catalog.company import Company
from flow.catalog.extension import Extension
from flow.catalog.profile import Profile
from flow.catalog.registry import MENU
from flow.catalog.signin import UserSession
from flow.catalog.tenant import TenantRow, fold
from flow.catalog.user import User
from flow.db import tenant_tables
from flow.errors import Use
from flow.services.rules import Draft, Rules


class CompanyRules(Rules):
    def check(self, draft: Draft) -> None:
        values, errors = draft.values, draft.errors
        if "cnpj" in values:
            values["cnpj"] = cnpj.raw(values["cnpj"])
            if not cnpj.valid(values["cnpj"]):
                errors["cnpj"] = (
                    "CNPJ inválido: os dois últimos dígitos não conferem com os 12 primeiros. Verifique a digitação."
                )
            elif other := _holder(draft, values["cnpj"]):
                errors["cnpj"] = f"Este CNPJ já é da empresa {other}. Edite aquela ou confira o número."
        if "ddi" in values and not (values["ddi"].isdigit() and values["ddi"].isascii() and values["ddi"][0] != "0"):
            errors["ddi"] = "Use o código do país, só dígitos, sem zeros à esquerda. Para o Brasil, 55."
        if values.get("cnl") and not (values["cnl"].isascii() and values["cnl"].isdigit()):
            errors["cnl"] = "Use só dígitos no CNL, ou deixe em branco."
        start = values.get("next_extension", "1000")
        if not (start.isascii() and start.isdigit() and 2 <= len(start) <= 6):
            errors["next_extension"] = "Use de 2 a 6 dígitos, por exemplo 1000."

    def after_flush(self, draft: Draft) -> None:
        if not draft.creating:
            return
        for name, description, permissions in READY_PROFILES:
            menus = [e.menu for group in MENU for e in group.entries if e.permission in permissions]
            profile = Profile(
                company_id=draft.row.id,
                name=name,
                description=description,
                menus=menus,
                permissions=sorted(permissions),
                search=fold(f"{name} {description}"),
            )
            draft.db.add(profile)

    def uses(self, db: Session, row: Company) -> list[Use]:
        counted = ((User, "Usuários", "/usuarios"), (Extension, "Ramal", "/ramal"), (Call, "Chamadas", "/chamadas"))
        found = []
        for model, title, path in counted:
            condition: list[Any] = [model.company_id == row.id]
            if model is User:
                condition.append(col(User.deleted_at).is_(None))
            number = db.exec(select(sa.func.count()).select_from(model).where(*condition)).one()
            if number:
                found.append(Use(title, f"({number})", path))
        return found

    def remove(self, db: Session, actor: Actor, row: Any) -> None:
        company_id = row.id
        people = select(User.id).where(User.company_id == company_id)
        db.exec(update(UserSession).where(col(UserSession.company_id) == company_id).values(company_id=None))
        db.exec(update(AuditEntry).where(col(AuditEntry.company_id) == company_id).values(company_id=None))
        db.exec(update(AuditEntry).where(col(AuditEntry.user_id).in_(people)).values(user_id=None))
        db.exec(delete(UserSession).where(col(UserSession.user_id).in_(people)))
        for table in _rows_of_a_company():
            db.exec(delete(table).where(col(table.company_id) == company_id))  # type: ignore[attr-defined]
        db.delete(row)
        db.flush()


def _rows_of_a_company() -> list[type[TenantRow]]:
    """Every table that goes with its company, those that point to others first. The trail stays."""
    places = {table: place for place, table in enumerate(SQLModel.metadata.sorted_tables)}
    gone = (table for table in tenant_tables() if table is not AuditEntry)
    return sorted(gone, key=lambda table: -places[sa.inspect(table).local_table])


def _holder(draft: Draft, code: str) -> str:
    """Whose CNPJ it is already. Only a super user is told the name: others must not learn who else is here."""
    other = draft.db.exec(select(Company).where(Company.cnpj == code, col(Company.id) != draft.row.id)).first()
    if other is None:
        return ""
    return other.legal_name if draft.actor.is_super else "de outro cadastro"
