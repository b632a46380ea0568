"""Reference approach: CO2 of the fuel that a region was supplied with, against the sum of its sectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from inventory.activity_record import Amount
from inventory.exact_sum import exact_sum

FLAG_ABOVE = 0.05
"""Difference of the two approaches that wants an explanation [1]; IPCC 2006 vol. 2 ch. 6.8 and the guidelines' QA."""

_CARBON_TO_CO2 = 44.0 / 12.0


@dataclass(frozen=True)
class FuelSupply:
    """What supplied a region with one fuel in a year, all in one unit (t, or m3 of gas).

    Attributes
    ----------
    imports, exports : Amount
        With other provinces and countries.
    bunkers : Amount
        Fuel of international flights and voyages.
    stock_increase : Amount
        Positive where the stock grew.

    """

    production: Amount = 0.0
    imports: Amount = 0.0
    exports: Amount = 0.0
    bunkers: Amount = 0.0
    stock_increase: Amount = 0.0


def apparent_consumption(supply: FuelSupply) -> Amount:
    """Return production + imports − exports − bunkers − stock increase, in the unit of the supply.

    References
    ----------
    IPCC 2006 vol. 2 equation 6.2.

    """
    return supply.production + supply.imports - supply.exports - supply.bunkers - supply.stock_increase


def co2_of_supply(
    supply: FuelSupply,
    *,
    ncv_gj_per_unit: Amount,
    cc_tc_per_tj: Amount,
    oxidation_fraction: Amount,
    stored_carbon_t: Amount = 0.0,
) -> Amount:
    """Return CO2 [t] = (apparent consumption × NCV [GJ] × CC [tC/TJ] / 1000 − stored carbon [tC]) × OF × 44/12.

    The printed formula lacks the 1/1000 between GJ and TJ.

    References
    ----------
    IPCC 2006 vol. 2 equation 6.1; 省级温室气体清单编制指南（试行）2011, 参考方法.

    """
    carbon_t = apparent_consumption(supply) * ncv_gj_per_unit * cc_tc_per_tj / 1000.0
    return (carbon_t - stored_carbon_t) * oxidation_fraction * _CARBON_TO_CO2


def approach_difference(reference_co2_t: Amount, *, sectoral_co2_t: Amount) -> Amount:
    """Return (reference − sectoral) / sectoral [1].

    References
    ----------
    CRF/CRT table 1.A(c): difference relative to the sectoral approach.

    """
    return (reference_co2_t - sectoral_co2_t) / sectoral_co2_t


def reference_table(supplies: pd.DataFrame) -> pd.DataFrame:
    """Return the reference approach fuel by fuel.

    Parameters
    ----------
    supplies : DataFrame
        One row per fuel: fuel, production, imports, exports, bunkers, stock_increase [unit of the fuel],
        ncv_gj_per_unit, cc_tc_per_tj, oxidation_fraction, stored_carbon_t [tC]. Empty cells are gaps, not 0.

    Returns
    -------
    DataFrame
        The same rows with apparent_consumption and co2_t [t]; NaN where something is missing.

    """
    numbers = supplies.drop(columns="fuel").astype(float)
    supply = FuelSupply(
        *(numbers[name].to_numpy() for name in ("production", "imports", "exports", "bunkers", "stock_increase"))
    )
    co2_t = co2_of_supply(
        supply,
        ncv_gj_per_unit=numbers["ncv_gj_per_unit"].to_numpy(),
        cc_tc_per_tj=numbers["cc_tc_per_tj"].to_numpy(),
        oxidation_fraction=numbers["oxidation_fraction"].to_numpy(),
        stored_carbon_t=numbers["stored_carbon_t"].to_numpy(),
    )
    return supplies.assign(apparent_consumption=apparent_consumption(supply), co2_t=co2_t)


def compare_approaches(
    reference: pd.DataFrame, sectoral: pd.DataFrame, *, flag_above: float = FLAG_ABOVE
) -> pd.DataFrame:
    """Return both approaches by fuel and in all, with their difference and whether it wants an explanation.

    Parameters
    ----------
    reference, sectoral : DataFrame
        fuel, co2_t [t]; a fuel that one side lacks stays empty there, and the total too.

    Returns
    -------
    DataFrame
        fuel, reference_co2_t, sectoral_co2_t, difference [1], is_flagged (also where there is nothing to compare);
        last row `total`.

    """
    sides = reference[["fuel", "co2_t"]].merge(
        sectoral[["fuel", "co2_t"]], on="fuel", how="outer", suffixes=("_reference", "_sectoral"), validate="1:1"
    )
    both = pd.DataFrame(
        {
            "fuel": sides["fuel"],
            "reference_co2_t": sides["co2_t_reference"].astype(float),
            "sectoral_co2_t": sides["co2_t_sectoral"].astype(float),
        }
    ).sort_values("fuel", ignore_index=True)
    total = {"fuel": "total", **{name: _total(both[name]) for name in ("reference_co2_t", "sectoral_co2_t")}}
    table = pd.concat([both, pd.DataFrame([total])], ignore_index=True)
    sectoral_t = table["sectoral_co2_t"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = approach_difference(table["reference_co2_t"].to_numpy(), sectoral_co2_t=sectoral_t)
    return table.assign(difference=difference, is_flagged=~(np.abs(difference) <= flag_above))


def _total(column: pd.Series) -> float:
    """Return the exact sum of a column, NaN where a fuel is missing."""
    return float("nan") if column.isna().any() else exact_sum(column)
