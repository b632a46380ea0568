"""Exact shares of points, lines and polygons in the cells of a grid."""
