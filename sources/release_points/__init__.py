"""Outlets of facilities: stacks with height, diameter, temperature and flow."""
