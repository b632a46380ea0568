"""Engines, loads and hours of ship types."""
