"""Size order, element balances and ratio windows of single sources."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.checks.ratio_rules import (
    carbon_balance,
    ratio_violation,
    ratio_window,
    size_order_flag,
    size_order_violations,
    sulphur_balance,
)
from inventory.errors import FactorNotFoundError


def test_more_carbon_than_fine_particles_is_flagged():
    (found,) = size_order_violations({"BC": 0.5, "OC": 0.3, "PM2.5": 0.7, "PM10": 1.0})
    assert (found.flag, found.what) == ("QA10", "BC + OC > PM2.5")
    assert (found.value, found.limit) == pytest.approx((0.8, 0.7))


def test_sizes_are_compared_across_a_missing_one():
    assert size_order_flag({"PM2.5": 3.0, "TSP": 2.0}) == "QA10"
    assert size_order_flag({"BC": 3.0, "PM10": 2.0}) == "QA10"


def test_equal_sizes_and_lone_ones_hold():
    assert size_order_flag({"PM2.5": 1.0, "PM10": 1.0, "TSP": 1.0}) == ""
    assert size_order_flag({"BC": 1.0}) == ""
    assert size_order_flag({}) == ""


def test_negative_particles_are_flagged():
    assert size_order_violations({"PM2.5": -1.0})[0].what == "PM2.5 < 0"


@given(sizes=st.lists(st.floats(0, 1e6), min_size=4, max_size=4))
def test_sorted_sizes_hold_and_reversed_ones_do_not(sizes):
    names = ("BC", "PM2.5", "PM10", "TSP")
    assert size_order_flag(dict(zip(names, sorted(sizes), strict=True))) == ""
    if max(sizes) > 2 * min(sizes):
        assert size_order_flag(dict(zip(names, sorted(sizes, reverse=True), strict=True))) == "QA10"


def test_carbon_balance_closes_with_ash():
    # 44 t CO2 and 28 t CO hold 12 t C each, 16 t CH4 12, 14 t NMVOC 12, 1 t BC 1
    found = carbon_balance(50.0, {"CO2": 44.0, "CO": 28.0, "CH4": 16.0, "NMVOC": 14.0, "BC": 1.0}, other_out_tc=1.0)
    assert found.out_t == pytest.approx(50.0)
    assert found.difference == pytest.approx(0.0, abs=1e-12)
    assert found.flag == ""


@pytest.mark.parametrize(("co2_t", "flag"), [(44.0 * 0.981, ""), (44.0 * 0.979, "QA12"), (44.0 * 1.021, "QA12")])
def test_carbon_may_miss_by_two_per_cent_either_way(co2_t, flag):
    assert carbon_balance(12.0, {"CO2": co2_t}).flag == flag


def test_carbon_from_nothing_is_flagged():
    found = carbon_balance(0.0, {"CO2": 1.0})
    assert (found.difference, found.flag) == (-math.inf, "QA12")
    assert carbon_balance(0.0, {"CO2": 0.0}).flag == ""


def test_species_of_unknown_carbon_are_refused():
    with pytest.raises(FactorNotFoundError, match="TY3520"):
        carbon_balance(1.0, {"SO2": 1.0})


@pytest.mark.parametrize(("emitted_t", "flag"), [(6.9, ""), (7.0, ""), (7.1, "QA13")])
def test_sulphur_out_is_at_most_what_was_released(emitted_t, flag):
    # 10 t S, 15 % retained: 17 t SO2, 10 of them removed
    assert sulphur_balance(10.0, so2_emitted_t=emitted_t, so2_removed_t=10.0, sulphur_retention=0.15).flag == flag


def test_ratio_in_grams_per_kilogram():
    assert (
        ratio_violation(
            "diesel_truck_china_3", numerator="NOx", denominator="CO2", numerator_t=10.0, denominator_t=1000.0
        )
        is None
    )
    found = ratio_violation(
        "diesel_truck_china_3", numerator="NOx", denominator="CO2", numerator_t=1.0, denominator_t=1000.0
    )
    assert (found.flag, found.value, found.limit) == ("QA09", pytest.approx(1.0), 8.0)


def test_ratio_above_its_window():
    found = ratio_violation("road_dust", numerator="PM2.5", denominator="PM10", numerator_t=0.5, denominator_t=1.0)
    assert (found.value, found.limit, found.what) == (0.5, 0.28, "PM2.5/PM10 [1]")


def test_paved_road_multipliers_lie_in_the_window_of_road_dust():
    assert (
        ratio_violation("road_dust", numerator="PM2.5", denominator="PM10", numerator_t=0.15, denominator_t=0.62)
        is None
    )


def test_a_ratio_to_nothing_is_not_judged():
    assert (
        ratio_violation("road_dust", numerator="PM2.5", denominator="PM10", numerator_t=1.0, denominator_t=0.0) is None
    )


def test_an_unknown_window_names_the_known_ones():
    with pytest.raises(FactorNotFoundError, match="road_dust"):
        ratio_window("nowhere", numerator="PM2.5", denominator="PM10")


def test_windows_are_ranges():
    from inventory.checks.ratio_rules import _windows

    assert len(_windows()) == 23
    assert all(0 <= window.low < window.high for window in _windows().values())
