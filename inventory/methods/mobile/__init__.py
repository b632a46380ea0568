"""Vehicles, machinery, ships, aircraft, rail. One file per method."""

from inventory.methods.context import Method

METHODS: tuple[Method, ...] = ()

__all__ = ["METHODS"]
