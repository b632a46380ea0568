"""Rules of the emissions of one record: numbers or keys, signs, and the order of particle sizes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from inventory.checks.findings import CoreTables, Finding, finding, limit_of, place_of
from inventory.exact_sum import exact_sum

NOTATION_KEYS = ("NE", "NO", "NA", "IE", "C")
"""Keys that may stand where there is no number (IPCC 2006 vol. 1 table 8.1)."""

_SIZES = (("PM2.5", "PM10"), ("PM10", "TSP"), ("PM2.5", "TSP"))
_SIGNED_METHODS = ("forest_growth", "mass_balance")
_EXPORTED = "memo_import_power"


def finite_or_key(tables: CoreTables) -> Iterator[Finding]:
    """Yield emissions that are neither a finite number nor a notation key, or both."""
    emissions = tables.emissions
    is_number = pd.Series(np.isfinite(emissions["emission_t"]), index=emissions.index)
    has_key = emissions["notation_key"].isin(NOTATION_KEYS)
    wrong = (is_number == has_key) | (~is_number & emissions["emission_t"].notna())
    wrong |= (emissions["notation_key"] != "") & ~has_key
    for row in emissions[wrong].itertuples():
        yield finding("finite_or_key", place_of(row, row.species), row.emission_t)


def negative(tables: CoreTables) -> Iterator[Finding]:
    """Yield negative emissions that are no removal, and plants whose carbon balance is below zero."""
    emissions = tables.emissions
    signed = emissions["method"].isin(_SIGNED_METHODS) | (emissions["ghg_role"] == _EXPORTED)
    for row in emissions[(emissions["emission_t"] < limit_of("negative")) & ~signed].itertuples():
        yield finding("negative", place_of(row, row.species), row.emission_t)
    terms = emissions[(emissions["method"] == "mass_balance") & emissions["emission_t"].notna()]
    for (group, species), rows in terms.groupby(["balance_group", "species"]):
        total_t = exact_sum(rows["emission_t"])
        if total_t < limit_of("negative_balance"):
            yield finding("negative_balance", f"{group} {species}", total_t)


def size_order(tables: CoreTables) -> Iterator[Finding]:
    """Yield records whose finer particles weigh more than the coarser ones that include them."""
    wide = _by_species(tables.emissions)
    for fine, coarse in _SIZES:
        yield from _exceeding("size_order", wide, f"{fine} > {coarse}", (wide[fine], wide[coarse]))


def carbon_share(tables: CoreTables) -> Iterator[Finding]:
    """Yield records whose black and organic carbon weigh more than the fine particles they are part of."""
    wide = _by_species(tables.emissions)
    known = wide["BC"].notna() | wide["OC"].notna()
    carbon = (wide["BC"].fillna(0.0) + wide["OC"].fillna(0.0)).where(known)
    yield from _exceeding("carbon_share", wide, "BC + OC > PM2.5", (carbon, wide["PM2.5"]))


def _exceeding(rule_id: str, wide: pd.DataFrame, what: str, parts: tuple[pd.Series, pd.Series]) -> Iterator[Finding]:
    """Yield records where the first amount exceeds the second; records that lack one of them are not compared."""
    smaller, larger = parts
    for row in wide[smaller > larger * limit_of(rule_id)].itertuples():
        ratio = smaller[row.Index] / larger[row.Index] if larger[row.Index] else float("inf")
        yield finding(rule_id, place_of(row, what), float(ratio))


def _by_species(emissions: pd.DataFrame) -> pd.DataFrame:
    """Return one row per record with the particle species as columns [t]; NaN where there is no number."""
    names = ["activity_id", "source_category", "name_zh"]
    particles = emissions[emissions["species"].isin(["TSP", "PM10", "PM2.5", "BC", "OC"])]
    wide = particles.pivot_table(index=names, columns="species", values="emission_t", aggfunc="first")
    return wide.reindex(columns=["TSP", "PM10", "PM2.5", "BC", "OC"]).reset_index()
