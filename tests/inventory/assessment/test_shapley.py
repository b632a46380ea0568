"""Shares of interacting measures: symmetric, nothing for nothing, and closing exactly."""

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.assessment.shapley import MOST_MEASURES, sequential_shares, shapley_shares
from inventory.errors import SchemaError

GLOVES = {"": 0.0, "A": 0.0, "B": 0.0, "C": 0.0, "AB": 0.0, "AC": 1.0, "BC": 1.0, "ABC": 1.0}
"""The glove game: the only right glove C is worth 2/3, the left ones A and B 1/6 each."""


def of(table):
    return lambda chosen: table["".join(sorted(chosen))]


def test_glove_game():
    found = shapley_shares(["A", "B", "C"], of(GLOVES))
    assert found.by_measure == pytest.approx({"A": 1 / 6, "B": 1 / 6, "C": 2 / 3})


def test_two_overlapping_measures_share_the_overlap():
    found = shapley_shares(["A", "B"], of({"": 0.0, "A": 10.0, "B": 20.0, "AB": 24.0}))
    assert found.by_measure == {"A": 7.0, "B": 17.0}
    assert (found.total, found.interaction) == (24.0, -6.0)


def test_order_of_measures_decides_sequential_shares():
    effect = of({"": 0.0, "A": 10.0, "B": 20.0, "AB": 24.0})
    assert sequential_shares(["A", "B"], effect).by_measure == {"A": 10.0, "B": 14.0}
    assert sequential_shares(["B", "A"], effect).by_measure == {"B": 20.0, "A": 4.0}


def test_effect_of_no_measure_is_taken_off():
    found = shapley_shares(["A"], of({"": 2.0, "A": 5.0}))
    assert (found.by_measure, found.total, found.interaction) == ({"A": 3.0}, 3.0, 0.0)


def test_no_measures_no_shares():
    assert shapley_shares([], lambda _: 0.0).by_measure == {}


def test_a_measure_that_adds_nothing_gets_nothing():
    found = shapley_shares(["A", "B", "idle"], lambda chosen: 0.1 * ("A" in chosen) + 0.7 * ("B" in chosen))
    assert found.by_measure["idle"] == 0.0


@given(st.lists(st.floats(0.0, 1e6), min_size=16, max_size=16))
def test_shares_close_bit_for_bit_to_the_total(values):
    names = ["A", "B", "C", "D"]
    subsets = [frozenset(chosen) for size in range(5) for chosen in combinations(names, size)]
    table = dict(zip(subsets, sorted(values), strict=True))
    for found in (shapley_shares(names, table.__getitem__), sequential_shares(names, table.__getitem__)):
        assert math.fsum(found.by_measure.values()) == found.total
        assert found.total == pytest.approx(max(values) - min(values), abs=0)


@given(st.lists(st.floats(-1e6, 1e6), min_size=16, max_size=16))
def test_shares_of_mixed_signs_close_within_rounding(values):
    names = ["A", "B", "C", "D"]
    subsets = [frozenset(chosen) for size in range(5) for chosen in combinations(names, size)]
    found = shapley_shares(names, dict(zip(subsets, values, strict=True)).__getitem__)
    assert math.fsum(found.by_measure.values()) == pytest.approx(found.total, abs=1e-9)


@given(st.lists(st.floats(0.0, 1.0), min_size=5, max_size=5))
def test_measures_that_act_one_after_another_on_what_is_left(removals):
    """1 − Π(1 − r): shares are positive, below the single effects, and their sum is the joint removal."""
    names = [str(number) for number in range(5)]
    effect = lambda chosen: 1.0 - math.prod(1.0 - removals[int(name)] for name in sorted(chosen))  # noqa: E731
    found = shapley_shares(names, effect)
    assert found.total == pytest.approx(1.0 - math.prod(1.0 - removal for removal in removals), abs=1e-12)
    assert all(-1e-12 <= found.by_measure[name] <= removals[int(name)] + 1e-12 for name in names)
    assert found.interaction <= 1e-12


def test_repeated_and_too_many_measures_are_refused():
    with pytest.raises(SchemaError, match="TY7613"):
        shapley_shares(["A", "A"], lambda _: 0.0)
    with pytest.raises(SchemaError, match="TY7612"):
        shapley_shares([str(number) for number in range(MOST_MEASURES + 1)], lambda _: 0.0)
