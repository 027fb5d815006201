"""The members of a company, the single writer of their states. What changed for a queue is noted in `touched`."""

from collections import defaultdict
from collections.abc import Callable

from flow.acd.agent import Agent, AgentState, Need, Pause, is_person
from flow.acd.commands import Command, MemberPaused, StateChanged
from flow.acd.queue import QueueState, Seat
from flow.acd.timers import Timer, Timers
from flow.routing.snapshot import MemberPlan

RONA_LIMIT = 2
RONA_REASON = "Não atendeu"


def told(agent: Agent) -> StateChanged:
    return StateChanged(agent.key, agent.state, agent.since, agent.seq, agent.reason, agent.planned)


class Roster:
    """`tell` takes commands; `touched`: queues in which somebody became free, or the last one went."""

    def __init__(self, tell: Callable[[Command], None], timers: Timers) -> None:
        self.agents: dict[str, Agent] = {}
        self.touched: dict[int, QueueState] = {}
        self._tell = tell
        self._timers = timers
        self._deadlines: dict[str, Timer] = {}  # of each member: the end of its after-call time or of its pause
        self._on_station: dict[int, list[Agent]] = defaultdict(list)

    def agent(self, key: str, now: float) -> Agent:
        """Also of a key that is in no queue yet: what is known of it counts once it is."""
        if key not in self.agents:
            agent = self.agents[key] = Agent(key, now)
            agent.logged_in = not is_person(key)
            agent.settle(now)
        return self.agents[key]

    def planned(self, member: MemberPlan, now: float) -> Agent:
        """The member as the plan has it now: its name and its telephone may have changed."""
        agent = self.agent(member.key, now)
        agent.name = member.name
        if agent.station_id != member.station_id:
            if agent.station_id is not None:
                self._on_station[agent.station_id].remove(agent)
                self._share(agent.station_id, now)
            agent.station_id = member.station_id
            if member.station_id is not None:
                self._on_station[member.station_id].append(agent)
                self._share(member.station_id, now)
        return agent

    def set_need(self, key: str, need: Need, missing: bool, now: float) -> None:
        agent = self.agent(key, now)
        if missing:
            agent.missing.add(need)
        else:
            agent.missing.discard(need)
        self.settle(agent, now)

    def log(self, seat: Seat, logged_in: bool, now: float) -> None:
        """Into or out of one queue. Telephones that are members by themselves are always logged in."""
        agent = seat.agent
        if not is_person(agent.key):
            return
        seat.queue.log(seat, logged_in, now)
        self.logins_changed(agent, now)
        self.touched[seat.queue.plan.id] = seat.queue

    def logins_changed(self, agent: Agent, now: float) -> None:
        if is_person(agent.key):
            agent.logged_in = any(seat.logged_in for seat in agent.seats.values())
            self.settle(agent, now)
            for seat in agent.seats.values():
                seat.queue.refresh(seat)

    def pause(self, key: str, pause: Pause | None, now: float) -> None:
        """Begin a pause, or end it with None. Asked for in a call it begins after it, after-call time included."""
        agent = self.agent(key, now)
        agent.pause, agent.exceeded, agent.unanswered = pause, False, 0
        self.settle(agent, now)
        self._time_pause(agent)

    def reserve(self, agent: Agent, call: str, now: float) -> None:
        agent.call, agent.phase = call, AgentState.RESERVED
        self._phase_changed(agent, now)

    def ringing(self, agent: Agent, now: float) -> None:
        if agent.phase is AgentState.RESERVED:
            agent.phase = AgentState.RINGING
            self.settle(agent, now)

    def talk(self, agent: Agent, call: str, now: float) -> None:
        agent.call, agent.phase, agent.unanswered = call, AgentState.ON_CALL, 0
        self._phase_changed(agent, now)

    def release(self, agent: Agent, now: float, *, wrapup: float = 0.0) -> None:
        """The call does not hold the member any more. `wrapup`: seconds of after-call time that begin now."""
        agent.call = agent.phase = None
        if wrapup > 0:
            agent.wrapup_until = now + wrapup
            self._deadline(agent, now + wrapup, self.end_wrapup)
        self._phase_changed(agent, now)

    def rested(self, agent: Agent, over: float, wrapup: float, now: float, *, shown: bool) -> None:
        """Its last conversation was over then. `shown`: people see it so, too; else only the order of turns follows."""
        if over + wrapup > now:
            if agent.phase is None:
                agent.wrapup_until = over + wrapup
                self._deadline(agent, agent.wrapup_until, self.end_wrapup)
                self.settle(agent, over)
        elif agent.available:
            agent.idle_since = over + wrapup
            if shown:
                agent.since = agent.idle_since
            for seat in agent.seats.values():
                seat.queue.refresh(seat)

    def missed(self, agent: Agent, now: float) -> None:
        """A whole ring that nobody took. Only people are paused for it: a telephone has nobody to end its pause."""
        agent.unanswered += 1
        if agent.unanswered < RONA_LIMIT or not is_person(agent.key):
            return
        agent.unanswered = 0
        if agent.pause is None:
            agent.pause, agent.exceeded = Pause(RONA_REASON), False
            why = f"{agent.name} não atendeu {RONA_LIMIT} chamadas seguidas"
            self._tell(MemberPaused(agent.key, RONA_REASON, why))

    def end_wrapup(self, agent: Agent, now: float) -> None:
        if agent.wrapup_until is None:
            return
        agent.wrapup_until = None
        if timer := self._deadlines.pop(agent.key, None):
            timer.cancel()
        self.settle(agent, now)

    def settle(self, agent: Agent, now: float) -> None:
        """Let the state follow the facts, and tell whoever looks at it."""
        before = agent.state
        if not agent.settle(now):
            return
        self._tell(told(agent))
        for seat in agent.seats.values():
            if seat.queue.refresh(seat):
                self.touched[seat.queue.plan.id] = seat.queue
        if agent.state is AgentState.PAUSED and before is not AgentState.PAUSED:
            self._time_pause(agent)

    def _phase_changed(self, agent: Agent, now: float) -> None:
        self.settle(agent, now)
        if agent.station_id is not None and len(self._on_station[agent.station_id]) > 1:
            self._share(agent.station_id, now)

    def _share(self, station_id: int, now: float) -> None:
        """Members of one telephone have one call between them."""
        agents = self._on_station[station_id]
        for agent in agents:
            agent.shared = any(other.phase for other in agents if other is not agent)
            self.settle(agent, now)

    def _time_pause(self, agent: Agent) -> None:
        if agent.state is AgentState.PAUSED and agent.pause and agent.pause.limit_seconds is not None:
            self._deadline(agent, agent.since + agent.pause.limit_seconds, self._exceed)
        elif agent.wrapup_until is None and (timer := self._deadlines.pop(agent.key, None)):
            timer.cancel()

    def _exceed(self, agent: Agent, now: float) -> None:
        """Too long away is still away: nobody is made available by a limit."""
        agent.exceeded = agent.pause is not None
        self.settle(agent, now)

    def _deadline(self, agent: Agent, at: float, act: Callable[[Agent, float], None]) -> None:
        if timer := self._deadlines.get(agent.key):
            timer.cancel()
        self._deadlines[agent.key] = self._timers.set(at, lambda now: act(agent, now))
