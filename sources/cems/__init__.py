"""Continuous emission monitoring: hourly exports of the monitoring platforms."""
