"""Proxies of the example: sums, limits and places."""

from __future__ import annotations

import numpy as np
import pytest

from grids.city import REACH_M
from grids.proxies import MAX_CELL_SHARE, build_proxy
from inventory.errors import GridError

AREA_PROXIES = ("residents", "rural_residents", "employment", "facilities", "farmland")


@pytest.mark.parametrize("name", AREA_PROXIES)
def test_no_cell_without_a_point_holds_more_than_five_percent_of_its_district(city, name):
    amount = build_proxy(city, name).amount[:-1]
    total = amount.sum(axis=1, keepdims=True)
    share = np.divide(amount, total, out=np.zeros_like(amount), where=total > 0)
    assert share[~city.has_point].max() <= MAX_CELL_SHARE * (1 + 1e-9)


@pytest.mark.parametrize("name", AREA_PROXIES)
def test_area_proxies_stay_in_reach_and_inside_their_district(city, name):
    amount = build_proxy(city, name).amount
    assert amount[-1].sum() == 0.0
    assert (amount[:-1][city.land_km2 == 0] == 0).all()


def test_residents_of_each_district_sum_to_the_census(city):
    amount = build_proxy(city, "residents").amount[:-1].sum(axis=1)
    census = city.indicators.loc["resident_population"].to_numpy(float)
    assert amount == pytest.approx(census, rel=1e-9)


def test_the_reach_is_three_kilometres_from_towns_lines_and_facilities(city):
    x, y = city.grid.centers
    place = city.towns.iloc[0]
    near = np.hypot(x - place["x"], y - place["y"]) <= REACH_M
    assert city.reached[near].all()
    assert not city.reached[0]


def test_the_city_land_is_smaller_than_its_polygons(city):
    assert city.land_km2.sum() < city.district_km2.sum()
    assert city.district_km2.sum() == pytest.approx(8008.7, abs=1.0)


def test_line_length_counts_the_metres_inside_and_outside(city):
    sea = build_proxy(city, "lines:waterway/sea-going channel")
    lines = city.vertices[city.vertices["class"] == "sea-going channel"]
    length = np.hypot(np.diff(lines["x"]), np.diff(lines["y"])).sum()
    assert sea.amount.sum() + sea.outside == pytest.approx(length, rel=1e-12)
    assert sea.outside > 0
    assert sea.amount[-1].sum() > 0


def test_treatment_plants_are_weighted_by_capacity(city):
    proxy = build_proxy(city, "points:wastewater treatment")
    plants = city.facilities[city.facilities["facility_category"] == "wastewater treatment"]
    assert proxy.amount.sum() == pytest.approx(plants["capacity_value"].sum())


def test_yangshan_lies_in_the_grid_but_in_no_district(city):
    proxy = build_proxy(city, "facility:洋山深水港区")
    assert proxy.amount[-1].sum() == 1.0


@pytest.mark.parametrize("name", ["lines:canal", "points:heliport", "facility:无此厂", "moonlight"])
def test_an_unknown_component_is_an_error_that_names_it(city, name):
    with pytest.raises(GridError, match=name):
        build_proxy(city, name)
