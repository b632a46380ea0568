"""Measured emissions: continuous monitoring, tests, their validity, and factors that cannot be right."""

from inventory.methods.context import Method
from inventory.methods.monitoring import stack

METHODS: tuple[Method, ...] = (*stack.METHODS,)

__all__ = ["METHODS"]
