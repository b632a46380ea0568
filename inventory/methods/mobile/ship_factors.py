"""Factors of ship engines: fuel use and low-load corrections by load, SO2 and particles by sulphur, sulphur by zone."""

from __future__ import annotations

from datetime import date
from typing import Literal

import numpy as np

from inventory.activity_record import Amount
from inventory.errors import FactorNotFoundError, SchemaError, problem
from inventory.methods.mobile.table import method_table

SULPHUR_TO_SO2_EMITTED = 2.0 * 0.97753
"""SO2 per sulphur: 64/32 × the share that does not turn into sulphate (US EPA ShipEF)."""

SULPHUR_TO_SULPHATE = 0.02247 * 7.0
"""Sulphate with its water per sulphur: 2.247 % turned × molar mass ratio 224/32 (US EPA ShipEF)."""

PM25_OF_PM10 = 0.92
"""PM2.5 in PM10 (US EPA ShipEF)."""

LOW_LOAD_UP_TO, LOWEST_LOAD = 0.2, 0.02


def fuel_use_at_load(base_g_per_kwh: Amount, *, load: Amount) -> Amount:
    """Return specific fuel use [g/kWh] = base × (0.455 L² − 0.710 L + 1.280).

    The base is that of the best load, about 0.8 (factor 1.003).

    References
    ----------
    IMO, Fourth GHG Study 2020, equation of the specific fuel consumption (the same curve as in the third study).

    """
    return base_g_per_kwh * (0.455 * load * load - 0.710 * load + 1.280)


def low_load_factor(load: Amount, *, species: str) -> Amount:
    """Return how much higher an emission per kWh is at low load = (a L^−x + b) / (a 0.2^−x + b) [1].

    1 above a load of 0.2; below 0.02 the value at 0.02. Main engines only, not with electric drive. CO2 and SO2 follow
    the fuel (`fuel_use_at_load`) and take no factor here: both together would count the low load twice.

    Raises
    ------
    FactorNotFoundError
        If the species has no coefficients.

    References
    ----------
    US EPA ShipEF 2020, low load adjustment factors (ship_low_load.csv).

    """
    table = method_table("ship_low_load").set_index("species")
    if species not in table.index:
        raise FactorNotFoundError(problem("TY4113", species))
    a, x, b = (float(table.loc[species, name]) for name in ("a", "x", "b"))
    clipped = np.clip(np.asarray(load, dtype=float), LOWEST_LOAD, LOW_LOAD_UP_TO)
    found = (a * clipped**-x + b) / (a * LOW_LOAD_UP_TO**-x + b)
    return found if isinstance(load, np.ndarray) else float(found)


def so2_ef_of_ship(fuel_use_g_per_kwh: Amount, *, sulphur_fraction: Amount) -> Amount:
    """Return SO2 [g/kWh] = BSFC × 2 × 0.97753 × S, S as mass fraction.

    References
    ----------
    US EPA ShipEF 2020; US EPA 2022, port inventory guidance, equation 3.3.

    """
    return fuel_use_g_per_kwh * SULPHUR_TO_SO2_EMITTED * sulphur_fraction


def pm10_ef_of_ship(fuel_use_g_per_kwh: Amount, *, sulphur_fraction: Amount, base_g_per_kwh: Amount) -> Amount:
    """Return PM10 [g/kWh] = base + S × BSFC × 2.247 % × 7, S as mass fraction.

    Printed as S [%] × BSFC × 2.247 × 7 × 1e-4: the 1e-4 is 1 % × 1 % of the two percentages, so the dimension holds.
    The base is that of a fuel without sulphur, hence the nominal sulphur of the coefficient table is not taken off.

    References
    ----------
    US EPA ShipEF 2020; US EPA 2022, port inventory guidance, equation 3.4.

    """
    return base_g_per_kwh + sulphur_fraction * fuel_use_g_per_kwh * SULPHUR_TO_SULPHATE


def sulphur_factors_of_ship(
    fuel_use_g_per_kwh: Amount, *, sulphur_fraction: Amount, pm10_base_g_per_kwh: Amount
) -> dict[str, Amount]:
    """Return SO2, PM10 and PM2.5 [g/kWh] of an engine by the sulphur of its fuel; PM2.5 = 0.92 × PM10.

    References
    ----------
    US EPA ShipEF 2020.

    """
    pm10 = pm10_ef_of_ship(fuel_use_g_per_kwh, sulphur_fraction=sulphur_fraction, base_g_per_kwh=pm10_base_g_per_kwh)
    so2 = so2_ef_of_ship(fuel_use_g_per_kwh, sulphur_fraction=sulphur_fraction)
    return {"SO2": so2, "PM10": pm10, "PM2.5": PM25_OF_PM10 * pm10}


def sulphur_limit(
    zone: Literal["open_sea", "coastal_control_area", "inland_control_area"],
    *,
    vessel: Literal["sea_going", "inland"],
    on: date,
) -> float:
    """Return the highest sulphur that fuel may have in a zone on a day, as mass fraction.

    All dates and limits were written from memory and say so row by row; check them before a submission. The fuel
    that is burned lies below the limit.

    Raises
    ------
    SchemaError
        If no rule is tabulated for that zone, vessel and day.

    References
    ----------
    船舶大气污染物排放控制区实施方案（交海发〔2018〕168号）; MARPOL annex VI regulation 14 (ship_sulphur_limits.csv).

    """
    table = method_table("ship_sulphur_limits")
    rules = table[(table["zone"] == zone) & (table["vessel"] == vessel) & (table["from_date"] <= on.isoformat())]
    if rules.empty:
        raise SchemaError(problem("TY3126", f"{zone} {vessel} {on.isoformat()}"))
    return float(rules.sort_values("from_date")["sulphur_fraction"].iloc[-1])


def default_fuel_use_g_per_kwh(engine: str, fuel: str) -> float | None:
    """Return the specific fuel use of an engine without its tier, or None where the table has none."""
    table = method_table("ship_fuel_use").set_index(["engine", "fuel_or_product"])["specific_fuel_use_g_per_kwh"]
    return float(table[engine, fuel]) if (engine, fuel) in table.index else None


def default_pm10_base_g_per_kwh(fuel: str) -> float | None:
    """Return the particles of a fuel free of sulphur, or None where the table has none."""
    table = method_table("ship_particle_base").set_index("fuel_or_product")["pm10_base_g_per_kwh"]
    return float(table[fuel]) if fuel in table.index else None
