"""Livestock, soils, rice and open burning. One file per method."""

from inventory.methods.context import Method

METHODS: tuple[Method, ...] = ()

__all__ = ["METHODS"]
