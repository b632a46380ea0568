"""Meters of shore power, charging and battery swap: electricity by place and year."""
