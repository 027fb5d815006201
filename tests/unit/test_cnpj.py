"""Rules of design: weights 5…2 9…2, then 6…2 9…2; a character is worth its code less 48."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.catalog import cnpj

BASES = st.text(string.digits + string.ascii_uppercase, min_size=12, max_size=12)


@pytest.mark.parametrize("code", ["12.ABC.345/01DE-35", "11.222.333/0001-81", "12abc34501de35", " 11222333000181 "])
def test_known_cnpjs_are_valid(code):
    assert cnpj.valid(code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "11222333000182",
        "12ABC34501DE3A",
        "1122233300018",
        "00000000000000",
        "11.222.333/0001-8x",
        "1１222333000181",
    ],
)
def test_other_texts_are_not(code):
    assert not cnpj.valid(code)


@given(BASES)
def test_a_base_with_its_check_digits_is_valid_unless_all_characters_are_equal(base):
    code = base + cnpj.check_digits(base)
    assert cnpj.valid(code) == (len(set(code)) > 1)
    assert cnpj.raw(cnpj.shown(code)) == code


@given(BASES, st.integers(0, 11), st.sampled_from(string.digits))
def test_one_wrong_digit_among_digits_is_noticed_unless_both_check_digits_are_zero(base, place, digit):
    base = "".join(c if c in string.digits else "7" for c in base)
    wrong = base[:place] + digit + base[place + 1 :]
    if wrong != base and cnpj.check_digits(base) != "00":  # a zero stands for two remainders, so two zeros can hide it
        assert not cnpj.valid(wrong + cnpj.check_digits(base))
