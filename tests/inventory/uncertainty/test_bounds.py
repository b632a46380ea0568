"""Half-widths as multipliers, and the half-width of a class of confidence."""

import numpy as np
import pytest

from inventory.errors import SchemaError
from inventory.uncertainty import confidence_half_width_pct, relative_bounds


@pytest.mark.parametrize(
    ("pct", "shape", "low", "high"),
    [
        (20.0, "normal", 0.8, 1.2), (150.0, "normal", 0.0, 2.5), (30.0, "triangular", 0.7, 1.3), (30.0, "uniform", 0.7, 1.3),
        (100.0, "lognormal", 0.5, 2.0), (25.0, "lognormal", 0.8, 1.25), (0.0, "lognormal", 1.0, 1.0),
    ],
)  # fmt: skip
def test_bounds_are_multipliers_of_the_value(pct, shape, low, high):
    assert relative_bounds(pct, shape) == pytest.approx((low, high), rel=1e-12)


def test_bounds_of_an_array_keep_what_is_unknown():
    low, high = relative_bounds(np.array([50.0, np.nan]), "normal")
    assert (low[0], high[0]) == (0.5, 1.5)
    assert np.isnan(low[1])
    assert np.isnan(high[1])


@pytest.mark.parametrize(("pct", "shape", "code"), [(10.0, "beta", "TY3701"), (-1.0, "normal", "TY3702")])
def test_unknown_shapes_and_negative_widths_are_refused(pct, shape, code):
    with pytest.raises(SchemaError, match=code):
        relative_bounds(pct, shape)


def test_each_class_of_confidence_has_its_half_width():
    found = {letter: confidence_half_width_pct(letter) for letter in "ABCDEHML"}
    assert found == {"A": 5, "B": 10, "C": 30, "D": 50, "E": 100, "H": 15, "M": 40, "L": 80}


@pytest.mark.parametrize("letter", ["", "X"])
def test_no_confidence_is_no_certainty(letter):
    with pytest.raises(SchemaError, match="TY3703"):
        confidence_half_width_pct(letter)
