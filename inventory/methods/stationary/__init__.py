"""Combustion and fuels. One file per method."""

from inventory.methods.stationary import feedstock_carbon, fuel_ash, fuel_carbon, fuel_sulphur
from inventory.methods.context import Method

METHODS: tuple[Method, ...] = (
    feedstock_carbon.METHOD,
    fuel_ash.METHOD,
    fuel_carbon.METHOD,
    fuel_sulphur.METHOD,
)

__all__ = ["METHODS"]
