"""The staged tables that the mobile builders read, with look-ups that name what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from inventory.errors import SchemaError, problem
from inventory.exact_sum import exact_sum
from inventory.ledger_draft import origin_of

if TYPE_CHECKING:
    from inventory.mobile.ais.ships import AisShips

FINAL_USES = (
    "Agriculture", "Industry", "Construction", "Transportation, Telecommunications, Postal",
    "Wholesale, Retail Trade, and Catering Service", "Other", "Residential consumption - Urban",
    "Residential consumption - Rural",
)  # fmt: skip
"""Rows of the energy balance that make up final consumption."""

OPTIONAL_TABLES = {
    "machines": "stg_machines_machine", "ages": "stg_age_distribution_share", "links": "stg_link_traffic_vertex",
    "meters": "stg_meters_meter",
}  # fmt: skip
"""Staged tables that a project may leave out, by their name in MobileFacts."""


@dataclass(frozen=True)
class MobileFacts:
    """Facts, vehicle table and assumptions of one inventory year.

    `machines`, `ages`, `links` and `meters` are optional deliveries, empty where a project has none.
    """

    facts: pd.DataFrame
    vehicles: pd.DataFrame
    fleet_classes: pd.DataFrame
    ships: pd.DataFrame
    aviation: pd.DataFrame
    assumptions: pd.DataFrame
    inventory_year: int
    machines: pd.DataFrame = field(default_factory=pd.DataFrame)
    ages: pd.DataFrame = field(default_factory=pd.DataFrame)
    links: pd.DataFrame = field(default_factory=pd.DataFrame)
    meters: pd.DataFrame = field(default_factory=pd.DataFrame)
    ais: AisShips | None = None

    def of_year(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of an optional table in the inventory year; none of a table that was not delivered."""
        return table[table["data_year"] == self.inventory_year] if len(table) else table

    def fact(self, source_id: str, item: str, fuel: str = "") -> pd.Series:
        """Return one fact of the inventory year.

        Raises
        ------
        SchemaError
            If the delivery does not hold it, or leaves it empty.

        """
        facts = self.facts
        found = facts[
            (facts["source_id"] == source_id)
            & (facts["item"] == item)
            & (facts["fuel"] == fuel)
            & (facts["data_year"] == self.inventory_year)
            & facts["value"].notna()
        ]
        found = found[_of_whole_city(found)]
        if len(found) != 1:
            place = f"{source_id} › {item} {fuel} {self.inventory_year}"
            raise _missing(place)
        return found.iloc[0]

    def assumption(self, group: str, name: str) -> pd.Series:
        """Return one row of the assumptions.

        Raises
        ------
        SchemaError
            If the project does not state it.

        """
        table = self.assumptions
        found = table[(table["group_name"] == group) & (table["name"] == name)]
        if len(found) != 1:
            place = f"mobile_assumptions › {group} › {name}"
            raise _missing(place)
        return found.iloc[0]

    def value(self, group: str, name: str) -> float:
        """Return the value of one assumption, in its unit."""
        return float(self.assumption(group, name)["value"])

    def group(self, group: str) -> pd.DataFrame:
        """Return all rows of one group of the assumptions, in the order of the delivery.

        Raises
        ------
        SchemaError
            If the project states none.

        """
        found = self.assumptions[self.assumptions["group_name"] == group]
        if found.empty:
            place = f"mobile_assumptions › {group}"
            raise _missing(place)
        return found

    def sold_t(self, fuel: str) -> float:
        """Return the final use of a fuel in all sectors [t], non-energy use taken off."""
        facts = self.facts
        rows = facts[
            (facts["source_id"] == "energy_balance")
            & (facts["fuel"] == fuel)
            & (facts["data_year"] == self.inventory_year)
        ]
        rows = rows[_of_whole_city(rows)]
        used = rows[rows["item"].isin(FINAL_USES)]
        kept = rows[rows["item"] == "Industry - NonEnergy Use"]
        empty = pd.concat([used, kept])[lambda row: row["value"].isna()]
        if len(empty):
            place = f"energy_balance › {'、'.join(empty['item'])} {fuel} {self.inventory_year}"
            raise _missing(place)
        return exact_sum(used["value"]) - exact_sum(kept["value"])


def mobile_facts(tables: Mapping[str, pd.DataFrame], inventory_year: int) -> MobileFacts:
    """Collect the staged tables of the mobile sources."""
    return MobileFacts(
        tables["stg_fact"], tables["stg_vehicles_fact"], tables["stg_fleet_classes_class"], tables["stg_ships_engine"],
        tables["stg_aviation_type"], tables["stg_mobile_assumptions_value"], inventory_year,
        **{name: tables[table] for name, table in OPTIONAL_TABLES.items() if table in tables},
    )  # fmt: skip


def _of_whole_city(facts: pd.DataFrame) -> pd.Series:
    """Return which facts are of the whole city or province: rows of districts are parts of them."""
    region = facts["region_code"].astype(str)
    is_whole: pd.Series = (region == "") | region.str.endswith("00")
    return is_whole


def parameter(draft_id: str, name: str, value: float, row: pd.Series, unit: str = "") -> dict[str, object]:
    """Return a parameter row that cites the table row it came from."""
    return {
        "draft_id": draft_id, "name": name, "value": value, "unit": unit or row.get("unit", ""),
        "citation": row["citation"], "confidence": row["confidence"],
    }  # fmt: skip


def origin(row: pd.Series) -> dict[str, object]:
    """Return the origin columns of a table row."""
    return origin_of(row)


def row_origin(row: Mapping[str, object]) -> dict[str, object]:
    """Return the origin columns of a row that is a mapping."""
    return {name: row[name] for name in ("origin_file", "origin_sheet", "origin_row", "origin_sha256")}


def _missing(place: str) -> SchemaError:
    """Return the error for an absent input."""
    return SchemaError(problem("TY3201", place))
