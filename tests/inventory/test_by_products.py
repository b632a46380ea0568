"""Child records of controls: CO2 of limestone and urea by what the train removed, at the place of the parent."""

import numpy as np
import pandas as pd
import pytest

from inventory.by_products import child_records, estimate_ledger
from inventory.factors.abatement import library_controls
from inventory.methods.context import MethodContext

COAL = {
    "activity_id": "t:1", "source_category": "FC.02.02", "fuel_or_product": "raw_coal",
    "technology": "grate_boiler_mechanical", "control_path_id": "fgd_limestone+scr", "size_class": "any",
    "region_code": "310000", "activity_value": 10_000.0, "activity_unit": "t", "in_airshed": True, "balance_group": "",
    "included_species": "", "included_in": "", "parent_activity_id": "", "release_point_id": "", "name_zh": "锅炉",
    "citation": "test", "uncertainty_pct": np.nan,
}  # fmt: skip


def parameters(**values):
    rows = [("t:1", name, value, "1", "test", "M") for name, value in values.items()]
    return pd.DataFrame(rows, columns=["activity_id", "name", "value", "unit", "citation", "confidence"])


@pytest.fixture
def context(library):
    return MethodContext(library, library_controls(library), 2021)


def test_limestone_gives_off_44_per_64_of_the_so2_that_it_binds(context):
    ledger, emissions = estimate_ledger(pd.DataFrame([COAL]), parameters(sulphur_fraction=0.006), context)
    child = ledger[ledger["source_category"] == "IP.20.01"].iloc[0]
    generated_t = 10_000 * 2 * 0.006
    assert child["activity_value"] == pytest.approx(generated_t * 0.8, rel=1e-12)
    assert child["parent_activity_id"] == "t:1"
    co2 = emissions[(emissions["activity_id"] == child["activity_id"]) & (emissions["species"] == "CO2")]
    assert co2["emission_t"].item() == pytest.approx(generated_t * 0.8 * 44 / 64, rel=1e-12)


def test_urea_follows_the_nox_that_scr_took(context):
    ledger, emissions = estimate_ledger(pd.DataFrame([COAL]), parameters(), context)
    child = ledger[ledger["source_category"] == "IP.20.02"].iloc[0]
    nox = emissions[(emissions["activity_id"] == "t:1") & (emissions["species"] == "NOx")].iloc[0]
    removed_t = nox["emission_t"] / (1 - nox["control_efficiency"]) * nox["control_efficiency"]
    assert child["activity_value"] == pytest.approx(removed_t * 0.652, rel=1e-9)


def test_ammonia_as_reagent_gives_off_nothing(context):
    ledger, _ = estimate_ledger(pd.DataFrame([COAL]), parameters(urea_share=0.0), context)
    assert "IP.20.02" not in set(ledger["source_category"])


def test_doubling_the_coal_doubles_the_children_bit_for_bit(context):
    one = estimate_ledger(pd.DataFrame([COAL]), parameters(sulphur_fraction=0.006), context)[1]
    two = estimate_ledger(
        pd.DataFrame([COAL | {"activity_value": 20_000.0}]), parameters(sulphur_fraction=0.006), context
    )[1]
    merged = one.merge(two, on=["activity_id", "species"])
    numbers = merged.dropna(subset=["emission_t_x"])
    assert len(numbers) >= 5
    assert (numbers["emission_t_y"] == 2 * numbers["emission_t_x"]).all()


def test_uncontrolled_record_has_no_children(context):
    ledger, _ = estimate_ledger(pd.DataFrame([COAL | {"control_path_id": "none"}]), parameters(), context)
    assert len(ledger) == 1


def test_two_controls_of_one_train_are_two_children():
    product = pd.DataFrame(
        {
            "parent_activity_id": ["t:1", "t:1"], "control": ["a", "b"], "source_category": ["IP.20.01", "IP.20.02"],
            "fuel_or_product": ["so2_removed", "urea_reagent"], "activity_value": [1.0, 0.0], "citation": ["", ""],
        }
    )  # fmt: skip
    assert list(child_records(pd.DataFrame([COAL]), [product])["control"]) == ["a"]
