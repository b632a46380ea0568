"""Rules of the ledger: nothing lost, nothing twice, every expected species answered for, fuel sold accounted for."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from inventory.checks.findings import CoreTables, Finding, finding, limit_of, place_of
from inventory.exact_sum import exact_sum
from inventory.ledger import NATURAL_KEY
from inventory.mobile.fuel_closure import FUEL_SOLD
from inventory.vocabulary import expected_species as species_of_leaf
from inventory.vocabulary import load

_SAME_FUEL = {"marine_residual_oil": "fuel_oil", "marine_gas_oil": "diesel", "cng": "lng"}
"""Fuels that the balance holds under one name."""

_PARTS = ("used", "not_an_activity", "quarantined", "rejected")
_OUTSIDE = "fuel_sold_outside"
_COUNTED_OUTSIDE = ("greenhouse_gas", "memo")
_SMALLEST_T = 1e-9
_FUEL_USE = "specific_fuel_use_kg_per_unit"
_ROAD_FUELS = ("gasoline", "diesel")
_UNSOLD = ("MB.06.02", "fuel_oil")
"""Fuel oil of fishing boats: sold to agriculture, outside the transport row that is closed."""


def facts_balance(tables: CoreTables) -> Iterator[Finding]:
    """Yield measures whose parts do not add up to what came in."""
    for row in tables.balance.itertuples():
        parts = exact_sum([getattr(row, name) for name in _PARTS])
        error = abs(parts - row.amount_in) / row.amount_in if row.amount_in else abs(parts)
        if not error <= limit_of("facts_balance"):
            yield finding("facts_balance", f"{row.step} {row.measure}", error)


def duplicate_key(tables: CoreTables) -> Iterator[Finding]:
    """Yield keys that stand more than once."""
    keys = (
        ("core_activity", tables.activities, ["activity_id"]),
        ("core_activity natural key", tables.activities, ["source_id", *NATURAL_KEY]),
        ("core_emission", tables.emissions, ["activity_id", "species"]),
    )
    for table, frame, columns in keys:
        times = frame.groupby(columns, dropna=False).size()
        for key, count in times[times > 1].items():
            text = key if isinstance(key, str) else " ".join(map(str, key))
            yield finding("duplicate_key", f"{table} {text}", float(count))


def expected_species(tables: CoreTables) -> Iterator[Finding]:
    """Yield expected species of a record, or of a leaf without one, that nothing answers for."""
    answered = set(zip(tables.emissions["activity_id"], tables.emissions["species"], strict=True))
    gaps = tables.gaps
    told = set(zip(gaps["source_category"], gaps["activity_id"], gaps["species"], strict=True))
    kinds = dict(zip(load("species")["code"], load("species")["kind"], strict=True))
    for row in tables.activities.itertuples():
        for species in species_of_leaf(row.source_category):
            counted = row.in_airshed or kinds[species] in _COUNTED_OUTSIDE
            known = (row.activity_id, species) in answered or (row.source_category, row.activity_id, species) in told
            if counted and not known:
                yield finding("expected_species", place_of(row, species))
    silent = sorted(set(load("categories")["code"]) - set(tables.activities["source_category"]))
    for leaf in silent:
        for species in species_of_leaf(leaf):
            if (leaf, "", species) not in told:
                yield finding("expected_species", f"{leaf} {species}")


def fuel_closure(tables: CoreTables) -> Iterator[Finding]:
    """Yield fuels of transport whose sales are not used up by the records of the ledger.

    The fuel is worked out anew from the records: mass, or activity × specific fuel use.
    """
    sold = tables.balance[tables.balance["measure"].str.startswith(f"{FUEL_SOLD} ")]
    fuels = sold["measure"].str.split().str[2]
    burned = _fuel_burned(tables)
    for fuel in sorted(set(fuels)):
        sold_t = exact_sum(sold.loc[fuels == fuel, "amount_in"])
        of_fuel = burned[burned["fuel"] == fuel]
        if sold_t == 0.0 and of_fuel.empty:
            continue
        error = abs(exact_sum(of_fuel["fuel_t"]) - sold_t) / max(sold_t, _SMALLEST_T)
        if not error <= limit_of("fuel_closure"):
            yield finding("fuel_closure", fuel, error)
        elsewhere = exact_sum(of_fuel.loc[of_fuel["boundary"] == _OUTSIDE, "fuel_t"]) / max(sold_t, _SMALLEST_T)
        if fuel in _ROAD_FUELS and elsewhere > limit_of("fuel_elsewhere", "notice"):
            yield finding("fuel_elsewhere", fuel, elsewhere, severity="notice")


def _fuel_burned(tables: CoreTables) -> pd.DataFrame:
    """Return the fuel of each mobile record [t], with fuel, boundary and role.

    Auxiliary power of aircraft is left out: its fuel stands in the cruise records.
    """
    mobile = tables.activities[tables.activities["source_category"].str.startswith("MB.")]
    uses = tables.parameters[tables.parameters["name"] == _FUEL_USE].set_index("activity_id")["value"]
    per_unit_kg = mobile["activity_id"].map(uses)
    mass_t = (mobile["activity_value"] * per_unit_kg / 1000.0).where(
        per_unit_kg.notna(), mobile["activity_value"].where(mobile["activity_unit"] == "t")
    )
    counted_elsewhere = mobile["included_species"].str.split(";").map(lambda species: "CO2" in species)
    unsold = (mobile["source_category"] == _UNSOLD[0]) & (mobile["fuel_or_product"] == _UNSOLD[1])
    found = mobile.assign(fuel=mobile["fuel_or_product"].replace(_SAME_FUEL), fuel_t=mass_t)
    return found[found["fuel_t"].notna() & ~counted_elsewhere & ~unsold]
