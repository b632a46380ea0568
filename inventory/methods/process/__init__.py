"""Industrial processes and solvents. One file per method."""

from inventory.methods.process import mass_balance
from inventory.methods.context import Method

METHODS: tuple[Method, ...] = (mass_balance.METHOD,)

__all__ = ["METHODS"]
