"""Formulas of energy: factor of carbon, factor per energy, CO2e, feedstock, bunkers, enterprise total."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import FactorNotFoundError, SchemaError
from inventory.factors.library import FuelProperty
from inventory.methods.stationary import (
    bunkers,
    co2_equivalent,
    energy_factor,
    enterprise_total,
    feedstock_carbon,
    fuel_carbon,
)

DIESEL = FuelProperty("P1", "diesel", 42.652, "GJ/t", 20.2, 0.98, "A")
NAPHTHA = FuelProperty("P2", "naphtha", 44.5, "GJ/t", 20.0, 0.98, "A")


@pytest.fixture
def context(make_context, make_library):
    return make_context(make_library(fuels={"diesel": DIESEL, "naphtha": NAPHTHA}))


def test_co2_factor_is_carbon_times_44_over_12():
    assert fuel_carbon.co2_factor_of_carbon(20.2) == pytest.approx(20.2 * 44 / 12, rel=1e-15)
    assert fuel_carbon.co2_factor_of_carbon(20.2, oxidation_fraction=0.5) == pytest.approx(10.1 * 44 / 12, rel=1e-15)


def test_kilograms_per_terajoule_and_grams_per_kilogram_give_tonnes():
    assert energy_factor.emission_of_energy(2.0, ef_kg_per_tj=3.9) == pytest.approx(0.0078, rel=1e-15)
    assert energy_factor.emission_of_biomass(1000.0, ef_g_per_kg=5.2) == pytest.approx(5.2, rel=1e-15)


def test_record_with_its_own_factor_per_energy_uses_the_heating_value_of_its_fuel(make_record, context):
    record = make_record(fuel_or_product="diesel", activity_value=1000.0, parameters={"ef_kg_per_tj:CH4": 3.9})
    assert energy_factor.METHOD.applies(record, "CH4")
    assert not energy_factor.METHOD.applies(record, "N2O")
    found = energy_factor.METHOD.estimate(record, "CH4", context)
    assert found.emission_t == pytest.approx(1000 * 42.652 / 1000 * 3.9 / 1000, rel=1e-12)
    assert (found.factor_id, found.confidence) == ("P1", "M")


def test_own_heating_value_goes_before_the_library(make_record, context):
    parameters = {"ef_kg_per_tj:N2O": 0.6, "ncv_gj_per_unit": 40.0}
    record = make_record(fuel_or_product="diesel", activity_value=500.0, parameters=parameters)
    found = energy_factor.METHOD.estimate(record, "N2O", context)
    assert found.emission_t == pytest.approx(500 * 40 / 1000 * 0.6 / 1000, rel=1e-12)
    assert found.factor_id == ""


def test_co2e_of_diesel_adds_three_gases():
    found = co2_equivalent.co2e_of_fuel(
        1000.0, cc_tc_per_tj=20.0, oxidation_fraction=0.99, ef_kg_per_tj={"CH4": 3.0, "N2O": 0.6}, gwp_set="AR2"
    )
    assert found == pytest.approx(20 * 0.99 * 44 / 12 + (3.0 * 21 + 0.6 * 310) / 1000, rel=1e-12)


def test_species_without_gwp_is_refused_by_name_and_an_edition_may_state_its_own():
    with pytest.raises(FactorNotFoundError, match=r"NF3.*\n.*\n.*\n.*CO2_BIO"):
        co2_equivalent.co2e_of_species({"CO2": 1.0, "NF3": 1.0, "CO2_BIO": 1.0}, gwp_set="SARGWP100")
    found = co2_equivalent.co2e_of_species({"HFC245fa": 2.0}, gwp_set="SAR", own_gwp={"HFC245fa": 1030.0})
    assert found == 2060.0


def test_feedstock_emits_what_is_not_stored():
    kept_t = feedstock_carbon.stored_carbon_of_feedstock(1000.0, cc_tc_per_tj=20.0, stored_fraction=0.75)
    assert kept_t == 15.0
    found = feedstock_carbon.co2_of_feedstock(1000.0, cc_tc_per_tj=20.0, stored_fraction=0.75, oxidation_fraction=0.98)
    assert found == pytest.approx(5.0 * 0.98 * 44 / 12, rel=1e-15)


def test_feedstock_record_takes_the_oxidation_of_its_fuel(make_record, context):
    method = feedstock_carbon.METHODS[1]
    record = make_record(
        source_category="IP.18.03", fuel_or_product="naphtha", activity_value=100.0,
        parameters={"stored_carbon_fraction": 0.75},
    )  # fmt: skip
    assert method.applies(record, "CO2")
    expected_t = 100 * 44.5 * 20 / 1000 * 0.25 * 0.98 * 44 / 12
    assert method.estimate(record, "CO2", context).emission_t == pytest.approx(expected_t, rel=1e-12)


def test_international_fuel_is_a_memo_and_the_booked_fuel_is_the_sum():
    split = bunkers.co2_of_bunkers(
        1.0, international_t=4.0, ncv_gj_per_t=43.0, cc_tc_per_tj=19.5, oxidation_fraction=1.0
    )
    one_tonne = 43 * 19.5 / 1000 * 44 / 12
    assert split.domestic == pytest.approx(one_tonne, rel=1e-12)
    assert split.international == pytest.approx(4 * one_tonne, rel=1e-12)
    assert split.booked == pytest.approx(5 * one_tonne, rel=1e-12)


@given(st.floats(0, 1e9), st.floats(0, 1))
def test_split_of_bunkers_keeps_all_fuel(booked, share):
    split = bunkers.split_bunkers(booked, international_share=share)
    assert split.booked == pytest.approx(booked, rel=1e-12, abs=1e-300)
    assert split.international == booked * share


def test_share_of_bunkers_in_per_cent_is_refused():
    with pytest.raises(SchemaError, match="TY3183"):
        bunkers.split_bunkers(np.array([1.0, 2.0]), international_share=np.array([0.5, 80.0]))


def test_enterprise_total_adds_direct_and_bought_energy_with_the_factors_of_the_year():
    new = enterprise_total.market_factors(2023)
    old = enterprise_total.market_factors(2021)
    given_energy = {"process_co2_t": 10.0, "power_kwh": 10_000.0, "heat_gj": 100.0}
    assert enterprise_total.enterprise_co2(100.0, factors=new, **given_energy) == pytest.approx(
        110 + 4.2 + 6, rel=1e-12
    )
    assert enterprise_total.enterprise_co2(100.0, factors=old, **given_energy) == pytest.approx(
        110 + 7.88 + 11, rel=1e-12
    )


def test_green_power_is_free_of_carbon_from_2023_and_unknown_before():
    new, old = enterprise_total.market_factors(2023), enterprise_total.market_factors(2022)
    assert enterprise_total.enterprise_co2(5.0, factors=new, green_power_kwh=1e6) == 5.0
    assert enterprise_total.enterprise_co2(5.0, factors=old) == 5.0
    with pytest.raises(FactorNotFoundError, match="TY3185"):
        enterprise_total.enterprise_co2(5.0, factors=old, green_power_kwh=1e6)
    with pytest.raises(FactorNotFoundError, match="TY3184"):
        enterprise_total.market_factors(2010)
