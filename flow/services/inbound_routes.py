"""Rota de Entrada: a DID as national digits, of one company on the whole platform."""

import re

from sqlmodel import col, select

from flow.catalog.company import DDDS
from flow.catalog.inbound_route import InboundRoute
from flow.db import platform_session
from flow.services.rules import Draft, Rules, name_taken

_NON_GEOGRAPHIC = re.compile(r"0[3589]0[0-9]\d{6,8}")


class InboundRouteRules(Rules):
    def check(self, draft: Draft) -> None:
        if name_taken(draft):
            name = draft.future("name")
            draft.errors["name"] = f"Já existe a rota de entrada {name}. Escolha outro nome ou edite a existente."
        if "did" not in draft.values:
            return
        did = national(draft.values["did"])
        if not did:
            draft.errors["did"] = "Informe o número com DDD, por exemplo (51) 2555-4444, ou um 0800 completo."
        elif taken := _holder(draft, did):
            draft.errors["did"] = taken
        else:
            draft.values["did"] = did


def national(text: str) -> str:
    """National digits of a number as people and carriers write it; empty when it is none."""
    digits = re.sub(r"\D", "", text)
    if len(digits) in (12, 13) and digits.startswith("55"):
        digits = digits[2:]
    if _NON_GEOGRAPHIC.fullmatch(digits):
        return digits
    digits = digits.removeprefix("0")
    return digits if len(digits) in (10, 11) and digits[:2] in DDDS else ""


def _holder(draft: Draft, did: str) -> str:
    """Who has the DID already. Of another company nothing is told but that the number is not free."""
    with platform_session() as db:
        other = db.exec(
            select(InboundRoute).where(InboundRoute.did == did, col(InboundRoute.id) != draft.row.id)
        ).first()
    if other is None:
        return ""
    if other.company_id == draft.company_id:
        return f"Este DID já é da rota {other.name}. Edite aquela ou confira o número."
    return "Este DID não está disponível. Confira o número com a sua operadora; se estiver certo, fale com o suporte."
