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


def station(**key):
    return {"source_category": "ST.01.01", "fuel_or_product": "gasoline", "species": "NMVOC"} | key


def test_row_that_holds_the_control_comes_before_the_default_technology(
    make_record, make_context, make_library, make_factor
):
    rows = [
        make_factor("BARE", 3.243, "g/kg", **station(technology="station_no_recovery")),
        make_factor("HELD", 0.35, "g/kg", **station(technology="station_stage_3", control="vapour_stages_1_2_3")),
    ]
    record = make_record(
        source_category="ST.01.01", fuel_or_product="gasoline", control_path_id="vapour_stages_1_2_3",
        activity_value=1000.0,
    )  # fmt: skip
    found = library_factor.estimate(record, "NMVOC", make_context(make_library(rows)))
    assert (found.factor_id, found.emission_t) == ("HELD", pytest.approx(0.35))
    assert "technology any→station_stage_3 (holds vapour_stages_1_2_3)" in found.fallback_chain


def test_row_of_any_technology_without_control_does_not_hide_the_row_of_the_control(
    make_record, make_context, make_library, make_factor
):
    rows = [
        make_factor("BARE", 7.0, "g/kg"),
        make_factor("HELD", 0.3, "g/kg", technology="ultra_low_emission_unit", control="ultra_low"),
    ]
    record = make_record(control_path_id="ultra_low", activity_value=1000.0)
    assert library_factor.estimate(record, "NOx", make_context(make_library(rows))).factor_id == "HELD"


def test_several_technologies_with_the_control_are_named_and_none_is_taken(
    make_record, make_context, make_library, make_factor
):
    rows = [
        make_factor("BARE", 2.0, "g/kg"),
        make_factor("A", 0.9, "g/kg", technology="gas_boiler_30mg", control="as_limit"),
        make_factor("B", 0.5, "g/kg", technology="gas_boiler_80mg", control="as_limit"),
    ]
    context = make_context(make_library(rows))
    with pytest.raises(MissingInputError, match="state gas_boiler_30mg、gas_boiler_80mg"):
        library_factor.estimate(make_record(control_path_id="as_limit"), "NOx", context)
    named = make_record(control_path_id="as_limit", technology="gas_boiler_30mg")
    assert library_factor.estimate(named, "NOx", context).factor_id == "A"


def test_path_of_the_project_is_applied_in_place_of_a_row_of_its_name(
    make_record, make_context, make_library, make_factor, make_paths
):
    rows = [
        make_factor("BARE", 2.0, "g/kg"),
        make_factor("HELD", 0.3, "g/kg", technology="ultra_low_emission_unit", control="ultra_low"),
    ]
    paths = make_paths([("ultra_low", 1, "scr_ule", 1.0, 1.0)], {("scr_ule", "NOx"): (0.85, "M")})
    record = make_record(control_path_id="ultra_low", activity_value=1000.0)
    found = library_factor.estimate(record, "NOx", make_context(make_library(rows), paths))
    assert found.emission_t == pytest.approx(2 * 0.15, rel=1e-12)


def test_generated_factor_with_a_control_of_unknown_removal_is_no_number(
    make_record, make_context, make_library, make_factor
):
    context = make_context(make_library([make_factor("F1", 2.0, "g/kg")]))
    with pytest.raises(MissingInputError, match="as_limit"):
        library_factor.estimate(make_record(control_path_id="as_limit"), "NOx", context)


def test_particles_whose_fine_part_is_a_ratio_of_pm10_are_computed(
    make_record, make_context, make_library, make_factor, make_paths
):
    """PM2.5 = 0.95 × PM10: PM10 has no fine part of its own and is removed as the fine particles are."""
    ratios = {("FC.03", "PM2.5"): (SpeciesRatio("coal", "PM10", 0.95, "cited", "M"),)}
    library = make_library([make_factor("PM", 4.0, "g/kg", species="PM10")], ratios=ratios)
    context = make_context(library, make_paths(removals={("bag", "PM2.5"): (0.9, "M")}))
    record = make_record(activity_value=1000.0, control_path_id="bag")
    assert library_factor.estimate(record, "PM10", context).emission_t == pytest.approx(4 * 0.1, rel=1e-12)
    assert library_factor.estimate(record, "PM2.5", context).emission_t == pytest.approx(4 * 0.1 * 0.95, rel=1e-12)


def test_ratios_that_lead_back_end(make_record, make_context, make_library):
    ratios = {
        ("FC.03", "BC"): (SpeciesRatio("coal", "OC", 0.5, "x", "M"),),
        ("FC.03", "OC"): (SpeciesRatio("coal", "BC", 0.5, "x", "M"),),
    }
    assert library_factor.estimate(make_record(), "BC", make_context(make_library(ratios=ratios))) is None


def test_mean_of_a_stock_says_that_it_holds_controls(make_record, make_context, make_library, make_factor):
    mean = make_factor("MEAN", 9.0, "g/kg", control="eu_average", basis="emitted")
    found = library_factor.estimate(make_record(), "NOx", make_context(make_library([mean])))
    assert found.fallback_chain.endswith("(mean of a stock with the controls that it has, not an uncontrolled value)")


def test_factor_behind_control_says_that_the_control_of_the_record_was_not_applied(
    make_record, make_context, make_library, make_factor, make_paths
):
    context = make_context(
        make_library([make_factor("F1", 2.0, "g/kg", basis="emitted")]),
        make_paths(removals={("scr_ule", "NOx"): (0.85, "M")}),
    )
    controlled = library_factor.estimate(make_record(control_path_id="scr_ule"), "NOx", context)
    assert controlled.fallback_chain.endswith("control not applied: scr_ule, the factor is one behind control")
    assert "not applied" not in library_factor.estimate(make_record(), "NOx", context).fallback_chain
