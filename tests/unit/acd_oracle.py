"""What must hold in every history, judged from events and commands alone: nothing here looks inside the distributor."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from flow.acd.commands import Because, Command, Connect, Leave, MemberPaused, Offer, Withdraw
from flow.acd.distributor import Acd
from flow.acd.strategies import STRATEGIES
from flow.routing.snapshot import MemberPlan, QueuePlan

STRATEGY_NAMES = sorted(STRATEGIES)
EMPTY_RULES = ("wait", "wait", "nobody_logged_in", "nobody_available")
Choose = Callable[[int], int]
"""A number from 0 up to the given one, which is not reached."""


@dataclass(slots=True)
class Waiting:
    queue: int
    order: tuple[int, int]
    legs: set[str] = field(default_factory=set)
    tried: set[str] = field(default_factory=set)
    round: int = 1
    pause_until: float = 0.0


class Oracle:
    """Facts as they were told to the distributor, and what it has asked for since."""

    def __init__(self) -> None:
        self.now = 0.0
        self.plans: dict[int, QueuePlan] = {}
        self.keys: dict[int, list[str]] = {}
        self.phones: set[str] = set()
        self.logins: set[tuple[int, str]] = set()
        self.paused: set[str] = set()
        self.held: dict[str, str] = {}
        self.wrapup: dict[str, float] = {}
        self.waiting: dict[str, Waiting] = {}
        self.talking: dict[str, tuple[int, str]] = {}
        self.losing: dict[str, set[str]] = {}  # legs of a call that has left its queue: to be withdrawn at once
        self.ended: dict[str, str] = {}
        self.drawn: dict[int, set[str]] = {}  # random_memory: who was called in this round of the draw

    def eligible(self, queue: int, key: str) -> bool:
        return self.idle(key) and self.belongs(queue, key)

    def idle(self, key: str) -> bool:
        return key not in self.held and self.now >= self.wrapup.get(key, 0) and self.here(key)

    def here(self, key: str) -> bool:
        return key in self.phones and key not in self.paused

    def belongs(self, queue: int, key: str) -> bool:
        return key[0] == "e" or (queue, key) in self.logins

    def present(self, queue: int, key: str) -> bool:
        """Somebody for whom a draw waits: at work, though perhaps in a call."""
        at_work = key in self.held or self.now < self.wrapup.get(key, 0) or self.here(key)
        return at_work and self.belongs(queue, key)

    def callable(self, call: Waiting) -> bool:
        return not call.legs and self.now >= call.pause_until

    def take(self, commands: list[Command]) -> None:
        for command in commands:
            if isinstance(command, Offer):
                self.offered(command)
            elif isinstance(command, Withdraw):
                self.withdrawn(command)
            elif isinstance(command, Connect):
                self.connected(command)
            elif isinstance(command, Leave):
                self.end(command.call, "overflow")
            elif isinstance(command, MemberPaused):
                self.paused.add(command.key)
        self.rest()

    def offered(self, offer: Offer) -> None:
        call = self.waiting[offer.call]
        queue, together = call.queue, self.plans[call.queue].strategy == "ring_all"
        assert together or not call.legs, "one at a time"
        if not call.legs:
            for other in self.waiting.values():
                ahead = other.queue == queue and other.order < call.order
                assert not (ahead and self.callable(other)), "arrival order within a priority"
        if offer.round > call.round:
            others = [key for key in self.keys[queue] if key not in call.tried and self.eligible(queue, key)]
            assert not others, "nobody twice while another was not tried"
            call.round = offer.round
            call.tried.clear()
        for key in offer.keys:
            assert self.eligible(queue, key), "only eligible members are called, none above capacity"
            assert key not in call.tried, "nobody twice in a round"
            self.draw(queue, key, call)
            self.held[key] = offer.call
            call.legs.add(key)
        assert len(offer.losers) in (len(self.keys[queue]) - len(offer.keys), 0)

    def draw(self, queue: int, key: str, call: Waiting) -> None:
        if self.plans[queue].strategy != "random_memory":
            return
        drawn = self.drawn.setdefault(queue, set())
        if key in drawn:
            left = [other for other in self.keys[queue] if other not in drawn]
            assert not any(self.eligible(queue, other) and other not in call.tried for other in left), "all come first"
            if not any(self.present(queue, other) for other in left):
                drawn.clear()
        drawn.add(key)

    def withdrawn(self, command: Withdraw) -> None:
        call = self.waiting.get(command.call)
        legs = call.legs if call else self.losing.get(command.call, set())
        for key in command.keys:
            if key not in legs:
                continue  # an answer that came too late
            legs.remove(key)
            del self.held[key]
            if call and command.reason is Because.UNANSWERED:
                self.tried(call, key)

    def tried(self, call: Waiting, key: str) -> None:
        call.tried.add(key)
        if not call.legs:
            call.pause_until = self.now + max(1, self.plans[call.queue].retry_seconds)

    def connected(self, command: Connect) -> None:
        call = self.waiting[command.call]
        assert command.key in call.legs, "only somebody who was called"
        call.legs.remove(command.key)
        self.talking[command.call] = (call.queue, command.key)
        self.end(command.call, "answered")

    def end(self, call: str, how: str) -> None:
        assert call not in self.ended, "exactly one end"
        self.ended[call] = how
        self.losing[call] = self.waiting.pop(call).legs

    def rest(self) -> None:
        """What holds between events."""
        for legs in self.losing.values():
            assert not legs, "nothing rings for a call that is not there"
        self.losing.clear()
        for call in self.waiting.values():
            if self.callable(call):
                for key in self.keys[call.queue]:
                    assert not self.eligible(call.queue, key), "no call waits while an eligible member is idle"
            elif call.legs and self.plans[call.queue].strategy == "ring_all":
                for key in self.keys[call.queue]:
                    assert key in call.tried or not self.eligible(call.queue, key), "who becomes free rings along"


class History:
    """A company whose events are chosen by `choose`; `live` is the life of some calls, from first to last."""

    def __init__(self, choose: Choose, seed: int) -> None:
        self.choose = choose
        self.oracle = Oracle()
        self.acd = Acd(Random(seed))
        self.number = 0
        kind = ("user", "user", "extension")[choose(3)]
        self.everybody = [f"{kind}:{n}" for n in range(1 + choose(4))]
        for queue in range(1, 2 + choose(2)):
            self.replan(queue)
        for key in self.everybody:
            if choose(5):
                self.ready(key)
            for queue in self.oracle.plans:
                if choose(4):
                    self.log(queue, key)

    def one_of(self, things: list) -> object:
        return things[self.choose(len(things))]

    def replan(self, queue: int) -> None:
        oracle, choose = self.oracle, self.choose
        members = self.everybody[choose(2) :] if choose(3) else self.everybody[::-1]
        plan = QueuePlan(
            queue, "Fila", "600",
            strategy=STRATEGY_NAMES[choose(6)],
            members=tuple(MemberPlan(key, None, key) for key in members),
            ring_seconds=10, retry_seconds=(0, 5)[choose(2)], wrapup_seconds=(0, 7)[choose(2)],
            max_wait_seconds=(0, 40)[choose(2)], empty_rule=EMPTY_RULES[choose(4)], priority=choose(2),
        )  # fmt: skip
        before = oracle.plans.get(queue)
        if before and choose(2):
            plan = replace(before, strategy=plan.strategy)
        if before is None or before.strategy != plan.strategy:
            oracle.drawn.pop(queue, None)
        oracle.plans[queue] = plan
        oracle.keys[queue] = [member.key for member in plan.members]
        gone = {(queue, key) for key in self.everybody} - {(queue, key) for key in oracle.keys[queue]}
        oracle.logins -= gone
        oracle.drawn.setdefault(queue, set()).difference_update(key for _, key in gone)
        oracle.take(self.acd.plan_changed(plan, oracle.now))

    def ready(self, key: str) -> None:
        oracle = self.oracle
        if key in oracle.phones:
            oracle.phones.remove(key)
            oracle.take(self.acd.member_unready(key, oracle.now))
        else:
            oracle.phones.add(key)
            oracle.take(self.acd.member_ready(key, oracle.now))

    def log(self, queue: int, key: str) -> None:
        oracle = self.oracle
        if key not in oracle.keys[queue]:
            return
        if (queue, key) in oracle.logins:
            oracle.logins.remove((queue, key))
            oracle.take(self.acd.logout(queue, key, oracle.now))
        else:
            oracle.logins.add((queue, key))
            oracle.take(self.acd.login(queue, key, oracle.now))

    def pause(self, key: str) -> None:
        oracle = self.oracle
        if key in oracle.paused:
            oracle.paused.remove(key)
            oracle.take(self.acd.resume(key, oracle.now))
        else:
            oracle.paused.add(key)
            oracle.take(self.acd.pause(key, "Almoço", oracle.now, limit_seconds=(None, 5)[self.choose(2)]))

    def arrive(self) -> None:
        self.number += 1
        oracle, call, queue = self.oracle, f"c{self.number}", 1 + self.choose(len(self.oracle.plans))
        priority = self.choose(8) == 0
        oracle.waiting[call] = Waiting(queue, (-priority, self.number))
        oracle.take(self.acd.call_arrived(queue, call, oracle.now, priority=priority))

    def respond(self, how: int) -> None:
        """A telephone that rings answers, rings out or declines."""
        oracle = self.oracle
        ringing = [(name, key) for name, call in oracle.waiting.items() for key in sorted(call.legs)]
        if not ringing:
            return
        name, key = self.one_of(ringing)
        if how < 5:
            oracle.take(self.acd.answered(name, key, oracle.now))
            return
        call = oracle.waiting[name]
        call.legs.remove(key)
        del oracle.held[key]
        oracle.tried(call, key)
        act = self.acd.unanswered if how < 8 else self.acd.refused
        oracle.take(act(name, key, oracle.now))

    def answer_late(self) -> None:
        """An answer of anybody to any call that was ever here, but one that rings there."""
        name, key, oracle = f"c{1 + self.choose(self.number + 1)}", self.one_of(self.everybody), self.oracle
        if name not in oracle.waiting or key not in oracle.waiting[name].legs:
            oracle.take(self.acd.answered(name, key, oracle.now))

    def leave(self, name: str) -> None:
        oracle = self.oracle
        if name in oracle.waiting:
            oracle.end(name, "abandoned")
        self.hang_up(name)
        oracle.take(self.acd.call_left(name, oracle.now))

    def hang_up(self, name: str) -> None:
        oracle = self.oracle
        if name in oracle.talking:
            queue, key = oracle.talking.pop(name)
            del oracle.held[key]
            if wrapup := oracle.plans[queue].wrapup_seconds:
                oracle.wrapup[key] = oracle.now + wrapup

    def over(self) -> None:
        if talking := list(self.oracle.talking):
            name = self.one_of(talking)
            self.hang_up(name)
            self.oracle.take(self.acd.conversation_over(name, self.oracle.now))

    def pass_time(self) -> None:
        """To the next second in which something may be due; events never find anything overdue."""
        self.oracle.now += (1, 2, 5, 10)[self.choose(4)]
        self.oracle.take(self.acd.tick(self.oracle.now))

    def step(self) -> None:
        kind = self.choose(32)
        if kind < 8:
            self.arrive()
        elif kind < 18:
            self.respond(kind - 8)
        elif kind < 23:
            self.pass_time()
        elif kind < 26:
            self.over()
        elif kind == 26:
            if calls := [*self.oracle.waiting, *self.oracle.talking]:
                self.leave(self.one_of(calls))
        elif kind < 30:
            self.come_or_go(kind - 27)
        elif kind == 30:
            self.replan(1 + self.choose(len(self.oracle.plans)))
        else:
            self.answer_late()

    def come_or_go(self, how: int) -> None:
        """People come whenever they may and go one time in four, lest a company dies out."""
        oracle, key, queue = self.oracle, self.one_of(self.everybody), 1 + self.choose(len(self.oracle.plans))
        goes = self.choose(4) == 0
        if how == 0 and (goes or key not in oracle.phones):
            self.ready(key)
        if how == 1 and (goes or key in oracle.paused):
            self.pause(key)
        if how == 2 and (goes or (queue, key) not in oracle.logins):
            self.log(queue, key)

    def live(self, steps: int) -> dict[str, str]:
        """Some events, then everybody hangs up; how each of the calls ended."""
        first, oracle = self.number + 1, self.oracle
        for _ in range(steps):
            self.step()
        for name in [*oracle.waiting, *oracle.talking]:
            self.leave(name)
        assert not oracle.held, "no member is left with a call that is gone"
        ended, oracle.ended = oracle.ended, {}
        assert sorted(ended) == sorted(f"c{n}" for n in range(first, self.number + 1)), "every call ends, and once"
        return ended
