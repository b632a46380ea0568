"""Forests, forest conversion and soil carbon, worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import SchemaError
from inventory.estimation import methods_for
from inventory.methods.land_use import (
    forest_area_change,
    forest_conversion,
    forest_growth,
    soil_carbon,
    timber_consumption,
)

CONSUMPTION, HARVEST = timber_consumption.METHODS
BURNING, DECAY = forest_conversion.METHODS
STOCKS = {"biomass_before_t_dm_per_ha": 90.0, "biomass_after_t_dm_per_ha": 10.0}


@pytest.mark.parametrize(("change_ha", "expected_t"), [(12.0, -440.0), (-12.0, 440.0)])
def test_growing_area_is_a_removal_and_shrinking_area_an_emission(make_record, make_context, change_ha, expected_t):
    record = make_record(
        source_category="LU.01.03",
        activity_value=change_ha,
        activity_unit="ha",
        parameters={"biomass_t_dm_per_ha": 20.0},
    )
    found = forest_area_change.METHOD.estimate(record, "CO2", make_context())
    assert found.emission_t == pytest.approx(expected_t, rel=1e-14)  # 12 × 20 × 0.5 × 44/12


def test_consumption_of_a_stock_is_an_emission(make_record, make_context):
    parameters = {"consumption_rate": 0.02, "wood_density": 0.4, "biomass_expansion": 1.5, "carbon_fraction": 0.5}
    record = make_record(source_category="LU.01.06", activity_value=1000.0, activity_unit="m3", parameters=parameters)
    expected_t = 1000 * 0.02 * 0.4 * 1.5 * 0.5 * 44 / 12
    assert CONSUMPTION.estimate(record, "CO2", make_context()).emission_t == pytest.approx(expected_t, rel=1e-14)
    assert methods_for(record, "CO2")[0] is CONSUMPTION


@given(volume=st.floats(1.0, 1e9), rate=st.floats(1e-4, 0.5))
def test_growth_and_equal_consumption_cancel(volume, rate):
    wood = {"wood_density": 0.4, "biomass_expansion": 1.8, "carbon_fraction": 0.5}
    removed_t = forest_growth.carbon_of_growth(volume, growth_rate=rate, **wood) * 44 / 12
    assert timber_consumption.co2_of_consumption(volume, consumption_rate=rate, **wood) == pytest.approx(
        removed_t, rel=1e-14
    )


def test_harvested_volume_counts_with_roots_and_bark(make_record, make_context):
    parameters = {
        "harvest_conversion_t_per_m3": 0.6, "carbon_fraction": 0.5, "root_ratio": 0.25, "bark_fraction": 0.1,
    }  # fmt: skip
    record = make_record(source_category="LU.01.06", activity_value=120.0, activity_unit="m3", parameters=parameters)
    expected_t = 120 * 0.6 * 1.25 * 1.1 * 0.5 * 44 / 12
    assert HARVEST.estimate(record, "CO2", make_context()).emission_t == pytest.approx(expected_t, rel=1e-14)


@pytest.mark.parametrize(
    ("species", "expected_t"),
    [
        ("CO2", 4000 * 0.35 * 0.9 * 44 / 12),  # 100 ha × 80 t × 0.5 = 4000 t C; 0.15 on and 0.20 off site
        ("CH4", 4000 * 0.15 * 0.9 * 0.012 * 16 / 12),
        ("N2O", 4000 * 0.15 * 0.9 * 0.01 * 0.007 * 44 / 28),
    ],
)
def test_conversion_burns_on_and_off_site_but_only_on_site_gives_other_gases(
    make_record, make_context, species, expected_t
):
    parameters = STOCKS | {
        "burnt_on_site_fraction": 0.15, "burnt_off_site_fraction": 0.2, "oxidation_fraction": 0.9,
    }  # fmt: skip
    record = make_record(source_category="LU.02.01", activity_value=1.0, activity_unit="km2", parameters=parameters)
    assert BURNING.estimate(record, species, make_context()).emission_t == pytest.approx(expected_t, rel=1e-13)


def test_conversion_formula_is_the_product_of_its_terms():
    found = forest_conversion.co2_of_conversion_burning(
        100.0,
        biomass_before=90.0,
        biomass_after=10.0,
        on_site_fraction=0.15,
        off_site_fraction=0.2,
        oxidation_fraction=0.9,
    )
    assert found == pytest.approx(4000 * 0.35 * 0.9 * 44 / 12, rel=1e-13)


def test_decay_takes_the_mean_area_of_ten_years(make_record, make_context):
    history = {f"converted_ha:{2012 + step}": 10.0 * (step + 1) for step in range(10)}  # 10 … 100 ha, mean 55
    record = make_record(
        source_category="LU.02.02", activity_unit="ha", activity_value=1.0,
        parameters=STOCKS | history | {"decay_fraction": 0.15},
    )  # fmt: skip
    expected_t = 55 * 80 * 0.5 * 0.15 * 44 / 12
    assert DECAY.estimate(record, "CO2", make_context(year=2021)).emission_t == pytest.approx(expected_t, rel=1e-13)
    formula_t = forest_conversion.co2_of_decay(55.0, biomass_before=90.0, biomass_after=10.0, decay_fraction=0.15)
    assert formula_t == pytest.approx(expected_t, rel=1e-13)


def test_decay_without_history_takes_the_activity_as_the_mean_area(make_record, make_context):
    record = make_record(
        source_category="LU.02.02",
        activity_value=55.0,
        activity_unit="ha",
        parameters=STOCKS | {"decay_fraction": 0.15},
    )
    expected_t = 55 * 80 * 0.5 * 0.15 * 44 / 12
    assert DECAY.estimate(record, "CO2", make_context()).emission_t == pytest.approx(expected_t, rel=1e-13)


def test_history_of_conversion_with_a_hole_is_refused():
    converted = {year: 1.0 for year in range(2012, 2022) if year != 2015}
    with pytest.raises(SchemaError, match="2015"):
        forest_conversion.mean_converted_area(converted, 2021)


def test_soil_stock_is_area_times_reference_times_factors():
    found = soil_carbon.soil_carbon_stock(
        10.0, reference_t_per_ha=50.0, land_use_factor=0.8, management_factor=1.1, input_factor=0.9
    )
    assert found == pytest.approx(10 * 50 * 0.8 * 1.1 * 0.9, rel=1e-14)


@pytest.mark.parametrize(("before", "after", "sign"), [(1.0, 0.7, 1), (0.7, 1.0, -1)])
def test_soil_that_loses_carbon_emits_over_twenty_years(make_record, make_context, before, after, sign):
    parameters = {"soil_carbon_t_per_ha": 60.0, "stock_factor_before": before, "stock_factor_after": after}
    record = make_record(source_category="LU.02.01", activity_value=100.0, activity_unit="ha", parameters=parameters)
    found = soil_carbon.METHOD.estimate(record, "CO2", make_context()).emission_t
    assert found == pytest.approx(sign * 100 * 60 * 0.3 / 20 * 44 / 12, rel=1e-12)
