"""One file per estimation method; each names its species, the parameters it needs, and its formula.

A method applies to a record that carries all its parameters. The order here is the order of precedence.
"""

from inventory.methods import (
    feedstock_carbon,
    first_order_decay,
    forest_growth,
    fuel_ash,
    fuel_carbon,
    fuel_sulphur,
    library_factor,
    mass_balance,
    supplied_factor,
    waste_carbon,
    wastewater,
)
from inventory.methods.context import Method

METHODS: tuple[Method, ...] = (
    supplied_factor,
    mass_balance,
    feedstock_carbon,
    waste_carbon,
    first_order_decay,
    wastewater,
    forest_growth,
    fuel_carbon,
    fuel_sulphur,
    fuel_ash,
    library_factor,
)

__all__ = ["METHODS"]
