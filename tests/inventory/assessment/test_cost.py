"""Annuity, marginal and net costs on numbers worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.assessment.cost import (
    abatement_cost_curve,
    annual_cost_yuan,
    capital_recovery_factor,
    cost_effectiveness,
    marginal_abatement_cost,
    net_cost_yuan,
    shared_cost_yuan,
)
from inventory.errors import SchemaError


def test_capital_recovery_over_two_years_at_ten_per_cent():
    assert capital_recovery_factor(0.1, lifetime_a=2) == pytest.approx(0.1 * 1.21 / 0.21, rel=1e-12)


def test_without_discounting_capital_is_spread_evenly():
    assert capital_recovery_factor(0.0, lifetime_a=20) == 1 / 20
    assert capital_recovery_factor(1e-12, lifetime_a=20) == pytest.approx(1 / 20, rel=1e-9)


@pytest.mark.parametrize(("rate", "years"), [(0.05, 0), (-1.0, 10), (0.05, -3)])
def test_an_impossible_annuity_is_refused(rate, years):
    with pytest.raises(SchemaError, match="TY7603"):
        capital_recovery_factor(rate, lifetime_a=years)


@given(rate=st.floats(0.001, 0.5), years=st.integers(1, 60))
def test_the_annuity_pays_the_capital_back(rate, years):
    annuity = capital_recovery_factor(rate, lifetime_a=years)
    present = sum(annuity / (1 + rate) ** year for year in range(1, years + 1))
    assert present == pytest.approx(1.0, rel=1e-9)


def test_annual_cost_takes_savings_and_the_baseline_off():
    found = annual_cost_yuan(
        100.0, discount_rate=0.0, lifetime_a=10, om_yuan_per_a=5.0, savings_yuan_per_a=2.0, baseline_yuan_per_a=1.0
    )
    assert found == pytest.approx(12.0)


def test_marginal_cost_with_and_without_the_co_benefit():
    plain = marginal_abatement_cost(100.0, 4.0, discount_rate=0.0, lifetime_a=10, om_yuan_per_a=10.0)
    assert (plain.capital_recovery_factor, plain.annual_cost_yuan, plain.yuan_per_t) == (0.1, 20.0, 5.0)
    credited = marginal_abatement_cost(
        100.0,
        4.0,
        discount_rate=0.0,
        lifetime_a=10,
        om_yuan_per_a=10.0,
        savings_yuan_per_a=4.0,
        co_benefit_yuan_per_a=24.0,
    )
    assert credited.yuan_per_t == pytest.approx(-2.0)


@pytest.mark.parametrize("reduction_t", [0.0, -3.0])
def test_no_cost_of_a_tonne_where_nothing_is_reduced(reduction_t):
    assert cost_effectiveness(10.0, reduction_t=reduction_t) is None


def test_net_cost_takes_avoided_damage_off():
    found = net_cost_yuan(100.0, {"SO2": 2.0, "CO2": 10.0}, benefit_yuan_per_t={"SO2": 30.0, "CO2": 5.0})
    assert found == pytest.approx(-10.0)


def test_a_reduction_without_damage_value_is_not_taken_for_nothing():
    with pytest.raises(SchemaError, match="TY7604"):
        net_cost_yuan(100.0, {"SO2": 2.0}, benefit_yuan_per_t={})


def test_joint_cost_by_share():
    assert shared_cost_yuan(100.0, value_yuan={"SO2": 1.0, "CO2": 3.0}) == {"SO2": 25.0, "CO2": 75.0}


@pytest.mark.parametrize("values", [{"SO2": 0.0}, {"SO2": 3.0, "CO2": -1.0}, {}])
def test_shares_that_mean_nothing_are_refused(values):
    with pytest.raises(SchemaError, match="TY7605"):
        shared_cost_yuan(100.0, value_yuan=values)


def test_cost_curve_goes_from_the_cheapest_to_the_dearest():
    curve = abatement_cost_curve({"dear": (30.0, 1.0), "saves": (-10.0, 2.0), "none": (5.0, 0.0), "cheap": (4.0, 4.0)})
    assert [(step.measure, step.yuan_per_t, step.cumulative_t) for step in curve] == [
        ("saves", -5.0, 2.0), ("cheap", 1.0, 6.0), ("dear", 30.0, 7.0),
    ]  # fmt: skip
