"""The record of one call while it runs: every fact goes to the journal and to live listeners in the same breath."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flow.catalog.call import CallResult
from flow.clock import now
from flow.engine.broadcast import Broadcast
from flow.engine.journal import Journal
from flow.engine.pbx.objects import caller_id, shown_as
from flow.routing.brazil import shown as number_shown
from flow.routing.internal import PassedOver
from flow.routing.snapshot import CompanySnapshot, QueuePlan, Station, TrunkPlan
from flow.services import calls


@dataclass
class CallRecord:
    """`callee` is known once the number was found; `outside`: the number of a caller who is no extension.

    `trunk`: the company's own by which it came. `holding`: the sides that put the other on hold. `talked`: a queue's
    conversation is over; where its survey leads on to is told in steps, the row stays the conversation's. Times in UTC.
    """

    journal: Journal = field(repr=False)
    broadcast: Broadcast = field(repr=False)
    id: str
    node_id: int
    company_id: int
    revision: int
    caller: Station | None
    dialled: str
    callee: Station | None = None
    started_at: datetime = field(default_factory=now)
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    state: str = "routing"
    holding: set[str] = field(default_factory=set)
    position: int = 0
    direction: str = "internal"
    outside: str = ""
    outside_name: str = ""
    trunk: TrunkPlan | None = None
    queue: str = ""
    segments: int = 0
    talked: bool = False

    @classmethod
    def of(
        cls,
        journal: Journal,
        broadcast: Broadcast,
        call_id: str,
        node_id: int,
        snapshot: CompanySnapshot,
        caller: Station | None,
        dialled: str,
    ) -> "CallRecord":
        return cls(journal, broadcast, call_id, node_id, snapshot.company_id, snapshot.revision, caller, dialled)

    def open(self) -> None:
        self.journal.add(calls.opened(self.id, **self._facts()))
        self._say("call.started")

    def adopt(self) -> None:
        """For a call that was up before this engine: its row is there, unless its engine died within a moment."""
        self.journal.add(calls.adopted(self.id, **self._facts(), recovered=True, answered_at=self.answered_at))
        self._say("call.started")
        self._say_held(True)

    def step(self, kind: str, text: str, **detail: Any) -> None:
        self.position += 1
        at = now()
        self.journal.add(
            calls.step(
                self.id,
                company_id=self.company_id,
                position=self.position,
                at=at,
                kind=kind,
                text=text,
                detail=detail,
                revision=self.revision,
            )
        )
        self._say("call.step", step={"kind": kind, "text": text, "position": self.position})

    def dial(self, channel: str) -> None:
        """The first step: who called what, and by which trunk; the caller's `channel` for whoever takes over."""
        if self.direction != "inbound":
            self.step("dialled", f"{self.who} discou {self.dialled}.", channel=channel)
            return
        by = f' pelo tronco "{self.trunk.name}"' if self.trunk else ""
        detail = {"trunk": self.trunk.id} if self.trunk else {}
        self.step("dialled", f"{self.who} ligou para {number_shown(self.dialled)}{by}.", channel=channel, **detail)

    def called(self, callee: Station) -> None:
        self.callee = callee
        self._change(
            callee_extension_id=callee.id,
            callee_user_id=callee.user_id,
            callee_number=callee.number,
            callee_name=callee.label,
        )

    def enters(self, state: str) -> None:
        """Told at once: what it does there may take long before its first step."""
        self.state = state
        self._say("call.state")

    def answer(self) -> None:
        self.state = "talking"
        if not self.talked:
            self.answered_at = now()
            self.journal.add(calls.answered(self.id, self.answered_at))

    def hold(self, side: str, text: str) -> None:
        self.holding.add(side)
        self.step("hold", text, side=side)
        self._say_held(True)

    def unhold(self, side: str, text: str) -> None:
        self._say_held(False)
        self.holding.discard(side)
        self.step("unhold", text, side=side)

    def wait_in(self, plan: QueuePlan) -> None:
        self.state, self.queue = "waiting", plan.name
        self._change(queue_id=plan.id, queue_name=plan.name, queued_at=now())
        self.step("queue-wait", f'Entrou na espera da fila "{plan.name}".', queue=plan.id)

    def offer(self, plan: QueuePlan, key: str, station: Station, name: str) -> int:
        """A member's telephone rings. The segment's position."""
        self.segments += 1
        kind, _, number = key.partition(":")
        self.journal.add(
            calls.offered(
                self.id,
                position=self.segments,
                company_id=self.company_id,
                queue_id=plan.id,
                queue_name=plan.name,
                key=key,
                user_id=int(number) if kind == "user" else None,
                extension_id=station.id,
                name=name,
                offered_at=now(),
            )
        )
        return self.segments

    def offer_over(self, segment: int, result: str) -> None:
        self.journal.add(calls.outcome(self.id, segment, ended_at=now(), result=result))

    def offer_answered(self, segment: int) -> None:
        self.journal.add(calls.outcome(self.id, segment, answered_at=now(), result="answered"))

    def conversation_over(self, segment: int) -> None:
        self.talked = True
        self.journal.add(calls.outcome(self.id, segment, ended_at=now()))

    def graded(self, segment: int, grade: int) -> None:
        self.journal.add(calls.outcome(self.id, segment, grade=grade))

    def close(self, result: CallResult, ended_by: str, cause: int | None) -> None:
        if self.ended_at is not None:
            return
        self.ended_at = now()
        self.state = "ended"
        self._say_held(False)
        self.journal.add(calls.closed(self.id, self.ended_at, result, ended_by=ended_by, cause=cause))
        self._say("call.ended", result=result.value, ended_by=ended_by)

    def _change(self, **facts: Any) -> None:
        if not self.talked:
            self.journal.add(calls.changed(self.id, **facts))

    @property
    def who(self) -> str:
        """The caller, for people."""
        if self.caller is not None:
            return self.caller.shown
        return number_shown(self.outside) if self.outside else "Número não informado"

    @property
    def caller_shown(self) -> str:
        """The caller, for telephones."""
        return shown_as(self.caller) if self.caller else caller_id(self.outside_name, self.outside)

    def shown(self) -> dict[str, Any]:
        """As the API lists a running call."""
        return {
            "id": self.id,
            "caller": self.who,
            "callee": self.callee.shown if self.callee else self.dialled,
            "state": self.state,
            "queue": self.queue,
            "since": (self.answered_at or self.started_at).isoformat(),
            "started_at": self.started_at.isoformat(),
            "held": self._held(),
            **self._sides(),
        }

    def _sides(self) -> dict[str, int | None]:
        return {
            "caller_extension_id": self.caller.id if self.caller else None,
            "callee_extension_id": self.callee.id if self.callee else None,
            "caller_user_id": self.caller.user_id if self.caller else None,
            "callee_user_id": self.callee.user_id if self.callee else None,
        }

    def _held(self) -> list[dict[str, Any]]:
        """Extensions that are on hold, and by which number."""
        pairs = {"caller": (self.caller, self.callee), "callee": (self.callee, self.caller)}
        found = (pairs[side] for side in sorted(self.holding))
        return [{"extension_id": other.id, "by": holder.number} for holder, other in found if holder and other]

    def _say_held(self, held: bool) -> None:
        """For the browser of whoever waits: telephones do not tell each other, each has a SIP call of its own."""
        for facts in self._held():
            self.broadcast.say("phone.held", self.company_id, held=held, **facts)

    def _facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = {
            "company_id": self.company_id,
            "node_id": self.node_id,
            "revision": self.revision,
            "started_at": self.started_at,
            "dialled": self.dialled,
            "direction": self.direction,
        }
        if self.caller is None:
            facts |= {"caller_number": self.outside, "caller_name": self.outside_name}
        for side, station in (("caller", self.caller), ("callee", self.callee)):
            if station is not None:
                facts |= {
                    f"{side}_extension_id": station.id,
                    f"{side}_user_id": station.user_id,
                    f"{side}_number": station.number,
                    f"{side}_name": station.label,
                }
        return facts

    def _say(self, kind: str, **facts: Any) -> None:
        if self.broadcast.anybody:
            self.broadcast.say(kind, self.company_id, call_id=self.id, call=self.shown(), **self._sides(), **facts)


def told(passed_over: Iterable[PassedOver]) -> list[dict[str, str]]:
    """As a step's detail keeps who was passed over and why."""
    return [{"what": loser.what, "why": loser.why} for loser in passed_over]
