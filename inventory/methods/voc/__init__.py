"""Volatile organic compounds: stacks, leaks, tanks, loading, water, flares and solvents. One file per method."""

from inventory.methods.context import Method
from inventory.methods.voc import (
    architectural_paint,
    controlled_voc,
    cooling_water,
    dry_cleaning,
    equipment_leaks,
    fixed_roof_tank,
    flare,
    loading,
    petrol_station,
    solvent,
    tanks,
)

METHODS: tuple[Method, ...] = (
    architectural_paint.METHOD,
    controlled_voc.METHOD,
    cooling_water.METHOD,
    dry_cleaning.METHOD,
    *equipment_leaks.METHODS,
    fixed_roof_tank.METHOD,
    flare.METHOD,
    loading.METHOD,
    petrol_station.METHOD,
    solvent.METHOD,
    tanks.METHOD,
)

__all__ = ["METHODS"]
