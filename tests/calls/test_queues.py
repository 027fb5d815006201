"""Callers wait in a queue with music, members are tried by its strategy, and nothing is left behind by anybody."""

import audioop
import time
from array import array
from dataclasses import dataclass
from itertools import pairwise

import pytest
import sqlalchemy as sa
from sqlmodel import select

from flow.catalog.call import CallResult, CallSegment
from flow.catalog.queue import Queue
from flow.catalog.registry import by_key
from flow.db import platform_session
from flow.services import records
from flow.sound.wav import HEADER_BYTES, RATE
from tests.calls.phone import SIP_PORT
from tests.calls.sip import called, caller, customer
from tests.calls.site import Company, Site, wait_for
from tests.calls.sound import Ear
from tests.calls.test_transfers import other_call
from tests.unit.conftest import kept_sound

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

    def pause(self, user_id: int, reason: str) -> None:
        self.site.ask("/queues/presence", {"company_id": self.company.id, "key": f"user:{user_id}", "reason": reason})

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


def rows(call):
    with platform_session() as db:
        query = select(CallSegment).where(CallSegment.call_id == call.id).order_by(CallSegment.position)
        return list(db.exec(query))


def segments(call):
    return [(row.name[:4], row.result) for row in rows(call)]


def told(site, call):
    return " | ".join(step.text for step in site.steps(call))


def nothing_is_left(site, company):
    """No call, channel or bridge of this company."""
    wait_for(lambda: site.ask(f"/calls?company_id={company.id}") == [], 10)
    own = {call.id for call in site.calls(company.id)}
    wait_for(lambda: f"PJSIP/f{company.id}-" not in site.node.command("core show channels concise"), 10)
    wait_for(lambda: not own & set(site.node.command("bridge show all").split()), 10)


def far_port(run, ear):
    """Where Asterisk hears this telephone."""
    ports = {int(port) for port in run.every(r"m=audio (\d+)")} - {ear.port}
    assert len(ports) == 1, run.story()
    return ports.pop()


def hears(listener, speaker, run):
    """What one says reaches the other, sound for sound."""
    voice = bytes([0x20 + speaker.port % 64]) * 160
    speaker.says(voice, 25, far_port(run, speaker))
    wait_for(lambda: voice * 5 in bytes(listener.heard), 5)


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
        hears(working, waiting, run)
        hears(waiting, working, answering)
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


# Strategies


@pytest.mark.parametrize(
    ("strategy", "then"),
    [
        ("linear", ["1001 answered"]),
        ("longest_idle", ["1002 refused", "1003 refused", "1001 answered"]),
        ("fewest_calls", ["1002 refused", "1003 refused", "1001 answered"]),
    ],
)
def test_who_has_answered_rings_again_when_the_strategy_says(site, company, phones, queue, strategy, then):
    ana, bia, caio, duda = phones("1000", "1001", "1002", "1003")
    line = queue(bia, caio, duda, strategy=strategy, ring_seconds=5)
    line.becomes(*["available"] * 3)
    busy = [phone.plays(called().answers_with("486 Busy Here")) for phone in (caio, duda)] if len(then) > 1 else []
    for turn in (1, 2):
        answering = bia.plays(called().answers().is_hung_up_on())
        ana.plays(caller(line.number).is_answered().waits(700).hangs_up()).succeeds()
        answering.succeeds()
        call = site.ended_calls(company.id, turn)[-1]
        line.becomes(*["available"] * 3)
    assert [" ".join(segment) for segment in segments(call)] == then
    for one in busy:
        one.succeeds()


def test_the_random_strategy_draws_among_those_whom_the_call_has_not_tried(site, company, phones, queue):
    ana, *members = phones("1000", "1001", "1002", "1003")
    line = queue(*members, strategy="random", ring_seconds=5)
    line.becomes(*["available"] * 3)
    busy = [phone.plays(called().answers_with("486 Busy Here")) for phone in members]
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    for one in busy:
        one.succeeds()
    run.sign()
    run.succeeds()
    call = site.ended_call(company.id)
    assert sorted(segments(call)[:3]) == [("1001", "refused"), ("1002", "refused"), ("1003", "refused")]
    drawn = [step.text.rpartition("entre ")[2] for step in site.steps(call) if step.kind == "queue-offer"]
    assert drawn[:3] == ["3 livres.", "2 livres.", "1 livres."]


def test_the_random_strategy_with_memory_calls_nobody_twice_before_everybody_was_called(site, company, phones, queue):
    ana, *members = phones("1000", "1001", "1002", "1003")
    line = queue(*members, strategy="random_memory", ring_seconds=5)
    line.becomes(*["available"] * 3)
    answering = [phone.plays(called().answers().is_hung_up_on()) for phone in members]
    for _ in members:
        ana.plays(caller(line.number).is_answered().waits(500).hangs_up()).succeeds()
        line.becomes(*["available"] * 3)
    for one in answering:
        one.succeeds()
    rung = [segment for call in site.ended_calls(company.id, 3) for segment in segments(call)]
    assert sorted(rung) == [("1001", "answered"), ("1002", "answered"), ("1003", "answered")]


def test_when_nobody_answers_a_new_round_begins_after_a_pause_and_no_telephone_is_sent_on_a_break(
    site, company, phones, queue
):
    ana, bia = phones("1000", "1001")
    line = queue(bia, ring_seconds=1, retry_seconds=1)
    line.becomes("available")
    silent = bia.plays(called().rings().is_cancelled(), often=2)
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    silent.succeeds()
    answering = bia.plays(called().answers().is_hung_up_on())
    line.becomes("on_call")
    run.sign()
    run.succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert segments(call) == [("1001", "unanswered"), ("1001", "unanswered"), ("1001", "answered")]
    offers = [step for step in site.steps(call) if step.kind == "queue-offer"]
    assert [step.detail["round"] for step in offers] == [1, 2, 3]
    assert [1.8 < (b.at - a.at).total_seconds() < 4 for a, b in pairwise(offers)] == [True, True]


# The caller leaves


def test_who_gives_up_waiting_leaves_nothing_behind(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    bia.registers(0)
    line = queue(bia)
    line.becomes("offline")
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.waiting(1)
    run.sign()
    run.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by, segments(call)) == (CallResult.ABANDONED, "caller", [])
    line.waiting(0)
    nothing_is_left(site, company)


def test_who_gives_up_while_a_member_rings_frees_the_member(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    line = queue(bia, ring_seconds=9)
    line.becomes("available")
    ringing = bia.plays(called().rings().is_cancelled())
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.becomes("ringing")
    run.sign()
    run.succeeds()
    ringing.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, segments(call)) == (CallResult.ABANDONED, [("1001", "abandoned")])
    line.becomes("available")
    nothing_is_left(site, company)


@pytest.mark.parametrize("head_start", [-0.02, 0.0, 0.02], ids=["just before", "at", "just after"])
def test_who_gives_up_in_the_moment_of_the_answer_leaves_nothing_behind(site, company, phones, queue, head_start):
    ana, bia = phones("1000", "1001")
    line = queue(bia, ring_seconds=9)
    line.becomes("available")
    answering = bia.plays(called().rings().waits_for_a_sign().answers().is_hung_up_on())
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.becomes("ringing")
    for one in (run, answering) if head_start <= 0 else (answering, run):
        one.sign()
        time.sleep(abs(head_start))
    run.succeeds()
    call = site.ended_call(company.id)
    answered = call.result == CallResult.ANSWERED
    assert answered or call.result == CallResult.ABANDONED
    assert (call.answered_at is not None) == answered
    assert segments(call) == [("1001", "answered" if answered else "abandoned")]
    line.becomes("available")
    nothing_is_left(site, company)


# Out of the queue


def test_after_the_maximum_wait_the_caller_goes_on_to_the_overflow_destination(site, company, phones, queue):
    ana, bia, caio = phones("1000", "1001", "1002")
    line = queue(bia, ring_seconds=9, max_wait_seconds="2", overflow=f"extension:{caio.account.extension_id}")
    line.becomes("available")
    silent = bia.plays(called().rings().is_cancelled())
    answering = caio.plays(called().rings().waits(200).answers().is_hung_up_on())
    ana.plays(caller(line.number).is_answered().waits(3000).hangs_up()).succeeds()
    silent.succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.callee_number, segments(call)) == (
        CallResult.ANSWERED,
        "1002",
        [("1001", "overflow")],
    )
    assert 'Fila "Fila 500": esperou o máximo de 2 s → ramal 1002 (Pessoa 1002).' in told(site, call)
    assert told(site, call).count("esperou o máximo") == 1
    line.becomes("available")
    nothing_is_left(site, company)


def test_the_overflow_destination_may_be_an_announcement_and_then_the_end(site, company, phones, queue):
    (ana,) = phones("1000")
    sound = company.make("audio", name="Tchau", current=kept_sound(company.id, 0.5))
    bye = company.make("announcement", name="Tchau", audios=[sound], destination="hangup")
    line = queue(max_wait_seconds="1", overflow=f"announcement:{bye}")
    ana.plays(caller(line.number).is_answered().is_hung_up_on()).succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by) == (CallResult.SERVED, "system")
    nothing_is_left(site, company)


def test_who_would_wait_for_nobody_goes_to_the_destination_of_an_empty_queue(site, company, phones, queue):
    ana, bia, caio = phones("1000", "1001", "1002")
    line = queue(bia, empty_rule="nobody_available", empty_destination=f"extension:{caio.account.extension_id}")
    line.becomes("available")
    silent = bia.plays(called().rings().is_cancelled())
    answering = caio.plays(called().rings().waits(200).answers().is_hung_up_on())
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    silent.succeeds()  # it rang out, and the caller waits for the next round
    bia.registers(0)
    answering.sees("ACK sip:")
    run.sign()
    run.succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert call.callee_number == "1002"
    assert "ninguém da fila está disponível: todos offline ou em pausa → ramal 1002" in told(site, call)
    line.change(empty_rule="wait")
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.waiting(1)
    run.sign()
    run.succeeds()


# Who is passed over


def test_after_a_call_a_member_rests_before_the_next(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    line = queue(bia, wrapup_seconds="2")
    line.becomes("available")
    answering = bia.plays(called().answers().is_hung_up_on())
    ana.plays(caller(line.number).is_answered().waits(300).hangs_up()).succeeds()
    answering.succeeds()
    line.becomes("wrapup")
    answering = bia.plays(called().answers().waits(200).puts_down())
    ana.plays(caller(line.number).is_answered().is_hung_up_on()).succeeds()
    answering.succeeds()
    first, second = site.ended_calls(company.id, 2)
    assert 1.5 < (second.answered_at - first.ended_at).total_seconds() < 4


def test_a_member_in_a_call_outside_the_queues_is_passed_over(site, company, phones, queue):
    ana, bia, caio, duda = phones("1000", "1001", "1002", "1003")
    line = queue(bia, duda)
    line.becomes("available", "available")
    inside = bia.plays(called().answers().is_hung_up_on())
    chat = caio.plays(caller("1001").is_answered().waits_for_a_sign().hangs_up())
    line.becomes("on_call", "available")
    answering = duda.plays(called().answers().is_hung_up_on())
    ana.plays(caller(line.number).is_answered().waits(500).hangs_up()).succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    offer = next(step for step in site.steps(call) if step.kind == "queue-offer")
    assert [row["why"] for row in offer.detail["passed_over"]] == ["em ligação fora das filas"]
    chat.sign()
    chat.succeeds()
    inside.succeeds()
    line.becomes("available", "available")


# Several callers


def test_the_queue_of_higher_priority_goes_first_and_each_keeps_the_order_of_arrival(site, company, phones, queue):
    ana, bia, caio, duda = phones("1000", "1001", "1002", "1003")
    bia.registers(0)
    plain, urgent = queue(bia, number="500", ring_seconds=9), queue(bia, number="501", priority="5", ring_seconds=9)
    runs = []
    for phone, line, waiting in ((ana, plain, 1), (caio, plain, 2), (duda, urgent, 1)):
        runs.append(phone.plays(caller(line.number).is_answered().is_hung_up_on()))
        line.waiting(waiting)
    bia.registers()
    bia.plays(called().answers().waits(200).puts_down(), often=len(runs)).succeeds()
    for run in runs:
        run.succeeds()
    served = sorted(site.ended_calls(company.id, 3), key=lambda call: call.answered_at)
    assert [call.caller_number for call in served] == ["1003", "1000", "1002"]


def test_strategy_and_members_may_change_while_a_call_waits(site, company, phones, queue):
    ana, bia, caio, duda = phones("1000", "1001", "1002", "1003")
    bia.registers(0)
    line = queue(bia, ring_seconds=9)
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.waiting(1)
    silent = caio.plays(called().rings().is_cancelled())
    answering = duda.plays(called().rings().waits(600).answers().is_hung_up_on())
    members = [f"extension:{phone.account.extension_id}" for phone in (caio, duda)]
    line.change(strategy="ring_all", members=members)
    line.becomes("available", "on_call")
    silent.succeeds()
    run.sign()
    run.succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert sorted(segments(call)) == [("1002", "elsewhere"), ("1003", "answered")]
    assert "Chamar todos: toca nos 2 membros livres." in told(site, call)


# People


@pytest.fixture
def agent(company):
    """A person whose Webphone is this telephone's extension; the id."""

    def make(phone, login="bia") -> int:
        with records.opened(company.owner, by_key("profile")) as db:
            rows = records.list_rows(db, company.owner, by_key("profile")).rows
        profile = next(row["id"] for row in rows if row["name"] == "Agente")
        values = {"name": f"{login.title()} Souza", "login": f"{login}-{company.id}", "password": "girassol7"}
        return company.make(
            "user", **values, email=f"{login}@exemplo.com.br", profile_id=profile, function="Agente",
            extension_id=str(phone.account.extension_id),
        )  # fmt: skip

    return make


def restart_engine(site):
    site.kill_engine()
    site.start_engine()
    site.wait_until_in_sync()


def test_an_agent_gets_calls_once_logged_in_and_not_in_a_pause_also_after_a_restart(
    site, company, phones, queue, agent
):
    ana, bia = phones("1000", "1001")
    person = agent(bia)
    line = queue(members=[f"user:{person}"], member_kind="agent", ring_seconds=9)
    line.becomes("offline")
    run = ana.plays(caller(line.number).is_answered().is_hung_up_on())
    line.waiting(1)
    answering = bia.plays(called().answers().waits(300).puts_down())
    line.present(person, True)
    answering.succeeds()
    run.succeeds()
    line.becomes("available")
    line.pause(person, "Almoço")
    line.becomes("paused")
    restart_engine(site)
    line.becomes("paused")
    run = ana.plays(caller(line.number).is_answered().is_hung_up_on())
    line.waiting(1)
    answering = bia.plays(called().answers().waits(300).puts_down())
    line.pause(person, "")
    answering.succeeds()
    run.succeeds()
    line.present(person, False)
    line.becomes("offline")
    call = site.ended_calls(company.id, 2)[0]
    (segment,) = rows(call)
    assert (segment.user_id, segment.extension_id, segment.name) == (person, bia.account.extension_id, "Bia Souza")


def test_an_agent_who_lets_two_calls_ring_out_is_sent_on_a_break(site, company, phones, queue, agent):
    ana, bia = phones("1000", "1001")
    person = agent(bia)
    line = queue(members=[f"user:{person}"], member_kind="agent", ring_seconds=1, retry_seconds=1)
    line.present(person, True)
    line.becomes("available")
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    bia.plays(called().rings().is_cancelled(), often=2).succeeds()
    line.becomes("paused")
    assert line.shown()["members"][0]["reason"] == "Não atendeu"
    run.sign()
    run.succeeds()
    assert segments(site.ended_call(company.id)) == [("Bia ", "unanswered")] * 2


def test_the_code_45_takes_an_agent_into_the_own_queues_and_out_of_them(site, company, phones, queue, agent):
    ana, bia = phones("1000", "1001")
    person = agent(bia)
    lines = [queue(members=[f"user:{person}"], member_kind="agent", number=number) for number in ("500", "501")]
    for turn, (state, word) in enumerate((("available", "entrou"), ("offline", "saiu")), 1):
        with Ear(bia.address) as ear:
            bia.plays(caller("*45").is_answered().is_hung_up_on(), rtp_port=ear.port).succeeds()
            assert spoken(site, ear, f"fila-{word}")
        for line in lines:
            line.becomes(state)
        call = site.ended_calls(company.id, turn)[-1]
        assert call.result == CallResult.SERVED
    assert 'Saiu de "Fila 500", "Fila 501".' in told(site, call)
    ana.plays(caller("*45").is_answered().is_hung_up_on()).succeeds()
    assert "não é agente de nenhuma fila" in told(site, site.ended_calls(company.id, 3)[-1])


# What is heard


def spoken(site, ear, prompt):
    """Whether this telephone has heard one of the node's prompts."""
    path = next(site.node.places.data.rglob(f"{prompt}.wav"))
    meant = array("h", path.read_bytes()[HEADER_BYTES:])
    loud = max(range(0, len(meant) - 400, 80), key=lambda n: sum(map(abs, meant[n : n + 400])))
    piece = audioop.lin2ulaw(meant[loud : loud + 400].tobytes(), 2)
    heard = bytes(ear.heard)
    return max(sum(a == b for a, b in zip(piece, heard[n:], strict=False)) for n in range(len(heard) - 400)) > 300


def test_the_caller_is_told_the_place_in_the_queue_and_then_hears_music_again(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    bia.registers(0)
    line = queue(bia, position_every_seconds="15")
    with Ear(ana.address) as ear:
        run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up(), rtp_port=ear.port)
        wait_for(lambda: len(ear.heard) > 6 * RATE, 15)
        run.sign()
        run.succeeds()
        assert spoken(site, ear, "posicao-1")
        assert not spoken(site, ear, "posicao-2")
        after = audioop.ulaw2lin(bytes(ear.heard)[-RATE:], 2)
        assert audioop.rms(after, 2) > 100


def test_after_the_conversation_the_caller_stays_and_gives_a_grade(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    question = company.make("audio", name="Nota", current=kept_sound(company.id, 0.5))
    survey = company.make("ivr", name="Nota", survey="1", kind="menu", menu_id=str(question), exceeded="hangup")
    line = queue(bia, survey_id=str(survey), wrapup_seconds="1")
    line.becomes("available")
    with Ear(ana.address) as ear:
        answering = bia.plays(called().answers().waits(400).puts_down())
        run = ana.plays(caller(line.number).is_answered().is_hung_up_on(), rtp_port=ear.port)
        answering.succeeds()
        line.becomes("wrapup")
        wait_for(lambda: site.ask(f"/calls?company_id={company.id}")[0]["state"] == "survey", 5)
        time.sleep(0.7)
        ear.presses("4", far_port(run, ear))
        run.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, call.ended_by) == (CallResult.ANSWERED, "callee")
    (segment,) = rows(call)
    assert (segment.grade, segment.result) == (4, "answered")
    assert segment.ended_at < call.ended_at
    assert "Quem ligou deu nota 4." in told(site, call)
    nothing_is_left(site, company)


# Transfers


def test_an_agent_sends_the_caller_on_and_is_free_again(site, company, phones, queue):
    ana, bia, caio = phones("1000", "1001", "1002")
    line = queue(bia)
    line.becomes("available")
    target = f"sip:1002@127.0.0.1:{site.settings.sip_port}"
    third = caio.plays(called().rings().answers().waits_for_a_sign().puts_down())
    answering = bia.plays(called().answers().waits(300).sends_on(target).is_told_the_end().is_hung_up_on())
    run = ana.plays(caller(line.number).is_answered().is_told_anew().is_hung_up_on())
    answering.succeeds()
    line.becomes("available")
    third.sign()
    third.succeeds()
    run.succeeds()
    first, onward = site.ended_calls(company.id, 2)
    assert (first.result, first.ended_by, segments(first)) == (CallResult.ANSWERED, "callee", [("1001", "answered")])
    assert (onward.caller_number, onward.callee_number, onward.result) == ("1000", "1002", CallResult.ANSWERED)
    nothing_is_left(site, company)


def test_an_agent_joins_the_caller_with_another_extension_and_is_free_again(site, company, phones, queue):
    ana, bia, caio = phones("1000", "1001", "1002")
    line = queue(bia)
    line.becomes("available")
    third = caio.plays(called().answers().is_told_anew().waits_for_a_sign().puts_down())
    answering = bia.plays(called().answers().waits_for_a_target().sends_on().is_told_the_end().is_hung_up_on())
    run = ana.plays(caller(line.number).is_answered().is_told_anew().is_hung_up_on())
    line.becomes("on_call")
    asking = bia.plays(caller("1002").is_answered().is_hung_up_on(), port=SIP_PORT + 1)
    asking.sees(r"SIP/2.0 200 OK[\s\S]*ACK sip:")
    answering.sign(other_call(site, asking, "1002"))
    answering.succeeds()
    asking.succeeds()
    line.becomes("available")
    third.sign()
    third.succeeds()
    run.succeeds()
    nothing_is_left(site, company)


def test_a_caller_may_be_sent_into_a_queue(site, company, phones, queue):
    ana, bia, caio = phones("1000", "1001", "1002")
    line = queue(bia)
    line.becomes("available")
    target = f"sip:{line.number}@127.0.0.1:{site.settings.sip_port}"
    answering = bia.plays(called().rings().waits(500).answers().waits(300).puts_down())
    waiting = caio.plays(called().answers().is_hung_up_on())
    ana.plays(caller("1002").is_answered().waits(300).refers_to(target).is_told_the_end().is_hung_up_on()).succeeds()
    answering.succeeds()
    waiting.succeeds()
    onward = site.ended_calls(company.id, 2)[-1]
    assert (onward.caller_number, onward.callee_number, onward.result) == ("1002", "1001", CallResult.ANSWERED)
    nothing_is_left(site, company)


# The engine dies


def test_who_waits_while_the_engine_is_killed_hears_on_and_is_served_in_the_order_of_arrival(
    site, company, phones, queue
):
    ana, bia, caio = phones("1000", "1001", "1002")
    bia.registers(0)
    line = queue(bia, ring_seconds=9)
    with Ear(ana.address) as ear:
        runs = [ana.plays(caller(line.number).is_answered().is_hung_up_on(), rtp_port=ear.port)]
        line.waiting(1)
        runs.append(caio.plays(caller(line.number).is_answered().is_hung_up_on()))
        line.waiting(2)
        time.sleep(0.5)  # until it is written
        site.kill_engine()
        ear.hears(ear.packets + 50, 5)
        site.start_engine()
        site.wait_until_in_sync()
        line.waiting(2)
        ear.hears(ear.packets + 50, 5)
    bia.registers()
    bia.plays(called().answers().waits(200).puts_down(), often=len(runs)).succeeds()
    for run in runs:
        run.succeeds()
    served = sorted(site.ended_calls(company.id, 2), key=lambda call: call.answered_at)
    assert [(call.caller_number, call.result, call.recovered) for call in served] == [
        ("1000", CallResult.ANSWERED, True),
        ("1002", CallResult.ANSWERED, True),
    ]
    nothing_is_left(site, company)


def test_a_member_whose_telephone_rings_while_the_engine_is_killed_is_rung_anew(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    line = queue(bia, ring_seconds=30)
    line.becomes("available")
    silent = bia.plays(called().rings().is_cancelled())
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.becomes("ringing")
    time.sleep(0.5)  # until it is written
    site.kill_engine()
    site.start_engine()
    silent.succeeds()
    answering = bia.plays(called().answers().is_hung_up_on())
    site.wait_until_in_sync()
    line.becomes("on_call")
    run.sign()
    run.succeeds()
    answering.succeeds()
    call = site.ended_call(company.id)
    assert (call.result, segments(call)[0]) == (CallResult.ANSWERED, ("1001", "interrupted"))
    assert segments(call)[-1] == ("1001", "answered")
    line.becomes("available")
    nothing_is_left(site, company)


def test_a_conversation_with_an_agent_outlives_the_engine_and_the_survey_follows(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    question = company.make("audio", name="Nota", current=kept_sound(company.id, 0.5))
    survey = company.make("ivr", name="Nota", survey="1", kind="menu", menu_id=str(question), exceeded="hangup")
    line = queue(bia, survey_id=str(survey))
    line.becomes("available")
    with Ear(ana.address) as ear:
        answering = bia.plays(called().answers().waits_for_a_sign().puts_down())
        run = ana.plays(caller(line.number).is_answered().is_hung_up_on(), rtp_port=ear.port)
        line.becomes("on_call")
        time.sleep(0.5)  # until it is written
        restart_engine(site)
        line.becomes("on_call")
        answering.sign()
        answering.succeeds()
        line.becomes("available")
        time.sleep(0.7)
        ear.presses("5", far_port(run, ear))
        run.succeeds()
    call = site.ended_call(company.id)
    (segment,) = rows(call)
    assert (call.result, call.recovered, segment.result, segment.grade) == (CallResult.ANSWERED, True, "answered", 5)
    nothing_is_left(site, company)


def test_the_days_figures_and_a_pause_are_the_same_after_the_engine_was_killed(site, company, phones, queue, agent):
    ana, bia = phones("1000", "1001")
    person = agent(bia)
    line = queue(members=[f"user:{person}"], member_kind="agent", ring_seconds=9)
    line.present(person, True)
    line.becomes("available")
    answering = bia.plays(called().answers().waits(300).puts_down())
    ana.plays(caller(line.number).is_answered().is_hung_up_on()).succeeds()
    answering.succeeds()
    line.becomes("available")
    line.pause(person, "Almoço")
    line.becomes("paused")
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.waiting(1)
    run.sign()
    run.succeeds()
    line.waiting(0)
    site.ended_calls(company.id, 2)
    before = line.shown()
    assert (before["answered"], before["short_abandoned"], before["service_level"]) == (1, 1, 1.0)
    time.sleep(1)  # until it is written
    restart_engine(site)
    wait_for(lambda: line.shown() == before, 5, lambda: f"{line.shown()}\n{before}")


def test_who_gives_up_while_no_engine_runs_counts_among_those_who_gave_up(site, company, phones, queue):
    ana, bia = phones("1000", "1001")
    bia.registers(0)
    line = queue(bia)
    run = ana.plays(caller(line.number).is_answered().waits_for_a_sign().hangs_up())
    line.waiting(1)
    time.sleep(0.5)  # until it is written
    site.kill_engine()
    run.sign()
    run.succeeds()
    site.start_engine()
    site.wait_until_in_sync()
    assert site.ended_call(company.id).result == CallResult.LOST
    shown = line.shown()
    assert (shown["waiting"], shown["abandoned"] + shown["short_abandoned"]) == (0, 1)


# From outside


def test_a_carriers_caller_who_is_sent_on_by_an_agent_keeps_the_number(site, company, phones, queue, carrier):
    bia, caio = phones("1001", "1002")
    line = queue(bia)
    host = f"{carrier.address}:{SIP_PORT}"
    company.make("trunk", name="Operadora", code="linha", host=host, extra="insecure=port,invite")
    company.make("inbound_route", name="SAC", description="x", did="5132250000", destination=f"queue:{line.id}")
    company.in_service()
    line.becomes("available")
    target = f"sip:1002@127.0.0.1:{site.settings.sip_port}"
    third = caio.plays(called().rings().answers().waits_for_a_sign().puts_down())
    answering = bia.plays(called().answers().waits(300).sends_on(target).is_told_the_end().is_hung_up_on())
    run = carrier.plays(customer("5132250000").is_answered().is_hung_up_on())
    answering.succeeds()
    line.becomes("available")
    third.sign()
    third.succeeds()
    run.succeeds()
    first, onward = site.ended_calls(company.id, 2)
    assert (first.direction, first.result, segments(first)) == (
        "inbound",
        CallResult.ANSWERED,
        [("1001", "answered")],
    )
    assert (onward.direction, onward.caller_number, onward.callee_number) == ("inbound", "51988887777", "1002")
    nothing_is_left(site, company)
