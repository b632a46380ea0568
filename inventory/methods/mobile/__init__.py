"""Vehicles, machinery, ships, aircraft, rail. One file per method."""

from inventory.methods.context import Method
from inventory.methods.mobile import (
    aircraft_lto,
    emep_hot_factor,
    engine_work,
    on_road_corrected,
    petrol_evaporation,
    road_fuel,
    ship_engine,
)

METHODS: tuple[Method, ...] = (
    emep_hot_factor.METHOD,
    on_road_corrected.METHOD,
    *road_fuel.METHODS,
    petrol_evaporation.METHOD,
    engine_work.METHOD,
    *ship_engine.METHODS,
    *aircraft_lto.METHODS,
)

__all__ = ["METHODS"]
