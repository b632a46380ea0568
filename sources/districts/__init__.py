"""Indicators of the 16 districts."""
