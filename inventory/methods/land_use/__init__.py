"""Forests and land conversion. One file per method."""

from inventory.methods.context import Method
from inventory.methods.land_use import (
    forest_area_change,
    forest_conversion,
    forest_growth,
    soil_carbon,
    timber_consumption,
)

METHODS: tuple[Method, ...] = (
    forest_growth.METHOD,
    forest_area_change.METHOD,
    *timber_consumption.METHODS,
    *forest_conversion.METHODS,
    soil_carbon.METHOD,
)

__all__ = ["METHODS"]
