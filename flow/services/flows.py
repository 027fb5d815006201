"""Anúncio, URA, Fila and Condição de Horário: what calls pass through, and that no call is ever led in circles."""

from typing import Any

from sqlmodel import Session, col, select

from flow.access.actor import Actor
from flow.catalog.ivr import Ivr
from flow.catalog.queue import MEMBER_KINDS, Queue
from flow.errors import ValidationFailed
from flow.routing.cycles import cycle_words, cycles
from flow.routing.destination import Destination
from flow.routing.schedule import periods_of
from flow.routing.snapshot import CompanySnapshot
from flow.services import numbers
from flow.services.rules import Draft, Rules, name_taken
from flow.services.snapshots import plans_of

_SUGGESTED_POSITION = "60"  # who waits wants to know; a program that says nothing gets none
_LEAST_POSITION = 15


class FlowRules(Rules):
    """`taken`: the error of a name that is taken. `at`: the field beside which a cycle is told."""

    taken = "Já existe {name}. Escolha outro nome ou edite o existente."
    at = "destination"

    def check(self, draft: Draft) -> None:
        if name_taken(draft):
            draft.errors["name"] = self.taken.format(name=draft.future("name"))

    def after_flush(self, draft: Draft) -> None:
        """Looked for in the company as it would be now; an error undoes the save."""
        connection = draft.db.connection()
        company = CompanySnapshot.of(draft.company_id, 0, (), **plans_of(connection, draft.company_id))
        mine = Destination(draft.entity.key, draft.row.id)
        for cycle in cycles(company):
            if mine in cycle:
                raise ValidationFailed({self.at: cycle_words(company, cycle)})


class AnnouncementRules(FlowRules):
    taken = "Já existe o anúncio {name}. Escolha outro nome ou edite o existente."


class ScheduleRules(FlowRules):
    taken = "Já existe a condição de horário {name}. Escolha outro nome ou edite a existente."
    at = "inside"

    def check(self, draft: Draft) -> None:
        super().check(draft)
        for number, period in enumerate(periods_of(draft.values.get("periods", ())), 1):
            if why := period.error():
                draft.errors["periods"] = f"Linha {number}: {why}"
        days = [row["date"] for row in draft.values.get("holidays", ())]
        if len(set(days)) < len(days):
            draft.errors["holidays"] = "Há um dia repetido. Deixe cada data uma vez só."

    def apply(self, draft: Draft) -> None:
        draft.row.holidays = sorted(draft.row.holidays or [], key=lambda row: row["date"])
        if not draft.row.forced:
            draft.row.forced_until = ""


_GRADES = tuple("12345")
_AFTER_A_GRADE = ("announcement", "hangup")
_WHERE_IT_BELONGS = "Desmarque-a aqui, crie outra URA para a pesquisa e escolha-a em Pesquisa de satisfação, na Fila."


def survey_trap(kind: str, keys: list[dict[str, Any]]) -> str:
    """Why a URA that asks for a grade would not do what its other fields say, and what to do; "" if it would."""
    if kind != "menu":
        return f"A pesquisa pede uma tecla só, e este Tipo de URA pede um número. {_WHERE_IT_BELONGS}"
    if others := [row["key"] for row in keys if row["key"] not in _GRADES]:
        return f"Com a pesquisa marcada só valem as teclas de 1 a 5, a nota, e não {others[0]}. {_WHERE_IT_BELONGS}"
    if any(not str(row["destination"]).startswith(_AFTER_A_GRADE) for row in keys):
        return (
            "Com a pesquisa marcada, as teclas de 1 a 5 são a nota, e delas só se vai a um Anúncio ou a Desligar; "
            f"este menu leva a outros destinos. {_WHERE_IT_BELONGS}"
        )
    return ""


class IvrRules(FlowRules):
    taken = "Já existe a URA {name}. Escolha outro nome ou edite a existente."
    at = "exceeded"

    def check(self, draft: Draft) -> None:
        super().check(draft)
        pressed = [row["key"] for row in draft.values.get("keys", ())]
        twice = sorted({key for key in pressed if pressed.count(key) > 1})
        if twice:
            draft.errors["keys"] = f"A tecla {twice[0]} aparece duas vezes. Deixe um destino só para ela."
        elif "keys" in draft.values and not pressed and draft.future("kind") == "menu" and not draft.future("survey"):
            draft.errors["keys"] = "Marque ao menos uma tecla: um menu sem opções não leva a lugar nenhum."
        if draft.future("survey"):
            if trap := survey_trap(draft.future("kind"), draft.future("keys") or []):
                draft.errors["survey"] = trap
        elif not draft.creating and (queue := self._asked_by(draft)):
            draft.errors["survey"] = f"A fila {queue} faz esta pesquisa. Tire-a antes em Pesquisa de satisfação, lá."

    def _asked_by(self, draft: Draft) -> str:
        return draft.db.exec(select(Queue.name).where(col(Queue.survey_id) == draft.row.id)).first() or ""


class QueueRules(FlowRules):
    taken = "Já existe a fila {name}. Escolha outro nome ou edite a existente."
    at = "overflow"

    def blank(self, db: Session, actor: Actor) -> dict[str, str]:
        last = db.exec(select(Queue.number).order_by(col(Queue.id).desc())).first()
        number = numbers.next_free(db, actor.company, last or "500")
        return {"number": number, "position_every_seconds": _SUGGESTED_POSITION}

    def check(self, draft: Draft) -> None:
        super().check(draft)
        if wrong := numbers.error(draft, "queue"):
            draft.errors["number"] = wrong
        kind = MEMBER_KINDS.get(draft.future("member_kind") or "", "")
        if any(not member.startswith(f"{kind}:") for member in draft.values.get("members", ())):
            word = "agentes" if kind == "user" else "ramais"
            draft.errors["members"] = f"Pelo Tipo de membro, esta fila só tem {word}. Tire os outros da lista."
        if not draft.creating and draft.changes("member_kind") and "members" not in draft.values:
            draft.errors["members"] = "O Tipo de membro mudou: diga também quem são os Membros da fila."
        if 0 < (draft.future("position_every_seconds") or 0) < _LEAST_POSITION:
            draft.errors["position_every_seconds"] = f"Use 0 para não anunciar, ou no mínimo {_LEAST_POSITION}."
        survey = draft.db.get(Ivr, draft.values["survey_id"]) if draft.values.get("survey_id") else None
        if survey is not None and not survey.survey:
            draft.errors["survey_id"] = f"A URA {survey.name} não tem Pesquisa de satisfação marcada. Marque-a lá."

    def apply(self, draft: Draft) -> None:
        if "members" in draft.values:
            draft.row.members = [int(member.partition(":")[2]) for member in draft.values["members"]]

    def after_flush(self, draft: Draft) -> None:
        super().after_flush(draft)
        if draft.creating or "number" in draft.values:
            numbers.claim(draft.db, draft.company_id, draft.row.number, "queue", draft.row.id)

    def virtual_values(self, db: Session, row: Queue) -> dict[str, str | list[str]]:
        return {"members": [f"{MEMBER_KINDS[row.member_kind]}:{member}" for member in row.members]}

    def remove(self, db: Session, actor: Actor, row: Any) -> None:
        numbers.release(db, "queue", row.id)
        db.delete(row)
