"""One member of the company's queues and what it does. The state follows from facts, so none can contradict it.

offline → disponível → reservado → tocando → em ligação → pós-atendimento → disponível …, pausado, pausa excedida.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flow.acd.queue import Seat


class AgentState(StrEnum):
    OFFLINE = "offline"
    AVAILABLE = "available"
    RESERVED = "reserved"
    RINGING = "ringing"
    ON_CALL = "on_call"
    WRAPUP = "wrapup"
    PAUSED = "paused"
    PAUSE_EXCEEDED = "pause_exceeded"


STATE_WORDS = {
    AgentState.OFFLINE: "offline",
    AgentState.AVAILABLE: "disponível",
    AgentState.RESERVED: "reservado",
    AgentState.RINGING: "tocando",
    AgentState.ON_CALL: "em ligação",
    AgentState.WRAPUP: "em pós-atendimento",
    AgentState.PAUSED: "pausado",
    AgentState.PAUSE_EXCEEDED: "pausa excedida",
}
ABSENT = frozenset({AgentState.OFFLINE, AgentState.PAUSED, AgentState.PAUSE_EXCEEDED})
"""States of somebody for whom it makes no sense to wait."""
_RINGING = frozenset({AgentState.RESERVED, AgentState.RINGING})
_BUSY = _RINGING | {AgentState.ON_CALL, AgentState.WRAPUP}


class Need(StrEnum):
    """What must be there for a member to be available; what is missing is said in the order of this list."""

    ACTIVE = "active"
    PHONE = "phone"
    MICROPHONE = "microphone"
    HEARTBEAT = "heartbeat"
    FREE = "free"  # no call outside the queues


NEED_WORDS = {
    Need.ACTIVE: "desativado",
    Need.PHONE: "não registrado",
    Need.MICROPHONE: "microfone não liberado",
    Need.HEARTBEAT: "navegador sem sinal",
    Need.FREE: "em ligação fora das filas",
}
NOT_LOGGED_IN = "não está logado"


@dataclass(frozen=True, slots=True)
class Pause:
    """`limit_seconds`: after it the pause is exceeded; None where it may run on."""

    reason: str
    limit_seconds: float | None = None


def is_person(key: str) -> bool:
    """Whether the member logs in and out (an agent), and is not a telephone that is always there."""
    return key.startswith("user:")


class Agent:
    """Facts, and the state that follows from them. Only `members.Roster` writes here."""

    __slots__ = (
        "call", "exceeded", "idle_since", "key", "logged_in", "missing", "name", "pause", "phase", "reason", "seats",
        "seq", "shared", "since", "state", "station_id", "unanswered", "wrapup_until",
    )  # fmt: skip

    def __init__(self, key: str, now: float) -> None:
        self.key = key
        self.name = key
        self.station_id: int | None = None
        self.seats: dict[int, Seat] = {}  # by queue
        self.logged_in = False  # in any queue
        self.missing: set[Need] = {Need.PHONE}
        self.shared = False  # another member's call is on the same telephone
        self.call: str | None = None
        self.phase: AgentState | None = None  # RESERVED, RINGING or ON_CALL while `call` has the member
        self.wrapup_until: float | None = None
        self.pause: Pause | None = None
        self.exceeded = False
        self.unanswered = 0  # rings in a row that nobody took
        self.idle_since = now
        self.state = AgentState.OFFLINE
        self.reason = NOT_LOGGED_IN
        self.since = now
        self.seq = int(now)  # a restarted engine goes on above the numbers that it told before

    @property
    def available(self) -> bool:
        return self.state is AgentState.AVAILABLE

    @property
    def planned(self) -> str:
        """Why the pause that is to begin with the end of what keeps the member busy; "" without one."""
        return self.pause.reason if self.pause and self.state in _BUSY else ""

    def reasons(self) -> tuple[str, ...]:
        """Everything that keeps the member from being available, in words; empty when nothing does."""
        found = [] if self.logged_in else [NOT_LOGGED_IN]
        found += [NEED_WORDS[need] for need in Need if need in self.missing]
        found += [f"pausado: {self.pause.reason}"] if self.pause else []
        if not found and not self.available:
            found.append(STATE_WORDS[self.state])
        return tuple(found)

    def settle(self, now: float) -> bool:
        """Follow the facts; whether anything changed. `since` is kept while only the reason changes."""
        state, reason = self._derived()
        if state is self.state and reason == self.reason:
            return False
        if state is not self.state:
            # A ring that came to nothing is no work: who was idle before it has been idle all along.
            if state is AgentState.AVAILABLE and self.state not in _RINGING:
                self.idle_since = now
            self.since = now
        self.state, self.reason = state, reason
        self.seq += 1
        return True

    def words(self, clock: Callable[[float], str]) -> str:
        """Why a call passes this member over now, unless it is available."""
        if self.state is AgentState.WRAPUP and self.wrapup_until is not None:
            return f"em pós-atendimento até {clock(self.wrapup_until)}"
        if self.state in (AgentState.PAUSED, AgentState.PAUSE_EXCEEDED):
            return f"{STATE_WORDS[self.state]}: {self.reason}"
        return self.reason or STATE_WORDS[self.state]

    def _derived(self) -> tuple[AgentState, str]:
        if self.phase:
            return self.phase, ""
        if self.shared:
            return AgentState.ON_CALL, "telefone em uso"
        if Need.FREE in self.missing:
            return AgentState.ON_CALL, NEED_WORDS[Need.FREE]
        if not self.logged_in:
            return AgentState.OFFLINE, NOT_LOGGED_IN
        if self.wrapup_until is not None:
            return AgentState.WRAPUP, ""
        if self.pause:
            return (AgentState.PAUSE_EXCEEDED if self.exceeded else AgentState.PAUSED), self.pause.reason
        if self.missing:
            return AgentState.OFFLINE, next(NEED_WORDS[need] for need in Need if need in self.missing)
        return AgentState.AVAILABLE, ""
