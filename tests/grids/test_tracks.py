"""Tracks in cells: work by length, standing ships as points, what lies outside, and the sum 1."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer

from grids.allocation.tracks import allocate_tracks
from grids.definition import GridDefinition
from inventory.config import GridSpec
from inventory.errors import GridError

GRID = GridDefinition(GridSpec("EPSG:4510", 400_000.0, 3_450_000.0, 1000.0, 3, 2))
TO_DEGREES = Transformer.from_crs("EPSG:4510", "EPSG:4490", always_xy=True)


def write(folder, rows):
    """Write segments of one engine: key, start and end in cells from the south-west corner, work."""
    columns = {}
    for name, (ix, iy) in {"start": (1, 2), "end": (3, 4)}.items():
        x = [400_000.0 + 1000.0 * row[ix] for row in rows]
        y = [3_450_000.0 + 1000.0 * row[iy] for row in rows]
        columns[f"lon_{name}"], columns[f"lat_{name}"] = TO_DEGREES.transform(x, y)
    n = len(rows)
    frame = pd.DataFrame(columns).assign(main_key=[row[0] for row in rows], main_kwh=[float(row[5]) for row in rows])
    for role in ("aux", "boiler"):
        frame = frame.assign(**{f"{role}_key": np.full(n, -1), f"{role}_kwh": 0.0})
    order = ["lon_start", "lat_start", "lon_end", "lat_end"] + [
        f"{r}_{c}" for c in ("key", "kwh") for r in ("main", "aux", "boiler")
    ]
    frame[order].to_parquet(folder / "segment.parquet", row_group_size=2)
    keys = sorted({row[0] for row in rows})
    pd.DataFrame({"key": keys, "geometry_key": [f"k{key}" for key in keys]}).to_parquet(folder / "track.parquet")
    return allocate_tracks(folder / "segment.parquet", folder / "track.parquet", GRID)


def of(found, key):
    cells, shares, outside = found.of(key)
    return dict(zip(cells.tolist(), shares.tolist(), strict=True)), outside


def test_work_is_split_by_length_and_weighted_between_segments(tmp_path):
    found = write(tmp_path, [(7, 0.5, 0.5, 2.5, 0.5, 30.0), (7, 0.5, 0.5, 0.5, 1.5, 10.0)])
    shares, outside = of(found, "k7")
    # 30 kWh over cells 0, 1, 2 as 1/4, 1/2, 1/4; 10 kWh over cells 0 and 3 (the row above) as halves.
    assert shares == {
        0: pytest.approx((7.5 + 5) / 40, abs=1e-6), 1: pytest.approx(15 / 40, abs=1e-6),
        2: pytest.approx(7.5 / 40, abs=1e-6), 3: pytest.approx(5 / 40, abs=1e-6),
    }  # fmt: skip
    assert outside == 0.0


def test_a_standing_ship_is_a_point(tmp_path):
    found = write(tmp_path, [(1, 1.5, 1.5, 1.5, 1.5, 12.0)])
    assert of(found, "k1") == ({4: 1.0}, 0.0)


def test_what_runs_out_of_the_grid_is_outside(tmp_path):
    found = write(tmp_path, [(1, 2.5, 0.5, 4.5, 0.5, 8.0), (2, 9.0, 9.0, 9.0, 9.0, 1.0)])
    shares, outside = of(found, "k1")
    assert shares == {2: pytest.approx(0.25, abs=1e-6)}
    assert outside == pytest.approx(0.75, abs=1e-6)
    assert of(found, "k2") == ({}, 1.0)


def test_keys_are_kept_apart_and_an_unknown_one_is_refused(tmp_path):
    found = write(tmp_path, [(1, 0.5, 0.5, 0.5, 0.5, 1.0), (2, 1.5, 0.5, 1.5, 0.5, 5.0), (1, 2.5, 0.5, 2.5, 0.5, 3.0)])
    assert of(found, "k1") == ({0: 0.25, 2: 0.75}, 0.0)
    assert of(found, "k2") == ({1: 1.0}, 0.0)
    with pytest.raises(GridError, match="TY6030"):
        found.of("k3")


def test_weights_and_outside_sum_to_one(tmp_path):
    random = np.random.default_rng(3)
    rows = [(int(key), *ends, work) for key, ends, work in zip(
        random.integers(0, 5, 3000), random.uniform(-1, 4, (3000, 4)), random.exponential(1.0, 3000), strict=True
    )]  # fmt: skip
    found = write(tmp_path, rows)
    for key in found.geometry_keys:
        _, shares, outside = found.of(key)
        assert shares.sum() + outside == pytest.approx(1.0, abs=1e-12)
        assert (shares > 0).all()


def test_half_open_cells_hold_their_western_and_southern_edge(tmp_path):
    cell = GRID.cell_of([401_000.0, 400_999.999], [3_451_000.0, 3_450_999.999])
    assert cell.tolist() == [4, 0]
    found = write(tmp_path, [(1, 1.0 + 1e-6, 1.0 + 1e-6, 1.0 + 1e-6, 1.0 + 1e-6, 1.0)])
    assert of(found, "k1") == ({4: 1.0}, 0.0)
