"""The queues of one company: events in, commands out, one writer. The engine is a thin shell over it.

Every method takes `now`, in seconds of the wall clock, never going back, and returns what has to be done, in order.
A decision costs neither the number of calls nor the number of members: free members and callable calls are kept sorted.

A pause between tries is the call's own: meanwhile others behind it may be served, and it keeps its place.
"""

from collections.abc import Callable, Iterable
from random import Random

from flow.acd.agent import Need, Pause
from flow.acd.commands import Command, StateChanged
from flow.acd.day import Visit
from flow.acd.floor import Floor, utc_clock
from flow.acd.members import told
from flow.acd.queue import Waiting
from flow.acd.service_level import Expected, QueueFigures
from flow.routing.snapshot import QueuePlan


class Acd:
    """`random`: the only source of chance. `clock`: how a moment is told to people (the company's wall clock)."""

    def __init__(self, random: Random, clock: Callable[[float], str] = utc_clock) -> None:
        self._floor = Floor(random, clock)

    def plan_changed(self, plan: QueuePlan, now: float) -> list[Command]:
        """A queue is new, or anything of it has changed; calls that wait in it go on under the new plan."""
        self._floor.begin(now)
        self._floor.replan(plan, now)
        return self._floor.finish(now)

    def queue_removed(self, queue_id: int, now: float) -> list[Command]:
        """A queue was deleted: who waits in it goes where it would have gone after the maximum wait."""
        self._floor.begin(now)
        self._floor.remove_queue(queue_id, now)
        return self._floor.finish(now)

    def call_arrived(
        self, queue_id: int, call_id: str, now: float, *, priority: int = 0, entered: float | None = None
    ) -> list[Command]:
        """A call waits from now on. A higher `priority` goes first. `entered`: when it came, if it was adopted."""
        self._floor.begin(now)
        self._floor.enter(queue_id, call_id, priority, now if entered is None else entered, now)
        return self._floor.finish(now)

    def talk_adopted(self, queue_id: int, call_id: str, key: str, since: float, now: float) -> list[Command]:
        """A conversation that was already running when this object was made (a restarted engine)."""
        self._floor.begin(now)
        self._floor.talk(queue_id, call_id, self._floor.roster.agent(key, now), since)
        return self._floor.finish(now)

    def call_left(self, call_id: str, now: float) -> list[Command]:
        """The caller is gone, at whatever moment; without effect for a call that is not (any more) here."""
        self._floor.begin(now)
        if call := self._floor.calls.get(call_id):
            self._floor.abandon(call, now)
        self._floor.end_talk(call_id, now)
        return self._floor.finish(now)

    def conversation_over(self, call_id: str, now: float) -> list[Command]:
        """The member's part has ended; the caller may stay (survey, transfer)."""
        self._floor.begin(now)
        self._floor.end_talk(call_id, now)
        return self._floor.finish(now)

    def ringing(self, call_id: str, key: str, now: float) -> list[Command]:
        self._floor.begin(now)
        if leg := self._floor.leg(call_id, key):
            self._floor.roster.ringing(leg.seat.agent, now)
        return self._floor.finish(now)

    def answered(self, call_id: str, key: str, now: float) -> list[Command]:
        """Connect for the one who has the call; Withdraw for whoever answered too late."""
        self._floor.begin(now)
        if leg := self._floor.leg(call_id, key):
            self._floor.connect(self._floor.calls[call_id], leg, now)
        else:
            self._floor.too_late(call_id, key)
        return self._floor.finish(now)

    def unanswered(self, call_id: str, key: str, now: float) -> list[Command]:
        """The telephone rang out. The distributor's own deadline says the same, whichever comes first."""
        self._floor.begin(now)
        if leg := self._floor.leg(call_id, key):
            self._floor.ring_over(self._floor.calls[call_id], leg, now, missed=True)
        return self._floor.finish(now)

    def refused(self, call_id: str, key: str, now: float) -> list[Command]:
        """Declined by the member, or the telephone could not be reached: no missed call, and the next one at once."""
        self._floor.begin(now)
        if leg := self._floor.leg(call_id, key):
            self._floor.ring_over(self._floor.calls[call_id], leg, now, missed=False)
        return self._floor.finish(now)

    failed = refused

    def member_ready(self, key: str, now: float, need: Need = Need.PHONE) -> list[Command]:
        """`need` is there (again). A member is available once nothing is missing."""
        self._floor.begin(now)
        self._floor.roster.set_need(key, need, False, now)
        return self._floor.finish(now)

    def member_unready(self, key: str, now: float, need: Need = Need.PHONE) -> list[Command]:
        """`need` is missing. A call that the member has goes on."""
        self._floor.begin(now)
        self._floor.roster.set_need(key, need, True, now)
        return self._floor.finish(now)

    def login(self, queue_id: int, key: str, now: float) -> list[Command]:
        self._floor.begin(now)
        self._floor.log(queue_id, key, True, now)
        return self._floor.finish(now)

    def logout(self, queue_id: int, key: str, now: float) -> list[Command]:
        """What rings for this queue is withdrawn; a conversation goes on."""
        self._floor.begin(now)
        self._floor.log(queue_id, key, False, now)
        return self._floor.finish(now)

    def pause(self, key: str, reason: str, now: float, *, limit_seconds: float | None = None) -> list[Command]:
        """In a call, a ring or after-call time the pause is scheduled. After `limit_seconds` it counts as exceeded."""
        self._floor.begin(now)
        self._floor.roster.pause(key, Pause(reason, limit_seconds), now)
        return self._floor.finish(now)

    def resume(self, key: str, now: float) -> list[Command]:
        self._floor.begin(now)
        self._floor.roster.pause(key, None, now)
        return self._floor.finish(now)

    def wrapup_over(self, key: str, now: float) -> list[Command]:
        """The member is done before the after-call time is."""
        self._floor.begin(now)
        self._floor.roster.end_wrapup(self._floor.roster.agent(key, now), now)
        return self._floor.finish(now)

    def tick(self, now: float) -> list[Command]:
        """Whatever is due. Every other event does the same first, so a late tick decides nothing differently."""
        self._floor.begin(now)
        self._floor.woken()
        return self._floor.finish(now)

    def figures(self, queue_id: int, now: float) -> QueueFigures:
        return self._floor.queues[queue_id].figures(now)

    def remember(self, visits: Iterable[Visit], since: float) -> None:
        """What an engine before this one saw, in order of time. Those over before `since` are not of this period."""
        for visit in visits:
            if queue := self._floor.queues.get(visit.queue_id):
                queue.remember(visit, of_today=visit.at >= since)

    def rested(self, key: str, over: float, wrapup: float, now: float, *, shown: bool = True) -> list[Command]:
        """A member's last conversation, seen by an engine before this one: its after-call time goes on, or it is idle
        since. `shown`: people see it so, too; else it is for the order of turns only."""
        self._floor.begin(now)
        self._floor.roster.rested(self._floor.roster.agent(key, now), over, wrapup, now, shown=shown)
        return self._floor.finish(now)

    def new_period(self, queue_id: int) -> None:
        """Counts begin again, as at midnight."""
        self._floor.queues[queue_id].tally.reset()

    def states(self, queue_id: int) -> list[StateChanged]:
        """Of each member in board order, as they were last told."""
        return [told(seat.agent) for seat in self._floor.queues[queue_id].board]

    def logins(self, queue_id: int) -> tuple[str, ...]:
        """The members who are logged in to this queue, in board order; telephones always are."""
        return tuple(seat.agent.key for seat in self._floor.queues[queue_id].board if seat.logged_in)

    def waiting(self, queue_id: int) -> tuple[str, ...]:
        """The calls that wait, the next one first."""
        return tuple(order[2].id for order in self._floor.queues[queue_id].waiting)

    def waits(self, queue_id: int) -> list[Waiting]:
        """The calls that wait, the next one first, and what is being done for each."""
        return [Waiting(call.id, call.entered, tuple(call.legs)) for _, _, call in self._floor.queues[queue_id].waiting]

    def has(self, call_id: str) -> bool:
        """Whether the call waits or is talked to by a member."""
        return call_id in self._floor.calls or call_id in self._floor.talks

    def missing(self, key: str, now: float) -> tuple[Need, ...]:
        """What a member lacks to be available, but for its login and its pauses."""
        lacking = self._floor.roster.agent(key, now).missing
        return tuple(need for need in Need if need in lacking)

    def reasons(self, key: str, now: float) -> tuple[str, ...]:
        """Everything that keeps a member from being available; empty when nothing does."""
        return self._floor.roster.agent(key, now).reasons()

    def expected_wait(self, call_id: str) -> Expected:
        """KeyError when the call does not wait."""
        return self._floor.calls[call_id].expected()
