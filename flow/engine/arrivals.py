"""A call that a carrier brings: whose it is, whether it may come in, and where it begins."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flow.catalog.call import CallResult
from flow.clock import now
from flow.routing import did, journey
from flow.routing.snapshot import CompanySnapshot, TrunkPlan

MOST_OF_A_NAME = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """`snapshot`: of the company whose call it is; `did`: canonical, or what was sent if it is none.

    `unrouted`: no route is for this number.
    """

    snapshot: CompanySnapshot
    did: str
    hop: journey.Hop
    unrouted: bool = False


def enter(
    carrier: CompanySnapshot,
    trunk: TrunkPlan,
    companies: Iterable[CompanySnapshot],
    called: str,
    running: int,
) -> Entry:
    """`carrier`: the company of the trunk by which Asterisk knew the sender; `running`: calls that the trunk has now.

    Several companies may share a carrier's address, and then only the number tells them apart: a call is also another
    company's if that one has a trunk to the same address.
    """
    if running >= trunk.max_calls:
        why = f'O tronco "{trunk.name}" já tem {running} chamadas, o máximo dele.'
        return Entry(carrier, called, _refused(why, CallResult.BUSY))
    arrival = journey.inbound(_owners(carrier, trunk, companies), called, now(), ddd=carrier.ddd)
    return Entry(arrival.snapshot or carrier, arrival.did or called, arrival.hop, unrouted=arrival.route is None)


def _owners(
    carrier: CompanySnapshot, trunk: TrunkPlan, companies: Iterable[CompanySnapshot]
) -> Mapping[str, CompanySnapshot]:
    def shares(company: CompanySnapshot) -> bool:
        return company is carrier or any(
            other.active and other.addresses & trunk.addresses for other in company.trunks.values()
        )

    return journey.did_index(company for company in companies if shares(company))


def _refused(why: str, result: CallResult) -> journey.HangUp:
    return journey.HangUp((journey.Told("trunk", why),), 0, result, why)


def caller_of(channel: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    """Number and name as the carrier sends them: digits only, and nothing that could break a line or a page."""
    caller = channel.get("caller", {})
    number = "".join(c for c in str(caller.get("number", "")) if c in "+0123456789")[:20]
    name = "".join(c for c in str(caller.get("name", "")) if c.isprintable())[:MOST_OF_A_NAME].strip()
    with contextlib.suppress(ValueError):
        number = did.normalise(number)
    return number, name if name != number else ""
