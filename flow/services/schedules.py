"""Condição de Horário: periods that can be, under a name of their own."""

from sqlmodel import Session

from flow.catalog.schedule import Schedule
from flow.catalog.user import User
from flow.errors import Use
from flow.routing.schedule import periods_of
from flow.services.rules import Draft, Rules, name_taken, people_with


class ScheduleRules(Rules):
    def check(self, draft: Draft) -> None:
        if name_taken(draft):
            name = draft.future("name")
            draft.errors["name"] = f"Já existe a condição de horário {name}. Escolha outro nome ou edite a existente."
        for number, period in enumerate(periods_of(draft.values.get("periods", ())), 1):
            if why := period.error():
                draft.errors["periods"] = f"Linha {number}: {why}"

    def uses(self, db: Session, row: Schedule) -> list[Use]:
        return people_with(db, User.schedule_id, row.id, "(Horário de Trabalho)")
