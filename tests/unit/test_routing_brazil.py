"""Numbers of Brazil: each row of the table, and who wins where two readings are possible."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.catalog.company import DDDS
from flow.catalog.number import RESERVED
from flow.routing.brazil import NON_GEOGRAPHIC, STATES, NumberKind, classify, same_local_area, shown, state_of

K = NumberKind
LOCAL = st.from_regex(r"[2-5][0-9]{7}|9[0-9]{8}", fullmatch=True)


@pytest.mark.parametrize(
    ("dialled", "kind", "digits", "csp"),
    [
        ("25554444", K.LOCAL_FIXED, "5125554444", ""),
        ("912345678", K.LOCAL_MOBILE, "51912345678", ""),
        ("5125554444", K.NATIONAL, "5125554444", ""),
        ("05125554444", K.NATIONAL, "5125554444", ""),
        ("0215125554444", K.NATIONAL, "5125554444", "21"),
        ("051912345678", K.NATIONAL, "51912345678", ""),
        ("02151912345678", K.NATIONAL, "51912345678", "21"),
        ("+55 (51) 2555-4444", K.NATIONAL, "5125554444", ""),
        ("0021 1 212 555-1212", K.INTERNATIONAL, "12125551212", "21"),
        ("+12125551212", K.INTERNATIONAL, "12125551212", ""),
        ("0800 123 4567", K.NON_GEOGRAPHIC, "08001234567", ""),
        ("0800123456", K.NON_GEOGRAPHIC, "0800123456", ""),
        ("190", K.SHORT, "190", ""),
        ("10315", K.SHORT, "10315", ""),
    ],
)
def test_each_way_of_dialling_is_recognised(dialled, kind, digits, csp):
    number = classify(dialled, ddd="51")
    assert (number.kind, number.digits, number.csp) == (kind, digits, csp) and number.why


@pytest.mark.parametrize(
    ("dialled", "digits"),
    [
        ("5551255544", "5551255544"),  # ten digits: DDD 55
        ("55912345678", "55912345678"),  # eleven: DDD 55
        ("555125554444", "5125554444"),  # twelve that begin with 55: DDI
        ("5551912345678", "51912345678"),  # thirteen: DDI
        ("555551255544", "5551255544"),  # DDI and DDD 55
    ],
)
def test_ten_or_eleven_digits_begin_with_the_ddd_and_twelve_or_thirteen_with_the_ddi(dialled, digits):
    assert classify(dialled).digits == digits


@pytest.mark.parametrize("digit", "6789")
def test_an_old_mobile_number_gets_its_nine(digit):
    assert classify(f"{digit}1234567", ddd="51").digits == f"519{digit}1234567"
    assert classify(f"51{digit}1234567").digits == f"519{digit}1234567"
    assert classify(f"51{digit}1234567", complete_mobile=False).digits == f"51{digit}1234567"


@pytest.mark.parametrize("short", sorted(RESERVED))
def test_emergency_and_public_services_are_never_changed(short):
    number = classify(short, ddd="51")
    assert number.kind is K.SHORT and number.digits == short == shown(short)


@pytest.mark.parametrize("prefix", NON_GEOGRAPHIC)
def test_non_geographic_numbers_keep_their_prefix(prefix):
    assert classify(f"{prefix}1234567").digits == f"{prefix}1234567"
    assert classify(f"+55{prefix[1:]}1234567").digits == f"{prefix}1234567"


@pytest.mark.parametrize(
    "text", ["", "+", "abc", "51 2555-444a", "1234567", "2025554444", "51125554444", "5125554444;ext=1", "٥١٢٥٥٥٤٤٤٤",
             "5125554444\n", "++555125554444", "12345678901234567890123", "5125554444&1000", "9" * 60],
)  # fmt: skip
def test_what_is_no_number_is_unknown_and_says_why(text):
    number = classify(text)
    assert number.kind is K.UNKNOWN and number.why and shown(text) == text


@given(st.sampled_from([f"{n:02}" for n in range(10, 100) if f"{n:02}" not in DDDS]), LOCAL)
def test_an_area_code_that_does_not_exist_is_no_national_number(ddd, local):
    assert classify(f"+55{ddd}{local}").kind is not K.NATIONAL


@given(st.sampled_from(DDDS), LOCAL, st.sampled_from(["", "0", "55", "+55", "021", "041"]))
def test_every_prefix_of_a_national_number_leads_to_the_same_digits(ddd, local, prefix):
    number = classify(f"{prefix}{ddd}{local}")
    assert number.digits == f"{ddd}{local}" and number.mobile == (len(local) == 9)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("5125554444", "(51) 2555-4444"),
        ("+555125554444", "(51) 2555-4444"),
        ("51912345678", "(51) 91234-5678"),
        ("25554444", "2555-4444"),
        ("08001234567", "0800 123 4567"),
        ("+12125551212", "+12125551212"),
        ("1000", "1000"),
    ],
)
def test_numbers_are_shown_as_people_write_them(number, text):
    assert shown(number) == text


@pytest.mark.parametrize(("day", "local"), [(date(2026, 6, 20), False), (date(2026, 6, 21), True)])
def test_since_21_june_2026_each_ddd_is_one_local_area_whatever_the_cnl(day, local):
    assert same_local_area("51", "51", day, same_cnl=False) is local
    assert not same_local_area("51", "54", date(2026, 6, 21), same_cnl=True)
    assert same_local_area("51", "51", date(2026, 6, 20), same_cnl=True)


def test_each_area_code_lies_in_one_of_the_27_states():
    assert sorted(ddd for ddds in STATES.values() for ddd in ddds.split()) == sorted(DDDS) and len(DDDS) == 67
    assert len(STATES) == 27 and (state_of("51"), state_of("11"), state_of("20")) == ("RS", "SP", "")


@given(st.text(max_size=40))
def test_hostile_text_never_becomes_anything_but_digits(text):
    number = classify(text, ddd="51")
    assert set(number.digits) <= set("+0123456789")
    assert number.kind is K.UNKNOWN or number.digits.isdigit()
