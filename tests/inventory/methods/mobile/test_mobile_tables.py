"""The tables beside the methods: keys, codes, sources."""

import pytest

from inventory.methods.mobile import METHODS
from inventory.methods.mobile.table import method_table
from inventory.vocabulary import load

KEYS = {
    "lto_by_type": ["aircraft_type"],
    "on_road_corrections": ["correction", "source_category", "fuel_or_product", "technology", "species", "low", "high"],
    "road_fuel_energy": ["fuel_or_product"],
    "ship_fuel_use": ["engine", "fuel_or_product"],
    "ship_hotel_power": ["source_set", "engine", "ship_type", "size_unit", "size_low"],
    "ship_low_load": ["species"],
    "ship_particle_base": ["fuel_or_product"],
    "ship_sulphur_limits": ["zone", "vessel", "from_date"],
}


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_unique_and_facts_have_a_source(name):
    table = method_table(name)
    assert not table.duplicated(KEYS[name]).any()
    assert (table["source"] != "").all()
    assert set(table["confidence"]) <= set("ABCDEHML")


def test_codes_are_of_the_vocabulary():
    corrections = method_table("on_road_corrections")
    codes = {code for cell in corrections["source_category"] for code in cell.split(";") if code}
    assert codes <= set(load("categories")["code"])
    standards = {code for cell in corrections["technology"] for code in cell.split(";") if code}
    engines = set(method_table("ship_fuel_use")["engine"])
    assert standards | engines <= set(load("technologies")["code"])
    for name in ("on_road_corrections", "road_fuel_energy", "ship_fuel_use", "ship_particle_base"):
        assert set(method_table(name)["fuel_or_product"]) <= set(load("fuels")["code"])


def test_no_vehicle_has_two_values_of_one_correction():
    seen = set()
    for row in method_table("on_road_corrections").to_dict("records"):
        for category in row["source_category"].split(";"):
            for standard in row["technology"].split(";"):
                key = (
                    row["correction"],
                    row["fuel_or_product"],
                    row["species"],
                    row["low"],
                    row["high"],
                    category,
                    standard,
                )
                assert key not in seen
                seen.add(key)


def test_every_parameter_of_a_method_is_described():
    wanted = {name for method in METHODS for name in (*method.needs, *method.optional)}
    assert wanted <= set(load("parameters")["code"])
