"""Tracks: the work of ships' engines in cells, split by length along each segment, standing ships as points.

One pass over stg_ais_segment gives the shares of all keys; memory holds one row group and the shares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from grids.allocation.lines import shares_of_amounts
from grids.allocation.segments import Segments, cut_segments
from grids.allocation.shares import CellShares
from grids.definition import GridDefinition
from inventory.errors import GridError, problem
from inventory.exact_sum import exact_group_sum

Real = NDArray[np.float64]
Whole = NDArray[np.int64]

ROLES = ("main", "aux", "boiler")


@dataclass(frozen=True)
class TrackShares:
    """Shares of all keys of a set of tracks.

    Attributes
    ----------
    geometry_keys : tuple of str
        Names of the keys; a key's index is the feature of `shares`.
    shares : CellShares
        Sorted by feature and cell.

    """

    geometry_keys: tuple[str, ...]
    shares: CellShares

    def of(self, geometry_key: str) -> tuple[Whole, Real, float]:
        """Return cells, shares [1] and the share outside of one key; their sum is 1.

        Raises
        ------
        GridError
            If no track has this key.

        """
        if geometry_key not in self.geometry_keys:
            raise GridError(problem("TY6030", geometry_key))
        feature = self.geometry_keys.index(geometry_key)
        first, last = np.searchsorted(self.shares.feature, [feature, feature + 1])
        chosen = slice(int(first), int(last))
        return self.shares.cell[chosen], self.shares.share[chosen], float(self.shares.outside[feature])


def allocate_tracks(segments: Path, tracks: Path, grid: GridDefinition) -> TrackShares:
    """Return the share of each key's work in each cell.

    A moving ship spends the work of a segment evenly along it; a segment without length is a point, in the one cell
    [i, i+1) that holds it.

    Parameters
    ----------
    segments : Path
        stg_ais_segment: lon_start, lat_start, lon_end, lat_end [degree], and key and work [kWh] of each engine.
    tracks : Path
        stg_ais_track: key and geometry_key.
    grid : GridDefinition

    Raises
    ------
    GridError
        If a key has no work.

    """
    table = pq.read_table(tracks, columns=["key", "geometry_key"]).sort_by("key")
    keys = table["key"].to_numpy()
    names = tuple(table["geometry_key"].to_pylist())
    if not names:
        return TrackShares((), CellShares(*(np.zeros(0, np.int64),) * 2, *(np.zeros(0),) * 2))
    parts = [_amounts(part, keys, grid) for part in _parts(segments)]
    feature, cell, amount = (np.concatenate(column) for column in zip(*parts, strict=True))
    shares = shares_of_amounts(feature, cell, amount, len(keys), grid.n_cells)
    order = np.lexsort((shares.cell, shares.feature))
    return TrackShares(
        names, CellShares(shares.feature[order], shares.cell[order], shares.share[order], shares.outside)
    )


def _parts(segments: Path) -> Iterator[pa.Table]:
    """Yield the row groups."""
    file = pq.ParquetFile(segments)
    for number in range(file.num_row_groups):
        yield file.read_row_group(number)


def _amounts(part: pa.Table, keys: Whole, grid: GridDefinition) -> tuple[Whole, Whole, Real]:
    """Return feature, cell (−1 outside) and work [kWh] of a row group, one row per feature and cell."""
    ends = [grid.project(part[f"lon_{end}"].to_numpy(), part[f"lat_{end}"].to_numpy()) for end in ("start", "end")]
    (column_a, row_a), (column_b, row_b) = ((grid.columns(x), grid.rows(y)) for x, y in ends)
    run = Segments(np.arange(len(part)), column_a, row_a, column_b, row_b)
    segment, cell, fraction = _pieces(run, grid)
    found = []
    for role in ROLES:
        key, kwh = part[f"{role}_key"].to_numpy()[segment], part[f"{role}_kwh"].to_numpy()[segment]
        works = key >= 0
        feature = np.searchsorted(keys, key[works])
        found.append(_summed(feature, cell[works], kwh[works] * fraction[works], n_cells=grid.n_cells))
    feature, cell, amount = (np.concatenate(column) for column in zip(*found, strict=True))
    return feature, cell, amount


def _pieces(run: Segments, grid: GridDefinition) -> tuple[Whole, Whole, Real]:
    """Return segment, cell and share of the segment [1] of every piece in one cell; the whole of a standing one."""
    nx, ny = grid.spec.nx, grid.spec.ny
    stands = (run.column_start == run.column_end) & (run.row_start == run.row_end)
    moving = np.flatnonzero(~stands)
    moved = Segments(*(values[moving] for values in vars(run).values()))
    pieces = cut_segments(moved, nx, ny)
    column, row = pieces.at(moved, (pieces.start + pieces.end) / 2)
    standing = np.flatnonzero(stands)
    segment = np.concatenate([moving[pieces.segment], standing])
    column, row = np.concatenate([column, run.column_start[standing]]), np.concatenate([row, run.row_start[standing]])
    inside = (column >= 0) & (column < nx) & (row >= 0) & (row < ny)
    cell = np.where(inside, np.floor(row).astype(np.int64) * nx + np.floor(column).astype(np.int64), -1)
    return segment, cell, np.concatenate([pieces.end - pieces.start, np.ones(len(standing))])


def _summed(feature: Whole, cell: Whole, amount: Real, *, n_cells: int) -> tuple[Whole, Whole, Real]:
    """Return amounts added up by feature and cell."""
    key, place = np.unique(feature * (n_cells + 1) + cell + 1, return_inverse=True)
    return key // (n_cells + 1), key % (n_cells + 1) - 1, exact_group_sum(amount, place, len(key))
