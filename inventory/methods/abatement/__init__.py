"""Controls: what they remove, and their reagents, slip, power and fuel. One file per method."""

from inventory.methods.abatement import ammonia_slip, denitrification, desulphurisation
from inventory.methods.context import Method

METHODS: tuple[Method, ...] = (ammonia_slip.METHOD, denitrification.METHOD, *desulphurisation.METHODS)

__all__ = ["METHODS"]
