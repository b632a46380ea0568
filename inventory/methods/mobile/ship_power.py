"""Power of ships: propulsion by speed, auxiliary engines and boilers by type, size and mode; the mode itself."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from inventory.activity_record import Amount
from inventory.errors import FactorNotFoundError, SchemaError, problem
from inventory.methods.mobile.table import method_table

Mode = Literal["transit", "manoeuvring", "anchorage", "berth"]

SEA_MARGIN = 1.15
"""Wind, waves and fouling on top of calm water (US EPA ShipPowerModel 2020)."""

LOWEST_LOAD, HIGHEST_LOAD = 0.02, 1.0
"""Load that an engine runs at least and at most [1] (US EPA ShipPowerModel 2020)."""

SERVICE_TO_MAX_SPEED = 0.94
"""Service speed over maximum speed [1] (US EPA 2020, port inventory guidance)."""

_BERTH_BELOW_KN, _ANCHORAGE_BELOW_KN, _MANOEUVRING_UP_TO = 1.0, 3.0, 0.2


def propulsion_load(
    speed_kn: Amount,
    *,
    max_speed_kn: Amount,
    sea_margin: Amount = SEA_MARGIN,
    lowest_load: float = LOWEST_LOAD,
    highest_load: float = HIGHEST_LOAD,
) -> Amount:
    """Return the load of the main engine = clip((v/v_max)³ × margin, 0.02, 1) [1].

    Parameters
    ----------
    speed_kn : Amount
        Speed over ground [kn].
    max_speed_kn : Amount
        Maximum speed [kn]; of a ship whose service speed is known, service / 0.94 (`max_speed_of_service`).

    Raises
    ------
    SchemaError
        If a speed is negative or the maximum speed is not above 0.

    References
    ----------
    US EPA ShipPowerModel 2020 (propeller law).

    """
    if np.any(np.asarray(max_speed_kn) <= 0.0) or np.any(np.asarray(speed_kn) < 0.0):
        raise SchemaError(problem("TY3125", f"speed_kn {speed_kn}, max_speed_kn {max_speed_kn}"))
    ratio = np.asarray(speed_kn, dtype=float) / max_speed_kn
    return _plain(np.clip(ratio**3 * sea_margin, lowest_load, highest_load))


def propulsion_kw(speed_kn: Amount, *, mcr_kw: Amount, max_speed_kn: Amount, sea_margin: Amount = SEA_MARGIN) -> Amount:
    """Return the power of the main engine [kW] = MCR × clip((v/v_max)³ × margin, 0.02, 1).

    References
    ----------
    US EPA ShipPowerModel 2020 (propeller law).

    """
    return mcr_kw * propulsion_load(speed_kn, max_speed_kn=max_speed_kn, sea_margin=sea_margin)


def max_speed_of_service(service_speed_kn: Amount) -> Amount:
    """Return the maximum speed [kn] = service speed / 0.94.

    References
    ----------
    US EPA 2020, port inventory guidance.

    """
    return service_speed_kn / SERVICE_TO_MAX_SPEED


def imo_propulsion_kw(
    speed_kn: Amount,
    *,
    reference_power_kw: Amount,
    reference_speed_kn: Amount,
    draught_ratio: Amount = 1.0,
    weather_efficiency: Amount = 1.0,
    fouling_efficiency: Amount = 1.0,
) -> Amount:
    """Return the power of the main engine [kW] = P_ref × (V/V_ref)³ × (t/t_ref)^0.66 / (η_w × η_f).

    Not kept below the reference power: the caller compares, because an overload means a wrong speed or reference.

    Parameters
    ----------
    draught_ratio : Amount
        t / t_ref [1].
    weather_efficiency, fouling_efficiency : Amount
        η_w and η_f [0–1]; 1 is calm water and a clean hull.

    References
    ----------
    IMO, Fourth GHG Study 2020, equation of the power demand of main engines.

    """
    demand = (np.asarray(speed_kn) / reference_speed_kn) ** 3 * np.asarray(draught_ratio) ** 0.66
    return _plain(reference_power_kw * demand / (np.asarray(weather_efficiency) * fouling_efficiency))


def ship_mode(speed_kn: Amount, *, main_engine_load: Amount) -> npt.NDArray[np.str_]:
    """Return the mode: berth below 1 kn, anchorage below 3 kn, manoeuvring up to a load of 0.2, else transit.

    Limits from memory. A ship on a buoy or drifting cannot be told from one at a berth by speed alone.

    References
    ----------
    IMO, Fourth GHG Study 2020, operational phases.

    """
    speed, load = np.asarray(speed_kn, dtype=float), np.asarray(main_engine_load, dtype=float)
    tests = [speed < _BERTH_BELOW_KN, speed < _ANCHORAGE_BELOW_KN, load <= _MANOEUVRING_UP_TO]
    return np.select(tests, ["berth", "anchorage", "manoeuvring"], default="transit")


def hotel_kw(
    engine: Literal["aux", "boiler"], *, ship_type: str, size: float, size_unit: str, mode: Mode, source_set: str
) -> float:
    """Return the power of auxiliary engines or boilers of a ship in a mode [kW].

    Parameters
    ----------
    size : float
        In `size_unit`: dwt, gt, teu or passengers; a class holds its lower bound.
    source_set : str
        imo_ghg3 or starcrest_2016; one of them for a whole inventory.

    Raises
    ------
    FactorNotFoundError
        If the table has no such type, unit or size.

    References
    ----------
    IMO GHG Study 3 (2014) and Starcrest 2016, as read in US EPA ShipPowerModel 2020 (ship_hotel_power.csv).

    """
    table = method_table("ship_hotel_power")
    of_type = table[
        (table["engine"] == engine)
        & (table["ship_type"] == ship_type)
        & (table["size_unit"] == size_unit)
        & (table["source_set"] == source_set)
    ]
    low = of_type["size_low"].astype(float)
    high = of_type["size_high"].replace("", "inf").astype(float)
    found = of_type[(low <= size) & (size < high)]
    if len(found) != 1:
        place = f"{engine} {ship_type} {size:g} {size_unit} {source_set}"
        raise FactorNotFoundError(problem("TY4112", place))
    return float(found[f"{mode}_kw"].iloc[0])


def hotel_kw_on_shore_power(
    auxiliary_kw: Amount, *, boiler_kw: Amount, connected_share: Amount, grid_co2_kg_per_kwh: Amount
) -> dict[str, Amount]:
    """Return hotel power at a berth with shore power: auxiliary engines stop, boilers stay, the grid is a memo.

    auxiliary [kW] = P × (1 − connected share); grid CO2 memo [kg/h] = P × connected share × grid factor. The power
    plants count the memo already.

    References
    ----------
    US EPA 2022, shore power technology assessment (boilers are not replaced).

    """
    return {
        "auxiliary_kw": auxiliary_kw * (1.0 - connected_share),
        "boiler_kw": boiler_kw,
        "grid_co2_memo_kg_per_h": auxiliary_kw * connected_share * grid_co2_kg_per_kwh,
    }


def _plain(found: npt.NDArray[np.float64]) -> Amount:
    """Return a number where there is only one."""
    return float(found) if np.ndim(found) == 0 else found
