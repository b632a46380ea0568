"""Ports, ships, aircraft and machines."""
