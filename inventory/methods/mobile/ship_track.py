"""Emission along a ship's track: intervals between messages, one interval, and the exact sum of a track."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from inventory.activity_record import Amount
from inventory.errors import SchemaError, problem
from inventory.exact_sum import exact_sum
from inventory.methods.mobile.ship_factors import low_load_factor
from inventory.methods.mobile.ship_power import propulsion_load


def intervals_h(message_times: npt.NDArray[np.datetime64], *, longest_h: float = np.inf) -> npt.NDArray[np.float64]:
    """Return the hours from each message to the next, shape (n,); the last is 0, a gap counts for `longest_h` at most.

    Parameters
    ----------
    message_times : ndarray of datetime64, shape (n,)
        Sorted, UTC.
    longest_h : float
        What a gap may count for [h]; the rest of it is not estimated, and the caller reports it.

    Raises
    ------
    SchemaError
        If the times are not in order.

    """
    hours = np.diff(message_times) / np.timedelta64(1, "h")
    if np.any(hours < 0.0):
        raise SchemaError(problem("TY3115", "message_times"))
    return np.append(np.minimum(hours, longest_h), 0.0)


def emission_of_interval(hours: Amount, *, power_kw: Amount, ef_g_per_kwh: Amount, low_load: Amount = 1.0) -> Amount:
    """Return the emission of one engine in one interval [t] = P [kW] × h × EF [g/kWh] × low-load factor × 1e-6.

    References
    ----------
    IMO, Fourth GHG Study 2020, bottom-up emission of a ship hour.

    """
    return power_kw * hours * ef_g_per_kwh * low_load * 1e-6


def emission_of_propulsion(
    hours: Amount, *, speed_kn: Amount, mcr_kw: Amount, max_speed_kn: Amount, species: str, ef_g_per_kwh: Amount
) -> Amount:
    """Return the main engine's emission in an interval [t], elementwise; its load follows from the speed.

    Species that follow the fuel (CO2, SO2) take no low-load factor.

    References
    ----------
    US EPA ShipPowerModel and ShipEF 2020.

    """
    load = propulsion_load(speed_kn, max_speed_kn=max_speed_kn)
    low_load = 1.0 if species in {"CO2", "SO2"} else low_load_factor(load, species=species)
    return emission_of_interval(hours, power_kw=mcr_kw * load, ef_g_per_kwh=ef_g_per_kwh, low_load=low_load)


def emission_of_track(hours: Amount, *, power_kw: Amount, ef_g_per_kwh: Amount, low_load: Amount = 1.0) -> float:
    """Return the emission of a track [t]: the exact sum of its intervals, arrays of shape (intervals,).

    References
    ----------
    IMO, Fourth GHG Study 2020, bottom-up emission of a ship.

    """
    each = emission_of_interval(hours, power_kw=power_kw, ef_g_per_kwh=ef_g_per_kwh, low_load=low_load)
    return exact_sum(np.ravel(each))
