"""Rows of the mobile tables that no record would be made of are refused, all at once."""

from dataclasses import replace

import pytest

from inventory.errors import SchemaError
from inventory.mobile.fuel_closure import build_mobile
from inventory.mobile.partners import require_partners


def places(facts):
    """Return place and English message of each problem."""
    with pytest.raises(SchemaError) as error:
        require_partners(facts)
    assert {problem.code for problem in error.value.problems} <= {"TY3207", "TY3208", "TY3209"}
    assert all(problem.cell is not None for problem in error.value.problems)
    assert all(problem.remedy_en and problem.remedy_zh for problem in error.value.problems)
    return [f"{problem.place} {problem.message_en}" for problem in error.value.problems]


def test_the_example_has_all_partners(facts):
    require_partners(facts)


def test_a_stock_of_another_year_names_its_row_and_year(facts):
    vehicles = facts.vehicles.copy()
    is_bus = (vehicles["vehicle_type"] == "city bus") & (vehicles["fuel"] == "diesel") & (vehicles["metric"] == "stock")
    vehicles.loc[is_bus, "data_year"] = 2019
    (found,) = places(replace(facts, vehicles=vehicles))
    row = facts.fleet_classes.query("vehicle_type == 'city bus' and fuel == 'diesel'").iloc[0]
    place = f"{row['origin_file']} › {row['origin_row']}"
    assert found.startswith(f"{place} › vehicle_type (city bus diesel)")
    assert "2019" in found


def test_a_stock_without_a_class_is_named(facts):
    classes = facts.fleet_classes[facts.fleet_classes["vehicle_type"] != "taxi"]
    found = places(replace(facts, fleet_classes=classes))
    assert len(found) == 2
    assert all("taxi" in line for line in found)


def test_all_lost_rows_are_named_in_one_pass(facts):
    ships = facts.ships.copy()
    ships.loc[ships["ship_type"] == "ferry", "call_item"] = "ship calls: ferries"
    classes = facts.fleet_classes.copy()
    classes.loc[classes["vehicle_type"] == "motorcycle", "mileage_group"] = "scooter"
    found = places(replace(facts, ships=ships, fleet_classes=classes))
    assert len(found) == 3
    for text in ("scooter", "ship calls: ferries", "ships › ship calls: passenger ferry"):
        assert any(text in line for line in found), text


def test_calls_that_no_ship_takes_up_are_refused_unless_there_are_none(facts, with_fact):
    assert "cruise" in places(with_fact("ship calls: cruise", 12.0))[0]


def test_the_build_of_all_mobile_sources_asks_for_partners(facts):
    with pytest.raises(SchemaError, match="TY3207"):
        build_mobile(replace(facts, ships=facts.ships[facts.ships["ship_type"] != "tug"]))
