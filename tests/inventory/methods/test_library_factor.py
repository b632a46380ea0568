"""Factors of the library: control of generated factors only, energy bases, ratios of species."""

import pytest

from inventory.factors.library import FuelProperty, SpeciesRatio
from inventory.methods import library_factor


def test_generated_factor_is_controlled(make_record, make_context, make_library, make_factor, make_paths):
    context = make_context(
        make_library([make_factor("F1", 2.0, "g/kg")]), make_paths(removals={("scr_ule", "NOx"): (0.85, "M")})
    )
    found = library_factor.estimate(make_record(activity_value=1000.0, control_path_id="scr_ule"), "NOx", context)
    assert found.emission_t == pytest.approx(1000 * 2 / 1000 * 0.15, rel=1e-12)
    assert found.control_efficiency == pytest.approx(0.85)


def test_emitted_factor_is_never_controlled(make_record, make_context, make_library, make_factor, make_paths):
    context = make_context(
        make_library([make_factor("F1", 2.0, "g/kg", basis="emitted")]),
        make_paths(removals={("scr_ule", "NOx"): (0.85, "M")}),
    )
    found = library_factor.estimate(make_record(activity_value=1000.0, control_path_id="scr_ule"), "NOx", context)
    assert found.emission_t == 2.0
    assert found.control_efficiency == 0.0


def test_row_that_contains_the_control_of_the_record_takes_no_second_one(
    make_record, make_context, make_library, make_factor, make_paths
):
    context = make_context(
        make_library([make_factor("F1", 0.3, "g/kg", control="ultra_low")]),
        make_paths([("ultra_low", 1, "scr_ule", 1.0, 1.0)], {("scr_ule", "NOx"): (0.85, "M")}),
    )
    found = library_factor.estimate(make_record(activity_value=1000.0, control_path_id="ultra_low"), "NOx", context)
    assert found.emission_t == pytest.approx(0.3, rel=1e-15)


def test_factor_on_energy_uses_the_heating_value_of_the_fuel(make_record, make_context, make_library, make_factor):
    coal = FuelProperty("P", "raw_coal", 20.0, "GJ/t", 26.0, 1.0, "A")
    library = make_library([make_factor("F1", 3.0, "g/GJ", species="CH4")], {"raw_coal": coal})
    found = library_factor.estimate(make_record(activity_value=500.0), "CH4", make_context(library))
    assert found.emission_t == pytest.approx(500 * 20 * 3 / 1e6, rel=1e-12)


def test_no_factor_gives_no_number(make_record, make_context):
    assert library_factor.estimate(make_record(), "NOx", make_context()) is None


def test_pm10_after_control_is_fine_and_coarse_apart(make_record, make_context, make_library, make_factor, make_paths):
    factors = [make_factor("F25", 2.0, "g/kg", species="PM2.5"), make_factor("F10", 5.0, "g/kg", species="PM10")]
    removals = {("bag", "PM2.5"): (0.9, "M"), ("bag", "PM2.5-10"): (0.99, "M")}
    context = make_context(make_library(factors), make_paths(removals=removals))
    found = library_factor.estimate(make_record(activity_value=1000.0, control_path_id="bag"), "PM10", context)
    assert found.emission_t == pytest.approx(2 * (1 - 0.9) + (5 - 2) * (1 - 0.99), rel=1e-12)


def test_ratio_of_the_own_technology_beats_a_mean_factor(make_record, make_context, make_library, make_factor):
    key = {"source_category": "MB.05", "fuel_or_product": "diesel", "basis": "emitted"}
    factors = [
        make_factor("PM", 0.2, "g/kWh", species="PM2.5", technology="nonroad_stage_3", **key),
        make_factor("MEAN", 1.3, "g/kWh", species="BC", **key),
    ]
    ratios = {("MB.05", "BC"): (SpeciesRatio("diesel", "PM2.5", 0.62, "cited", "M"),)}
    record = make_record(
        source_category="MB.05.01", fuel_or_product="diesel", technology="nonroad_stage_3", activity_value=1e6,
        activity_unit="kWh",
    )  # fmt: skip
    found = library_factor.estimate(record, "BC", make_context(make_library(factors, ratios=ratios)))
    assert found.emission_t == pytest.approx(1e6 * 0.2 * 0.62 / 1e6, rel=1e-12)
    assert found.method == "species_ratio"
    assert "PM2.5 × 0.62 (cited)" in found.fallback_chain
