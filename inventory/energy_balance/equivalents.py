"""Fuels in tonnes of coal equivalent: implied factors of the delivery, and rows that came in tce alone."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from inventory.energy_balance.balance_tables import GJ_PER_TCE, SOURCE, TCE_SOURCE, tce_factors
from inventory.errors import CellRef, Problem, problem
from inventory.vocabulary.units import known_unit_names, resolve_unit

_TCE_UNITS = ("tce", "wan_tce", "Mtce")
_SMALLEST = 1000.0
"""Rows below 1000 tce are not compared: their two decimals decide the factor [tce]."""


def implied_factors(facts: pd.DataFrame) -> pd.DataFrame:
    """Return the tce factor that each pair of delivered rows implies.

    factor = row in tce / row in the physical unit

    Parameters
    ----------
    facts : DataFrame
        stg_fact with rows of `energy_balance` (physical) and `energy_balance_tce` (GJ, delivered in tce).

    Returns
    -------
    DataFrame
        The row in tce with physical value, unit, and implied [tce per unit].

    """
    key = ["item", "fuel", "region_code", "data_year"]
    physical = facts.loc[facts["source_id"] == SOURCE, [*key, "value", "unit"]]
    paired = facts[facts["source_id"] == TCE_SOURCE].merge(physical, on=key, suffixes=("_gj", ""))
    paired = paired[(paired["value_gj"].abs() >= _SMALLEST * GJ_PER_TCE) & paired["value"].ne(0.0)]
    return paired.assign(implied=paired["value_gj"] / GJ_PER_TCE / paired["value"])


def implied_factor_problems(facts: pd.DataFrame) -> list[Problem]:
    """Return rows whose implied tce factor lies outside the range of the fuel: one of the two cells is wrong."""
    factors = tce_factors()
    return [
        problem(
            "TY3036", f"{CellRef.of(row)} ({row['item']} {row['fuel']})", cell=CellRef.of(row, "value"),
            implied=f"{row['implied']:.6g}", unit=row["unit"], low=f"{factors.loc[row['fuel'], 'low']:g}",
            high=f"{factors.loc[row['fuel'], 'high']:g}",
        )
        for row in implied_factors(facts).to_dict("records")
        if row["fuel"] in factors.index
        and not factors.loc[row["fuel"], "low"] <= row["implied"] <= factors.loc[row["fuel"], "high"]
    ]  # fmt: skip


def conversions(facts: pd.DataFrame) -> Iterator[Problem]:
    """Yield one notice per fuel whose rows came in tce alone and were converted by the declared factor."""
    factors = tce_factors()
    in_tce = facts["unit_delivered"].map(_is_tce) & facts["fuel"].isin(factors[factors["unit"] != "GJ"].index)
    own = facts[(facts["source_id"] == SOURCE) & in_tce]
    for fuel, rows in own.groupby("fuel", sort=True):
        first, about = rows.iloc[0], factors.loc[fuel]
        yield problem(
            "TY3037", f"{CellRef.of(first)} ({fuel})", cell=CellRef.of(first, "unit"), rows=len(rows),
            factor=f"{about['tce_per_unit']:g}", unit=about["unit"], citation=about["citation"],
        )  # fmt: skip


def _is_tce(unit: str) -> bool:
    """Return whether a delivered unit is a multiple of the tonne of coal equivalent."""
    name = unit.strip()
    return name in known_unit_names() and resolve_unit(name).code in _TCE_UNITS
