"""Surrogates: declared shares, fallbacks, and what nothing could place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from grids.surrogates import Surrogates
from inventory.errors import GridError


def table(*rows):
    names = ["surrogate", "component", "component_share", "district_key", "fallback", "confidence"]
    return pd.DataFrame(rows, columns=names)


def test_city_wide_shares_follow_the_district_key(city):
    placed = Surrogates(city, table(("s", "residents", 1.0, "gdp", "", "L"))).place("s", "310000", "310000")
    gdp = city.indicators.loc["gdp"].to_numpy(float)
    assert placed.share[:-1].sum(axis=1) == pytest.approx(gdp / gdp.sum(), rel=1e-12)


def test_a_district_request_stays_in_its_district(city):
    placed = Surrogates(city, table(("s", "residents", 1.0, "resident_population", "", "L"))).place(
        "s", "310115", "310000"
    )
    assert placed.share.sum() == pytest.approx(1.0, abs=1e-14)
    assert placed.share[city.regions.index("310115")].sum() == pytest.approx(1.0, abs=1e-14)


def test_an_empty_proxy_takes_its_fallback_and_says_so(city):
    surrogates = Surrogates(city, table(("s", "rural_residents", 1.0, "own", "residents", "L")))
    placed = surrogates.place("s", "310101", "310000")
    assert placed.unallocated == 0.0
    assert placed.notes == ("310101 rural_residents→residents",)


def test_an_empty_proxy_without_fallback_is_unallocated_and_says_so(city):
    placed = Surrogates(city, table(("s", "rural_residents", 1.0, "own", "", "L"))).place("s", "310101", "310000")
    assert placed.unallocated == 1.0
    assert placed.share.sum() == 0.0
    assert "未分配" in placed.notes[0]


def test_components_combine_by_their_declared_shares(city):
    rows = [
        ("s", "residents", 0.6, "resident_population", "", "M"),
        ("s", "facility:洋山深水港区", 0.4, "own", "", "L"),
    ]
    placed = Surrogates(city, table(*rows)).place("s", "310000", "310000")
    assert placed.share[-1].sum() == pytest.approx(0.4, abs=1e-15)
    assert placed.confidence == "L"


def test_shares_that_do_not_sum_to_one_are_refused(city):
    with pytest.raises(GridError, match="IN316"):
        Surrogates(city, table(("s", "residents", 0.9, "gdp", "", "L")))


@pytest.mark.parametrize(
    ("surrogate", "region", "key", "code"),
    [("t", "310000", "gdp", "TY6006"), ("s", "320500", "gdp", "TY6007"), ("s", "310000", "happiness", "TY6008")],
)
def test_unknown_surrogates_regions_and_indicators_are_errors(city, surrogate, region, key, code):
    with pytest.raises(GridError, match=code):
        Surrogates(city, table(("s", "residents", 1.0, key, "", "L"))).place(surrogate, region, "310000")


def test_placements_do_not_depend_on_the_order_of_the_rows(city):
    rows = [("s", "residents", 0.5, "resident_population", "", "L"), ("s", "employment", 0.3, "gdp", "", "L"),
            ("s", "farmland", 0.2, "cultivated_land_share", "", "L")]  # fmt: skip
    once = Surrogates(city, table(*rows)).place("s", "310000", "310000")
    again = Surrogates(city, table(*rows[::-1])).place("s", "310000", "310000")
    assert np.array_equal(once.share, again.share)
