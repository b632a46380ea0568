"""Solid waste and wastewater. One file per method."""

from inventory.methods.context import Method
from inventory.methods.waste import (
    biological_treatment,
    first_order_decay,
    incineration_gas,
    landfill_balance,
    waste_carbon,
    wastewater,
    wastewater_air,
    wastewater_nitrogen,
)

METHODS: tuple[Method, ...] = (
    *first_order_decay.METHODS,
    landfill_balance.METHOD,
    *waste_carbon.METHODS,
    incineration_gas.METHOD,
    *biological_treatment.METHODS,
    *wastewater.METHODS,
    *wastewater_nitrogen.METHODS,
    wastewater_air.METHOD,
)

__all__ = ["METHODS"]
