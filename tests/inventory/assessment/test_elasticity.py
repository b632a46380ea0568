"""Cross elasticity and co-control coordinates: every combination of signs says what it means."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.assessment.elasticity import (
    RELATION_ZH,
    co_control_point,
    cross_elasticity,
    relation_of,
    scale_by_extent,
)
from inventory.errors import SchemaError


@pytest.mark.parametrize(
    ("pollutant", "ghg", "value", "relation", "stronger"),
    [
        (20.0, 10.0, 2.0, "synergistic", "pollutant"),
        (10.0, 20.0, 0.5, "synergistic", "greenhouse gas"),
        (10.0, 10.0, 1.0, "synergistic", "equal"),
        (10.0, -5.0, -2.0, "non-synergistic", ""),
        (-10.0, 5.0, -2.0, "non-synergistic", ""),
        (-20.0, -10.0, 2.0, "joint increase", "pollutant"),
        (5.0, 0.0, None, "pollutant only", ""),
        (-5.0, 0.0, None, "pollutant increase only", ""),
        (0.0, 0.0, None, "no change", ""),
        (0.0, 5.0, 0.0, "greenhouse gas only", ""),
        (0.0, -5.0, 0.0, "greenhouse gas increase only", ""),
    ],
)
def test_elasticity_by_signs(pollutant, ghg, value, relation, stronger):
    found = cross_elasticity(pollutant, ghg, pollutant_base=100.0, ghg_base=100.0)
    assert (found.value, found.relation, found.stronger) == (value, relation, stronger)
    assert found.relation_zh == RELATION_ZH[relation]


def test_desulphurisation_costs_carbon():
    # 10 % of SO2 for −6.875 / 50 000 of CO2: −1 / 0.001375
    found = cross_elasticity(10.0, -6.875, pollutant_base=100.0, ghg_base=50_000.0)
    assert found.value == pytest.approx(-0.1 / (6.875 / 50_000))
    assert found.relation == "non-synergistic"


@pytest.mark.parametrize("bases", [{"ghg_base": 0.0}, {"pollutant_base": -1.0}, {"ghg_base": math.nan}])
def test_a_base_that_no_share_can_be_taken_of_is_refused(bases):
    with pytest.raises(SchemaError, match="TY7601"):
        cross_elasticity(1.0, 1.0, **bases)


@pytest.mark.parametrize(
    ("ghg", "pollutant", "quadrant", "angle"),
    [(1, 1, "I", 45), (-1, 1, "II", 135), (-1, -1, "III", -135), (1, -1, "IV", -45), (1, 0, "", 0), (0, 1, "", 90)],
)
def test_quadrants_and_angles(ghg, pollutant, quadrant, angle):
    point = co_control_point(ghg, pollutant)
    assert point.quadrant == quadrant
    assert point.angle_deg == pytest.approx(angle)
    assert point.relation == relation_of(pollutant, ghg)


def test_coordinates_are_shares_of_the_base():
    point = co_control_point(50.0, 3.0, ghg_base=1000.0, pollutant_base=20.0)
    assert (point.x, point.y) == pytest.approx((0.05, 0.15))


def test_scaling_by_extent_keeps_signs_and_zeros():
    assert scale_by_extent([2.0, 0.0, -4.0]) == (0.5, 0.0, -1.0)
    assert scale_by_extent([0.0, 0.0]) == (0.0, 0.0)
    assert scale_by_extent([]) == ()


@given(pollutant=st.floats(-1e6, 1e6), ghg=st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-3))
def test_the_sign_of_elasticity_agrees_with_the_relation(pollutant, ghg):
    found = cross_elasticity(pollutant, ghg, pollutant_base=7.0, ghg_base=3.0)
    if found.value > 0:
        assert found.relation in ("synergistic", "joint increase")
    if found.value < 0:
        assert found.relation == "non-synergistic"
