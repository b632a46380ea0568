"""Emissions of any table of activities, without a project: read, check, estimate, write."""
