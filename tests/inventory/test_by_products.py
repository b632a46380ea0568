"""Child records of controls: CO2 of limestone and urea by what the train removed, at the place of the parent."""

import numpy as np
import pandas as pd
import pytest

from inventory.by_products import child_records, estimate_ledger
from inventory.errors import SchemaError
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


def unknown_children(ledger, emissions, leaf):
    """Return the notation keys and reasons of the CO2 of the children of a leaf."""
    ids = ledger.loc[(ledger["source_category"] == leaf) & (ledger["parent_activity_id"] != ""), "activity_id"]
    rows = emissions[emissions["activity_id"].isin(ids)]
    assert list(rows["species"]) == ["CO2"] * len(rows)
    return list(zip(rows["notation_key"], rows["fallback_chain"], strict=True))


@pytest.mark.parametrize("species", ["SO2", "NOx"])
def test_supplied_emission_leaves_a_child_whose_co2_is_not_estimated(context, species):
    leaf = {"SO2": "IP.20.01", "NOx": "IP.20.02"}[species]
    ledger, emissions = estimate_ledger(
        pd.DataFrame([COAL]), parameters(**{f"ef_kg_per_unit:{species}": 1.0, "sulphur_fraction": 0.006})
        if species == "NOx" else parameters(**{"ef_kg_per_unit:SO2": 1.0}), context,
    )  # fmt: skip
    ((key, reason),) = unknown_children(ledger, emissions, leaf)
    assert key == "NE"
    assert "removed mass unknown" in reason
    assert leaf in reason
    child = ledger[ledger["source_category"] == leaf].iloc[0]
    assert (child["fuel_or_product"], child["activity_value"], child["activity_unit"]) == ("raw_coal", 10_000.0, "t")


def test_own_row_of_the_facility_stands_for_the_child_of_unknown_mass(context):
    parent = COAL | {"facility_id": "F1"}
    own = COAL | {
        "activity_id": "t:2", "facility_id": "F1", "source_category": "IP.20.01", "fuel_or_product": "so2_removed",
        "technology": "any", "control_path_id": "none", "activity_value": 640.0,
    }  # fmt: skip
    given = parameters(**{"ef_kg_per_unit:SO2": 1.0})
    ledger, emissions = estimate_ledger(pd.DataFrame([parent, own]), given, context)
    assert unknown_children(ledger, emissions, "IP.20.01") == []
    elsewhere = pd.DataFrame([parent, own | {"facility_id": "F2"}])
    assert len(unknown_children(*estimate_ledger(elsewhere, given, context), "IP.20.01")) == 1


def test_known_mass_and_ammonia_leave_no_unknown_child(context):
    known = estimate_ledger(pd.DataFrame([COAL]), parameters(sulphur_fraction=0.006), context)
    assert all(key == "" for leaf in ("IP.20.01", "IP.20.02") for key, _ in unknown_children(*known, leaf))
    given = parameters(**{"ef_kg_per_unit:NOx": 1.0, "urea_share": 0.0, "sulphur_fraction": 0.006})
    assert unknown_children(*estimate_ledger(pd.DataFrame([COAL]), given, context), "IP.20.02") == []


def test_species_that_another_record_counts_brings_no_child(context):
    parent = COAL | {"included_species": "SO2;NOx", "included_in": "FC.02.02"}
    ledger, _ = estimate_ledger(pd.DataFrame([parent]), parameters(), context)
    assert len(ledger) == 1


def test_parameter_that_no_method_reads_stops_the_build(context):
    with pytest.raises(SchemaError, match=r"TY3106.*t:1.*wind_speed_m_per_s"):
        estimate_ledger(pd.DataFrame([COAL]), parameters(sulphur_fraction=0.006, wind_speed_m_per_s=3.0), context)


def test_two_controls_of_one_train_are_two_children():
    product = pd.DataFrame(
        {
            "parent_activity_id": ["t:1", "t:1"], "control": ["a", "b"], "source_category": ["IP.20.01", "IP.20.02"],
            "fuel_or_product": ["so2_removed", "urea_reagent"], "activity_value": [1.0, 0.0], "citation": ["", ""],
        }
    )  # fmt: skip
    assert list(child_records(pd.DataFrame([COAL]), [product])["control"]) == ["a"]
