"""What the distributor does inside one event: rings, connects, withdraws, sends away. Everything is one thread's."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from flow.acd.agent import Agent
from flow.acd.commands import Announce, Because, Command, Connect, Leave, Offer, WakeAt, Withdraw
from flow.acd.members import Roster
from flow.acd.queue import Call, Leg, QueueState, Seat
from flow.acd.timers import Timers
from flow.routing.destination import Destination
from flow.routing.internal import PassedOver
from flow.routing.reasons import span, waited_out
from flow.routing.snapshot import QueuePlan

SHORTEST_ANNOUNCE_SECONDS = 15
SHORTEST_RETRY_SECONDS = 1
"""A telephone that fails at once must not be rung in a tight circle."""


@dataclass(frozen=True, slots=True)
class Conversation:
    queue_id: int
    agent: Agent
    since: float


def utc_clock(at: float) -> str:
    """The time of day of an epoch second, in UTC."""
    minutes, seconds = divmod(int(at) % 86_400, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


class Floor:
    """Queues, waiting calls and conversations of a company, between `begin` and `finish` of each event."""

    def __init__(self, random: Random, clock: Callable[[float], str]) -> None:
        self.queues: dict[int, QueueState] = {}
        self.calls: dict[str, Call] = {}  # those that wait
        self.talks: dict[str, Conversation] = {}
        self._random = random
        self._clock = clock
        self._out: list[Command] = []
        self._timers = Timers()
        self._number = 0
        self._woken: float | None = None
        self.tell = self._out.append
        self.roster = Roster(self.tell, self._timers)

    def begin(self, now: float) -> None:
        """What is due comes before what has just happened."""
        for queue in self.queues.values():
            queue.forget_answers(now)
        self._timers.run_due(now)

    def finish(self, now: float) -> list[Command]:
        self._serve(now)
        at = self._timers.next_at()
        if at is not None and (self._woken is None or at < self._woken or self._woken <= now):
            self._woken = at
            self.tell(WakeAt(at))
        out = self._out.copy()
        self._out.clear()
        return out

    def woken(self) -> None:
        """The WakeAt told last has come true, maybe a rounding too early: what is next is told anew."""
        self._woken = None

    def replan(self, plan: QueuePlan, now: float) -> None:
        queue = self.queues.get(plan.id)
        if queue is None:
            queue = self.queues[plan.id] = QueueState(plan, self._random, self._clock)
        for member in plan.members:
            self.roster.planned(member, now)
        for seat in queue.replan(plan, self.roster.agents, now):
            self._withdraw_seat(seat, now)
            self.roster.logins_changed(seat.agent, now)
        for order in queue.waiting:
            self._time(order[2], now)
        self._touch(queue)

    def remove_queue(self, queue_id: int, now: float) -> None:
        queue = self.queues.pop(queue_id, None)
        if queue is None:
            return
        for order in queue.waiting.copy():
            self._leave(order[2], queue.plan.overflow, "a fila foi excluída", now)
        for seat in queue.board:
            del seat.agent.seats[queue_id]
            self.roster.logins_changed(seat.agent, now)
        self.roster.touched.pop(queue_id, None)

    def log(self, queue_id: int, key: str, logged_in: bool, now: float) -> None:
        """KeyError for somebody who is no member of the queue."""
        seat = self.queues[queue_id].seats[key]
        self.roster.log(seat, logged_in, now)
        if not seat.logged_in:
            self._withdraw_seat(seat, now)

    def enter(self, queue_id: int, call_id: str, priority: int, entered: float, now: float) -> None:
        if call_id in self.calls:
            raise ValueError(f"call {call_id} waits already")
        self.end_talk(call_id, now)
        queue = self.queues[queue_id]
        self._number += 1
        call = self.calls[call_id] = Call(call_id, queue, priority, self._number, entered)
        queue.enter(call)
        self._time(call, now)
        self._touch(queue)
        self._serve(now)
        if queue.plan.position_every_seconds and call_id in self.calls:
            self._announce(call)

    def leg(self, call_id: str, key: str) -> Leg | None:
        call = self.calls.get(call_id)
        return call.legs.get(key) if call else None

    def connect(self, call: Call, leg: Leg, now: float) -> None:
        queue, agent, waited = call.queue, leg.seat.agent, now - call.entered
        del call.legs[agent.key]
        leg.timer.cancel()
        self._forget(call)
        queue.tally.answer(waited, queue.plan.service_seconds)
        queue.count_answer(leg.seat, now)
        why = f"{agent.name} atendeu após {span(round(waited))}"
        self.tell(Connect(call.id, queue.plan.id, agent.key, waited, why))
        self.talk(queue.plan.id, call.id, agent, now)
        self._withdraw(call, tuple(call.legs), Because.ANSWERED_ELSEWHERE, now)

    def talk(self, queue_id: int, call_id: str, agent: Agent, since: float) -> None:
        self.talks[call_id] = Conversation(queue_id, agent, since)
        self.roster.talk(agent, call_id, since)

    def too_late(self, call_id: str, key: str) -> None:
        """An answer that nobody waits for any more: that telephone is hung up."""
        talk = self.talks.get(call_id)
        if talk and talk.agent.key == key:
            return  # told twice
        waits = Because.UNANSWERED if call_id in self.calls else Because.CALLER_LEFT
        self.tell(Withdraw(call_id, (key,), Because.ANSWERED_ELSEWHERE if talk else waits))

    def end_talk(self, call_id: str, now: float) -> None:
        talk = self.talks.pop(call_id, None)
        if talk is None:
            return
        queue = self.queues.get(talk.queue_id)
        wrapup = queue.plan.wrapup_seconds if queue else 0
        if queue:
            queue.tally.handled(now - talk.since + wrapup)
        self.roster.release(talk.agent, now, wrapup=wrapup)

    def abandon(self, call: Call, now: float) -> None:
        call.queue.tally.abandon(now - call.entered)
        self._forget(call)
        self._withdraw(call, tuple(call.legs), Because.CALLER_LEFT, now)

    def ring_over(self, call: Call, leg: Leg, now: float, *, missed: bool) -> None:
        """A member did not take the call. When nobody rings any more the try is over."""
        agent = leg.seat.agent
        del call.legs[agent.key]
        leg.timer.cancel()
        call.tried.add(agent.key)
        call.missed |= missed
        if missed and leg.full:
            self.roster.missed(agent, now)
        self.roster.release(agent, now)
        if call.legs:
            return
        missed, call.missed = call.missed, False
        if not missed and call.queue.untried(call):
            self._make_ready(call)
            return
        pause = max(call.queue.plan.retry_seconds, SHORTEST_RETRY_SECONDS)
        call.retry = self._timers.set(now + pause, lambda _: self._make_ready(call))

    def _make_ready(self, call: Call) -> None:
        call.queue.make_ready(call)
        self._touch(call.queue)

    def _touch(self, queue: QueueState) -> None:
        self.roster.touched[queue.plan.id] = queue

    def _serve(self, now: float) -> None:
        """Until no call that could ring somebody waits while somebody is free."""
        self._timers.run_due(now)  # a plan or an adopted call may have set what is over already
        touched = self.roster.touched
        while touched:
            queues = list(touched.values())
            touched.clear()
            for queue in queues:
                if queue.waiting and (why := queue.why_empty()):
                    for order in queue.waiting.copy():
                        self._leave(order[2], queue.plan.empty_to, why, now)
            while able := [queue for queue in queues if queue.ready and queue.free]:
                queue = min(able, key=lambda queue: (-queue.plan.priority, queue.ready[0]))
                self._offer(queue.ready[0][2], now)
            for queue in queues:
                if queue.free and queue.strategy.rings_together:
                    self._join(queue, now)

    def _offer(self, call: Call, now: float) -> None:
        choice = call.queue.choose(call, now)
        call.queue.make_busy(call)
        self._ring(call, choice.chosen, now, f"{choice.why}.", choice.losers)

    def _join(self, queue: QueueState, now: float) -> None:
        """Whoever becomes free while a call rings everybody rings along, unless it has had its turn."""
        for order in queue.waiting:
            call = order[2]
            if call.legs and (free := queue.untried(call)):
                seats = tuple(queue.seats[entry[2].agent.key] for entry in free)
                self._ring(call, seats, now, "Chamar todos: ficou livre enquanto a chamada tocava.", ())

    def _ring(self, call: Call, seats: tuple[Seat, ...], now: float, why: str, losers: tuple[PassedOver, ...]) -> None:
        plan = call.queue.plan
        seconds: float = plan.ring_seconds
        if call.overflow:
            seconds = min(seconds, call.overflow.at - now)
        self.tell(Offer(call.id, plan.id, tuple(s.agent.key for s in seats), seconds, call.round, why, losers))
        for seat in seats:
            timer = self._timers.set(now + seconds, self._rang_out(call, seat.agent.key))
            call.legs[seat.agent.key] = Leg(seat, timer, seconds >= plan.ring_seconds)
            self.roster.reserve(seat.agent, call.id, now)

    def _rang_out(self, call: Call, key: str) -> Callable[[float], None]:
        def act(now: float) -> None:
            self.tell(Withdraw(call.id, (key,), Because.UNANSWERED))
            self.ring_over(call, call.legs[key], now, missed=True)

        return act

    def _withdraw(self, call: Call, keys: tuple[str, ...], reason: Because, now: float) -> None:
        if keys:
            self.tell(Withdraw(call.id, keys, reason))
        for key in keys:
            leg = call.legs.pop(key)
            leg.timer.cancel()
            self.roster.release(leg.seat.agent, now)

    def _withdraw_seat(self, seat: Seat, now: float) -> None:
        """The member left the queue: what rings there for this queue goes on to somebody else, without a pause."""
        call = self.calls.get(seat.agent.call or "")
        if call and seat.agent.key in call.legs and call.legs[seat.agent.key].seat is seat:
            self._withdraw(call, (seat.agent.key,), Because.MEMBER_LEFT, now)
            if not call.legs:
                self._make_ready(call)

    def _forget(self, call: Call) -> None:
        call.queue.remove(call)
        call.cancel_timers()
        del self.calls[call.id]

    def _leave(self, call: Call, destination: Destination, why: str, now: float) -> None:
        call.queue.tally.overflowed += 1
        self._forget(call)
        self._withdraw(call, tuple(call.legs), Because.OVERFLOW, now)
        self.tell(Leave(call.id, call.queue.plan.id, destination, why))

    def _time(self, call: Call, now: float) -> None:
        """Set the deadlines of a waiting call by its queue's plan, also of one that changed."""
        plan = call.queue.plan
        for timer in (call.overflow, call.announce):
            if timer:
                timer.cancel()
        call.overflow = call.announce = None
        if plan.max_wait_seconds:
            call.overflow = self._timers.set(
                call.entered + plan.max_wait_seconds, lambda now: self._overflow(call, now)
            )
        if plan.position_every_seconds:
            self._announce_later(call, now)

    def _overflow(self, call: Call, now: float) -> None:
        plan = call.queue.plan
        self._leave(call, plan.overflow, waited_out(plan.max_wait_seconds), now)

    def _announce(self, call: Call) -> None:
        """Not into the ringing: who is about to be answered need not hear how long it will take."""
        if not call.legs:
            expected = call.expected() if call.queue.plan.say_wait else None
            self.tell(Announce(call.id, call.queue.position(call), expected))

    def _announce_later(self, call: Call, now: float) -> None:
        every = max(call.queue.plan.position_every_seconds, SHORTEST_ANNOUNCE_SECONDS)
        call.announce = self._timers.set(now + every, lambda now: self._announce_again(call, now))

    def _announce_again(self, call: Call, now: float) -> None:
        self._announce(call)
        self._announce_later(call, now)
