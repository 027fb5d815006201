"""Rota de Entrada: a DID as national digits, of one company on the whole platform."""

from sqlmodel import col, select

from flow.catalog.inbound_route import InboundRoute
from flow.db import platform_session
from flow.services.rules import Draft, Rules, name_taken


class InboundRouteRules(Rules):
    def check(self, draft: Draft) -> None:
        if name_taken(draft):
            name = draft.future("name")
            draft.errors["name"] = f"Já existe a rota de entrada {name}. Escolha outro nome ou edite a existente."
        if "did" not in draft.values:
            return
        if taken := _holder(draft, draft.values["did"]):
            draft.errors["did"] = taken


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
