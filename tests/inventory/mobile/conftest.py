"""The staged facts of the example, and copies of them with one value changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inventory.mobile.mobile_facts import mobile_facts
from inventory.warehouse import read_table

TABLES = (
    "stg_fact", "stg_vehicles_fact", "stg_fleet_classes_class", "stg_ships_engine", "stg_aviation_type",
    "stg_mobile_assumptions_value",
)  # fmt: skip


@pytest.fixture(scope="session")
def facts(estimated):
    return mobile_facts({name: read_table(name, estimated) for name in TABLES}, 2021)


@pytest.fixture
def with_fact(facts):
    """Return a function that gives the facts with the value of one item changed."""

    def change(item: str, value: float, fuel: str = ""):
        table = facts.facts.copy()
        chosen = (table["item"] == item) & (table["fuel"] == fuel) & (table["data_year"] == 2021)
        assert chosen.sum() == 1
        table.loc[chosen, "value"] = value
        return replace(facts, facts=table)

    return change
