"""Sums whose bits do not depend on the order of the terms."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.exact_sum import exact_group_sum, exact_sum

numbers = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False, allow_subnormal=False)


@given(st.lists(numbers, min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_any_order_gives_the_same_bits(terms, random):
    shuffled = list(terms)
    random.shuffle(shuffled)
    assert exact_sum(shuffled).hex() == exact_sum(terms).hex()


@given(st.lists(numbers, min_size=1, max_size=60))
def test_doubling_every_term_doubles_the_sum_bit_for_bit(terms):
    assert exact_sum([2 * term for term in terms]) == 2 * exact_sum(terms)


@given(st.lists(numbers, min_size=1, max_size=40))
def test_sum_is_the_true_sum_to_the_last_place_of_the_largest_term(terms):
    truth = sum(map(Fraction, terms), Fraction(0))
    largest = max(abs(Fraction(term)) for term in terms)
    assert abs(Fraction(exact_sum(terms)) - truth) <= max(abs(truth), largest) * Fraction(1, 2**52)


def test_small_terms_survive_large_ones_that_cancel():
    assert exact_sum([1e16, 1.0, -1e16]) == 1.0


def test_groups_are_summed_apart_and_an_empty_group_is_zero():
    found = exact_group_sum([1.0, 2.0, 4.0], [0, 2, 0], 3)
    assert found.tolist() == [5.0, 0.0, 2.0]


def test_no_terms_sum_to_zero():
    assert exact_sum([]) == 0.0


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_missing_value_is_refused(wrong):
    with pytest.raises(ValueError, match="not finite"):
        exact_sum([1.0, wrong])
