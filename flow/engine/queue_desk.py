"""The queues of one company while they run: the pure distributor, with a clock, telephones and listeners around it."""

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING, Any

from flow.acd.agent import AgentState, Need, is_person
from flow.acd.commands import Command, MemberPaused, StateChanged, WakeAt
from flow.acd.day import Visit
from flow.acd.distributor import Acd
from flow.clock import local
from flow.db import run_in_thread
from flow.engine.counting import Counting
from flow.engine.queue_card import card, moment
from flow.routing.internal import PhoneState
from flow.routing.snapshot import CompanySnapshot, QueuePlan, Station
from flow.services.presence import Presence, keep_pause, keep_pause_began

if TYPE_CHECKING:
    from flow.engine.office import Office


class QueueDesk:
    """One for each company that has queues. Single writer of its `Acd`: the event loop's thread."""

    def __init__(
        self, office: "Office", snapshot: CompanySnapshot, presence: Presence, visits: Iterable[Visit] = ()
    ) -> None:
        self._office = office
        self._zone = snapshot.time_zone
        self._acd = Acd(Random(), self._told_time)
        self._anchor = time.time() - time.monotonic()  # the wall clock, but never going back
        self._counting = Counting(self._now(), self._zone)
        self._plans: dict[int, QueuePlan] = {}
        self._keys_of: dict[int, set[str]] = {}
        self._stations: dict[str, int | None] = {}
        self._names: dict[str, str] = {}
        self._calls: dict[int, set[str]] = {}  # by station: those in which the distributor itself engages it
        self._timer: asyncio.TimerHandle | None = None
        self.snapshot = snapshot
        self.follow(snapshot)
        self._replay(presence, visits)

    def _replay(self, presence: Presence, visits: Iterable[Visit]) -> None:
        """What an engine before this one saw, in the order in which it was: who came, who talked, who paused."""
        for key in self._stations:
            if not is_person(key):  # it has had no call today, as far as is known yet
                self._do(self._acd.rested(key, self._counting.since, 0, self._now(), shown=False))
        past: list[tuple[float, Callable[[], None]]] = [(visit.at, partial(self._recall, visit)) for visit in visits]
        for (queue_id, key), since in presence.logins.items():
            past.append((since.timestamp(), partial(self._recall_login, queue_id, key, since.timestamp())))
        for _, recall in sorted(past, key=itemgetter(0)):
            recall()
        for key, reason, since in presence.pauses:
            self._do(self._acd.pause(key, reason, since.timestamp()))

    def _recall(self, visit: Visit) -> None:
        self._acd.remember([visit], self._counting.since)
        plan = self._plans.get(visit.queue_id)
        if plan is not None and visit.talked is not None and visit.key in self._stations:
            over = visit.at + visit.talked
            self._do(self._acd.rested(visit.key, over, plan.wrapup_seconds, self._now()))

    def _recall_login(self, queue_id: int, key: str, at: float) -> None:
        if self.is_member(queue_id, key):
            self._do(self._acd.login(queue_id, key, at))

    # The company's configuration

    def follow(self, snapshot: CompanySnapshot) -> None:
        """What was saved holds for calls that wait already."""
        self.snapshot, self._zone = snapshot, snapshot.time_zone
        self._keys_of = {}
        self._stations, self._names = {}, {}
        for member in (member for plan in snapshot.queues.values() for member in plan.members):
            self._stations[member.key] = member.station_id
            self._names[member.key] = member.name
            if member.station_id is not None:
                self._keys_of.setdefault(member.station_id, set()).add(member.key)
        for key in self._stations:
            self._judge(key)
        for plan in snapshot.queues.values():
            if self._plans.get(plan.id) != plan:
                self._do(self._acd.plan_changed(plan, self._now()), shows=True)
        for gone in set(self._plans) - set(snapshot.queues):
            self._do(self._acd.queue_removed(gone, self._now()), shows=True)
        self._plans = dict(snapshot.queues)

    # Telephones

    def station_changed(self, station_id: int) -> None:
        """It signed in or out, or began or ended a call."""
        for key in self._keys_of.get(station_id, ()):
            self._judge(key)

    def _judge(self, key: str) -> None:
        station_id = self._stations.get(key)
        station = self.snapshot.by_id.get(station_id) if station_id is not None else None
        self._need(key, Need.ACTIVE, station is not None and station.active)
        self._need(key, Need.PHONE, station is not None and self._registered(station))
        if station is not None:
            own = self._calls.get(station.id, set())
            self._need(key, Need.FREE, not self._office.engaged_in(station.id) - own)

    def _registered(self, station: Station) -> bool:
        states = self._office.registrations.states
        return any(states.get(phone.name) is PhoneState.REGISTERED for phone in station.endpoints)

    def _need(self, key: str, need: Need, there: bool) -> None:
        tell = self._acd.member_ready if there else self._acd.member_unready
        self._do(tell(key, self._now(), need))

    def station_of(self, key: str) -> Station | None:
        station_id = self._stations.get(key)
        return self.snapshot.by_id.get(station_id) if station_id is not None else None

    def name_of(self, key: str) -> str:
        return self._names.get(key, key)

    # Calls

    def arrive(self, plan: QueuePlan, call_id: str, *, entered: float | None = None) -> bool:
        """Whether the queue still exists. What is to be done comes to the call's inbox as `Queue` events."""
        if plan.id not in self._plans:
            return False
        self._begin_day()
        arrived = self._acd.call_arrived(plan.id, call_id, self._now(), priority=plan.priority, entered=entered)
        self._do(arrived, shows=True)
        return True

    def taken(self, call_id: str, station: Station) -> None:
        """The station's engagement in this call is the distributor's own doing, and no call outside the queues."""
        self._calls.setdefault(station.id, set()).add(call_id)

    def let_go(self, call_id: str, station: Station) -> None:
        calls = self._calls.get(station.id)
        if calls is not None:
            calls.discard(call_id)
            if not calls:
                del self._calls[station.id]

    def ringing(self, call_id: str, key: str) -> None:
        self._do(self._acd.ringing(call_id, key, self._now()))

    def answered(self, call_id: str, key: str) -> None:
        self._begin_day()
        self._do(self._acd.answered(call_id, key, self._now()))

    def unanswered(self, call_id: str, key: str) -> None:
        self._do(self._acd.unanswered(call_id, key, self._now()))

    def refused(self, call_id: str, key: str) -> None:
        self._do(self._acd.refused(call_id, key, self._now()))

    def left(self, call_id: str) -> None:
        """The call is over, or goes elsewhere; without effect for one that never was here."""
        self._begin_day()
        known = self._acd.has(call_id)
        self._do(self._acd.call_left(call_id, self._now()), shows=known)
        self._forget(call_id)

    def conversation_over(self, call_id: str) -> None:
        """The member's part; the caller may stay for a survey."""
        self._do(self._acd.conversation_over(call_id, self._now()), shows=True)

    def _forget(self, call_id: str) -> None:
        for station_id in [station for station, calls in self._calls.items() if call_id in calls]:
            self._calls[station_id].discard(call_id)
            if not self._calls[station_id]:
                del self._calls[station_id]
            self.station_changed(station_id)

    def adopted(self, queue_id: int, call_id: str, key: str, since: float) -> None:
        if queue_id in self._plans:
            self._do(self._acd.talk_adopted(queue_id, call_id, key, since, self._now()))

    def saw(self, visit: Visit) -> None:
        """One that was over while no engine watched."""
        self._begin_day()
        self._acd.remember([visit], self._counting.since)
        self._do([], shows=True)

    # People

    def login(self, queue_id: int, key: str) -> bool:
        return self._if_member(queue_id, key, self._acd.login)

    def logout(self, queue_id: int, key: str) -> bool:
        return self._if_member(queue_id, key, self._acd.logout)

    def pause(self, key: str, reason: str) -> None:
        self._do(self._acd.pause(key, reason, self._now()), shows=True)  # one that waits for the end of a call too

    def resume(self, key: str) -> None:
        self._do(self._acd.resume(key, self._now()), shows=True)

    def logins(self) -> frozenset[tuple[int, str]]:
        """Queue id and key of everybody who is in."""
        return frozenset((queue_id, key) for queue_id in self._plans for key in self._acd.logins(queue_id))

    def is_member(self, queue_id: int, key: str) -> bool:
        plan = self._plans.get(queue_id)
        return plan is not None and any(member.key == key for member in plan.members)

    def knows(self, key: str) -> bool:
        """Whether it is a member of any queue."""
        return key in self._stations

    def _if_member(self, queue_id: int, key: str, act: Callable[[int, str, float], list[Command]]) -> bool:
        if not self.is_member(queue_id, key):
            return False
        self._do(act(queue_id, key, self._now()), shows=True)
        return True

    # Who looks

    def shown(self) -> list[dict[str, Any]]:
        """Every queue as the live page shows it, by name."""
        self._begin_day()
        plans = sorted(self._plans.values(), key=lambda plan: plan.name)
        return [card(plan, self._acd, self._now(), self._counting.since, self._caller) for plan in plans]

    def _begin_day(self) -> None:
        if self._counting.new_day(self._now(), self._zone):
            for queue_id in self._plans:
                self._acd.new_period(queue_id)

    def _caller(self, call_id: str) -> str:
        session = self._office.sessions.get(call_id)
        return session.record.who if session else ""

    # Inside

    def _do(self, commands: Iterable[Command], *, shows: bool = False) -> None:
        """`shows`: who looks at the queues sees a difference even if nobody has anything to do."""
        changed = shows
        for command in commands:
            match command:
                case WakeAt(at):
                    self._wake_at(at)
                case StateChanged():
                    changed = True
                    if command.state is AgentState.PAUSED:
                        self._keep_pause_began(command)
                    self._office.broadcast.say(
                        "agent.state",
                        self.snapshot.company_id,
                        key=command.key,
                        state=command.state.value,
                        since=moment(command.since),
                        seq=command.seq,
                        reason=command.reason,
                    )
                case MemberPaused():
                    self._office.broadcast.say(
                        "agent.paused",
                        self.snapshot.company_id,
                        key=command.key,
                        reason=command.reason,
                        why=command.why,
                    )
                    keep = run_in_thread(keep_pause, self.snapshot.company_id, command.key, command.reason)
                    self._office.in_background(keep)
                case _:
                    changed = True
                    if session := self._office.sessions.get(command.call):
                        session.inbox.put({"type": "Queue", "command": command})
        if changed:
            self._office.broadcast.say("queues.changed", self.snapshot.company_id)

    def _keep_pause_began(self, pause: StateChanged) -> None:
        since = datetime.fromtimestamp(pause.since, UTC)
        company_id = self.snapshot.company_id
        self._office.in_background(run_in_thread(keep_pause_began, company_id, pause.key, pause.reason, since))

    def _wake_at(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        delay = max(at - self._now(), 0.0)
        self._timer = asyncio.get_running_loop().call_later(delay, self._wake)

    def _wake(self) -> None:
        self._timer = None
        self._do(self._acd.tick(self._now()))

    def _now(self) -> float:
        return self._anchor + time.monotonic()

    def _told_time(self, at: float) -> str:
        return local(datetime.fromtimestamp(at, UTC), self._zone).strftime("%H:%M:%S")
