"""Simular: the path of a call without a telephone, over the functions and words with which the engine makes it."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from flow.routing.brazil import shown
from flow.routing.destination import Destination
from flow.routing.ivr import (
    KEYS,
    Act,
    Directory,
    Event,
    Goto,
    Graded,
    IvrMachine,
    Key,
    Play,
    PromptEnded,
    StartTimer,
    SurveyMachine,
    Tell,
    TimedOut,
    machine_of,
)
from flow.routing.journey import HangUp, Hop, Menu, PlayThen, RingStation, Told, Wait, hop, inbound, wall_clock
from flow.routing.reasons import announced, empty_queue, graded, waited_out
from flow.routing.schedule import WEEKDAYS
from flow.routing.snapshot import AnnouncementPlan, CompanySnapshot, IvrPlan, QueuePlan

SILENCE = ""  # an element of `keys`: the caller lets the time limit pass


class Agents(StrEnum):
    """What is assumed of those who could answer."""

    FREE = "free"
    BUSY = "busy"  # in service, all of them in calls
    NOBODY = "nobody"  # nobody in service


def keys_of(text: str) -> tuple[str, ...]:
    """What the caller types at each question, from "1 2000 - 3": apart by spaces or commas, "-" for silence.

    ValueError, with a text for people, when something else stands there.
    """
    parts = text.replace(",", " ").split()
    if wrong := next((part for part in parts if part != "-" and set(part) - set(KEYS)), None):
        raise ValueError(f"{wrong[:20]} não são teclas: use 0–9, * e #, e - para não teclar nada.")
    return tuple(SILENCE if part == "-" else part for part in parts)


def simulate(
    snapshot: CompanySnapshot,
    called: str,
    caller: str,
    moment: datetime,
    keys: Sequence[str] = (),
    agents: Agents = Agents.FREE,
) -> list[Told]:
    """The path of a call from `caller` to a DID or an internal number of the company. `moment`: see `journey.hop`.

    `keys`: what is typed at each question, in order; nothing more is typed after the last.
    """
    moment = wall_clock(snapshot, moment)
    who = f"{shown(caller)} liga" if caller else "Alguém liga"
    when = f"{WEEKDAYS[moment.weekday()]} {moment:%d/%m/%Y %H:%M}"
    run = _Simulation(snapshot, moment, keys, agents)
    run.told.append(Told("dialled", f"{who} para {shown(called)}, {when}."))
    run.follow(_first(snapshot, called, moment))
    return run.told


def _first(snapshot: CompanySnapshot, called: str, moment: datetime) -> Hop:
    station = snapshot.by_number.get(called)
    internal = Destination("extension", station.id) if station else Directory(snapshot).find(called)
    if internal is not None:
        return hop(snapshot, internal, moment, why=f"Número interno {called}", kind="dialled")
    return inbound(dict.fromkeys(snapshot.inbound, snapshot), called, moment).hop


class _Simulation:
    def __init__(self, snapshot: CompanySnapshot, moment: datetime, keys: Sequence[str], agents: Agents) -> None:
        self.told: list[Told] = []
        self._snapshot, self._moment, self._agents = snapshot, moment, agents
        self._keys = deque(keys)
        self._typing = ""  # the rest of what is being typed

    def follow(self, at: Hop | None) -> None:
        while at is not None:
            self.told += at.told
            match at:
                case HangUp():
                    return
                case RingStation(station=station):
                    self._ring(station.shown, station.ring_seconds)
                    return
                case PlayThen(announcement=announcement):
                    at = self._play(announcement, at.hops)
                case Menu(ivr=ivr):
                    at = self._ask(machine_of(ivr, self._snapshot), at.hops)
                case Wait(queue=queue):
                    at = self._wait(queue, at.hops)

    def _tell(self, kind: str, text: str, **detail: object) -> None:
        self.told.append(Told(kind, text, detail))

    def _pass(self, seconds: float) -> None:
        self._moment += timedelta(seconds=seconds)

    def _ring(self, shown_as: str, seconds: int) -> None:
        fate = {
            Agents.FREE: f"O ramal {shown_as} toca por até {seconds} s e atende.",
            Agents.BUSY: f"O ramal {shown_as} está em outra chamada: ocupado.",
            Agents.NOBODY: f"O ramal {shown_as} não tem nenhum telefone registrado.",
        }
        self._tell("extension", fate[self._agents])

    def _play(self, announcement: AnnouncementPlan, hops: int) -> Hop:
        self._pass(sum(audio.ms for audio in announcement.audios) / 1000)
        why = announced(announcement)
        return hop(self._snapshot, announcement.after, self._moment, why=why, kind="announcement", hops=hops)

    # Questions

    def _ask(self, machine: IvrMachine, hops: int) -> Hop:
        acts, seconds = machine.start(), 0
        while True:
            for act in acts:
                if isinstance(act, Goto):
                    hops = 0 if act.by_caller else hops
                    return hop(
                        self._snapshot, act.destination, self._moment,
                        why=act.why, kind="ivr", detail=act.detail, hops=hops,
                    )  # fmt: skip
                if isinstance(act, StartTimer):
                    seconds = act.seconds
                self._note(act)
            event = self._caller(machine)
            if isinstance(event, TimedOut):
                self._pass(seconds)
            acts = machine.on(event)

    def _note(self, act: Act) -> None:
        if isinstance(act, Tell):
            self._tell("ivr", act.text, **act.detail)
        elif isinstance(act, Graded):
            self._tell("survey", f"{graded(act.grade)}.", grade=act.grade)
        elif isinstance(act, Play):
            self._pass(act.audio.ms / 1000)

    def _caller(self, machine: IvrMachine) -> Event:
        """What happens next to a patient caller, who types when the prompts are over."""
        if machine.prompt:
            return PromptEnded(machine.prompt)
        if not self._typing and not machine.typed and self._keys:
            self._typing = self._keys.popleft()
        if not self._typing:
            return TimedOut(machine.timer)
        digit, self._typing = self._typing[0], self._typing[1:]
        return Key(digit)

    # Queue

    def _wait(self, queue: QueuePlan, hops: int) -> Hop | None:
        name = f'Fila "{queue.name}"'
        if self._agents is Agents.FREE and queue.members:
            return self._answered(queue, name)
        there = self._agents is not Agents.NOBODY and bool(queue.members)
        if why := empty_queue(queue.empty_rule, logged_in=there, present=there):
            return self._leave(queue.empty_to, f"{name}: {why}", hops)
        if queue.max_wait_seconds <= 0:
            self._tell("queue", f"{name}: ninguém livre; quem ligou espera sem limite de tempo.", queue=queue.id)
            return None
        self._pass(queue.max_wait_seconds)
        return self._leave(queue.overflow, f"{name}: {waited_out(queue.max_wait_seconds)}", hops)

    def _leave(self, to: Destination, why: str, hops: int) -> Hop:
        return hop(self._snapshot, to, self._moment, why=why, kind="queue", hops=hops)

    def _answered(self, queue: QueuePlan, name: str) -> Hop | None:
        many = f"{len(queue.members)} membros" if len(queue.members) > 1 else "1 membro"
        self._tell("queue", f"{name} ({many}): há alguém livre, que atende.", queue=queue.id)
        return self._survey(queue.survey) if queue.survey else None

    def _survey(self, survey: IvrPlan) -> Hop | None:
        self._tell("survey", f'Quando o agente desligar, quem ligou ouve a pesquisa "{survey.name}".', ivr=survey.id)
        return self._ask(SurveyMachine(survey), 0) if self._keys or self._typing else None
