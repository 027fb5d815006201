"""What the distributor asks of the engine. Keys are members ("extension:7", "user:3"); times are seconds, as `now`."""

from dataclasses import dataclass
from enum import StrEnum

from flow.acd.agent import AgentState
from flow.acd.service_level import Expected
from flow.routing.destination import Destination
from flow.routing.internal import PassedOver


class Because(StrEnum):
    """Why a member's telephone stops ringing. Only UNANSWERED is a missed call."""

    ANSWERED_ELSEWHERE = "answered_elsewhere"
    CALLER_LEFT = "caller_left"
    UNANSWERED = "unanswered"
    OVERFLOW = "overflow"
    MEMBER_LEFT = "member_left"


@dataclass(frozen=True, slots=True)
class Offer:
    """Ring these members for `seconds`; `round` counts from 1. Who comes while all ring gets an Offer of its own."""

    call: str
    queue_id: int
    keys: tuple[str, ...]
    seconds: float
    round: int
    why: str
    losers: tuple[PassedOver, ...]


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Hang up what rings (or has just answered too late) at these members for this call."""

    call: str
    keys: tuple[str, ...]
    reason: Because


@dataclass(frozen=True, slots=True)
class Connect:
    """This member, and nobody else, has the call."""

    call: str
    queue_id: int
    key: str
    waited: float
    why: str


@dataclass(frozen=True, slots=True)
class Announce:
    """Say the position (1 = next); `expected` is None when the queue does not tell it."""

    call: str
    position: int
    expected: Expected | None


@dataclass(frozen=True, slots=True)
class Leave:
    """The call is out of the queue and goes to `destination`."""

    call: str
    queue_id: int
    destination: Destination
    why: str


@dataclass(frozen=True, slots=True)
class StateChanged:
    """A member's state; `seq` grows by one with each change, so that a late word is known as such.

    `planned`: why the member pauses once free; "" without such a pause.
    """

    key: str
    state: AgentState
    since: float
    seq: int
    reason: str
    planned: str = ""


@dataclass(frozen=True, slots=True)
class MemberPaused:
    """The distributor itself paused a member: tell the supervisor."""

    key: str
    reason: str
    why: str


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Call `tick` at this time; it takes the place of every earlier WakeAt."""

    at: float


Command = Offer | Withdraw | Connect | Announce | Leave | StateChanged | MemberPaused | WakeAt
