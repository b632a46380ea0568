"""Road, construction, stockpile and soil dust. One file per method."""

from inventory.methods.context import Method
from inventory.methods.dust import (
    construction,
    paved_roads,
    soil_erosion,
    stockpile_erosion,
    stockpile_handling,
    unpaved_roads,
)

METHODS: tuple[Method, ...] = (
    paved_roads.METHOD,
    *unpaved_roads.METHODS,
    construction.METHOD,
    stockpile_handling.METHOD,
    stockpile_erosion.METHOD,
    soil_erosion.METHOD,
)

__all__ = ["METHODS"]
