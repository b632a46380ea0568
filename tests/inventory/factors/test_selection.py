"""Which factor wins: lexicographic precedence, ties, and the chain that is told."""

from dataclasses import replace

import pytest

from inventory.errors import FactorNotFoundError
from inventory.factors.selection import FactorKey, find_fuel_carbon, resolve_keys, select_emission_factor
from inventory.vocabulary import chain


def make_key(**key):
    """Return the key of a coal boiler of Pudong."""
    defaults = {
        "source_category": "FC.03.13", "fuel_or_product": "raw_coal", "technology": "grate_boiler_manual",
        "control": "none", "size_class": "mw_lt_100", "region_code": "310115", "species": "NOx",
        "inventory_year": 2021, "unit_bases": frozenset({"kg per t", "kg per GJ"}),
    }  # fmt: skip
    return FactorKey(**(defaults | key))


@pytest.fixture
def pick(make_library):
    """Return a function that selects among rows for a coal boiler of Pudong."""

    def select(rows, **key):
        return select_emission_factor(make_library(rows), make_key(**key))

    return select


PRECEDENCE = [
    ("control", {"control": "fugitive_high"}, {"region_code": "310115"}),
    ("region", {"region_code": "310000"}, {"source_category": "FC.03.13", "region_code": "CN"}),
    ("category", {"source_category": "FC.03.13", "fuel_or_product": "any"},
     {"source_category": "FC.03", "fuel_or_product": "raw_coal"}),
    ("fuel", {"fuel_or_product": "coal"}, {"fuel_or_product": "solid_fuel", "technology": "grate_boiler_manual"}),
    ("technology", {"technology": "grate_boiler_manual"}, {"technology": "any", "size_class": "mw_lt_100"}),
    ("size class", {"size_class": "mw_lt_100"}, {"size_class": "any"}),
    ("pack", {"pack_rank": 0}, {"pack_rank": 1}),
    ("vintage", {"year_from": 2019}, {"year_from": 2014}),
]  # fmt: skip


@pytest.mark.parametrize(("step", "better", "worse"), PRECEDENCE, ids=[case[0] for case in PRECEDENCE])
def test_earlier_step_of_the_precedence_decides(pick, make_factor, step, better, worse):
    rows = [make_factor("WORSE", 1.0, "g/kg", **worse), make_factor("BETTER", 2.0, "g/kg", **better)]
    control = "fugitive_high" if step == "control" else "none"
    assert pick(rows, control=control).factor_id == "BETTER"
    assert pick(rows[::-1], control=control).factor_id == "BETTER"


def test_equal_matches_are_an_error_that_names_both(pick, make_factor):
    with pytest.raises(FactorNotFoundError, match=r"FIRST.*SECOND"):
        pick([make_factor("FIRST", 1.0, "g/kg"), make_factor("SECOND", 2.0, "g/kg")])


def test_chain_tells_every_step_from_the_key_to_the_factor(pick, make_factor):
    found = pick([make_factor("F", 1.0, "g/kg", source_category="FC.03", fuel_or_product="coal")])
    assert found.fallback_chain == (
        "region 310115→CN; category FC.03.13→FC.03; fuel_or_product raw_coal→coal;"
        " technology grate_boiler_manual→any; size_class mw_lt_100→any"
    )


def test_exact_match_has_an_empty_chain(pick, make_factor):
    key = {"region_code": "310115", "fuel_or_product": "raw_coal", "technology": "grate_boiler_manual",
           "size_class": "mw_lt_100"}  # fmt: skip
    assert pick([make_factor("F", 1.0, "g/kg", **key)]).fallback_chain == ""


def test_row_of_another_control_never_matches(pick, make_factor):
    assert pick([make_factor("F", 1.0, "g/kg", control="ultra_low")]) is None


def test_row_in_a_unit_that_the_record_cannot_offer_never_matches(pick, make_factor):
    assert pick([make_factor("F", 1.0, "g/vkm")]) is None


@pytest.mark.parametrize(("year_to", "matches"), [(2020, False), (2021, True), (None, True)])
def test_validity_filters_only_where_it_ends(pick, make_factor, year_to, matches):
    found = pick([make_factor("F", 1.0, "g/kg", year_from=2014, year_to=year_to)])
    assert (found is not None) == matches


def test_land_use_never_climbs_to_all():
    assert chain("categories", "LU.01.01") == ("LU.01.01", "LU.01", "LU")
    assert chain("categories", "FC.03.13") == ("FC.03.13", "FC.03", "FC", "ALL")


def test_factor_is_told_in_kg_per_base(pick, make_factor):
    found = pick([make_factor("F", 3.0, "g/GJ")])
    assert (found.kg_per_base, found.base) == (0.003, "kg per GJ")


def test_factor_per_tonne_comes_before_one_per_energy(pick, make_factor):
    rows = [make_factor("ENERGY", 1.0, "g/GJ", year_from=2020), make_factor("MASS", 1.0, "g/kg", year_from=2010)]
    assert pick(rows).factor_id == "MASS"
    assert pick(rows, unit_bases=frozenset({"kg per GJ"})).factor_id == "ENERGY"


def test_standard_on_the_technology_chain_brings_its_control(pick, make_factor):
    implied = make_factor("STANDARD", 1.0, "g/kg", control="as_standard", technology="grate_boiler_manual")
    plain = make_factor("PLAIN", 1.0, "g/kg", region_code="310115", technology="grate_boiler_manual")
    found = pick([plain, implied], control="fugitive_high")
    assert (found.factor_id, found.basis) == ("STANDARD", "emitted")
    of_any = make_factor("ANY", 1.0, "g/kg", control="as_standard")
    assert pick([plain, of_any]).factor_id == "PLAIN"
    assert pick([of_any]) is None


def test_keys_resolved_at_once_find_what_single_keys_find(library):
    keys = [
        make_key(species=species, region_code=region, fuel_or_product=fuel, inventory_year=year)
        for species in ("NOx", "SO2", "PM2.5", "CO2") for region in ("310115", "310000", "CN")
        for fuel in ("raw_coal", "natural_gas", "diesel") for year in (2011, 2021)
    ]  # fmt: skip
    single = [select_emission_factor(library, key) for key in keys]
    assert len({found.factor_id for found in single if found}) >= 4
    library.cache.clear()
    resolve_keys(library, keys)
    assert [select_emission_factor(library, key) for key in keys] == single


def test_tie_is_told_when_its_key_is_asked_for_with_all_that_were_met(make_library, make_factor):
    pairs = {"NOx": ("A", "B"), "SO2": ("C", "D")}
    rows = [make_factor(name, 1.0, "g/kg", species=species) for species, names in pairs.items() for name in names]
    library = make_library([*rows, make_factor("E", 1.0, "g/kg", species="CO")])
    resolve_keys(library, [make_key()])
    assert select_emission_factor(library, make_key(species="CO")).factor_id == "E"
    with pytest.raises(FactorNotFoundError) as caught:
        select_emission_factor(library, make_key(species="SO2"))
    assert [problem.message_en for problem in caught.value.problems] == ["equal matches: C、D", "equal matches: A、B"]


def test_library_without_rows_selects_nothing(pick):
    assert pick([]) is None


def test_mean_of_a_stock_comes_after_every_row_without_control(pick, make_factor):
    mean = make_factor("MEAN", 1.0, "g/kg", control="eu_average", region_code="310115", fuel_or_product="raw_coal")
    plain = make_factor("PLAIN", 1.0, "g/kg", source_category="ALL", region_code="INT")
    found = pick([mean, plain])
    assert (found.factor_id, found.is_last_resort) == ("PLAIN", False)
    alone = pick([mean])
    assert (alone.factor_id, alone.basis, alone.is_last_resort) == ("MEAN", "emitted", True)
    assert "control none→eu_average" in alone.fallback_chain


def test_mean_of_the_surveyed_stock_comes_before_that_of_another(pick, make_factor):
    rows = [make_factor(name, 1.0, "g/kg", control=name) for name in ("eu_average", "as_surveyed")]
    assert pick(rows).factor_id == "as_surveyed"


def test_record_that_names_the_mean_is_no_last_resort(pick, make_factor):
    found = pick([make_factor("MEAN", 1.0, "g/kg", control="eu_average")], control="eu_average")
    assert found.is_last_resort is False


@pytest.mark.parametrize("control", ["ultra_low", "as_limit", "incinerator_full_apc"])
def test_train_of_controls_is_no_mean_of_a_stock(pick, make_factor, control):
    assert pick([make_factor("F", 1.0, "g/kg", control=control)]) is None


def test_mean_of_a_stock_never_serves_a_named_control(pick, make_factor):
    assert pick([make_factor("MEAN", 1.0, "g/kg", control="eu_average")], control="fgd_limestone") is None


def test_group_of_fuels_has_the_carbon_of_its_default_member(library):
    group, member = find_fuel_carbon(library, "coal"), find_fuel_carbon(library, "raw_coal")
    assert group == replace(member, fallback_chain="fuel coal→raw_coal (default member)")
    assert find_fuel_carbon(library, "hydrogen") is None
    assert find_fuel_carbon(library, "other_gas") is None


def test_implied_control_of_the_standard_comes_before_a_nearer_row_without_control(pick, make_factor):
    implied = make_factor("STANDARD", 1.0, "g/kg", control="as_standard", technology="grate_boiler_manual")
    nearer = make_factor("MEAN", 1.0, "g/kg", region_code="310115", fuel_or_product="raw_coal")
    assert pick([nearer, implied]).factor_id == "STANDARD"
