"""Records of one selection class are estimated as if there were no classes."""

import numpy as np
import pandas as pd
import pytest

from inventory.calculation import emission_table
from inventory.calculation.calculate import estimate
from inventory.calculation.selection_classes import by_selection_class
from inventory.calculation.validation import check_activity
from inventory.errors import InventoryError
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


def test_year_and_origins_of_a_record_that_carries_parameters_stay(packs_library, plain):
    rows = rows_of(
        plain(region_code="310115"),
        plain(activity_id="B", region_code="310115", sulphur_fraction="0.01"),
        plain(activity_id="C", region_code="310115", **{"import_share:310000": "1"}),
    )
    classes = by_selection_class(check_activity(rows, "x").table, packs_library).rows
    assert classes["region_code"].astype(str).tolist() == ["310000", "310000", "310115"]
    assert classes["inventory_year"].tolist()[1:] == [2021, 2021]
