"""What a telephone says of its own address decides whom a call reaches, and no one else's telephone."""

import pytest

from flow.engine.pbx.commands import targets_of

OWN = "f1-abcd2345"
HOME = f"PJSIP/{OWN}/sip:{OWN}@10.0.0.5:5062"
AWAY = f"PJSIP/{OWN}/sip:{OWN}@10.0.0.9:5060;transport=tcp;ob"


def test_every_contact_is_dialled():
    assert targets_of(OWN, f"{HOME}&{AWAY}") == [HOME.removeprefix("PJSIP/"), AWAY.removeprefix("PJSIP/")]


def test_nothing_registered_is_nothing_to_dial():
    assert targets_of(OWN, "") == []


@pytest.mark.parametrize(
    "contact",
    [
        "sip:x@10.0.0.5:5062;a=b&PJSIP/f2-zzzz9999",
        f"sip:x@10.0.0.5:5062;a=b&PJSIP/{OWN}/sip:10.9.9.9:5060",
        "sip:x&PJSIP/f2-zzzz9999@10.0.0.5:5062",
        "sip:a&b@10.0.0.5",
        "sip:x@10.0.0.5;a=@&",
    ],
)
def test_a_contact_that_could_be_read_as_several_is_not_dialled(contact):
    assert targets_of(OWN, f"{HOME}&PJSIP/{OWN}/{contact}") == []
