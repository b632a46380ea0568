"""Biomass burned in stoves and in the open, worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import SchemaError
from inventory.methods import library_factor
from inventory.methods.biomass import combustion, open_burning

RESIDUE, AREA, POINTS, NITROGEN = open_burning.METHODS
STRAW = {"residue_ratio": 1.0, "burnt_fraction": 0.05, "dry_matter_fraction": 0.85}


@pytest.fixture
def straw_factors(make_context, make_library, make_factor):
    """Context whose library knows CO and (as CO2, the way it is delivered) the carbon dioxide of burned straw."""
    key = {"source_category": "BB.03.01", "fuel_or_product": "crop_straw", "basis": "emitted"}
    factors = [
        make_factor("co", 100.0, "g/kg_dm", species="CO", **key),
        make_factor("co2", 1500.0, "g/kg_dm", species="CO2", **key),
    ]
    return make_context(library=make_library(factors))


def straw(make_record, **values):
    """Return a record of straw."""
    return make_record(**({"source_category": "BB.03.01", "fuel_or_product": "crop_straw"} | values))


def test_fuel_times_factor_in_grams_per_kilogram_gives_tonnes():
    assert combustion.emission_of_biomass_fuel(2000.0, ef_g_per_kg=5.2) == pytest.approx(10.4, rel=1e-15)


def test_stove_gives_biogenic_co2_of_its_fuel(make_record, make_context):
    record = make_record(
        source_category="BB.02.01", fuel_or_product="firewood", activity_value=120.0,
        parameters={"biogenic_carbon_fraction": 0.45, "oxidation_fraction": 0.9},
    )  # fmt: skip
    assert combustion.METHOD.species == ("CO2_BIO",)
    found = combustion.METHOD.estimate(record, "CO2_BIO", make_context())
    assert found.emission_t == pytest.approx(120 * 0.45 * 0.9 * 44 / 12, rel=1e-14)


def test_residue_burnt_is_production_times_ratio_share_dry_matter_and_efficiency():
    found = open_burning.residue_burnt(1000.0, residue_ratio=1.2, burnt_fraction=0.1, dry_matter_fraction=0.85)
    assert found == pytest.approx(1000 * 1.2 * 0.1 * 0.85 * 0.9, rel=1e-14)


def test_crop_harvested_takes_the_librarys_factor_per_dry_matter(make_record, straw_factors):
    record = straw(make_record, activity_value=1000.0, parameters=STRAW)
    found = RESIDUE.estimate(record, "CO", straw_factors)
    assert found.emission_t == pytest.approx(1000 * 0.05 * 0.85 * 0.9 * 100 / 1000, rel=1e-14)
    assert found.factor_id == "co"


def test_carbon_dioxide_of_burning_is_biogenic_only(make_record, straw_factors):
    record = straw(make_record, activity_value=1000.0, parameters=STRAW)
    found = RESIDUE.estimate(record, "CO2_BIO", straw_factors)
    assert found.emission_t == pytest.approx(1000 * 0.05 * 0.85 * 0.9 * 1.5, rel=1e-14)
    assert not any("CO2" in method.species for method in (*open_burning.METHODS, combustion.METHOD))


def test_residue_without_dry_matter_fraction_is_refused(make_record, straw_factors):
    record = straw(make_record, parameters={"residue_ratio": 1.0, "burnt_fraction": 0.05})
    with pytest.raises(SchemaError, match="dry_matter_fraction"):
        RESIDUE.estimate(record, "CO", straw_factors)


@pytest.mark.parametrize(("category", "efficiency"), [("BB.03.02", 0.5), ("BB.03.03", 0.8)])
def test_fire_burns_half_of_a_forest_and_four_fifths_of_grass(make_record, make_context, category, efficiency):
    record = make_record(
        source_category=category, fuel_or_product="forest_biomass", activity_value=1.0, activity_unit="km2",
        parameters={"biomass_t_dm_per_ha": 40.0, "ef_g_per_kg_dm:CO": 90.0},
    )  # fmt: skip
    found = AREA.estimate(record, "CO", make_context())
    assert found.emission_t == pytest.approx(100 * 40 * efficiency * 90 / 1000, rel=1e-14)


def test_area_fire_without_factor_has_no_number(make_record, make_context):
    record = make_record(
        source_category="BB.03.02", fuel_or_product="forest_biomass", activity_unit="ha",
        parameters={"biomass_t_dm_per_ha": 40.0},
    )  # fmt: skip
    assert AREA.estimate(record, "CO", make_context()) is None


def test_small_fires_take_the_factors_of_straw_on_fields(make_record, straw_factors):
    record = straw(
        make_record, source_category="BB.03.04", activity_value=3.0, activity_unit="piece",
        parameters={"biomass_kg_per_fire_point": 8.7e5},
    )  # fmt: skip
    assert POINTS.estimate(record, "CO", straw_factors).emission_t == pytest.approx(3 * 870 * 0.1, rel=1e-14)


def test_composed_formulas_equal_mass_burned_times_factor():
    field_t = open_burning.emission_of_field_burning(1000.0, residue_ratio=1.0, burnt_fraction=0.2, ef_g_per_kg=6.0)
    area_t = open_burning.emission_of_area_fire(10.0, biomass_t_per_ha=40.0, combustion_efficiency=0.5, ef_g_per_kg=6.0)
    assert field_t == pytest.approx(1000 * 0.2 * 0.9 * 6 / 1000, rel=1e-14)
    assert area_t == pytest.approx(10 * 40 * 0.5 * 6 / 1000, rel=1e-14)
    assert open_burning.emission_of_small_fires(2.0, ef_g_per_kg=6.0) == pytest.approx(2 * 870 * 6 / 1000, rel=1e-14)


@pytest.mark.parametrize(
    ("unit", "parameters", "nitrogen_t"),
    [
        ("t", {"dry_matter_fraction": 0.85}, 100 * 0.85 * 0.007),
        ("t_dm", {"dry_matter_fraction": 1.0}, 100 * 0.007),
        ("t", STRAW, 100 * 0.05 * 0.85 * 0.9 * 0.007),  # of a crop, not of straw
    ],
)
def test_nitrogen_burned_gives_n2o(make_record, make_context, unit, parameters, nitrogen_t):
    record = straw(
        make_record, activity_value=100.0, activity_unit=unit,
        parameters=parameters | {"residue_n_fraction": 0.007, "n2o_n_per_n": 0.007},
    )  # fmt: skip
    found = NITROGEN.estimate(record, "N2O", make_context())
    assert found.emission_t == pytest.approx(nitrogen_t * 0.007 * 44 / 28, rel=1e-13)


@given(production=st.floats(1.0, 1e9))
def test_twice_the_harvest_burns_twice_the_residue_bit_for_bit(production):
    once, twice = (
        open_burning.residue_burnt(amount, residue_ratio=1.1, burnt_fraction=0.03)
        for amount in (production, 2 * production)
    )
    assert twice == 2 * once


def test_arrays_give_the_bits_of_numbers(make_record, straw_factors):
    amounts = np.array([1.0, 33.3, 1e6])
    record = straw(make_record, activity_value=amounts, parameters=STRAW)
    found = RESIDUE.estimate(record, "CO", straw_factors).emission_t
    alone = [
        RESIDUE.estimate(
            straw(make_record, activity_value=float(amount), parameters=STRAW), "CO", straw_factors
        ).emission_t
        for amount in amounts
    ]
    assert found.tolist() == alone


def test_methods_of_open_burning_yield_to_the_library_where_their_parameters_are_absent(make_record):
    record = straw(make_record, activity_unit="t_dm")
    assert not any(method.applies(record, "CO") for method in open_burning.METHODS)
    assert library_factor.METHOD.applies(record, "CO")
