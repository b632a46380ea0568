"""Total of an enterprise in Shanghai's carbon market: direct and bought; never added to a territorial total."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO

import pandas as pd

from inventory.activity_record import Amount
from inventory.errors import FactorNotFoundError, problem
from inventory.methods.stationary.purchased_energy import co2_of_heat, co2_of_power


@dataclass(frozen=True)
class MarketFactors:
    """Factors of bought energy: power and green power [kg CO2/kWh], heat [t CO2/GJ]."""

    power_kg_per_kwh: float
    heat_t_per_gj: float
    green_power_kg_per_kwh: float | None = None


def market_factors(year: int) -> MarketFactors:
    """Return the default factors of Shanghai's carbon market in a year; green power has none before 2023.

    Raises
    ------
    FactorNotFoundError
        For a year before the market.

    References
    ----------
    沪环气〔2022〕34号; stationary/ets_factors.csv.

    """
    table = _table()
    valid = table[(table["year_from"] <= year) & (table["year_to"].fillna(year) >= year)]
    found = dict(zip(valid["item"], valid["value"].astype(float), strict=True))
    if not {"power_kg_per_kwh", "heat_t_per_gj"} <= set(found):
        raise FactorNotFoundError(problem("TY3184", year))
    return MarketFactors(**found)


def enterprise_co2(
    fuel_co2_t: Amount,
    *,
    factors: MarketFactors,
    process_co2_t: Amount = 0.0,
    power_kwh: Amount = 0.0,
    heat_gj: Amount = 0.0,
    green_power_kwh: Amount = 0.0,
) -> Amount:
    """Return CO2 [t] = fuels + process + power × EF + heat × EF.

    Parameters
    ----------
    fuel_co2_t, process_co2_t : Amount
        Direct emission [t].
    power_kwh : Amount
        Power bought without the green power [kWh].
    green_power_kwh : Amount
        Green power bought [kWh].

    Raises
    ------
    FactorNotFoundError
        If green power was bought in a year that has no factor of it.

    References
    ----------
    SH/MRV-001 to SH/MRV-010: E = Σ(AD × NCV × CC × OF × 44/12) + process + power × EF + heat × EF.

    """
    green_t: Amount = 0.0
    if factors.green_power_kg_per_kwh is not None:
        green_t = co2_of_power(green_power_kwh, ef_kg_per_kwh=factors.green_power_kg_per_kwh)
    elif pd.Series(green_power_kwh).ne(0.0).any():
        raise FactorNotFoundError(problem("TY3185", "green_power_kwh"))
    bought_t = co2_of_power(power_kwh, ef_kg_per_kwh=factors.power_kg_per_kwh) + green_t
    return fuel_co2_t + process_co2_t + bought_t + co2_of_heat(heat_gj, ef_t_per_gj=factors.heat_t_per_gj)


@cache
def _table() -> pd.DataFrame:
    """Return the factors with their years."""
    text = files("inventory.methods.stationary").joinpath("ets_factors.csv").read_text(encoding="utf-8")
    return pd.read_csv(StringIO(text))
