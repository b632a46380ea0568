"""Factors of the library: control of generated factors only, energy bases, ratios of species."""

import pytest

from inventory.errors import MissingInputError
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


def test_default_technology_is_asked_where_no_row_holds_for_any(make_record, make_context, make_library, make_factor):
    rows = [make_factor("GRATE", 2.0, "g/kg", fuel_or_product="coal", technology="grate_boiler_mechanical")]
    found = library_factor.estimate(make_record(activity_value=1000.0), "NOx", make_context(make_library(rows)))
    assert (found.factor_id, found.emission_t, found.confidence) == ("GRATE", 2.0, "M")
    assert found.fallback_chain.startswith("technology any→grate_boiler_mechanical (default); ")


def test_row_for_any_technology_comes_before_a_default(make_record, make_context, make_library, make_factor):
    grate = make_factor("GRATE", 2.0, "g/kg", technology="grate_boiler_mechanical")
    rows = [grate, make_factor("ANY", 3.0, "g/kg", source_category="FC.03")]
    found = library_factor.estimate(make_record(), "NOx", make_context(make_library(rows)))
    assert found.factor_id == "ANY"
    assert "default" not in found.fallback_chain


def test_named_technology_takes_no_default(make_record, make_context, make_library, make_factor):
    rows = [make_factor("GRATE", 2.0, "g/kg", technology="grate_boiler_mechanical")]
    record = make_record(technology="fluidised_bed_boiler")
    assert library_factor.estimate(record, "NOx", make_context(make_library(rows))) is None


def test_default_of_the_leaf_comes_before_the_table(make_record, make_context, make_library, make_factor):
    rows = [
        make_factor(technology, 2.0, "g/kg", source_category="FC.01", technology=technology)
        for technology in ("fluidised_bed_boiler", "pulverised_coal_boiler")
    ]
    context = make_context(make_library(rows))
    of_leaf = library_factor.estimate(make_record(source_category="FC.01.02"), "NOx", context)
    of_table = library_factor.estimate(make_record(source_category="FC.01.08"), "NOx", context)
    assert (of_leaf.factor_id, of_table.factor_id) == ("fluidised_bed_boiler", "pulverised_coal_boiler")


def test_default_size_is_told(make_record, make_context, make_library, make_factor):
    row = make_factor("BIG", 2.0, "g/kg", source_category="FC.01", technology="pulverised_coal_boiler",
                      size_class="mw_ge_300")  # fmt: skip
    record = make_record(source_category="FC.01.01", technology="pulverised_coal_boiler")
    found = library_factor.estimate(record, "NOx", make_context(make_library([row])))
    assert found.fallback_chain.startswith("size_class any→mw_ge_300 (default); ")


def test_uncontrolled_row_of_the_default_comes_before_the_mean_of_a_stock(
    make_record, make_context, make_library, make_factor
):
    mean = make_factor("MEAN", 9.0, "g/kg", control="eu_average", basis="emitted")
    grate = make_factor("GRATE", 2.0, "g/kg", technology="grate_boiler_mechanical")
    both = library_factor.estimate(make_record(), "NOx", make_context(make_library([mean, grate])))
    alone = library_factor.estimate(make_record(), "NOx", make_context(make_library([mean])))
    assert (both.factor_id, alone.factor_id) == ("GRATE", "MEAN")
    assert "control none→eu_average" in alone.fallback_chain


def test_mean_of_a_stock_never_stands_in_for_a_named_control(
    make_record, make_context, make_library, make_factor, make_paths
):
    library = make_library([make_factor("MEAN", 9.0, "g/kg", control="eu_average", basis="emitted")])
    context = make_context(library, make_paths(removals={("scr_ule", "NOx"): (0.85, "M")}))
    assert library_factor.estimate(make_record(control_path_id="scr_ule"), "NOx", context) is None


def test_missing_standard_of_a_vehicle_is_said_only_where_one_would_help(
    make_record, make_context, make_library, make_factor
):
    key = {"source_category": "MB.01.01", "fuel_or_product": "gasoline", "basis": "emitted"}
    rows = [make_factor("F", 0.02, "g/vkm", technology="china_5", control="as_standard", **key)]
    record = make_record(source_category="MB.01.01", fuel_or_product="gasoline", activity_unit="vkm")
    context = make_context(make_library(rows))
    with pytest.raises(MissingInputError, match="no emission standard is stated"):
        library_factor.METHOD.estimate(record, "NOx", context)
    assert library_factor.METHOD.estimate(record, "OC", context) is None
    assert library_factor.estimate(record, "NOx", context) is None


def test_ratio_of_a_group_serves_its_fuels_and_the_nearest_wins(make_record, make_context, make_library, make_factor):
    rows = [make_factor("PM", 2.0, "g/kg", species="PM2.5")]
    far, near = SpeciesRatio("solid_fuel", "PM2.5", 0.1, "far", "M"), SpeciesRatio("coal", "PM2.5", 0.5, "near", "M")
    library = make_library(rows, ratios={("FC.03", "BC"): (far, near)})
    found = library_factor.estimate(make_record(activity_value=1000.0), "BC", make_context(library))
    assert found.emission_t == 2.0 * 0.5


def test_heating_value_that_was_used_is_named(make_record, make_context, make_library, make_factor):
    coal = FuelProperty("P1", "raw_coal", 20.0, "GJ/t", 26.0, 1.0, "A")
    context = make_context(make_library([make_factor("F1", 3.0, "g/GJ", species="CH4")], {"raw_coal": coal}))
    own = make_record(parameters={"ncv_gj_per_unit": 25.0})
    chains = [
        library_factor.estimate(record, "CH4", context).fallback_chain
        for record in (make_record(), make_record(fuel_or_product="coal"), own, make_record(activity_unit="GJ"))
    ]
    assert chains[0].endswith("; ncv P1")
    assert chains[1].endswith("; ncv P1, fuel coal→raw_coal (default member)")
    assert chains[2].endswith("; ncv of the record")
    assert "ncv" not in chains[3]


def test_ratios_of_the_packs_never_lead_back_to_where_they_started(library):
    sources: dict[str, set[tuple[str, str]]] = {}
    for (branch, species), ratios in library.ratios.items():
        sources.setdefault(branch, set()).update((species, ratio.from_species) for ratio in ratios)
    for branch, steps in sources.items():
        reached = set(steps)
        for _ in steps:
            reached |= {(start, end) for start, middle in reached for begin, end in steps if begin == middle}
        assert [start for start, end in reached if start == end] == [], branch
