"""Records of one selection class are estimated as if there were no classes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import inventory.methods
from inventory.calculation import emission_table
from inventory.calculation.calculate import estimate
from inventory.calculation.selection_classes import by_selection_class
from inventory.calculation.validation import check_activity
from inventory.errors import InventoryError
from inventory.methods import METHODS
from inventory.vocabulary import load
from tests.inventory.calculation.conftest import key_of, rows_of

YEARS = (1995, 2005, 2009, 2010, 2011, 2012, 2013, 2016, 2017, 2021, 2022, 2023, 2024, 2060)


@pytest.fixture(scope="module")
def random_keys(packs_library):
    """Keys of the factor rows of the packs, in random regions and years."""
    rng = np.random.default_rng(20)
    leaves = load("categories")["code"].tolist()
    regions = load("regions")["code"].tolist()
    units = {row.code: row.default_unit for table in ("fuels", "products") for row in load(table).itertuples()}
    known = set(load("controls")["code"])
    rows = []
    usable = packs_library.factors.drop_duplicates(["source_category", "fuel_or_product", "technology", "control"])
    for at, factor in enumerate(usable.sample(400, random_state=3).itertuples()):
        below = [leaf for leaf in leaves if f"{leaf}.".startswith(f"{factor.source_category}.")] or leaves
        rows.append(
            {
                "activity_id": f"R{at}", "source_category": rng.choice(below),
                "fuel_or_product": factor.fuel_or_product, "technology": factor.technology,
                "control": factor.control if factor.control in known else "none", "activity_value": str(rng.integers(1, 1000)),
                "activity_unit": units.get(factor.fuel_or_product) or "t",
                "inventory_year": str(rng.choice(YEARS)), "region_code": rng.choice(regions),
                "size_class": factor.size_class,
            }
        )  # fmt: skip
    return accepted(rows_of(*rows))


def accepted(rows):
    """Return the rows that their methods accept: some want another unit."""
    try:
        estimate(rows)
    except InventoryError as error:
        refused = {int(problem.place.split(" › ")[1]) - 1 for problem in error.problems}
        return accepted(rows.drop(index=list(refused)).reset_index(drop=True))
    return rows


def test_estimates_are_those_without_classes(random_keys, monkeypatch):
    with_classes = estimate(random_keys, gwp_set="AR5")
    monkeypatch.setattr(emission_table, "by_selection_class", lambda table, library: table)
    without = estimate(random_keys, gwp_set="AR5")
    assert (with_classes["notation_key"] == "").sum() > 500
    pd.testing.assert_frame_equal(key_of(with_classes), key_of(without), check_exact=True, check_dtype=False)


def test_classes_are_fewer_than_regions_and_years(random_keys, packs_library):
    table = check_activity(random_keys, "x").table
    classes = by_selection_class(table, packs_library).rows
    assert classes["inventory_year"].nunique() < table.rows["inventory_year"].nunique()
    assert classes["region_code"].nunique() < table.rows["region_code"].nunique()


def test_year_stays_where_a_method_reads_it_and_the_region_where_origins_are_named(packs_library, plain):
    rows = rows_of(
        plain(region_code="310115"),
        plain(activity_id="B", region_code="310115", silt_load_g_per_m2="1"),
        plain(activity_id="C", region_code="310115", **{"import_share:310000": "1"}),
    )
    classes = by_selection_class(check_activity(rows, "x").table, packs_library).rows
    assert classes["region_code"].astype(str).tolist() == ["310000", "310000", "310115"]
    assert classes["inventory_year"].iloc[1] == 2021
    assert classes["inventory_year"].iloc[0] == classes["inventory_year"].iloc[2] != 2021


def test_every_method_that_reads_the_year_says_so():
    reading = {
        path
        for path in Path(inventory.methods.__file__).parent.glob("*/*.py")
        if "context.inventory_year" in path.read_text(encoding="utf-8")
    }
    modules = {method.estimate.__module__.rsplit(".", 1)[-1] for method in METHODS if method.reads_year}
    assert {path.stem for path in reading} == modules


def test_control_of_the_province_holds_in_its_districts_where_no_factor_names_the_province(plain):
    row = plain(region_code="310115", control="fgd_limestone_ule", sulphur_fraction="0.006", sulphur_retention="0.15")
    found = estimate(rows_of(row), packs=["tcses-144-2024"]).set_index("species")
    assert found.loc["SO2", "control_efficiency"] == pytest.approx(0.985)
