"""Equipe: unique name, supervisors."""

from typing import Any

from sqlmodel import Session, col, delete, select

from flow.access.actor import Actor
from flow.catalog.team import Team, TeamSupervisor
from flow.catalog.user import User
from flow.services.rules import Draft, Rules, name_taken


class TeamRules(Rules):
    def check(self, draft: Draft) -> None:
        if name_taken(draft):
            name = draft.future("name")
            draft.errors["name"] = f"Já existe uma equipe {name}. Escolha outro nome ou edite a existente."

    def after_flush(self, draft: Draft) -> None:
        if "supervisors" not in draft.values:
            return
        draft.db.exec(delete(TeamSupervisor).where(col(TeamSupervisor.team_id) == draft.row.id))
        for user_id in draft.values["supervisors"]:
            draft.db.add(TeamSupervisor(team_id=draft.row.id, user_id=user_id, company_id=draft.company_id))

    def virtual_values(self, db: Session, row: Team) -> dict[str, str | list[str]]:
        rows = db.exec(
            select(TeamSupervisor.user_id)
            .join(User, col(User.id) == TeamSupervisor.user_id)
            .where(TeamSupervisor.team_id == row.id, col(User.deleted_at).is_(None))
            .order_by(User.name)
        )
        return {"supervisors": [str(user_id) for user_id in rows.all()]}

    def remove(self, db: Session, actor: Actor, row: Any) -> None:
        db.exec(delete(TeamSupervisor).where(col(TeamSupervisor.team_id) == row.id))
        db.delete(row)
