"""Modes, loads and work of the engines in the intervals of a track, by the functions of the ship methods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inventory.methods.mobile.ship_power import hotel_kw_on_shore_power, propulsion_load, ship_mode
from inventory.mobile.ais.fleet import MODES, Fleet
from inventory.mobile.ais.tracks import Intervals

Real = NDArray[np.float64]
Whole = NDArray[np.int64]

_ENGINE_RUNS = np.array([mode in {"transit", "manoeuvring"} for mode in MODES])


@dataclass(frozen=True)
class IntervalWork:
    """Work of each interval, shape (n,); `mode` is an index of MODES.

    Attributes
    ----------
    main_kwh, aux_kwh, boiler_kwh : ndarray
        Shaft work, and heat of boilers as they are rated [kWh]; the main engine stands still at berth and anchorage.
    shore_kwh : ndarray
        Electricity taken from shore [kWh]; it is not among the work.

    """

    mode: Whole
    load: Real
    main_kwh: Real
    aux_kwh: Real
    boiler_kwh: Real
    shore_kwh: Real


def work_of(intervals: Intervals, row: Whole, fleet: Fleet) -> IntervalWork:
    """Return the work of the engines in each interval.

    main = MCR × load(v) × h; auxiliary = P(mode) × h × (1 − shore share at berth); boiler = P(mode) × h.

    Parameters
    ----------
    intervals : Intervals
    row : ndarray of int, shape (n,)
        Row of the fleet of each interval.
    fleet : Fleet

    References
    ----------
    US EPA ShipPowerModel 2020; IMO GHG studies 3 and 4.

    """
    load = np.asarray(propulsion_load(intervals.speed_kn, max_speed_kn=fleet.max_speed_kn[row]), dtype=np.float64)
    names = ship_mode(intervals.speed_kn, main_engine_load=load)
    mode = np.select([names == name for name in MODES], list(range(len(MODES)))).astype(np.int64)
    hours = intervals.hours
    connected = np.where(mode == MODES.index("berth"), fleet.shore_share[row], 0.0)
    auxiliary_kw = fleet.aux_kw[row, mode]
    hotel = hotel_kw_on_shore_power(
        auxiliary_kw, boiler_kw=fleet.boiler_kw[row, mode], connected_share=connected, grid_co2_kg_per_kwh=0.0
    )
    return IntervalWork(
        mode, load, np.where(_ENGINE_RUNS[mode], fleet.mcr_kw[row] * load, 0.0) * hours,
        np.asarray(hotel["auxiliary_kw"]) * hours, np.asarray(hotel["boiler_kw"]) * hours,
        auxiliary_kw * connected * hours,
    )  # fmt: skip
