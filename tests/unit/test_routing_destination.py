"""Destinations as text, and the company's plans as a call finds them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.routing.destination import HANGUP, OFFERED, WORDS, Destination, parse
from flow.routing.snapshot import CompanySnapshot, Endpoint, InboundPlan, QueuePlan, Station, TrunkPlan

ROWS = st.builds(
    Destination,
    st.sampled_from(["extension", "queue", "ivr", "schedule", "announcement", "conference"]),
    st.integers(1, 10**17),
)
EXTERNALS = st.text("0123456789", min_size=1, max_size=20).map(lambda digits: Destination("external", number=digits))


@given(ROWS | EXTERNALS | st.just(HANGUP))
def test_what_is_written_is_read_back_the_same(destination):
    assert parse(str(destination)) == destination


@pytest.mark.parametrize(
    "text",
    ["", "queue", "queue:", "queue:0", "queue:-1", "queue:1 ", "queue:01", "queue:١", "fila:1", "hangup:1", "external:",
     "external:+55", "queue:1\n", "Queue:1", "queue:9999999999999999999"],
)  # fmt: skip
def test_anything_else_is_no_destination(text):
    with pytest.raises(ValueError):
        parse(text)


@given(st.text(max_size=30))
def test_hostile_text_is_read_back_the_same_or_refused(text):
    with contextlib.suppress(ValueError):
        assert str(parse(text)) == text


def test_an_external_number_keeps_its_leading_zeros():
    assert parse("external:0215125554444").number == "0215125554444"


def test_every_kind_has_a_word_and_only_what_can_carry_a_call_is_offered():
    assert set(OFFERED) < set(WORDS)
    assert not {"conference", "external"} & set(OFFERED)


def test_a_company_without_plans_is_the_company_of_before():
    snapshot = CompanySnapshot.of(1, 7, [Station(3, "1000", "Ana", (Endpoint("f1-a", "softphone"),))])
    assert snapshot.by_number["1000"].id == 3
    assert not any((snapshot.audios, snapshot.ivrs, snapshot.queues, snapshot.inbound, snapshot.trunks))


def test_plans_are_found_by_what_a_call_brings():
    queue = QueuePlan(4, "Suporte", "600")
    route = InboundPlan(1, "Principal", "5125554444", Destination("queue", 4))
    trunk = TrunkPlan(2, "Operadora", "linha", "t1-abc")
    snapshot = CompanySnapshot.of(1, 7, [], queues=[queue], inbound=[route], trunks=[trunk])
    assert snapshot.queues[4] is snapshot.queue_by_number["600"] is queue
    assert snapshot.inbound["5125554444"] is route and snapshot.trunks["t1-abc"] is trunk
