"""Condição de Horário: periods that can be, under a name of their own."""

from flow.routing.schedule import periods_of
from flow.services.rules import Draft, Rules, name_taken


class ScheduleRules(Rules):
    def check(self, draft: Draft) -> None:
        if name_taken(draft):
            name = draft.future("name")
            draft.errors["name"] = f"Já existe a condição de horário {name}. Escolha outro nome ou edite a existente."
        for number, period in enumerate(periods_of(draft.values.get("periods", ())), 1):
            if why := period.error():
                draft.errors["periods"] = f"Linha {number}: {why}"
