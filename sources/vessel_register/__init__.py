"""Vessels: engines, speeds, size, fuel and voyages, by MMSI; and the rows for ships that are not listed."""
