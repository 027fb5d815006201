"""Callers wait in a queue with music, members are tried by its strategy, and nothing is left behind by anybody."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlmodel import select

from flow.catalog.call import CallResult, CallSegment
from flow.catalog.queue import Queue
from flow.db import platform_session
from tests.calls.sip import called, caller
from tests.calls.site import Company, Site, wait_for
from tests.calls.sound import Ear

ELSEWHERE = r"CANCEL sip:[\s\S]*?Reason: [^\n]*cause=26"


@dataclass
class Line:
    """A queue, and what the tests ask about it."""

    site: Site
    company: Company
    id: int
    number: str
    name: str

    def change(self, **values: object) -> None:
        self.company.edit("queue", self.id, **values)
        self.company.in_service()

    def shown(self) -> dict[str, object]:
        return next(row for row in self.site.ask(f"/queues?company_id={self.company.id}") if row["id"] == self.id)

    def states(self) -> list[str]:
        """Of the members, in board order."""
        return [member["state"] for member in self.shown()["members"]]

    def becomes(self, *states: str, seconds: float = 5.0) -> None:
        wait_for(lambda: self.states() == list(states), seconds, lambda: f"{self.shown()}\n{self.site.last_words()}")

    def waiting(self, number: int, seconds: float = 5.0) -> None:
        wait_for(lambda: self.shown()["waiting"] == number, seconds, lambda: f"{self.shown()}")

    def present(self, user_id: int, logged_in: bool) -> None:
        body = {"company_id": self.company.id, "queue_id": self.id, "key": f"user:{user_id}", "logged_in": logged_in}
        self.site.ask("/queues/presence", body)


@pytest.fixture
def queue(site, company):
    """Makes a queue of these telephones (or of other members), quicker than the form allows."""

    def make(*phones, ring_seconds=2, retry_seconds=1, number="500", members=(), **more) -> Line:
        board = [f"extension:{phone.account.extension_id}" for phone in phones] or list(members)
        name = f"Fila {number}"
        values = {"name": name, "number": number, "strategy": "linear", "members": board, "overflow": "hangup"}
        record = company.make("queue", **{**values, "empty_destination": "hangup", **more})
        with platform_session(writes=True) as db:
            quick = sa.update(Queue).where(Queue.id == record)
            db.exec(quick.values(ring_seconds=ring_seconds, retry_seconds=retry_seconds))
            db.commit()
        company.edit("queue", record, priority=str(more.get("priority", "0")))
        company.in_service()
        return Line(site, company, record, number, name)

    return make


def segments(call):
    with platform_session() as db:
        query = select(CallSegment).where(CallSegment.call_id == call.id).order_by(CallSegment.position)
        return [(row.name[:4], row.result) for row in db.exec(query)]


def told(site, call):
    return " | ".join(step.text for step in site.steps(call))


def nothing_is_left(site, company):
    wait_for(lambda: site.ask(f"/calls?company_id={company.id}") == [], 5)
    wait_for(lambda: "PJSIP/" not in site.node.command("core show channels"), 5)
    wait_for(
        lambda: "mixing" not in site.node.command("bridge show all"), 5, lambda: site.node.command("bridge show all")
    )


def far_port(run, ear):
    """Where Asterisk hears this telephone."""
    ports = {int(port) for port in run.every(r"m=audio (\d+)")} - {ear.port}
    assert len(ports) == 1, run.story()
    return ports.pop()


def test_who_waits_hears_music_and_then_the_member_who_answers(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    line = queue(bia, ring_seconds=5)
    line.becomes("available")
    with Ear(ana.address) as waiting, Ear(bia.address) as working:
        answering = bia.plays(
            called().rings().waits(1500).answers().waits_for_a_sign().puts_down(), rtp_port=working.port
        )
        run = ana.plays(caller(line.number).is_answered().is_hung_up_on(), rtp_port=waiting.port)
        waiting.hears(40, 5)
        line.becomes("ringing")
        answering.sees("ACK sip:")
        line.becomes("on_call")
        for speaker, listener, by in ((waiting, working, run), (working, waiting, answering)):
            voice = bytes([0x20 + speaker.port % 64]) * 160
            speaker.says(voice, 25, far_port(by, speaker))
            wait_for(lambda: voice * 5 in bytes(listener.heard), 5)
        answering.sign()
        answering.succeeds()
        run.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.callee_number, call.ended_by) == (CallResult.ANSWERED, "1001", "callee")
    assert segments(call) == [("1001", "answered")]
    assert "Linear: 1001 (Pessoa 1001) é o primeiro livre na ordem da fila." in told(site, call)
    line.becomes("available")
    nothing_is_left(site, company)


def test_who_does_not_answer_is_followed_by_the_next_and_is_told_why_others_were_passed_over(
    site, company, phones, queue
):
    ana, bia, caio, duda = phones("1000", "1001", "1002", "1003")
    duda.registers(0)
    line = queue(bia, caio, duda, ring_seconds=1)
    line.becomes("available", "available", "offline")
    first = bia.plays(called().rings().is_cancelled())
    second = caio.plays(called().rings().waits(300).answers().is_hung_up_on())
    ana.plays(caller(line.number).is_answered().waits(2500).hangs_up()).succeeds()
    first.succeeds()
    second.succeeds()
    call = site.ended_call(company.id)
    assert segments(call) == [("1001", "unanswered"), ("1002", "answered")]
    offers = [step for step in site.steps(call) if step.kind == "queue-offer"]
    assert [step.text for step in offers] == [
        "Linear: 1001 (Pessoa 1001) é o primeiro livre na ordem da fila.",
        "Linear: 1002 (Pessoa 1002) é o primeiro livre na ordem da fila.",
    ]
    assert [{row["what"][:4]: row["why"] for row in step.detail["passed_over"]} for step in offers] == [
        {"1002": "livre, mas vem depois na ordem da fila", "1003": "não registrado"},
        {"1001": "já tentado nesta rodada", "1003": "não registrado"},
    ]
    nothing_is_left(site, company)


def test_ring_all_cancels_the_losers_as_answered_elsewhere(site, company, phones, queue):
    ana, bia, caio = phones("1000", "1001", "1002")
    line = queue(bia, caio, strategy="ring_all", ring_seconds=5)
    line.becomes("available", "available")
    loser = caio.plays(called().rings().is_cancelled())
    winner = bia.plays(called().rings().waits(600).answers().is_hung_up_on())
    ana.plays(caller(line.number).is_answered().waits(1500).hangs_up()).succeeds()
    winner.succeeds()
    loser.succeeds()
    assert loser.saw(ELSEWHERE), loser.story()
    call = site.ended_call(company.id)
    assert sorted(segments(call)) == [("1001", "answered"), ("1002", "elsewhere")]
    line.becomes("available", "available")
    nothing_is_left(site, company)
