"""Rules of the elements: what leaves as carbon or sulphur was in the fuel."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from inventory.activity_record import ActivityRecord
from inventory.checks.findings import CoreTables, Finding, finding, limit_of
from inventory.estimation import records
from inventory.exact_sum import exact_sum
from inventory.factors.selection import find_fuel_carbon

_COMBUSTION = ("FC", "MB")

CARBON_FRACTION = {"CO2": 12 / 44, "CO": 12 / 28, "CH4": 12 / 16, "NMVOC": 12 / 14}
"""Carbon per mass of each carrier [1]; NMVOC taken as CH2."""

SULPHUR_OF_SO2 = 32 / 64
"""Sulphur per mass of SO2 [1]."""


def carbon_out(tables: CoreTables) -> Iterator[Finding]:
    """Yield combustion records that emit more carbon than their fuel holds; the margins stand in rules.csv."""
    emitted = _emitted(tables.emissions)
    for record in records(tables.activities, tables.parameters):
        of_record = emitted.get(record.activity_id, {})
        fuel_tc = _carbon_of_fuel(record, tables)
        if fuel_tc is None or "CO2" not in of_record:
            continue
        out_tc = exact_sum([of_record.get(species, 0.0) * share for species, share in CARBON_FRACTION.items()])
        co2_ratio = _ratio(of_record["CO2"] * CARBON_FRACTION["CO2"], fuel_tc)
        if co2_ratio > limit_of("carbon_co2"):
            yield finding("carbon_co2", _place(record), co2_ratio)
        ratio = _ratio(out_tc, fuel_tc)
        for severity in ("error", "notice"):
            if ratio > limit_of("carbon_out", severity):
                yield finding("carbon_out", _place(record), ratio, severity=severity)
                break


def sulphur_out(tables: CoreTables) -> Iterator[Finding]:
    """Yield records that emit more sulphur than their fuel holds."""
    emitted = _emitted(tables.emissions)
    for record in records(tables.activities, tables.parameters):
        so2_t = emitted.get(record.activity_id, {}).get("SO2")
        if so2_t is None or "sulphur_fraction" not in record.parameters or "t" not in record.fuel_amounts:
            continue
        fuel_ts = float(record.fuel_amounts["t"] * record.parameters["sulphur_fraction"])
        ratio = _ratio(so2_t * SULPHUR_OF_SO2, fuel_ts)
        if ratio > limit_of("sulphur_out"):
            yield finding("sulphur_out", _place(record), ratio)


def _ratio(emitted_t: float, in_fuel_t: float) -> float:
    """Return emitted / in fuel [1]; infinite where something comes from nothing."""
    if in_fuel_t == 0.0:
        return float("inf") if emitted_t > 0.0 else 0.0
    return emitted_t / in_fuel_t


def _emitted(emissions: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the emissions of each record by species [t], numbers only."""
    found: dict[str, dict[str, float]] = {}
    numbers = emissions[emissions["emission_t"].notna()]
    for key, species, value in zip(numbers["activity_id"], numbers["species"], numbers["emission_t"], strict=True):
        found.setdefault(key, {})[species] = value
    return found


def _carbon_of_fuel(record: ActivityRecord, tables: CoreTables) -> float | None:
    """Return the carbon of the fuel that a record burns [t]; None where it burns none that the packs know."""
    if record.source_category[:2] not in _COMBUSTION:
        return None
    carbon = find_fuel_carbon(tables.library, record.fuel_or_product)
    if carbon is None or carbon.base_unit not in record.fuel_amounts:
        return None
    return float(record.fuel_amounts[carbon.base_unit]) * carbon.ncv_gj_per_unit * carbon.cc_tc_per_tj / 1000.0


def _place(record: ActivityRecord) -> str:
    """Return how a record is named."""
    return f"{record.activity_id} {record.source_category} {record.fuel_or_product} {record.technology}"
