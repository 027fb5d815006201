"""What a company still lacks on its way to the first customer's call, and who has put that list away."""

from dataclasses import dataclass

from sqlmodel import col, select

from flow.access.actor import Actor
from flow.catalog.call import Call
from flow.catalog.entity import Entity
from flow.catalog.registry import by_key
from flow.catalog.user import User
from flow.db import company_session, platform_session
from flow.errors import Forbidden, NoCompany
from flow.services import records


@dataclass(frozen=True)
class Task:
    """`entities`: any of them fulfils it, `enough` records of one; the first is the one to create."""

    text: str
    entities: tuple[str, ...]
    enough: int = 1


@dataclass(frozen=True)
class TaskRow:
    key: str
    text: str
    hint: str
    path: str
    done: bool


TASKS = (
    Task("Cadastrar a empresa", ("company",)),
    Task("Conferir os perfis de acesso", ("profile",)),
    Task("Criar um ramal", ("extension",)),
    Task("Criar uma equipe", ("team",)),
    Task("Cadastrar os usuários", ("user",), 2),  # one person is whoever set it up
    Task("Ligar o tronco da operadora", ("trunk",)),
    Task("Enviar um áudio", ("audio",)),
    Task("Montar uma URA ou uma fila", ("ivr", "queue")),
    Task("Criar a rota de entrada", ("inbound_route",)),
)
FIRST_CALL = "first-call"


def tasks(actor: Actor) -> list[TaskRow]:
    """Those that this person could carry out, in the order in which they build on each other."""
    rows = [_row(actor, task) for task in TASKS if actor.can(by_key(task.entities[0]).permission("create"))]
    if actor.company_id is not None and actor.can("inbound_route.create") and actor.can("call.view"):
        rows.append(_first_call(actor))
    return rows


def _row(actor: Actor, task: Task) -> TaskRow:
    entity = by_key(task.entities[0])
    totals = {key: total_of(actor, by_key(key)) or 0 for key in task.entities}
    found = next((key for key, total in totals.items() if total), task.entities[0])
    path = f"/{by_key(found).slug}" + ("" if totals[found] or found == "profile" else "/novo")
    done = any(total >= task.enough for total in totals.values())
    return TaskRow(task.entities[0], task.text, entity.teach[1], path, done)


def _first_call(actor: Actor) -> TaskRow:
    hint = "Ligue de um celular para o número da rota; a chamada aparece aqui com o caminho que fez."
    with company_session(actor.company) as db:
        came = db.exec(select(Call.id).where(Call.direction == "inbound").limit(1)).first() is not None
    return TaskRow(FIRST_CALL, "Receber a primeira chamada de fora", hint, "/chamadas?sentido=inbound", came)


def total_of(actor: Actor, entity: Entity) -> int | None:
    """How many this person sees; None for who may see none."""
    try:
        with records.opened(actor, entity) as db:
            return records.list_rows(db, actor, entity, size=1).total
    except (Forbidden, NoCompany):
        return None


def hidden(actor: Actor) -> bool:
    """Whether this person has put the list away."""
    with platform_session() as db:
        return bool(db.exec(select(User.guide_hidden).where(User.id == actor.user_id)).first())


def hide(actor: Actor, away: bool) -> None:
    with platform_session(writes=True) as db:
        user = db.exec(select(User).where(col(User.id) == actor.user_id)).first()
        if user is not None:
            user.guide_hidden = away
            db.add(user)
            db.commit()
