"""Condição de Horário: periods that can be, under a name of their own."""

from sqlmodel import Session, col, select

from flow.catalog.schedule import Schedule
from flow.catalog.user import User
from flow.errors import Use
from flow.routing.schedule import periods_of
from flow.services.rules import Draft, Rules


class ScheduleRules(Rules):
    def check(self, draft: Draft) -> None:
        name = draft.future("name")
        same = select(Schedule).where(
            Schedule.company_id == draft.company_id, Schedule.name == name, col(Schedule.id) != draft.row.id
        )
        if draft.db.exec(same).first():
            draft.errors["name"] = f"Já existe a condição de horário {name}. Escolha outro nome ou edite a existente."
        for number, period in enumerate(periods_of(draft.values.get("periods", ())), 1):
            if why := period.error():
                draft.errors["periods"] = f"Linha {number}: {why}"

    def uses(self, db: Session, row: Schedule) -> list[Use]:
        people = db.exec(
            select(User).where(User.schedule_id == row.id, col(User.deleted_at).is_(None)).order_by(User.name)
        ).all()
        return [Use("Usuário", f"{person.name} (Horário de Trabalho)", f"/usuarios/{person.id}") for person in people]
