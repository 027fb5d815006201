"""DIDs: however a carrier writes one, it is the same line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.routing.did import look_up, normalise


@pytest.mark.parametrize(
    ("delivered", "did"),
    [
        ("5125554444", "5125554444"),
        ("05125554444", "5125554444"),
        ("+555125554444", "5125554444"),
        ("555125554444", "5125554444"),
        ("(51) 2555-4444", "5125554444"),
        ("51912345678", "51912345678"),
        ("5551912345678", "51912345678"),
        ("08001234567", "08001234567"),
        ("8001234567", "08001234567"),
        ("558001234567", "08001234567"),
        ("+558001234567", "08001234567"),
        ("5551255544", "5551255544"),
    ],
)
def test_every_way_of_writing_a_line_leads_to_one_form(delivered, did):
    assert normalise(delivered) == normalise(normalise(delivered)) == did


def test_the_ddd_completes_a_number_that_came_without():
    assert normalise("25554444", ddd="51") == "5125554444"
    with pytest.raises(ValueError, match="DDD"):
        normalise("25554444")


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "190", "+12125551212", "1000", "5125554444;user=phone", "sip:5125554444@x", "'; drop table",
     "5125554444\x00", "2025554444", "٥١٢٥٥٥٤٤٤٤", "%35%31", "5125554444,1000"],
)  # fmt: skip
def test_what_is_no_line_is_refused_with_a_reason(text):
    with pytest.raises(ValueError, match=r"[a-z]"):
        normalise(text)


@given(st.text(max_size=60))
def test_hostile_text_is_refused_or_becomes_ten_or_eleven_digits(text):
    found = look_up({}, text)
    assert found.owner is None and (not found.did or (found.did.isascii() and found.did.isdigit()))
    assert len(found.did) in (0, 10, 11)


def test_a_line_is_found_with_the_words_for_it():
    found = look_up({"5125554444": "Principal"}, "5125554444")
    assert (found.did, found.owner, found.why) == ("5125554444", "Principal", "DID (51) 2555-4444")


def test_a_line_that_was_written_otherwise_says_how_it_came():
    found = look_up({"5125554444": "Principal"}, "+555125554444")
    assert found.owner == "Principal" and found.why == "DID (51) 2555-4444 (recebido como +555125554444)"


def test_a_line_without_an_owner_is_named():
    found = look_up({}, "5125554444")
    assert found.did == "5125554444" and found.why == "DID (51) 2555-4444 não tem rota de entrada"


def test_a_carrier_that_sends_no_number_is_said_so():
    found = look_up({}, "anonymous")
    assert found.did == "" and "não é um DID" in found.why
