"""Industrial processes, product use and solvents. One file per method."""

from inventory.methods.context import Method
from inventory.methods.process import (
    abated_product,
    aluminium,
    ammonia,
    carbonates,
    clinker,
    electronics,
    fgas_use,
    glass,
    mass_balance,
    process_carbon,
    steelmaking,
)

METHODS: tuple[Method, ...] = (
    abated_product.METHOD,
    *aluminium.METHODS,
    ammonia.METHOD,
    carbonates.METHOD,
    *clinker.METHODS,
    *electronics.METHODS,
    fgas_use.METHOD,
    glass.METHOD,
    mass_balance.METHOD,
    *process_carbon.METHODS,
    steelmaking.METHOD,
)

__all__ = ["METHODS"]
