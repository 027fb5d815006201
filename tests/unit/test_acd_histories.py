"""Invariants of the distributor over random histories; tests/unit/acd_oracle.py says what is checked at every step."""

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.acd_oracle import History

COMPANIES, HISTORIES_EACH, STEPS = 2500, 40, 8


def test_invariants_hold_in_100_000_random_histories():
    """Each history is the life of some calls in a company that bears the traces of those before."""
    ends: Counter[str] = Counter()
    for seed in range(COMPANIES):
        draw = Random(seed).random
        history = History(lambda top, draw=draw: int(draw() * top), seed)
        for _ in range(HISTORIES_EACH):
            ends.update(history.live(STEPS).values())
    assert COMPANIES * HISTORIES_EACH == 100_000
    assert all(ends[how] > 5_000 for how in ("answered", "abandoned", "overflow")), ends


@settings(max_examples=150)
@given(st.lists(st.integers(0, 2**16), max_size=400), st.integers(0, 3))
def test_invariants_hold_in_histories_that_are_searched_for_and_made_small(numbers, seed):
    left = iter(numbers)
    history = History(lambda top: next(left, 0) % top, seed)
    assert set(history.live(max(1, len(numbers) // 2)).values()) <= {"answered", "abandoned", "overflow"}
