"""Approach 1 and the exact spread of a product, worked out by hand."""

import math

import numpy as np
import pytest

from inventory.errors import SchemaError
from inventory.uncertainty import distribution as d
from inventory.uncertainty.propagation import sd_of_product, uncertainty_of_product_pct, uncertainty_of_sum_pct


def test_product_adds_squares():
    assert uncertainty_of_product_pct([3.0, 4.0, 12.0]) == pytest.approx(13.0, rel=1e-12)
    assert uncertainty_of_product_pct([np.array([3.0, 5.0]), np.array([4.0, 12.0])]).tolist() == [5.0, 13.0]


def test_sum_weighs_by_size_and_a_removal_makes_the_total_less_sure():
    assert uncertainty_of_sum_pct([100.0, 50.0], uncertainties_pct=[6.0, 16.0]) == pytest.approx(1000 / 150, rel=1e-12)
    assert uncertainty_of_sum_pct([100.0, -50.0], uncertainties_pct=[6.0, 16.0]) == pytest.approx(1000 / 50, rel=1e-12)


def test_a_sum_of_nothing_has_no_percentage():
    with pytest.raises(SchemaError, match="TY3705"):
        uncertainty_of_sum_pct([1.0, -1.0], uncertainties_pct=[5.0, 5.0])


def test_product_of_two_has_the_cross_term():
    cv1, cv2 = 0.1 / 1.96, 0.5 / 1.96
    expected = 60 * math.sqrt(cv1**2 + cv2**2 + cv1**2 * cv2**2)
    assert sd_of_product([d.normal(20.0, 10.0), d.normal(3.0, 50.0)]) == pytest.approx(expected, rel=1e-12)


def test_spread_of_sure_factors_does_not_cancel_away():
    found = sd_of_product([d.normal(1e6, 1e-6), d.normal(1.0, 0.0)])
    assert found == pytest.approx(1e6 * 1e-8 / 1.96, rel=1e-9)
