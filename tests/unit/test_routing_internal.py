"""Who rings when one extension dials another, and what is said about those that do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.catalog.call import CallResult
from flow.routing.internal import PhoneState, Refuse, Ring, decide_internal
from flow.routing.numbers import diallable, masked
from flow.routing.snapshot import CompanySnapshot, Endpoint, Station

UP = PhoneState.REGISTERED


def station(company: int, number: str, *, active: bool = True, webphone: bool = True, seconds: int = 25) -> Station:
    name = f"f{company}-k{number}"
    phones = [Endpoint(name, "softphone")] + ([Endpoint(f"{name}-w", "browser")] if webphone else [])
    return Station(company * 100_000 + int(number), number, f"Pessoa {number}", tuple(phones), seconds, active)


def company(company_id: int, *numbers: str, **options: bool) -> CompanySnapshot:
    return CompanySnapshot.of(company_id, 7, [station(company_id, number, **options) for number in numbers])


ALL_UP = {f"f{c}-k{n}{w}": UP for c in (1, 2) for n in ("1000", "1001", "1002") for w in ("", "-w")}


def test_a_free_registered_extension_rings_on_all_its_telephones():
    snapshot = company(1, "1000", "1001")
    decision = decide_internal(snapshot, snapshot.by_number["1000"], "1001", phones=ALL_UP)
    assert isinstance(decision, Ring)
    assert [phone.name for phone in decision.endpoints] == ["f1-k1001", "f1-k1001-w"]
    assert decision.seconds == 25 and not decision.passed_over


def test_a_telephone_that_is_not_registered_is_passed_over_and_said_so():
    snapshot = company(1, "1000", "1001")
    decision = decide_internal(snapshot, None, "1001", phones={"f1-k1001-w": UP})
    assert isinstance(decision, Ring)
    assert [phone.kind for phone in decision.endpoints] == ["browser"]
    assert [(loser.what, loser.why) for loser in decision.passed_over] == [("Softphone", "não está registrado")]


@pytest.mark.parametrize(
    ("dialled", "expected"),
    [
        ("1001", CallResult.NOT_REGISTERED),
        ("4444", CallResult.UNKNOWN_NUMBER),
        ("", CallResult.UNKNOWN_NUMBER),
        ("1001&1002", CallResult.UNKNOWN_NUMBER),
        ("1" * 33, CallResult.UNKNOWN_NUMBER),
    ],
)
def test_without_anybody_to_ring_the_reason_is_named(dialled, expected):
    decision = decide_internal(company(1, "1000", "1001"), None, dialled, phones={})
    assert isinstance(decision, Refuse)
    assert decision.result is expected and decision.why


def test_an_extension_in_a_call_is_busy_even_with_a_free_second_telephone():
    snapshot = company(1, "1000", "1001")
    called = snapshot.by_number["1001"]
    decision = decide_internal(snapshot, None, "1001", phones=ALL_UP, busy=frozenset({called.id}))
    assert isinstance(decision, Refuse) and decision.result is CallResult.BUSY and decision.station is called


def test_who_dials_their_own_number_is_busy():
    snapshot = company(1, "1000")
    decision = decide_internal(snapshot, snapshot.by_number["1000"], "1000", phones=ALL_UP)
    assert isinstance(decision, Refuse) and decision.result is CallResult.BUSY


def test_a_deactivated_extension_does_not_ring():
    decision = decide_internal(company(1, "1001", active=False), None, "1001", phones=ALL_UP)
    assert isinstance(decision, Refuse) and decision.result is CallResult.NOT_REGISTERED


numbers = st.text("0123456789", min_size=2, max_size=6)


@given(st.sets(numbers, max_size=8), st.sets(numbers, max_size=8), numbers)
def test_the_same_number_in_two_companies_never_crosses(first, second, dialled):
    here, there = company(1, *first), company(2, *second)
    phones = dict.fromkeys((*here.by_endpoint, *there.by_endpoint), UP)
    decision = decide_internal(here, None, dialled, phones=phones)
    assert isinstance(decision, Ring) == (dialled in first)
    if isinstance(decision, Ring):
        assert all(
            phone.name in here.by_endpoint and phone.name not in there.by_endpoint for phone in decision.endpoints
        )


@given(st.text(max_size=40))
def test_only_digits_star_hash_and_plus_are_ever_a_number(text):
    allowed = 1 <= len(text) <= 32 and all(c in "0123456789*#+" for c in text)
    assert diallable(text) == allowed
    decision = decide_internal(company(1, "1000"), None, text, phones=ALL_UP)
    assert isinstance(decision, Refuse) or text == "1000"


@given(numbers, st.sets(st.sampled_from(sorted(ALL_UP))), st.sets(st.sampled_from([101_000, 101_001, 101_002])))
def test_every_decision_explains_itself_and_rings_only_registered_free_telephones(dialled, registered, busy):
    snapshot = company(1, "1000", "1001", "1002")
    phones = dict.fromkeys(registered, UP)
    decision = decide_internal(snapshot, None, dialled, phones=phones, busy=frozenset(busy))
    assert decision.why.endswith(".")
    if isinstance(decision, Ring):
        assert decision.station.id not in busy
        assert {phone.name for phone in decision.endpoints} <= registered
        assert len(decision.endpoints) + len(decision.passed_over) == len(decision.station.endpoints)


@given(st.text("0123456789*#+", min_size=3, max_size=32))
def test_a_masked_number_keeps_only_its_last_two_digits(number):
    assert masked(number).strip("•") in (number[-2:], number[-1:], "") and len(masked(number)) == len(number)
