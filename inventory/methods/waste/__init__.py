"""Solid waste and wastewater. One file per method."""

from inventory.methods.waste import first_order_decay, waste_carbon, wastewater
from inventory.methods.context import Method

METHODS: tuple[Method, ...] = (
    first_order_decay.METHOD,
    *waste_carbon.METHODS,
    wastewater.METHOD,
)

__all__ = ["METHODS"]
