"""What a Condição de Horário would do, and a call through the whole configuration: asked before anything happens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from flow.access.actor import Actor
from flow.catalog.company import Company
from flow.catalog.entity import Entity
from flow.catalog.schedule import ENTITY as SCHEDULE
from flow.clock import local, now
from flow.errors import ValidationFailed
from flow.routing.destination import Destination
from flow.routing.journey import Told
from flow.routing.picture import Picture, draw
from flow.routing.public_holidays import Holiday, holidays_of_brazil
from flow.routing.schedule import SchedulePlan, Span, judge, preview, warnings
from flow.routing.simulation import Agents, keys_of, simulate
from flow.services import wire
from flow.services.snapshots import passage_of, schedule_plan, snapshot_of

DAYS = 14


@dataclass(frozen=True)
class Foresight:
    """`spans` begin at the midnight that began `now`'s day; `now` is the company's wall clock."""

    plan: SchedulePlan
    now: datetime
    spans: list[Span]
    warnings: list[str]

    @property
    def word(self) -> str:
        verdict = judge(self.plan, self.now)
        return f"Agora está {'aberto' if verdict.is_open else 'fechado'}: {verdict.because}."


def wall_clock(db: Session, actor: Actor) -> datetime:
    company = db.get(Company, actor.company)
    return local(now(), company.time_zone if company else "America/Sao_Paulo").replace(tzinfo=None)


def foresee(db: Session, actor: Actor, values: Mapping[str, object]) -> Foresight:
    """What the periods, holidays and the rest would mean, saved or not. Raises ValidationFailed as a save would."""
    parsed: dict[str, object] = {"id": 0, "name": "", "inside": "hangup", "outside": "hangup"}
    errors: dict[str, str] = {}
    for name in ("periods", "holidays", "forced", "forced_until"):
        spec = SCHEDULE.field(name)
        raw = values.get(name)
        try:
            parsed[name] = [] if name == "periods" and raw == "[]" else wire.parse(spec, raw, _never, frozenset())
        except wire.Invalid as error:
            errors[name] = str(error)
    if errors:
        raise ValidationFailed(errors)
    plan = schedule_plan(parsed)
    moment = wall_clock(db, actor)
    start = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return Foresight(plan, moment, preview(plan, start, DAYS), warnings(plan))


def _never(_spec: object, _record_id: int) -> bool:
    return False


def holidays(year: str, state: str) -> list[Holiday]:
    """Raises ValidationFailed for a year or a state that does not exist."""
    try:
        return holidays_of_brazil(int(year) if year.isascii() and year.isdigit() else 0, state)
    except ValueError as error:
        raise ValidationFailed({}, str(error)) from None


@dataclass(frozen=True)
class Question:
    """`moment`: the company's wall clock, ISO; empty for now. `keys`: as simulation.keys_of takes them."""

    called: str
    caller: str
    moment: str
    keys: str
    agents: str


def answer(db: Session, actor: Actor, question: Question) -> list[Told]:
    """The path of the call. Raises ValidationFailed for what cannot be asked."""
    actor.demand("inbound_route.view")
    errors: dict[str, str] = {}
    called = question.called.strip()[:40]
    if not called:
        errors["called"] = "Informe o DID ou o número interno que é discado."
    asked = _moment(question.moment)
    if question.moment and asked is None:
        errors["moment"] = "Informe data e hora, como 25/12/2026 18:00."
    try:
        keys = keys_of(question.keys[:200])
    except ValueError as error:
        errors["keys"] = str(error)
    if question.agents not in list(Agents):
        errors["agents"] = "Escolha uma das opções da lista."
    if errors:
        raise ValidationFailed(errors, "Confira os campos marcados.")
    company = snapshot_of(db.connection(), actor.company)
    moment = asked or wall_clock(db, actor)
    return simulate(company, called, question.caller.strip()[:40], moment, keys, Agents(question.agents))


def _moment(text: str) -> datetime | None:
    """None also for one so early or late that no clock could go on from it."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
    return moment if 1 < moment.year < 9999 else None


def picture(db: Session, actor: Actor, entity: Entity, record_id: int) -> Picture:
    """The ways of a call through this record. The caller has checked that the person may see it."""
    return draw(passage_of(db.connection(), actor.company), Destination(entity.key, record_id))


def days_of(foresight: Foresight) -> list[tuple[datetime, list[tuple[int, int, Span]]]]:
    """The open spans cut at midnight: for each day its minutes [from, to), each with the span it belongs to."""
    start = foresight.spans[0].start
    result = []
    for number in range(DAYS):
        first = start + timedelta(days=number)
        cut = [(max(s.start, first), min(s.end, first + timedelta(days=1)), s) for s in foresight.spans]
        open_now = [(_minutes(a - first), _minutes(b - first), s) for a, b, s in cut if a < b and s.is_open]
        result.append((first, open_now))
    return result


def _minutes(time: timedelta) -> int:
    return int(time.total_seconds() // 60)
