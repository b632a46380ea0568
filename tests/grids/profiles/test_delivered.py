"""Temporal profiles of a project take the place of the packs', and are never made to fit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from grids.profiles.calendar import hourly_fractions
from grids.profiles.delivered import check_delivered_profiles
from grids.profiles.temporal import temporal_profiles
from inventory.errors import GridError
from inventory.exact_sum import exact_sum

PACKS = ("tcses-144-2024",)
FIRST = {"month_of_year": 1, "day_of_week": 1, "hour_of_day": 0, "hour_of_year": 0}


def table(kind: str, weights, *, profile: str = "tp_power", normalisation: str = "sum_1", first: int | None = None):
    start = FIRST.get(kind, 1) if first is None else first
    n = len(weights)
    return pd.DataFrame(
        {"temporal_profile_id": profile, "kind": kind, "index": range(start, start + n), "weight": np.asarray(weights, float),
         "normalisation": normalisation, "citation": "meter", "confidence": "H", "origin_file": "tp.csv",
         "origin_row": range(2, 2 + n)}
    )  # fmt: skip


def codes(staged, year=2021) -> list[str]:
    return [found.code for found in check_delivered_profiles(staged, year)]


def test_delivered_months_take_the_place_of_the_packs_and_that_is_said():
    months = np.arange(1.0, 13.0) / 78.0
    profiles, messages = temporal_profiles(PACKS, 2021, table("month_of_year", months))
    mine = profiles[(profiles["temporal_profile_id"] == "tp_power") & (profiles["kind"] == "month_of_year")]
    assert mine["fraction"].to_numpy() == pytest.approx(months, rel=1e-12)
    assert set(mine["source"]) == {"meter"}
    assert any("tp_power month_of_year" in text and "in place of the pack" in text for text in messages)


def test_all_other_profiles_stay_as_they_are():
    before, _ = temporal_profiles(PACKS, 2021)
    after, _ = temporal_profiles(PACKS, 2021, table("month_of_year", np.full(12, 1 / 12)))
    untouched = ~((before["temporal_profile_id"] == "tp_power") & (before["kind"] == "month_of_year"))
    pd.testing.assert_frame_equal(
        before[untouched].drop(columns="note"), after[untouched].drop(columns="note"), check_exact=True
    )


def test_a_kind_that_the_packs_lack_is_added():
    profiles, messages = temporal_profiles(PACKS, 2021, table("month_of_year", [1, *[0] * 11], profile="tp_industry"))
    hours = hourly_fractions(profiles[profiles["temporal_profile_id"] == "tp_industry"], 2021)
    assert exact_sum(hours[: 31 * 24]) == pytest.approx(1.0, abs=1e-12)
    assert not any("in place of" in text for text in messages)


def test_an_empty_table_changes_nothing():
    before, said = temporal_profiles(PACKS, 2021)
    after, said_too = temporal_profiles(PACKS, 2021, table("month_of_year", []))
    pd.testing.assert_frame_equal(before, after, check_exact=True)
    assert said == said_too


def test_weights_of_mean_1_are_taken_when_declared():
    week = np.array([1.1, 1.1, 1.1, 1.1, 1.1, 0.8, 0.7])
    profiles, _ = temporal_profiles(PACKS, 2021, table("day_of_week", week, normalisation="mean_1"))
    mine = profiles[(profiles["temporal_profile_id"] == "tp_power") & (profiles["kind"] == "day_of_week")]
    assert mine["fraction"].to_numpy() == pytest.approx(week / 7, rel=1e-12)


@pytest.mark.parametrize(
    ("weights", "normalisation"),
    [
        (np.full(24, 0.98 / 24), "sum_1"),
        (np.full(24, 1.0), "sum_1"),
        (np.full(24, 0.0), "sum_1"),
        ([-0.1, 1.1, *[0.0] * 22], "sum_1"),
        (np.full(24, 1 / 24), "mean_1"),
        ([*[1 / 24] * 23, 1 / 24 + 2e-6], "sum_1"),
        ([*[1 / 24] * 23, float("nan")], "sum_1"),
    ],
)
def test_weights_that_are_not_what_they_declare_are_in315_at_their_rows(weights, normalisation):
    staged = table("hour_of_day", weights, normalisation=normalisation)
    with pytest.raises(GridError, match="tp_power hour_of_day") as error:
        temporal_profiles(PACKS, 2021, staged)
    (found,) = error.value.problems
    assert (found.code, found.place) == ("IN315", "tp.csv › 2–25 › weight")


def test_rounding_within_a_millionth_is_accepted():
    assert codes(table("hour_of_day", [*[1 / 24] * 23, 1 / 24 + 9e-7])) == []


@pytest.mark.parametrize(
    ("year", "given", "wrong"), [(2024, 8760, True), (2024, 8784, False), (2021, 8784, True), (2021, 8760, False)]
)
def test_hours_of_another_kind_of_year_are_in313(year, given, wrong):
    staged = table("hour_of_year", np.full(given, 1 / given))
    found = check_delivered_profiles(staged, year)
    assert [each.code for each in found] == (["IN313"] if wrong else [])
    if wrong:
        assert str(given) in found[0].message_en
        assert found[0].place == f"tp.csv › 2–{given + 1} › weight"


def test_hours_of_the_year_are_taken_as_they_stand_and_their_months_follow():
    weights = np.random.default_rng(1).random(8784)
    weights /= weights.sum()
    profiles, _ = temporal_profiles(PACKS, 2024, table("hour_of_year", weights))
    mine = profiles[profiles["temporal_profile_id"] == "tp_power"]
    hours = hourly_fractions(mine, 2024)
    assert hours == pytest.approx(weights, rel=1e-12)
    assert exact_sum(hours) == pytest.approx(1.0, abs=1e-12)
    months = mine[mine["kind"] == "month_of_year"].set_index("index")["fraction"]
    assert months[2] == pytest.approx(weights[31 * 24 : 60 * 24].sum(), rel=1e-12)  # February 2024 has 29 days
    with pytest.raises(GridError, match="IN313"):
        hourly_fractions(mine, 2023)


@pytest.mark.parametrize(
    "staged",
    [
        table("month_of_year", np.full(11, 1 / 11)),
        table("month_of_year", np.full(12, 1 / 12), first=0),
        table("hour_of_day", np.full(24, 1 / 24), first=1),
        table("season", np.full(4, 1 / 4)),
        table("day_of_week", np.full(7, 1 / 7), normalisation="percent"),
        pd.concat([table("hour_of_year", np.full(8760, 1 / 8760)), table("month_of_year", np.full(12, 1 / 12))]),
    ],
)
def test_incomplete_or_contradictory_profiles_are_ty6231(staged):
    assert codes(staged) == ["TY6231"]


def test_an_unknown_profile_is_ty6230():
    assert codes(table("day_of_week", np.full(7, 1 / 7), profile="tp_nobody")) == ["TY6230"]


def test_all_findings_come_in_one_pass():
    staged = pd.concat([table("day_of_week", np.full(7, 1.0)), table("month_of_year", [1.0], profile="tp_waste")])
    assert codes(staged) == ["IN315", "TY6231"]
