"""Moments, quantiles and draws of the distributions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import SchemaError
from inventory.uncertainty import distribution as d

SHAPES = {
    "normal": d.normal(100.0, 20.0), "truncated": d.truncated_normal(10.0, 196.0), "lognormal": d.lognormal(2.0, 100.0),
    "triangular": d.triangular(1.0, 2.0, 6.0), "uniform": d.uniform(-1.0, 3.0),
}  # fmt: skip


@pytest.mark.parametrize(
    ("of", "mean", "variance"),
    [
        (SHAPES["normal"], 100.0, (20 / 1.96) ** 2),
        (SHAPES["triangular"], 3.0, (1 + 4 + 36 - 2 - 6 - 12) / 18),
        (SHAPES["uniform"], 1.0, 16 / 12),
        (SHAPES["lognormal"], 2 * math.exp((math.log(2) / 1.96) ** 2 / 2), None),
    ],
)
def test_exact_moments(of, mean, variance):
    assert of.mean == pytest.approx(mean, rel=1e-12)
    if variance is not None:
        assert of.variance == pytest.approx(variance, rel=1e-12)


def test_half_of_a_normal_has_the_moments_of_a_half_normal():
    half = d.Distribution("truncated_normal", 0.0, 1.0, 0.0, math.inf)
    assert half.mean == pytest.approx(math.sqrt(2 / math.pi), rel=1e-12)
    assert half.variance == pytest.approx(1 - 2 / math.pi, rel=1e-12)


def test_lognormal_variance_is_the_textbook_s():
    of = d.lognormal_by_factor(3.0, 2.0)
    sigma = math.log(2) / 1.96
    assert of.variance == pytest.approx(9 * (math.exp(2 * sigma**2) - math.exp(sigma**2)), rel=1e-12)


@pytest.mark.parametrize("name", SHAPES)
def test_moments_agree_with_the_quantile_function(name):
    middles = (np.arange(400_000) + 0.5) / 400_000  # midpoint rule over all probabilities
    values = SHAPES[name].quantile(middles)
    assert np.mean(values) == pytest.approx(SHAPES[name].mean, rel=1e-4)
    assert np.std(values) == pytest.approx(SHAPES[name].sd, rel=1e-3)


@pytest.mark.parametrize("name", SHAPES)
def test_draws_have_the_exact_spread_and_repeat_with_their_seed(name):
    draws = SHAPES[name].sample(np.random.default_rng(7), 200_000)
    assert np.std(draws) == pytest.approx(SHAPES[name].sd, rel=0.01)
    assert np.mean(draws) == pytest.approx(SHAPES[name].mean, rel=0.01)
    assert np.array_equal(draws, SHAPES[name].sample(np.random.default_rng(7), 200_000))


def test_the_interval_of_95_per_cent_is_what_was_asked_for():
    assert d.lognormal_by_factor(5.0, 3.0).quantile([0.025, 0.975]) == pytest.approx([5 / 3, 15.0], rel=1e-4)
    assert d.normal(50.0, 10.0).quantile([0.025, 0.975]) == pytest.approx([45.0, 55.0], rel=1e-4)


@given(value=st.floats(1e-3, 1e6), pct=st.floats(0.0, 300.0), shape=st.sampled_from(sorted(d._MOMENTS)))
def test_a_positive_value_is_never_drawn_negative(value, pct, shape):
    of = d.of_half_width(value, pct, shape)
    assert of.quantile([1e-9, 0.5, 0.999]).min() >= 0.0


def test_a_removal_is_drawn_around_its_own_value():
    of = d.of_half_width(-10.0, 30.0, "lognormal")
    assert (of.mean, of.sd) == pytest.approx((-10.0, 3 / 1.96), rel=1e-12)


@pytest.mark.parametrize(
    "make",
    [
        lambda: d.triangular(2.0, 1.0, 3.0), lambda: d.uniform(3.0, 1.0), lambda: d.lognormal_by_factor(1.0, 0.5),
        lambda: d.lognormal(-1.0, 10.0), lambda: d.of_half_width(1.0, 1.0, "beta"),
    ],
)  # fmt: skip
def test_distributions_that_cannot_be_are_refused(make):
    with pytest.raises(SchemaError, match="TY3704"):
        make()
