"""A company's queues with names instead of keys, and a clock that stands still until a test moves it."""

from dataclasses import replace
from random import Random

from flow.acd.agent import Need
from flow.acd.commands import Command, Connect, Offer, StateChanged, WakeAt
from flow.acd.distributor import Acd
from flow.routing.destination import Destination
from flow.routing.snapshot import MemberPlan, QueuePlan

OVERFLOW = Destination("announcement", 9)
EMPTY = Destination("extension", 8)


def members(names: str, kind: str = "extension") -> tuple[MemberPlan, ...]:
    """One member for each word."""
    return tuple(MemberPlan(f"{kind}:{name}", None, name) for name in names.split())


def plan(names: str = "Ana Bia Caio", *, id: int = 1, kind: str = "extension", **changes: object) -> QueuePlan:
    settled = {"overflow": OVERFLOW, "empty_to": EMPTY, "member_kind": kind, "members": members(names, kind), **changes}
    return QueuePlan(id, f"Fila {id}", str(600 + id), **settled)


class Scene:
    """Every call to the distributor is noted; `did` is what the last one led to, states and waking apart."""

    def __init__(self, *plans: QueuePlan, ready: bool = True, seed: int = 1) -> None:
        self.acd = Acd(Random(seed))
        self.now = 1000.0
        self.plans = {p.id: p for p in plans}
        self.all: list[Command] = []
        self.did: list[Command] = []
        for queue in plans:
            self.note(self.acd.plan_changed(queue, self.now))
            for member in queue.members if ready else ():
                self.note(self.acd.member_ready(member.key, self.now))
                if member.key.startswith("user:"):
                    self.note(self.acd.login(queue.id, member.key, self.now))

    def note(self, commands: list[Command]) -> list[Command]:
        self.all += commands
        self.did = [c for c in commands if not isinstance(c, StateChanged | WakeAt)]
        return self.did

    def key(self, name: str) -> str:
        return next(m.key for p in self.plans.values() for m in p.members if m.name == name)

    def after(self, seconds: float) -> list[Command]:
        """Let time pass, second by second and to the end, and tell what happened on the way."""
        happened: list[Command] = []
        end = self.now + seconds
        while self.now < end:
            self.now = min(self.now + 1, end)
            happened += self.note(self.acd.tick(self.now))
        self.did = happened
        return happened

    def arrive(self, call: str, queue: int = 1, priority: int = 0) -> list[Command]:
        return self.note(self.acd.call_arrived(queue, call, self.now, priority=priority))

    def leave(self, call: str) -> list[Command]:
        return self.note(self.acd.call_left(call, self.now))

    def answer(self, call: str, name: str) -> list[Command]:
        return self.note(self.acd.answered(call, self.key(name), self.now))

    def miss(self, call: str, name: str) -> list[Command]:
        return self.note(self.acd.unanswered(call, self.key(name), self.now))

    def refuse(self, call: str, name: str) -> list[Command]:
        return self.note(self.acd.refused(call, self.key(name), self.now))

    def ready(self, name: str, need: Need = Need.PHONE) -> list[Command]:
        return self.note(self.acd.member_ready(self.key(name), self.now, need))

    def unready(self, name: str, need: Need = Need.PHONE) -> list[Command]:
        return self.note(self.acd.member_unready(self.key(name), self.now, need))

    def busy(self, *names: str) -> None:
        """Each is in a call outside the queues."""
        for name in names:
            self.unready(name, Need.FREE)

    def pause(self, name: str, reason: str = "Almoço", limit: float | None = None) -> list[Command]:
        return self.note(self.acd.pause(self.key(name), reason, self.now, limit_seconds=limit))

    def resume(self, name: str) -> list[Command]:
        return self.note(self.acd.resume(self.key(name), self.now))

    def login(self, name: str, queue: int = 1) -> list[Command]:
        return self.note(self.acd.login(queue, self.key(name), self.now))

    def logout(self, name: str, queue: int = 1) -> list[Command]:
        return self.note(self.acd.logout(queue, self.key(name), self.now))

    def change(self, queue: int = 1, **changes: object) -> list[Command]:
        self.plans[queue] = replace(self.plans[queue], **changes)
        return self.note(self.acd.plan_changed(self.plans[queue], self.now))

    def serve(self, call: str, *, talk: float = 30, queue: int = 1) -> str:
        """A call from arrival to its end; who answered it (the first who was rung)."""
        (offer,) = self.offers(self.arrive(call, queue))
        name = offer.keys[0].partition(":")[2]
        self.answer(call, name)
        self.after(talk)
        self.leave(call)
        return name

    def offers(self, commands: list[Command] | None = None) -> list[Offer]:
        return [c for c in (self.did if commands is None else commands) if isinstance(c, Offer)]

    @property
    def rung(self) -> list[tuple[str, str]]:
        """(call, members) of the offers of the last event, in words."""
        return [(o.call, " ".join(key.partition(":")[2] for key in o.keys)) for o in self.offers()]

    @property
    def connected(self) -> list[tuple[str, str]]:
        return [(c.call, c.key.partition(":")[2]) for c in self.all if isinstance(c, Connect)]

    def state(self, name: str, queue: int = 1) -> StateChanged:
        return next(s for s in self.acd.states(queue) if s.key == self.key(name))

    def losers(self) -> dict[str, str]:
        """Of the last offer: name → why it lost."""
        return {loser.what: loser.why for loser in self.offers()[-1].losers}
