"""Alternatives that both have a number are told with both records; IE, other places and other parts are not."""

import pandas as pd
import pytest

from inventory.checks.double_counting import double_counted
from inventory.vocabulary import load


def table(*rows, **common):
    """Return activities and emissions of (id, leaf, species, emission_t, more cells)."""
    plain = {
        "fuel_or_product": "any", "region_code": "310115", "facility_id": "", "balance_group": "",
        "parent_activity_id": "", "name_zh": "",
    } | common  # fmt: skip
    activities = [
        plain | {"activity_id": key, "source_category": leaf} | {k: v for k, v in more.items() if k != "method"}
        for key, leaf, _, _, more in rows
    ]
    emissions = [
        {"activity_id": key, "species": species, "emission_t": value, "method": more.get("method", "factor")}
        for key, _, species, value, more in rows
    ]
    return pd.DataFrame(activities), pd.DataFrame(emissions)


def places(found):
    """Return the places of problems."""
    return [problem.place for problem in found]


def test_refinery_by_composite_factor_and_by_tanks_is_counted_twice():
    rows = (("a", "IP.10.07", "NMVOC", 10.0, {}), ("b", "IP.10.03", "NMVOC", 4.0, {}))
    (found,) = double_counted(*table(*rows, facility_id="F1"))
    assert found.code == "TY3514"
    assert found.place == "a IP.10.07 / b IP.10.03 › NMVOC"
    assert "10 t" in found.message_zh
    assert "4 t" in found.message_en


def test_two_refineries_may_each_choose_their_way():
    first = ("a", "IP.10.07", "NMVOC", 10.0, {"facility_id": "F1"})
    second = ("b", "IP.10.03", "NMVOC", 4.0, {"facility_id": "F2"})
    assert double_counted(*table(first, second)) == []


def test_ie_and_other_species_are_no_finding():
    rows = (("a", "IP.10.07", "NMVOC", 10.0, {}), ("b", "IP.10.03", "NMVOC", float("nan"), {}))
    assert double_counted(*table(*rows)) == []
    rows = (("a", "IP.10.07", "NMVOC", 10.0, {}), ("b", "IP.10.06", "CO2", 4.0, {}))
    assert double_counted(*table(*rows)) == []


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [("310115", "310115", 1), ("310000", "310115", 1), ("310115", "310000", 1), ("310115", "310116", 0)],
)
def test_table_without_facilities_is_judged_by_regions_within_each_other(one, other, found):
    rows = (
        ("a", "IP.17.01", "CH4", 3.0, {"fuel_or_product": "gas_sold", "region_code": one}),
        ("b", "IP.17.04", "CH4", 2.0, {"fuel_or_product": "gas_sold", "region_code": other}),
    )
    activities, emissions = table(*rows)
    bare = activities[["activity_id", "source_category", "fuel_or_product", "region_code"]]
    assert len(double_counted(bare, emissions)) == found


def test_years_are_apart():
    rows = (
        ("a", "IP.10.07", "NMVOC", 3.0, {"inventory_year": 2020}),
        ("b", "IP.10.03", "NMVOC", 2.0, {"inventory_year": 2021}),
    )
    assert double_counted(*table(*rows)) == []
    assert len(double_counted(*table(*rows, inventory_year=2021))) == 0
    same = [(key, leaf, species, value, {"inventory_year": 2021}) for key, leaf, species, value, _ in rows]
    assert len(double_counted(*table(*same))) == 1


def test_gas_network_counted_by_stations_is_no_alternative():
    rows = (
        ("a", "IP.17.01", "CH4", 3.0, {"fuel_or_product": "gas_station_count"}),
        ("b", "IP.17.04", "CH4", 2.0, {"fuel_or_product": "gas_sold"}),
    )
    assert double_counted(*table(*rows)) == []


OWN_SORBENT = ("own", "IP.20.01", "CO2", 5.0, {"fuel_or_product": "so2_removed"})
CHILD = ("child", "IP.20.01", "CO2", 4.0, {"fuel_or_product": "so2_removed", "parent_activity_id": "boiler"})


def test_own_record_of_limestone_repeats_the_child_of_its_plant():
    assert places(double_counted(*table(OWN_SORBENT, CHILD, facility_id="F1"))) == [
        "own IP.20.01 / child IP.20.01 › CO2"
    ]
    assert double_counted(*table(CHILD, facility_id="F1")) == []


def test_limestone_in_the_bed_beside_the_scrubber_is_only_a_notice():
    in_bed = (*OWN_SORBENT[:4], {"fuel_or_product": "any"})
    rows = table(in_bed, CHILD, facility_id="F1")
    assert double_counted(*rows) == []
    assert len(double_counted(*rows, severity="notice")) == 1


def test_own_urea_repeats_the_child():
    own = ("own", "IP.20.02", "CO2", 5.0, {})
    child = ("child", "IP.20.02", "CO2", 4.0, {"fuel_or_product": "urea_reagent", "parent_activity_id": "boiler"})
    assert len(double_counted(*table(own, child, facility_id="F1"))) == 1


HENS = ("hens", "AG.01.15", "NH3", 50.0, {"method": "tan_flow"})
MANURE = ("manure", "AG.02.04", "NH3", 9.0, {"method": "fertiliser_ammonia"})
SPREAD = pd.DataFrame([("hens", "manure_spread_fraction", 0.8)], columns=["activity_id", "name", "value"])


def test_ammonia_of_spreading_is_in_the_flow_already():
    rows = table(HENS, MANURE, origin_file="agriculture.csv", origin_row=37)
    assert len(double_counted(*rows, SPREAD)) == 1
    assert double_counted(*rows, SPREAD.assign(value=0.0)) == []


def test_bought_manure_is_only_a_notice():
    hens, manure = (
        (*row[:4], row[4] | {"origin_file": "a.csv", "origin_row": n}) for n, row in enumerate((HENS, MANURE))
    )
    rows = table(hens, manure)
    assert double_counted(*rows, SPREAD) == []
    assert len(double_counted(*rows, SPREAD, severity="notice")) == 1
    by_factor = (*HENS[:4], {"method": "factor"})
    assert double_counted(*table(by_factor, MANURE), SPREAD, severity="notice") == []


def test_carbon_balance_excludes_product_and_fuel_co2():
    balance = ("carbon", "IP.04.03", "CO2", 900.0, {"method": "mass_balance", "fuel_or_product": "coke"})
    steel = ("steel", "IP.05.01", "CO2", 800.0, {"method": "supplied_factor", "fuel_or_product": "crude_steel"})
    gas = ("gas", "FC.04.01", "CO2", 700.0, {"method": "fuel_carbon", "fuel_or_product": "coke_oven_gas"})
    flux = ("flux", "IP.02.03", "CO2", 50.0, {"fuel_or_product": "limestone"})
    found = places(double_counted(*table(balance, steel, gas, flux, balance_group="works")))
    assert sorted(found) == [
        "gas FC.04.01 / carbon IP.04.03 › CO2", "steel IP.05.01 / carbon IP.04.03 › CO2",
    ]  # fmt: skip


def test_alternatives_name_known_leaves_products_species_and_a_source():
    leaves, products = tuple(load("categories")["code"]), set(load("products")["code"])
    species = set(load("species")["code"])
    table_of_pairs = load("alternatives")
    assert list(table_of_pairs["alternative_id"]) == sorted(set(table_of_pairs["alternative_id"]))
    for row in table_of_pairs.to_dict("records"):
        for side in ("one", "other"):
            for prefix in row[f"{side}_side"].split(";"):
                assert any(leaf.startswith(prefix) for leaf in leaves), prefix
            assert set(filter(None, row[f"{side}_products"].split(";"))) <= products | {"any"}
        assert set(row["species"].split(";")) <= species
        assert row["severity"] in {"error", "notice"}
        assert row["severity_by_region"] in {"", "error", "notice"}
        assert row["reason_zh"]
        assert row["reason_en"]
        assert row["citation"]
