"""Road, construction, stockpile and soil dust. One file per method."""

from inventory.methods.context import Method

METHODS: tuple[Method, ...] = ()

__all__ = ["METHODS"]
