"""Biomass burned in stoves, boilers and in the open. One file per method."""

from inventory.methods.biomass import combustion, open_burning
from inventory.methods.context import Method

METHODS: tuple[Method, ...] = (combustion.METHOD, *open_burning.METHODS)

__all__ = ["METHODS"]
