"""Straight segments cut at the lines of a grid: what lines and polygons have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True)
class Segments:
    """Segments in cell units: start and end, and the feature each belongs to; all of shape (n,)."""

    feature: Index
    column_start: Array
    row_start: Array
    column_end: Array
    row_end: Array


@dataclass(frozen=True)
class Pieces:
    """Parts of segments between two grid lines: the segment, start and end as fractions of it; shape (m,)."""

    segment: Index
    start: Array
    end: Array

    def at(self, segments: Segments, fraction: Array) -> tuple[Array, Array]:
        """Return column and row of a point of each piece, given as a fraction of its segment."""
        k = self.segment
        column = segments.column_start[k] + fraction * (segments.column_end - segments.column_start)[k]
        row = segments.row_start[k] + fraction * (segments.row_end - segments.row_start)[k]
        return column, row


def chain_segments(coordinates: Array, chain: Index, feature: Index) -> Segments:
    """Join consecutive vertices of the same chain.

    Parameters
    ----------
    coordinates : ndarray, shape (n, 2)
        Vertices in cell units, chain after chain.
    chain, feature : ndarray of int, shape (n,)
        Line or ring, and feature, of each vertex.

    """
    joined = chain[1:] == chain[:-1]
    start, end = coordinates[:-1][joined], coordinates[1:][joined]
    return Segments(feature[:-1][joined], start[:, 0], start[:, 1], end[:, 0], end[:, 1])


def cut_segments(segments: Segments, nx: int, ny: int) -> Pieces:
    """Cut every segment where it crosses a grid line, so that each piece lies in one column and one row."""
    n = len(segments.feature)
    vertical = _crossings(segments.column_start, segments.column_end, nx)
    horizontal = _crossings(segments.row_start, segments.row_end, ny)
    everyone = np.arange(n)
    segment = np.concatenate([everyone, vertical[0], horizontal[0], everyone])
    fraction = np.concatenate([np.zeros(n), vertical[1], horizontal[1], np.ones(n)])
    order = np.lexsort((fraction, segment))
    segment, fraction = segment[order], fraction[order]
    kept = (segment[1:] == segment[:-1]) & (fraction[1:] > fraction[:-1])
    return Pieces(segment[:-1][kept], fraction[:-1][kept], fraction[1:][kept])


def _crossings(start: Array, end: Array, n_lines: int) -> tuple[Index, Array]:
    """Return segment and fraction of every crossing with the lines 0 … n_lines, ends excluded."""
    low = np.clip(np.floor(np.minimum(start, end)) + 1, 0, n_lines + 1)
    high = np.clip(np.ceil(np.maximum(start, end)) - 1, -1, n_lines)
    count = np.maximum(high - low + 1, 0).astype(np.int64)
    segment = np.repeat(np.arange(len(start)), count)
    first = np.repeat(np.cumsum(count) - count, count)
    line = low[segment] + (np.arange(len(segment)) - first)
    return segment, (line - start[segment]) / (end - start)[segment]


def polygon_rings(polygons: NDArray[np.object_]) -> tuple[Array, Index, Index]:
    """Return coordinates, ring and feature of every ring vertex; exteriors run clockwise: their west side climbs."""
    parts, part_feature = shapely.get_parts(shapely.orient_polygons(polygons, exterior_cw=True), return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    return coordinates, ring, part_feature[ring_part[ring]]
