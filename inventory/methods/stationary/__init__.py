"""Combustion, fuels, fugitives and bought energy. One file per method."""

from inventory.methods.context import Method
from inventory.methods.stationary import (
    coal_mining,
    energy_factor,
    feedstock_carbon,
    fuel_ash,
    fuel_carbon,
    fuel_sulphur,
    gas_leakage,
    purchased_energy,
)

METHODS: tuple[Method, ...] = (
    coal_mining.METHOD,
    energy_factor.METHOD,
    *feedstock_carbon.METHODS,
    fuel_ash.METHOD,
    *fuel_carbon.METHODS,
    fuel_sulphur.METHOD,
    gas_leakage.METHOD,
    purchased_energy.METHOD,
)

__all__ = ["METHODS"]
