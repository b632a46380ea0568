"""Key categories: ranks and thresholds by hand, and a national inventory read from $TONGYUAN_REFERENCE."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.key_categories import key_by_level, key_by_trend, key_categories, trend_of, without_land_use

ROOT = Path(os.environ.get("TONGYUAN_REFERENCE", str(Path(__file__).parents[3] / "shared")))
KEYS = ["crt", "resource", "gas"]
SWISS = {"base": "E1990_ktCO2eq", "year": "E2021_ktCO2eq"}

FOUR = pd.DataFrame(
    {
        "code": ["FC.01", "MB.01", "WT.01", "LU.01"], "gas": ["CO2", "CO2", "CH4", "CO2"],
        "1990": [50.0, 30.0, 0.0, -20.0], "2021": [60.0, 30.0, 4.0, -6.0], "u": [5.0, 10.0, 100.0, 50.0],
    }
)  # fmt: skip


def key_codes(table):
    return table.loc[table["is_key"], "code"].tolist()


def test_removals_count_by_their_size_and_the_category_that_crosses_is_key():
    table = key_by_level(FOUR, keys=["code"], year="2021")
    assert table["share"].tolist() == pytest.approx([0.6, 0.3, 0.06, 0.04], rel=1e-12)
    assert key_codes(table) == ["FC.01", "MB.01", "LU.01"]


def test_a_threshold_that_is_reached_exactly_takes_no_further_category():
    table = key_by_level(FOUR, keys=["code"], year="2021", threshold=0.9)
    assert key_codes(table) == ["FC.01", "MB.01"]


def test_approach_2_weighs_by_uncertainty():
    table = key_by_level(FOUR, keys=["code"], year="2021", uncertainty_pct="u")
    weights = {"WT.01": 400.0, "FC.01": 300.0, "MB.01": 300.0, "LU.01": 300.0}  # %; 1300 in all
    assert dict(zip(table["code"], table["share"], strict=True)) == pytest.approx(
        {k: w / 1300 for k, w in weights.items()}
    )
    assert table["code"].tolist() == ["WT.01", "FC.01", "LU.01", "MB.01"]
    assert table["is_key"].all()


def test_trend_by_hand_with_a_category_that_was_not_there():
    # Σ|E0| = 100, ΣE0 = 60, ΣEt = 88: the total grows by 28/60
    expected = [0.5 * abs(0.2 - 28 / 60), 0.3 * abs(0 - 28 / 60), 4 / 100, 0.2 * abs(14 / 20 - 28 / 60)]
    found = trend_of(FOUR["1990"].to_numpy(), FOUR["2021"].to_numpy())
    assert found.tolist() == pytest.approx(expected, rel=1e-12)


def test_trend_of_approach_2_is_the_trend_times_the_uncertainty():
    table = key_by_trend(FOUR, keys=["code"], base="1990", year="2021", uncertainty_pct="u")
    weight = trend_of(FOUR["1990"].to_numpy(), FOUR["2021"].to_numpy()) * FOUR["u"].to_numpy()
    shares = dict(zip(FOUR["code"], weight / weight.sum(), strict=True))
    assert dict(zip(table["code"], table["share"], strict=True)) == pytest.approx(shares, rel=1e-12)


def test_rows_of_one_key_are_added_before_they_are_ranked():
    split = pd.concat([FOUR.assign(**{"2021": FOUR["2021"] / 2})] * 2)
    table = key_by_level(split.reset_index(drop=True), keys=["code", "gas"], year="2021")
    assert table["2021"].tolist() == [60.0, 30.0, -6.0, 4.0]


def test_uncertainties_of_one_key_cannot_be_added():
    twice = pd.concat([FOUR, FOUR], ignore_index=True)
    with pytest.raises(SchemaError, match="TY3713"):
        key_by_level(twice, keys=["code"], year="2021", uncertainty_pct="u")


def test_a_missing_number_is_not_nothing():
    with pytest.raises(SchemaError, match=r"2021 › 2"):
        key_by_level(FOUR.assign(**{"2021": [1.0, 1.0, np.nan, 1.0]}), keys=["code"], year="2021")


def test_an_empty_base_year_has_no_trend():
    with pytest.raises(SchemaError, match="TY3711"):
        key_by_trend(FOUR.assign(**{"1990": 0.0}), keys=["code"], base="1990", year="2021")


def test_criteria_are_named_with_and_without_land_use():
    table = key_categories(
        FOUR, keys=["code", "gas"], base="1990", year="2021", category="code", land_use=["LU"]
    ).set_index("code")
    assert table.loc["LU.01", ["level", "level_without_land_use"]].tolist() == [True, False]
    assert table.loc["FC.01", ["level", "level_without_land_use"]].tolist() == [True, True]
    assert table.loc["WT.01", ["level", "level_without_land_use"]].tolist() == [False, False]


@pytest.fixture
def swiss():
    """Return the national inventory; skip where the reference is not there, but never in CI."""
    path = ROOT / "method" / "ghg" / "kca_swiss_input.csv"
    if not path.is_file():
        reason = f"no {path.name} under $TONGYUAN_REFERENCE"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return pd.read_csv(path, keep_default_na=False)


@pytest.mark.reference
@pytest.mark.parametrize(
    ("is_with", "level", "trend", "largest"), [(False, 24, 29, 0.1554839206), (True, 31, 34, 0.142224496)]
)
def test_key_categories_of_a_national_inventory(swiss, is_with, level, trend, largest):
    rows = swiss if is_with else without_land_use(swiss, category="crt", prefixes=["4"])
    by_level = key_by_level(rows, keys=KEYS, year=SWISS["year"])
    assert by_level["is_key"].sum() == level
    assert by_level.loc[0, KEYS].tolist() == ["1A3b", "Diesel", "CO2"]
    assert by_level.loc[0, "share"] == pytest.approx(largest, rel=1e-9)
    assert key_by_trend(rows, keys=KEYS, **SWISS)["is_key"].sum() == trend
