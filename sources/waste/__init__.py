"""Waste and wastewater."""
