"""A call that a carrier brings: whose it is, whether it may come in, and where it begins."""

import contextlib
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from flow.catalog.call import CallResult
from flow.clock import now
from flow.db import run_in_thread
from flow.engine.call import CallSession
from flow.engine.office import Office
from flow.engine.pbx.ari import AriError
from flow.engine.pbx.objects import same_trunk
from flow.engine.record import CallRecord
from flow.engine.snapshots import LoadedCompany
from flow.routing import did, journey
from flow.routing.numbers import masked
from flow.routing.snapshot import CompanySnapshot, TrunkPlan
from flow.services import unrouted

log = structlog.get_logger(__name__)

MOST_OF_A_NAME = 60
_NUMBER = re.compile(r"(?:sips?|tel):([+0-9*#]{1,32})(?=[@;>:]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """`snapshot`: of the company whose call it is; `trunk`: the one of that company's by which it came; `did`:
    canonical, or what was sent if it is none.

    `unrouted`: no route is for this number.
    """

    snapshot: CompanySnapshot
    trunk: TrunkPlan
    did: str
    hop: journey.Hop
    unrouted: bool = False


def receive(office: Office, channel: Mapping[str, Any], endpoint: str) -> bool:
    """Takes a carrier's call; False when the trunk is gone. The number that was called decides the company; who the
    carrier is, the endpoint that Asterisk knew it by."""
    called = channel["dialplan"]["exten"]
    carrier = office.provisioner.company_of_endpoint(endpoint)
    trunk = trunk_of(carrier.snapshot, endpoint) if carrier else None
    if carrier is None or trunk is None or not trunk.active:
        log.warning("call from a trunk that is gone", endpoint=endpoint)
        return False
    arrival = _Arrival(office, channel, carrier, trunk)
    entry = arrival.entry(called)
    if entry.unrouted:
        office.asked[channel["id"]] = []
        office.in_background(arrival.ask())
    else:
        arrival.begin(called, entry)
    return True


def trunk_of(company: CompanySnapshot, endpoint: str) -> TrunkPlan | None:
    """Until a changed trunk is on the node, calls come by the name that it had."""
    found = company.trunks.get(endpoint)
    return found or next((plan for plan in company.trunks.values() if same_trunk(plan.endpoint, endpoint)), None)


@dataclass(frozen=True, slots=True)
class _Arrival:
    office: Office
    channel: Mapping[str, Any]
    carrier: LoadedCompany
    trunk: TrunkPlan

    def entry(self, called: str) -> Entry:
        office = self.office
        return enter(self.carrier.snapshot, self.trunk, office.provisioner.snapshots(), called, office.calls_on)

    async def ask(self) -> None:
        """A carrier that calls the user of the Registro says in the header To which number was dialled."""
        called, channel_id = self.channel["dialplan"]["exten"], self.channel["id"]
        to = ""
        with contextlib.suppress(AriError):
            to = number_in(await self.office.pbx.header(channel_id, "To"))
        entry = self.entry(called)
        if to and to != called:
            by_to = self.entry(to)
            if not by_to.unrouted or called == self.trunk.code:  # the trunk's own name is nobody's DID
                called, entry = to, by_to
        session = self.begin(called, entry)
        for event in self.office.asked.pop(channel_id, ()):
            session.inbox.put(event)

    def begin(self, called: str, entry: Entry) -> CallSession:
        office, trunk = self.office, self.trunk
        record = CallRecord.of(
            office.journal, office.broadcast, uuid.uuid4().hex, office.node_id, entry.snapshot, None, entry.did
        )
        record.direction = "inbound"
        record.outside, record.outside_name = caller_of(self.channel)
        record.trunk = entry.trunk
        record.open()
        if entry.unrouted:
            company_id = self.carrier.snapshot.company_id
            office.in_background(run_in_thread(unrouted.note, called, trunk.id, company_id))
        log.info("call from a carrier", call=record.id, company=record.company_id, dialled=masked(called))
        session = CallSession(
            office,
            record,
            entry.snapshot,
            self.channel["id"],
            first=entry.hop,
            picked_up=self.channel["state"] == "Up",
        )
        office.on_trunk(session, entry.trunk.id)
        office.start(session)
        return session


def enter(
    carrier: CompanySnapshot,
    trunk: TrunkPlan,
    companies: Iterable[CompanySnapshot],
    called: str,
    running: Callable[[int], int],
) -> Entry:
    """`carrier`: the company of the trunk by which Asterisk knew the sender; `running`: how many calls a trunk has now.

    Several companies may share a carrier's address, and then only the number tells them apart: a call is also another
    company's if that one has a trunk to the same address. What counts is then that one's trunk.
    """
    arrival = _arrival(carrier, trunk, companies, called)
    company = arrival.snapshot or carrier
    own, unrouted_did = own_trunk(company, trunk) or trunk, arrival.route is None
    hop = arrival.hop
    if (calls := running(own.id)) >= own.max_calls:
        hop = _refused(f'O tronco "{own.name}" já tem {calls} chamadas, o máximo dele.', CallResult.BUSY)
    return Entry(company, own, arrival.did or called, hop, unrouted=unrouted_did)


def _arrival(
    carrier: CompanySnapshot, trunk: TrunkPlan, companies: Iterable[CompanySnapshot], called: str
) -> journey.Arrival:
    """A number that came without DDD is completed with that of each company it may belong to."""
    moment = now()
    first = journey.inbound(journey.did_index([carrier]), called, moment, ddd=carrier.ddd)
    if first.route is not None:
        return first
    for company in companies:
        if company is not carrier and own_trunk(company, trunk) is not None:
            arrival = journey.inbound(journey.did_index([company]), called, moment, ddd=company.ddd)
            if arrival.route is not None:
                return arrival
    return first


def own_trunk(company: CompanySnapshot, trunk: TrunkPlan) -> TrunkPlan | None:
    """The company's trunk by which a call of `trunk` came: nobody hears the name of another company's."""
    if trunk.endpoint in company.trunks:
        return company.trunks[trunk.endpoint]
    return next((own for own in company.trunks.values() if own.active and own.addresses & trunk.addresses), None)


def _refused(why: str, result: CallResult) -> journey.HangUp:
    return journey.HangUp((journey.Told("trunk", why),), 0, result, why)


def number_in(header: str) -> str:
    """The number of `"Loja" <sip:5132290001@host>;tag=1`; "" if the header holds none."""
    found = _NUMBER.search(header)
    return found[1] if found else ""


def caller_of(channel: Mapping[str, Any]) -> tuple[str, str]:
    """Number and name as the carrier sends them: digits only, and nothing that could break a line or a page."""
    caller = channel.get("caller", {})
    number = "".join(c for c in str(caller.get("number", "")) if c in "+0123456789")[:20]
    name = "".join(c for c in str(caller.get("name", "")) if c.isprintable())[:MOST_OF_A_NAME].strip()
    with contextlib.suppress(ValueError):
        number = did.normalise(number)
    return number, name if name != number else ""
