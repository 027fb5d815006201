"""Judging legs, knowing telephones, and sorting what is left on a node."""

import pytest

from flow.catalog.call import CallResult
from flow.engine.legs import Leg, Legs, outcome_of
from flow.engine.recovery import group, is_ours
from flow.engine.registrations import Registrations
from flow.engine.switchboard import endpoint_of
from flow.routing.internal import PhoneState
from flow.routing.snapshot import Endpoint

CALL = "0" * 31 + "a"
OTHER = "0" * 31 + "b"


@pytest.mark.parametrize(
    ("cause", "sip", "expected"),
    [
        (17, 486, CallResult.BUSY),
        (17, None, CallResult.BUSY),
        (21, 603, CallResult.REJECTED),
        (21, None, CallResult.REJECTED),
        (21, 403, CallResult.FAILED),
        (19, None, CallResult.NO_ANSWER),
        (0, 480, CallResult.NO_ANSWER),
        (20, None, CallResult.NOT_REGISTERED),
        (34, 503, CallResult.FAILED),
    ],
)
def test_what_a_leg_that_never_answered_ended_as(cause, sip, expected):
    assert outcome_of(cause, sip) is expected


def legs_with(*outcomes: CallResult | None) -> Legs:
    legs = Legs(None, CALL, "caller", 25)  # type: ignore[arg-type]  # judges only
    for number, outcome in enumerate(outcomes):
        legs.by_channel[str(number)] = Leg(str(number), Endpoint(f"f1-{number}", "softphone"), outcome=outcome)
    return legs


def test_busy_on_one_telephone_weighs_more_than_silence_on_another():
    assert legs_with(CallResult.NO_ANSWER, CallResult.BUSY).result() is CallResult.BUSY


def test_a_refusal_on_one_telephone_is_the_persons_and_ends_the_call():
    legs = legs_with(None, CallResult.REJECTED)
    assert (legs.declined, legs.open, legs.result()) == (True, True, CallResult.REJECTED)


def test_legs_are_open_until_each_has_an_outcome():
    assert legs_with(None, CallResult.BUSY).open
    assert not legs_with(CallResult.BUSY, CallResult.BUSY).open


# Registrations


def contact(name: str, uri: str, status: str, state: str) -> dict:
    return {
        "endpoint": {"resource": name, "state": state},
        "contact_info": {"uri": uri, "contact_status": status},
    }


@pytest.fixture
def heard() -> list[tuple[str, bool]]:
    return []


@pytest.fixture
def registrations(heard) -> Registrations:
    return Registrations(lambda name, online: heard.append((name, online)))


def test_a_telephone_that_signs_in_and_out_is_told_once_each(registrations, heard):
    registrations.contact_changed(contact("f1-a", "sip:1", "NonQualified", "online"))
    registrations.contact_changed(contact("f1-a", "sip:1", "NonQualified", "online"))
    registrations.contact_changed(contact("f1-a", "sip:1", "Removed", "offline"))
    assert heard == [("f1-a", True), ("f1-a", False)]
    assert registrations.states == {}


def test_a_single_contact_is_known_only_when_seen_from_the_beginning(registrations):
    registrations.reset([{"resource": "f1-old", "state": "online"}, {"resource": "f1-off", "state": "offline"}])
    assert registrations.states == {"f1-old": PhoneState.REGISTERED}
    assert not registrations.single_contact("f1-old")
    registrations.contact_changed(contact("f1-new", "sip:1", "NonQualified", "online"))
    assert registrations.single_contact("f1-new")
    registrations.contact_changed(contact("f1-new", "sip:2", "NonQualified", "online"))
    assert not registrations.single_contact("f1-new")
    registrations.contact_changed(contact("f1-new", "sip:1", "Removed", "online"))
    assert registrations.single_contact("f1-new")


def test_contacts_that_were_asked_for_once_are_kept_by_events(registrations):
    registrations.reset([{"resource": "f1-a", "state": "online"}])
    registrations.learn("f1-a", ["f1-a/sip:1"])
    assert registrations.single_contact("f1-a")
    registrations.contact_changed(contact("f1-a", "sip:2", "NonQualified", "online"))
    assert not registrations.single_contact("f1-a")


def test_after_a_pause_only_differences_are_told(registrations, heard):
    registrations.reset([{"resource": "f1-a", "state": "online"}, {"resource": "f1-b", "state": "online"}])
    heard.clear()
    registrations.reset([{"resource": "f1-b", "state": "online"}, {"resource": "f1-c", "state": "online"}])
    assert sorted(heard) == [("f1-a", False), ("f1-c", True)]


# What is left on a node


def channel(name: str, arguments: str, state: str = "Up") -> dict:
    return {"id": name, "state": state, "dialplan": {"app_name": "Stasis", "app_data": f"flow,{arguments}"}}


def test_two_in_a_bridge_are_one_conversation_whoever_made_their_channels():
    """After an attended transfer a leg's id speaks of the call it came from."""
    left, right = channel("c1", "in,f1-a"), channel(f"{OTHER}.1", "leg,c9")
    found = group([left, right], [{"id": CALL, "channels": ["c1", f"{OTHER}.1"]}], {})
    assert list(found) == [CALL]
    assert found[CALL].bridged == [left, right]


def test_a_ringing_leg_finds_its_caller_without_any_record():
    caller, leg = channel("c1", "in,f1-a", "Ring"), channel(f"{CALL}.1", "leg,c1", "Ringing")
    found = group([caller, leg], [], {})
    assert (found[CALL].callers, found[CALL].legs) == ([caller], [leg])


def test_channels_of_other_applications_are_not_ours():
    assert is_ours(channel("c1", "in,f1-a"))
    assert not is_ours({"id": "x", "dialplan": {"app_name": "Stasis", "app_data": "flower"}})
    assert not is_ours({"id": "x", "dialplan": {"app_name": "Playback", "app_data": "flow"}})


@pytest.mark.parametrize(
    ("name", "endpoint"), [("PJSIP/f1-abc-0000002a", "f1-abc"), ("PJSIP/f1-abc-w-0000002a", "f1-abc-w")]
)
def test_the_endpoint_stands_in_the_channels_name(name, endpoint):
    assert endpoint_of(name) == endpoint
