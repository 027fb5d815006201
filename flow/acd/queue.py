"""One queue: its board, the calls that wait in it, and whom the next of them rings."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from flow.acd.agent import ABSENT, Agent, is_person
from flow.acd.day import Fate, Visit
from flow.acd.service_level import Expected, QueueFigures, Tally
from flow.acd.strategies import Ranked, strategy_named
from flow.acd.timers import Timer
from flow.routing.internal import PassedOver
from flow.routing.reasons import empty_queue
from flow.routing.snapshot import QueuePlan

ANSWERS_COUNT_SECONDS = 3600.0
_TRIED = "já tentado nesta rodada"
_NOT_HERE = "não está logado nesta fila"


class Seat:
    """A member's place in one queue. `entry`: where it stands among the free, None while it is not free."""

    __slots__ = ("agent", "answered", "entry", "index", "logged_in", "present", "queue", "ticket")

    def __init__(self, queue: QueueState, agent: Agent) -> None:
        self.queue = queue
        self.agent = agent
        self.index = 0
        self.logged_in = not is_person(agent.key)
        self.present = False
        self.answered = 0
        self.ticket = 0.0
        self.entry: Ranked | None = None


@dataclass(slots=True)
class Leg:
    """A member's telephone that rings. `full`: it rings for the queue's whole time, so that not taking it counts."""

    seat: Seat
    timer: Timer
    full: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call that waits, for whoever looks. `ringing`: keys of the members that it rings now."""

    call: str
    entered: float
    ringing: tuple[str, ...]


class Call:
    """A call that waits: `ready`, or ringing (it has legs), or in a pause between tries."""

    __slots__ = ("announce", "entered", "id", "legs", "missed", "order", "overflow", "queue", "ready", "retry", "round",
                 "tried")  # fmt: skip

    def __init__(self, call_id: str, queue: QueueState, priority: int, number: int, entered: float) -> None:
        self.id = call_id
        self.queue = queue
        self.entered = entered
        self.order = (-priority, (entered, number), self)
        self.ready = False
        self.legs: dict[str, Leg] = {}
        self.tried: set[str] = set()
        self.round = 1
        self.missed = False  # somebody let the running try ring out
        self.overflow: Timer | None = None
        self.retry: Timer | None = None
        self.announce: Timer | None = None

    def cancel_timers(self) -> None:
        for timer in (self.overflow, self.retry, self.announce):
            if timer:
                timer.cancel()

    def expected(self) -> Expected:
        return self.queue.tally.expected(self.queue.position(self), self.queue.present)


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is called, why, and why each of the others is not."""

    chosen: tuple[Seat, ...]
    why: str
    losers: tuple[PassedOver, ...]


Order = tuple[int, tuple[float, int], Call]


class QueueState:
    """`waiting`: all calls in their order; `ready`: those of them that could ring somebody now."""

    def __init__(self, plan: QueuePlan, random: Random, clock: Callable[[float], str]) -> None:
        self.plan = plan
        self.strategy = strategy_named(plan.strategy, random)
        self.waiting: list[Order] = []
        self.ready: list[Order] = []
        self.seats: dict[str, Seat] = {}
        self.board: list[Seat] = []
        self.free: list[Ranked] = []
        self.present = 0
        self.logged_in = 0
        self.tally = Tally()
        self._lines: list[PassedOver] = []  # of each seat, why it is passed over now
        self._answers: deque[tuple[float, Seat]] = deque()
        self._random = random
        self._clock = clock

    def replan(self, plan: QueuePlan, agents: Mapping[str, Agent], now: float) -> list[Seat]:
        """Take a new plan over; the seats of members who are no longer in it."""
        if plan.strategy != self.plan.strategy:
            self.strategy = strategy_named(plan.strategy, self._random)
            for seat in self.board:
                self.strategy.seat(seat, self.board)
        self.plan = plan
        old = self.seats
        self.seats = {}
        self.free, self.board, self._lines, self.present, self.logged_in = [], [], [], 0, 0
        for member in plan.members:
            if member.key not in self.seats:
                seat = old.pop(member.key) if member.key in old else Seat(self, agents[member.key])
                self._take_seat(seat, now)
        for seat in old.values():
            del seat.agent.seats[plan.id]
        return list(old.values())

    def _take_seat(self, seat: Seat, now: float) -> None:
        is_new = seat.agent.seats.get(self.plan.id) is not seat
        seat.index, seat.entry, seat.present = len(self.board), None, False
        seat.agent.seats[self.plan.id] = self.seats[seat.agent.key] = seat
        self.board.append(seat)
        self._lines.append(PassedOver(seat.agent.name, _NOT_HERE))
        self.logged_in += seat.logged_in
        if is_new:
            self.strategy.seat(seat, self.board)
            self._start_at_minimum(seat, now)
        self.refresh(seat)

    def log(self, seat: Seat, logged_in: bool, now: float) -> None:
        if seat.logged_in == logged_in:
            return
        seat.logged_in = logged_in
        self.logged_in += 1 if logged_in else -1
        if logged_in:
            self._start_at_minimum(seat, now)

    def _start_at_minimum(self, seat: Seat, now: float) -> None:
        """Who comes late is not rung until it has made up for the hour that it was not there."""
        others = [other.answered for other in self.board if other.logged_in and other is not seat]
        for _ in range(min(others, default=0) - seat.answered):
            self.count_answer(seat, now)

    def refresh(self, seat: Seat) -> bool:
        """Follow the member's state; whether a call may now find somebody, or the queue may have become empty."""
        agent = seat.agent
        present = seat.logged_in and agent.state not in ABSENT
        was_present, seat.present = seat.present, present
        self.present += present - was_present
        free = seat.logged_in and agent.available
        entry: Ranked | None = (self.strategy.rank(seat), seat.index, seat) if free else None
        if entry != seat.entry:
            if seat.entry is not None:
                del self.free[bisect_left(self.free, seat.entry)]
            if entry is not None:
                insort(self.free, entry)
            seat.entry = entry
        self._lines[seat.index] = PassedOver(agent.name, self._line(seat, free))
        return free or (was_present and not present)

    def _line(self, seat: Seat, free: bool) -> str:
        if free:
            return self.strategy.passed(seat)
        return seat.agent.words(self._clock) if seat.logged_in or not seat.agent.logged_in else _NOT_HERE

    def remember(self, visit: Visit, *, of_today: bool) -> None:
        """A visit that an engine before this one saw: for the figures, for what a call takes, for whose turn it is."""
        if of_today:
            self.tally.count(visit, self.plan.service_seconds)
        if visit.talked is not None:
            self.tally.handled(visit.talked + self.plan.wrapup_seconds)
        if visit.fate is Fate.ANSWERED and (seat := self.seats.get(visit.key)):
            self.count_answer(seat, visit.at)
            self.refresh(seat)

    def count_answer(self, seat: Seat, now: float) -> None:
        self._answers.append((now, seat))
        seat.answered += 1

    def forget_answers(self, now: float) -> None:
        """Let the answers of more than 60 minutes ago go."""
        answers = self._answers
        while answers and answers[0][0] <= now - ANSWERS_COUNT_SECONDS:
            seat = answers.popleft()[1]
            seat.answered -= 1
            if self.seats.get(seat.agent.key) is seat:
                self.refresh(seat)

    def enter(self, call: Call) -> None:
        insort(self.waiting, call.order)
        self.make_ready(call)

    def make_ready(self, call: Call) -> None:
        if not call.ready:
            call.ready = True
            insort(self.ready, call.order)

    def make_busy(self, call: Call) -> None:
        if call.ready:
            call.ready = False
            del self.ready[bisect_left(self.ready, call.order)]

    def remove(self, call: Call) -> None:
        self.make_busy(call)
        del self.waiting[bisect_left(self.waiting, call.order)]

    def position(self, call: Call) -> int:
        """1 = next."""
        return bisect_left(self.waiting, call.order) + 1

    def untried(self, call: Call) -> list[Ranked]:
        tried = call.tried
        return [entry for entry in self.free if entry[2].agent.key not in tried] if tried else self.free

    def choose(self, call: Call, now: float) -> Choice:
        """Whom `call` rings; there is somebody free. When all who are free were tried, a new round begins."""
        free = self.untried(call)
        if not free:
            call.tried.clear()
            call.round += 1
            free = self.free
        picked, why = self.strategy.pick(free, self.board, now)
        if self.strategy.shuffled:
            self.strategy.shuffled = False
            for seat in self.board:
                self.refresh(seat)
        chosen = tuple(self.seats[seat.agent.key] for seat in picked)
        return Choice(chosen, why, self._losers(chosen, call))

    def _losers(self, chosen: tuple[Seat, ...], call: Call) -> tuple[PassedOver, ...]:
        lines = self._lines.copy()
        for key in call.tried:
            seat = self.seats.get(key)
            if seat and seat.entry:
                lines[seat.index] = PassedOver(seat.agent.name, _TRIED)
        for index in sorted((seat.index for seat in chosen), reverse=True):
            del lines[index]
        return tuple(lines)

    def why_empty(self) -> str:
        """Why nobody should wait here under the queue's rule; empty when one may."""
        return empty_queue(self.plan.empty_rule, logged_in=bool(self.logged_in), present=bool(self.present))

    def figures(self, now: float) -> QueueFigures:
        level, formula = self.tally.service_level(self.plan.service_seconds)
        waiting, tally = len(self.waiting), self.tally
        longest = max((now - order[2].entered for order in self.waiting), default=0.0)
        return QueueFigures(
            self.plan.id, waiting, longest, tally.offered, tally.answered, tally.in_time, tally.abandoned,
            tally.short, tally.overflowed, level, formula, tally.expected(waiting + 1, self.present),
        )  # fmt: skip
