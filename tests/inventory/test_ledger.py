"""Identity of activity records, leaf defaults and allocation keys."""

import hashlib

import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.ledger import NATURAL_KEY, finish_ledger
from inventory.ledger_draft import build_draft, draft_row


def rows(*changes: dict) -> pd.DataFrame:
    """Return drafts of paint records that differ in what is given."""
    base = {
        "source_id": "industry", "source_category": "SV.04.01", "fuel_or_product": "paint_waterborne",
        "activity_value": 1.0, "activity_unit": "t", "data_quality": "L", "name_zh": "涂料",
    }  # fmt: skip
    drafts = [draft_row(**(base | {"draft_id": str(i)} | change)) for i, change in enumerate(changes)]
    return build_draft(drafts, []).activities


@pytest.fixture
def finish(example_config):
    """Return a function that finishes drafts without parameters."""

    def run(activities):
        empty = build_draft([], []).parameters
        return finish_ledger(activities, empty, {"厂": "F123456789abc"}, example_config)

    return run


def test_two_records_with_one_natural_key_are_refused_by_name(finish):
    with pytest.raises(SchemaError, match="涂料"):
        finish(rows({}, {"activity_value": 2.0}))


def test_release_point_tells_records_apart(finish):
    ledger, _, _ = finish(rows({}, {"release_point_id": "two"}))
    assert ledger["activity_id"].nunique() == 2


def test_id_is_the_hash_of_the_natural_key(finish):
    ledger, _, _ = finish(rows({}))
    row = ledger.iloc[0]
    key = "\x1f".join(str(row[name]) for name in NATURAL_KEY)
    assert row["activity_id"] == "industry:" + hashlib.sha256(key.encode()).hexdigest()[:16]


def test_id_does_not_depend_on_order_value_or_origin(finish):
    changes = [{"release_point_id": str(i)} for i in range(5)]
    forward, _, _ = finish(rows(*changes))
    changed = [c | {"activity_value": 9.0, "origin_row": 77} for c in reversed(changes)]
    backward, _, _ = finish(rows(*changed))
    ids = dict(zip(forward["release_point_id"], forward["activity_id"], strict=True))
    assert dict(zip(backward["release_point_id"], backward["activity_id"], strict=True)) == ids


def test_unknown_leaf_is_refused(finish):
    with pytest.raises(SchemaError, match="SV.99.99"):
        finish(rows({"source_category": "SV.99.99"}))


def test_fuel_sold_outside_is_not_in_the_airshed_and_has_no_place(finish):
    change = {"source_category": "MB.10.04", "fuel_or_product": "jet_kerosene", "boundary": "fuel_sold_outside"}
    ledger, _, _ = finish(rows(change))
    assert not ledger["in_airshed"].iloc[0]
    assert ledger["allocation_id"].iloc[0] == "none"


def test_point_record_is_allocated_by_its_facility_and_area_record_by_its_region(finish):
    ledger, _, requests = finish(rows({"facility_id_hint": "厂"}, {"region_code": "310115"}))
    placed = requests.set_index("surrogate")
    assert placed.loc["own_geometry", "facility_id"] == "F123456789abc"
    assert placed.loc["own_geometry", "region_code"] == ""
    other = placed.drop(index="own_geometry").iloc[0]
    assert (other["region_code"], other["facility_id"]) == ("310115", "")
    assert set(ledger["allocation_id"]) == set(requests["allocation_id"])


def test_records_with_one_key_share_one_allocation(finish):
    ledger, _, requests = finish(rows({}, {"release_point_id": "two"}))
    assert ledger["allocation_id"].nunique() == len(requests) == 1
