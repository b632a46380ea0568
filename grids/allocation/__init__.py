"""Weights that carry an activity record onto the grid: points, lines, areas."""
