"""Under twenty customers' calls at once, in every state: what dies, hangs or gets lost must leave nothing behind."""

import json
import sqlite3
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import select

from flow.catalog.call import CallResult, CallSegment
from flow.db import platform_session
from tests.calls.lossy import Lossy
from tests.calls.pages import Pages
from tests.calls.phone import SIP_PORT, Phone
from tests.calls.sip import called, customer
from tests.calls.site import Account, Company, Site, wait_for
from tests.unit.conftest import kept_sound

EACH = 5
"""So many customers in the menu, in a conversation, at a telephone that rings, and in a queue without anybody."""
ALL = 4 * EACH
IN_FULL = {"menu": EACH, "talking": EACH, "waiting": 2 * EACH}
MENU_SECONDS = 120
AT_REST = {"available", "offline"}
DIDS = [f"513224000{n}" for n in range(4)]
"""To the menu, to those who answer, to those who let it ring, to a queue of nobody."""


@dataclass
class Office:
    """A company of two teams: one answers at once, the other lets its telephones ring. `lines`: what lies between
    their telephones and the node."""

    site: Site
    company: Company
    carrier: Phone
    answering: Phone
    ringing: Phone
    lines: list[Lossy]

    def states(self) -> Counter[str]:
        return Counter(call["state"] for call in self.site.ask(f"/calls?company_id={self.company.id}"))

    def queues(self) -> list[dict]:
        return self.site.ask(f"/queues?company_id={self.company.id}")

    def members(self) -> set[str]:
        return {member["state"] for queue in self.queues() for member in queue["members"]}

    def on_the_node(self) -> str:
        words = self.site.node.command("core show channels concise"), self.site.node.command("bridge show all")
        return words[0].strip() + "".join(words[1].strip().splitlines(keepends=True)[1:])

    def open_segments(self) -> list[CallSegment]:
        with platform_session() as db:
            query = select(CallSegment).where(CallSegment.company_id == self.company.id)
            return [row for row in db.exec(query) if row.ended_at is None]


@pytest.fixture(scope="module")
def office(site: Site, tmp_path_factory: pytest.TempPathFactory):
    folder: Path = tmp_path_factory.mktemp("chaos")
    company = site.company()
    carrier, answering, ringing = (Phone(site, Account(0, "", name, "-"), folder) for name in ("carrier", "a", "b"))
    company.make("trunk", name="Operadora", code="linha", host=f"{carrier.address}:{SIP_PORT}", max_calls="100")
    teams = [[company.extension(f"{team}{n:02d}") for n in range(EACH)] for team in (21, 22)]
    nobody = company.extension("2300")
    queues = [_queue(company, n, team) for n, team in enumerate((*teams, [nobody]))]
    sound = company.make("audio", name="Menu", current=kept_sound(company.id, MENU_SECONDS))
    keys = json.dumps([{"key": "1", "destination": "hangup"}])
    menu = company.make("ivr", name="Menu", kind="menu", menu_id=str(sound), keys=keys, exceeded="hangup")
    for did, to in zip(DIDS, (f"ivr:{menu}", *(f"queue:{queue}" for queue in queues)), strict=True):
        company.make("inbound_route", name=f"Rota {did}", description="x", did=did, destination=to)
    company.in_service()
    with ExitStack() as stack:
        lines = []
        for place, accounts in ((answering, teams[0]), (ringing, teams[1])):
            lines.append(stack.enter_context(Lossy(place.address, site.settings.sip_port)))
            for account in accounts:
                Phone(site, account, folder, address=place.address).registers(through=lines[-1].near)
        for phone in (carrier, answering, ringing):
            stack.callback(phone.close)
        yield Office(site, company, carrier, answering, ringing, lines)


@pytest.fixture
def pages(office: Office):
    shown = Pages(office.site, office.company)
    try:
        shown.show({})
        yield shown
    finally:
        shown.stop()


def _queue(company: Company, n: int, members: list[Account]) -> int:
    return company.make(
        "queue",
        name=f"Fila {n}",
        number=f"900{n}",
        strategy="longest_idle",
        member_kind="extension",
        members=[f"extension:{account.extension_id}" for account in members],
        ring_seconds="120",
        max_wait_seconds="0",
        overflow="hangup",
        empty_rule="wait",
        empty_destination="hangup",
    )


class Crowd:
    """Twenty customers by one process, those who answer by a second, those who let it ring by a third."""

    def __init__(self, office: Office, through: str = "") -> None:
        self.office = office
        self.before = len(office.site.calls(office.company.id))
        self.talkers = office.answering.plays(called().rings().answers().is_hung_up_on(90), often=EACH)
        self.ringers = office.ringing.plays(called().rings().is_cancelled(), often=0)
        self.customers = office.carrier.plays(
            customer("[field0]").is_answered().waits_for_a_sign().hangs_up(),
            often=ALL,
            lines=DIDS,
            through=through,
        )
        wait_for(lambda: (self.customers.calls_up(), self.talkers.calls_up()) == (ALL, EACH), 20, self._why)
        self.stands()

    def stands(self, seconds: float = 15.0) -> None:
        """All twenty calls are where they belong, and nobody in a conversation has been hung up on."""
        wait_for(self._stands, seconds, lambda: f"{self.office.states()} {self.office.members()}\n{self._why()}")
        assert not self.talkers.saw("\nBYE sip:")
        assert not self.customers.saw("\nBYE sip:")

    def _stands(self) -> bool:
        return self.office.states() == IN_FULL and {"on_call", "ringing"} <= self.office.members()

    def is_written(self) -> None:
        """What was not in the database yet, and is over when the next engine comes, nobody can know of."""
        office = self.office
        wait_for(lambda: len(office.site.calls(office.company.id)) == self.before + ALL, 5)

    def leaves(self) -> None:
        """Each customer hangs up, and only so does each conversation end."""
        self.customers.signs_to_all(ALL)
        self.customers.succeeds()
        self.talkers.succeeds()

    def loses_power(self) -> None:
        for run in (self.customers, self.talkers):
            run.dies()

    def left_nothing(self) -> None:
        office = self.office
        try:
            wait_for(lambda: office.states() == {}, 10, lambda: f"{office.states()}\n{self._why()}")
            wait_for(lambda: office.on_the_node() == "", 10, office.on_the_node)
            wait_for(lambda: office.members() <= AT_REST, 10, lambda: f"{office.queues()}")
            assert [queue["waiting"] for queue in office.queues()] == [0, 0, 0]
            wait_for(lambda: office.open_segments() == [], 10, lambda: f"{office.open_segments()}")
            calls = office.site.ended_calls(office.company.id, self.before + ALL)
            assert len(calls) == self.before + ALL == len(office.site.calls(office.company.id))
        finally:
            self.ringers.dies()

    def results(self) -> Counter[CallResult]:
        calls = self.office.site.calls(self.office.company.id)
        return Counter(CallResult(call.result) for call in calls[self.before :])

    def _why(self) -> str:
        return self.office.site.last_words()


FAIR = {CallResult.ANSWERED: EACH, CallResult.ABANDONED: ALL - EACH}


def test_a_killed_engine_drops_nobody_and_forgets_nobody(office: Office) -> None:
    crowd = Crowd(office)
    office.site.restart_engine()
    crowd.stands()
    crowd.leaves()
    crowd.left_nothing()
    assert crowd.results() == FAIR


def test_customers_who_leave_while_no_engine_runs_leave_nothing_behind(office: Office) -> None:
    crowd = Crowd(office)
    crowd.is_written()
    office.site.kill_engine()
    crowd.customers.signs_to_all(ALL)
    crowd.customers.succeeds()
    office.site.start_engine()
    office.site.wait_until_in_sync()
    crowd.talkers.succeeds()
    crowd.left_nothing()


def test_a_database_locked_for_five_seconds_is_not_noticed_by_anybody_who_calls(office: Office) -> None:
    writer = sqlite3.connect(office.site.settings.data_dir / "fluxo.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    try:
        crowd = Crowd(office)
        crowd.leaves()
        time.sleep(max(5 - (time.monotonic() - began), 0))
    finally:
        writer.execute("ROLLBACK")
        writer.close()
    crowd.left_nothing()
    assert crowd.results() == FAIR


def test_a_line_that_loses_every_twentieth_packet_loses_no_call(office: Office) -> None:
    with Lossy(office.carrier.address, office.site.settings.sip_port, 0.05) as line:
        crowd = Crowd(office, line.near)
        crowd.leaves()
        crowd.left_nothing()
    assert line.lost >= 3, line.passed
    assert crowd.results() == FAIR


@pytest.mark.timeout(420)  # the pages are built if nobody has built them before
def test_a_killed_web_is_noticed_by_no_call_and_shows_all_of_them_when_it_is_back(office: Office, pages: Pages) -> None:
    crowd = Crowd(office)
    pages.show(IN_FULL)
    pages.are_killed()
    crowd.stands()
    pages.show(IN_FULL)
    crowd.leaves()
    crowd.left_nothing()
    pages.show({})
    assert crowd.results() == FAIR


def test_a_killed_asterisk_takes_its_calls_and_nothing_stays_open(office: Office) -> None:
    crowd = Crowd(office)
    office.site.restart_node()
    office.site.wait_until_in_sync()
    crowd.loses_power()
    crowd.left_nothing()
    assert crowd.results()[CallResult.ANSWERED] == EACH
    crowd = Crowd(office)
    crowd.leaves()
    crowd.left_nothing()
    assert crowd.results() == FAIR


# The last one: a BYE whose answer was lost comes again for half a minute, and would be the next telephone's first word.
def test_lines_to_the_agents_that_lose_every_twentieth_packet_lose_no_call(office: Office) -> None:
    with ExitStack() as stack:
        for line in office.lines:
            stack.enter_context(line.losing(0.05))
        crowd = Crowd(office)
        crowd.leaves()
        crowd.left_nothing()
        assert [line.lost >= 2 for line in office.lines] == [True, True], [line.lost for line in office.lines]
    assert crowd.results() == FAIR
