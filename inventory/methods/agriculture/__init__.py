"""Crops, soils and livestock. One file per method."""

from inventory.methods.agriculture import (
    ammonia,
    carbonates,
    crop_residue,
    livestock,
    livestock_ammonia,
    manure_nitrogen,
    rice,
    soil_nitrogen,
)
from inventory.methods.context import Method

METHODS: tuple[Method, ...] = (
    rice.METHOD,
    *soil_nitrogen.METHODS,
    crop_residue.METHOD,
    carbonates.METHOD,
    *ammonia.METHODS,
    *livestock.METHODS,
    manure_nitrogen.METHOD,
    livestock_ammonia.METHOD,
)

__all__ = ["METHODS"]
