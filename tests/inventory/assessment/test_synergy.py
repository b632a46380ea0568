"""Order parameters, composite synergy, coupling coordination, and the carbon that controls cost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.assessment.penalties import end_of_pipe_co2
from inventory.assessment.synergy import (
    composite_synergy,
    composite_synergy_of_series,
    coordination_class,
    coupling_coordination,
    normalise_indicator,
    subsystem_order,
    weighted_index,
)
from inventory.errors import SchemaError


def test_indicators_where_more_and_where_less_is_better():
    assert normalise_indicator(3.0, low=1.0, high=5.0) == 0.5
    assert normalise_indicator(2.0, low=1.0, high=5.0, is_positive=False) == 0.75
    assert normalise_indicator(np.array([1.0, 5.0]), low=1.0, high=5.0).tolist() == [0.0, 1.0]


def test_an_indicator_without_range_is_refused():
    with pytest.raises(SchemaError, match="TY7606"):
        normalise_indicator(1.0, low=2.0, high=2.0)


def test_order_of_a_subsystem_by_weights_and_by_geometric_mean():
    assert subsystem_order([0.2, 0.8], weights=[0.25, 0.75]) == pytest.approx(0.65)
    assert subsystem_order([0.2, 0.8]) == pytest.approx(0.4)
    assert subsystem_order([np.array([0.2, 1.0]), np.array([0.8, 1.0])]) == pytest.approx([0.4, 1.0])


def test_a_geometric_mean_of_negative_orders_is_refused():
    with pytest.raises(SchemaError, match="TY7607"):
        subsystem_order([-0.2, 0.8])


@pytest.mark.parametrize("weights", [[0.5, 0.6], [1.0], [1.5, -0.5]])
def test_weights_that_are_no_shares_are_refused(weights):
    with pytest.raises(SchemaError, match="TY7611"):
        subsystem_order([0.2, 0.8], weights=weights)


@pytest.mark.parametrize(
    ("first", "second", "expected"), [(0.4, 0.1, 0.2), (0.4, -0.1, -0.2), (-0.4, -0.1, -0.2), (0.0, 0.3, 0.0)]
)
def test_two_falling_subsystems_are_no_synergy(first, second, expected):
    assert composite_synergy(first, second) == pytest.approx(expected)


def test_synergy_of_a_series_is_against_its_first_year():
    found = composite_synergy_of_series([0.1, 0.2, 0.5], [0.3, 0.4, 0.2])
    assert found == pytest.approx([0.1, -0.2])


def test_equal_orders_are_fully_coupled_and_as_coordinated_as_their_level():
    found = coupling_coordination(0.49, 0.49)
    assert (found.coupling, found.level, found.coordination) == pytest.approx((1.0, 0.49, 0.7))


def test_coordination_with_own_weights():
    # C = 2 √0.16 / 1 = 0.8; T = 0.25 × 0.2 + 0.75 × 0.8 = 0.65
    found = coupling_coordination(0.2, 0.8, weight_1=0.25)
    assert (found.coupling, found.level) == pytest.approx((0.8, 0.65))
    assert found.coordination == pytest.approx((0.8 * 0.65) ** 0.5)
    assert (found.weight_1, found.weight_2) == (0.25, 0.75)


def test_two_orders_of_nothing_are_not_coupled():
    assert coupling_coordination(0.0, 0.0).coordination == 0.0


@pytest.mark.parametrize(("first", "weight"), [(-0.1, 0.5), (0.5, 1.5)])
def test_orders_below_nothing_and_weights_above_one_are_refused(first, weight):
    with pytest.raises(SchemaError, match="TY7608"):
        coupling_coordination(first, 0.5, weight_1=weight)


@given(first=st.floats(0, 1), second=st.floats(0, 1))
def test_coupling_and_coordination_lie_between_0_and_1(first, second):
    found = coupling_coordination(first, second)
    assert 0 <= found.coupling <= 1 + 1e-12
    assert 0 <= found.coordination <= 1 + 1e-12


@pytest.mark.parametrize(
    ("degree", "name"), [(0.1, "severe imbalance"), (0.2, "severe imbalance"), (0.83, "good coordination")]
)
def test_classes_of_coordination(degree, name):
    assert coordination_class(degree)[1] == name


def test_bands_that_do_not_hold_the_degree_are_refused():
    with pytest.raises(SchemaError, match="TY7609"):
        coordination_class(0.9, bands=((0.5, "低", "low"),))


def test_city_index_is_weighted():
    assert weighted_index({"目标": 0.5, "路径": 0.7}, weights={"目标": 0.4, "路径": 0.6}) == pytest.approx(0.62)
    with pytest.raises(SchemaError, match="TY7610"):
        weighted_index({"目标": 0.5}, weights={"路径": 1.0})


def test_controls_cost_their_electricity_and_reagents():
    found = end_of_pipe_co2(100.0, grid_tco2_per_mwh=0.5, so2_removed_by_limestone_t=64.0, urea_t=60.0)
    assert found == pytest.approx(50.0 + 44.0 + 44.0)
