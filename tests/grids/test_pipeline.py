"""The allocate and profile steps on the example."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from grids.conservation import check_weights
from grids.pipeline import allocate, profile
from inventory.errors import ConservationError
from inventory.warehouse import load_contract, read_table, write_table


@pytest.fixture(scope="module")
def placed(config, estimated):
    allocate(config, estimated)
    return {
        name: read_table(name, estimated)
        for name in ("grid_cell", "grid_allocation", "grid_weight", "grid_allocation_region")
    }


def test_every_weight_set_with_outside_and_unallocated_sums_to_one(placed):
    rest = placed["grid_allocation"].set_index("allocation_id")[["outside", "unallocated"]].sum(axis=1)
    for table, column in (("grid_weight", "weight"), ("grid_allocation_region", "share")):
        total = placed[table].groupby("allocation_id")[column].sum().reindex(rest.index, fill_value=0.0) + rest
        assert np.abs(total - 1).max() < 1e-12


def test_every_request_is_placed_once(placed, estimated):
    requests = read_table("core_allocation_request", estimated)
    assert sorted(requests["allocation_id"]) == sorted(placed["grid_allocation"]["allocation_id"])


def test_a_record_outside_the_domain_is_outside_as_a_whole(placed):
    none = placed["grid_allocation"].set_index("allocation_id").loc["none"]
    assert (none["outside"], none["n_cells"]) == (1.0, 0)


def test_a_facility_takes_exactly_one_cell(placed):
    points = placed["grid_allocation"][placed["grid_allocation"]["method"] == "point"]
    assert (points["n_cells"] + points["outside"] == 1).all()


def test_placing_twice_gives_the_same_bits_whatever_the_order_of_the_towns(config, estimated, placed, tmp_path):
    for path in estimated.glob("*.parquet"):
        frame = pd.read_parquet(path)
        frame.sample(frac=1, random_state=7).to_parquet(tmp_path / path.name, index=False)
    allocate(config, tmp_path)
    for name, before in placed.items():
        pd.testing.assert_frame_equal(read_table(name, tmp_path), before, check_exact=True)


def test_a_weight_that_is_missing_is_found(placed):
    with pytest.raises(ConservationError, match="TY6101"):
        check_weights(placed["grid_allocation"], placed["grid_weight"].iloc[1:], placed["grid_allocation_region"])


def test_each_profile_fills_the_year(config, tmp_path):
    columns = [column.name for column in load_contract("stg_temporal_profiles_weight").columns]
    write_table(pd.DataFrame(columns=columns), "stg_temporal_profiles_weight", tmp_path)
    report = profile(config, tmp_path)
    assert report.counts["temporal_profiles"] == 11.0
