"""Assumptions of the mobile sources."""
