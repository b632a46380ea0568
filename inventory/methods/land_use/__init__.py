"""Forests and land conversion. One file per method."""

from inventory.methods.land_use import forest_growth
from inventory.methods.context import Method

METHODS: tuple[Method, ...] = (forest_growth.METHOD,)

__all__ = ["METHODS"]
