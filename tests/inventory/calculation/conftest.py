"""Activity tables that the tests of the calculation share: one row is a mapping of column to text."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from inventory.calculation.calculate import DEFAULT_PACKS
from inventory.factors.library import load_library
from inventory.factors.overrides import LOCAL_COLUMNS, write_local

COAL = {
    "activity_id": "A", "source_category": "FC.03.13", "fuel_or_product": "raw_coal", "technology": "grate_boiler",
    "control": "fgd_limestone+esp", "activity_value": "10000", "activity_unit": "t", "inventory_year": "2021",
    "region_code": "310000", "sulphur_fraction": "0.006", "sulphur_retention": "0.15", "ash_fraction": "0.2",
    "ash_retention": "0.85", "pm25_of_fly_ash": "0.07", "pm10_of_fly_ash": "0.2", "bc_of_pm25": "0.1",
    "oc_of_pm25": "0.05", "ncv_gj_per_unit": "20.908", "cc_tc_per_tj": "26.37", "oxidation_fraction": "0.94",
}  # fmt: skip
PLAIN = tuple(COAL)[:9]


def rows_of(*rows) -> pd.DataFrame:
    """Return rows as a table of text; a cell that a row does not name is blank."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return pd.DataFrame([{name: str(row.get(name, "")) for name in columns} for row in rows], columns=columns)


def key_of(found: pd.DataFrame) -> pd.DataFrame:
    """Return a long form as text and bits by activity and species, in one order."""
    plain = found.astype({name: object for name in found.columns if found[name].dtype == "category"})
    return plain.sort_values(["activity_id", "species"]).reset_index(drop=True)


@pytest.fixture
def coal():
    """Return a maker of coal records with their own analysis; names given change it, None takes one away."""

    def make(**changes) -> dict[str, str]:
        return {name: str(value) for name, value in (COAL | changes).items() if value is not None}

    return make


@pytest.fixture
def plain():
    """Return a maker of records without parameters."""

    def make(**changes) -> dict[str, str]:
        plain_row = {name: COAL[name] for name in PLAIN} | {"control": ""}
        return {name: str(value) for name, value in (plain_row | changes).items() if value is not None}

    return make


@pytest.fixture
def write_csv(tmp_path):
    """Return a writer of rows as a CSV file."""

    def write(*rows, name="activity.csv", encoding="utf-8"):
        table = rows_of(*rows)
        with (tmp_path / name).open("w", encoding=encoding, newline="") as handle:
            csv.writer(handle).writerows([table.columns.tolist(), *table.to_numpy().tolist()])
        return tmp_path / name

    return write


@pytest.fixture(scope="session")
def packs_library():
    return load_library(DEFAULT_PACKS)


@pytest.fixture
def local_factors(tmp_path):
    """Return a maker of a folder with one effective local factor."""
    signed = {
        "evidence": "read", "confidence": "H", "status": "effective", "origin_region": "310000", "reason": "measured",
        "author": "Author", "created_on": "2025-01-02", "reviewer": "Reviewer", "reviewed_on": "2025-01-03",
        "review_reason": "complete", "approver": "Approver", "approved_on": "2025-01-04", "approval_reason": "better",
        "source": "test report", "tier": "3", "uncertainty_pct": "20", "distribution": "normal", "year_from": "2000",
    }  # fmt: skip

    def make(**cells):
        folder = tmp_path / "local"
        write_local(pd.DataFrame([dict.fromkeys(LOCAL_COLUMNS, "") | signed | cells]), folder)
        return folder

    return make
