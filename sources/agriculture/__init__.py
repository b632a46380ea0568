"""Crops, fertiliser and livestock."""
