"""What the rows of an energy balance mean, the tce factors of its fuels, and the limits of its checks."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import StringIO

import pandas as pd

from inventory.vocabulary import load

SOURCE = "energy_balance"
TCE_SOURCE = "energy_balance_tce"
"""Rows in tce of fuels that are delivered in their physical unit as well (sql/20_staging/stg_fact.sql)."""

GJ_PER_TCE = 29.3076
"""7000 kcal (IT) per kg, GB/T 2589."""


@cache
def structure() -> pd.DataFrame:
    """Return the rows of a balance: item, zh, section, role (total or part), sign (±1) and note."""
    return _table("structure").astype({"sign": float})


@cache
def limits() -> dict[tuple[str, str], float]:
    """Return the limit of each rule and severity."""
    rows = _table("limits").astype({"limit": float})
    return {(row["rule"], row["severity"]): row["limit"] for row in rows.to_dict("records")}


@cache
def tce_factors() -> pd.DataFrame:
    """Return tce_per_unit, low and high [tce per unit] with unit, member_of and citation, by fuel."""
    columns = {"tce_per_unit": float, "low": float, "high": float}
    return load("tce_factors").astype(columns).set_index("fuel")


def tce_per_unit(fuel: str) -> float:
    """Return the tce factor of a fuel [tce per base unit]; nan for a fuel without one."""
    factors = tce_factors()
    return float(factors.loc[fuel, "tce_per_unit"]) if fuel in factors.index else float("nan")


def _table(name: str) -> pd.DataFrame:
    """Return a table that stands beside this file, as text."""
    text = files("inventory.energy_balance").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
