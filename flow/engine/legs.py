"""The telephones that ring for one call: created together, and judged by what became of each."""

import re
from dataclasses import dataclass, field
from typing import Any

from flow.catalog.call import CallResult
from flow.engine.pbx.ari import AriError, Unavailable
from flow.engine.pbx.commands import Pbx
from flow.engine.registrations import Registrations
from flow.routing.internal import PHONE_NAMES, PassedOver
from flow.routing.snapshot import Endpoint

_SIP_DECLINE = frozenset({600, 603})
_BUSY_CAUSES = frozenset({17})
_REJECTED_CAUSES = frozenset({21})
_SILENT_CAUSES = frozenset({16, 18, 19, 26, 102})
_ABSENT_CAUSES = frozenset({1, 3, 20, 27})
_WORST_LAST = (
    CallResult.FAILED, CallResult.NOT_REGISTERED, CallResult.NO_ANSWER, CallResult.BUSY, CallResult.REJECTED
)  # fmt: skip


_LEG = re.compile(r"[0-9a-f]{32}\.\d+")


def is_leg(channel: str) -> bool:
    """Whether the engine made this channel, to ring somebody."""
    return _LEG.fullmatch(channel) is not None


@dataclass(slots=True)
class Leg:
    """One contact of one telephone. `outcome` is set once it can no longer answer."""

    channel: str
    endpoint: Endpoint
    ringing: bool = False
    outcome: CallResult | None = None

    @property
    def name(self) -> str:
        return PHONE_NAMES[self.endpoint.kind]


@dataclass
class Legs:
    """Every leg's channel id is known before Asterisk hears of it: its events may overtake the reply.

    `early`: the only leg shares the bridge with the caller from before it rings; `joined` once that has happened.
    `numbered_from`: above every leg that an engine before this one made for the call.
    `shown`: what the caller's telephone is to show of who is called. `heard_as`: what the telephones that ring are to
    show of the caller; empty for the caller's own name and number.
    """

    pbx: Pbx = field(repr=False)
    call_id: str
    caller_channel: str
    seconds: int
    by_channel: dict[str, Leg] = field(default_factory=dict)
    early: bool = False
    joined: bool = False
    shown: str = ""
    heard_as: str = ""
    numbered_from: int = 1

    async def plan(self, endpoints: tuple[Endpoint, ...], registrations: Registrations) -> list[tuple[Leg, str]]:
        """One leg for each contact, with what to dial."""
        planned = []
        for endpoint in endpoints:
            for target in await self._targets(endpoint.name, registrations):
                leg = Leg(f"{self.call_id}.{len(self.by_channel) + self.numbered_from}", endpoint)
                self.by_channel[leg.channel] = leg
                planned.append((leg, target))
        return planned

    async def _targets(self, endpoint: str, registrations: Registrations) -> list[str]:
        if endpoint.endswith("-w") or registrations.single_contact(endpoint):
            return [endpoint]  # a browser's AOR holds one contact
        try:
            targets = await self.pbx.dial_contacts(self.caller_channel, endpoint)
        except AriError:
            return [endpoint]
        registrations.learn(endpoint, targets)
        return targets or [endpoint]

    async def begin(self, planned: list[tuple[Leg, str]], *, ring: bool) -> None:
        """`ring`: tell the caller at once; otherwise the leg's own ringing reaches the caller."""
        targets = [(leg.channel, target) for leg, target in planned]
        outcomes = await self.pbx.begin(
            self.call_id, self.caller_channel, targets, ring=ring, shown=self.shown, heard_as=self.heard_as
        )
        for (leg, _), error in zip(planned, outcomes, strict=True):
            if error is not None:
                absent = isinstance(error, Unavailable)
                leg.outcome = CallResult.NOT_REGISTERED if absent else CallResult.FAILED

    async def dial(self, leg: Leg) -> None:
        """A leg that rings alone is joined with the caller before it rings."""
        into = self.call_id if self.early else ""
        try:
            # Asterisk's own limit is later than ours: it only counts when this engine is gone.
            own_name = not self.heard_as
            self.joined = await self.pbx.dial(
                leg.channel, self.caller_channel, self.seconds + 5, into=into, own_name=own_name
            )
        except AriError:
            leg.outcome = leg.outcome or CallResult.FAILED

    async def drop(self, *, but: Leg | None = None, reason: str = "normal") -> None:
        """End every leg that may still ring. `answered_elsewhere` keeps phones from noting a missed call."""
        rest = [leg for leg in self.by_channel.values() if leg is not but and leg.outcome is None]
        await self.pbx.hang_up(*(leg.channel for leg in rest), reason=reason)

    async def time_out(self) -> None:
        """Nobody answered: whatever still rings is ended."""
        ringing = [leg for leg in self.by_channel.values() if leg.outcome is None]
        for leg in ringing:
            leg.outcome = CallResult.NO_ANSWER
        await self.pbx.hang_up(*(leg.channel for leg in ringing))

    def destroyed(self, leg: Leg, event: dict[str, Any]) -> None:
        if leg.outcome is None:
            leg.outcome = outcome_of(event.get("cause", 0), event.get("tech_cause"))

    @property
    def open(self) -> bool:
        return any(leg.outcome is None for leg in self.by_channel.values())

    @property
    def declined(self) -> bool:
        """A person who refuses on one telephone refuses the call; a busy telephone speaks only for itself."""
        return any(leg.outcome is CallResult.REJECTED for leg in self.by_channel.values())

    def result(self) -> CallResult:
        outcomes = [leg.outcome for leg in self.by_channel.values() if leg.outcome]
        return max(outcomes, key=_WORST_LAST.index, default=CallResult.FAILED)

    def losers(self, winner: Leg) -> list[PassedOver]:
        return [
            PassedOver(leg.name, _WHY.get(leg.outcome, "atendida em outro telefone"))
            for leg in self.by_channel.values()
            if leg is not winner
        ]

    def fates(self) -> list[PassedOver]:
        return [PassedOver(leg.name, _WHY.get(leg.outcome, "tocou até o fim")) for leg in self.by_channel.values()]


_WHY: dict[CallResult | None, str] = {
    CallResult.BUSY: "respondeu ocupado",
    CallResult.REJECTED: "recusou a chamada",
    CallResult.NO_ANSWER: "não atendeu",
    CallResult.NOT_REGISTERED: "não pôde ser alcançado",
    CallResult.FAILED: "falhou ao ser chamado",
}


def outcome_of(cause: int, sip: int | None) -> CallResult:
    """What a leg that never answered ended as. `cause`: Q.850; `sip`: the phone's own status, if it gave one."""
    if sip in _SIP_DECLINE or (cause in _REJECTED_CAUSES and sip is None):
        return CallResult.REJECTED
    if cause in _BUSY_CAUSES or sip == 486:
        return CallResult.BUSY
    if cause in _SILENT_CAUSES or sip in (408, 480, 487):
        return CallResult.NO_ANSWER
    return CallResult.NOT_REGISTERED if cause in _ABSENT_CAUSES else CallResult.FAILED
