"""Simulated spreads against the exact ones: within 1 % at 200 000 draws."""

import math

import numpy as np
import pytest

from inventory.errors import SchemaError
from inventory.uncertainty import distribution as d
from inventory.uncertainty.monte_carlo import (
    Model,
    draw,
    simulate_product,
    simulate_sum,
    simulate_trend_pct,
    summarise,
)

ACTIVITY = d.normal(100.0, 5.0)
FACTOR = d.normal(2.0, 30.0)


@pytest.mark.parametrize("seed", [1, 2])
def test_spread_of_a_product_is_the_exact_one(seed):
    cv_a, cv_f = 0.05 / 1.96, 0.3 / 1.96
    exact = 200 * math.sqrt(cv_a**2 + cv_f**2 + cv_a**2 * cv_f**2)
    found = summarise(simulate_product([ACTIVITY, FACTOR], seed=seed))
    assert found.sd == pytest.approx(exact, rel=0.01)
    assert found.mean == pytest.approx(200.0, rel=0.01)


def test_independent_terms_add_their_squares():
    variables = {f"{x}": d.normal(10.0, 19.6) for x in "abcd"}  # sd 1 each
    total = simulate_sum(Model(variables, {x: (x,) for x in "abcd"}), seed=3)
    assert np.std(total) == pytest.approx(2.0, rel=0.01)


def test_a_shared_factor_is_drawn_once_so_that_spreads_add_straight():
    variables = {"activity a": d.normal(10.0, 0.0), "activity b": d.normal(30.0, 0.0), "factor": FACTOR}
    shared = Model(variables, {"a": ("activity a", "factor"), "b": ("activity b", "factor")})
    assert np.std(simulate_sum(shared, seed=3)) == pytest.approx(40 * 0.6 / 1.96, rel=0.01)
    own = Model(variables | {"other": FACTOR}, {"a": ("activity a", "factor"), "b": ("activity b", "other")})
    assert np.std(simulate_sum(own, seed=3)) == pytest.approx(math.hypot(10, 30) * 0.6 / 1.96, rel=0.01)


def test_a_shared_factor_leaves_the_trend_to_the_activities():
    factor = {"factor": FACTOR}
    base = Model(factor | {"1990": d.normal(100.0, 5.0)}, {"a": ("1990", "factor")})
    year = Model(factor | {"2021": d.normal(120.0, 5.0)}, {"a": ("2021", "factor")})
    found = summarise(simulate_trend_pct(base, year, seed=5))
    cv = 0.05 / 1.96
    assert found.sd == pytest.approx(120 * math.sqrt(2) * cv, rel=0.01)
    assert found.median == pytest.approx(20.0, abs=0.1)


def test_percentiles_of_a_lognormal_are_its_factor():
    found = summarise(simulate_product([d.lognormal_by_factor(1.0, 2.0)], seed=11))
    assert (found.low, found.median, found.high) == pytest.approx((0.5, 1.0, 2.0), rel=0.01)
    mean = math.exp((math.log(2) / 1.96) ** 2 / 2)
    assert found.mean == pytest.approx(mean, rel=0.01)
    assert (found.low_pct, found.high_pct) == pytest.approx(((0.5 / mean - 1) * 100, (2 / mean - 1) * 100), abs=2.0)


def test_a_draw_depends_on_name_and_seed_alone():
    assert np.array_equal(draw("x", FACTOR, seed=1, draws=10), draw("x", FACTOR, seed=1, draws=10))
    assert not np.array_equal(draw("x", FACTOR, seed=1, draws=10), draw("y", FACTOR, seed=1, draws=10))
    assert not np.array_equal(draw("x", FACTOR, seed=1, draws=10), draw("x", FACTOR, seed=2, draws=10))
    terms = {"a": ("A", "F"), "b": ("B", "F")}
    variables = {"A": ACTIVITY, "B": ACTIVITY, "F": FACTOR}
    turned = Model(dict(reversed(variables.items())), dict(reversed(terms.items())))
    assert np.array_equal(
        simulate_sum(Model(variables, terms), seed=1, draws=50), simulate_sum(turned, seed=1, draws=50)
    )


def test_terms_of_unknown_variables_are_named_together():
    with pytest.raises(SchemaError, match=r"(?s)a › F.*b › B"):
        Model({"A": ACTIVITY}, {"a": ("A", "F"), "b": ("B",)})
