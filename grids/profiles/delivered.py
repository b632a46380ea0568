"""Temporal profiles that a project delivers: checked against what they declare, never renormalised silently."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grids.profiles.calendar import days_of_year
from inventory.errors import GridError, Problem, problem
from inventory.exact_sum import exact_group_sum, exact_sum
from inventory.vocabulary import load

TOLERANCE = 1e-6
"""How far printed weights may be from the sum that they declare, relative to it."""
HOUR_OF_YEAR = "hour_of_year"
INDICES = {"month_of_year": range(1, 13), "day_of_week": range(1, 8), "hour_of_day": range(24)}
"""Indices of each kind; hour_of_year has as many as the year has hours, from 0."""
_NORMALISATIONS = ("sum_1", "mean_1")
_KEY = ["temporal_profile_id", "kind"]


def check_delivered_profiles(staged: pd.DataFrame, inventory_year: int) -> list[Problem]:
    """Return what is wrong with delivered profiles.

    Parameters
    ----------
    staged : DataFrame
        stg_temporal_profiles_weight.
    inventory_year : int
        Decides how many hours a year has.

    Returns
    -------
    list of Problem
        IN313 (hours of another kind of year), IN315 (negative, or not the declared sum), TY6230 (unknown profile),
        TY6231 (indices, kind or normalisation).

    """
    problems = []
    known = set(load("temporal_profile_ids")["code"])
    for (profile_id, kind), rows in staged.groupby(_KEY, sort=True):
        place, name = _place(rows), f"{profile_id} {kind}"
        if profile_id not in known:
            problems.append(problem("TY6230", place, profile=profile_id))
        problems += _index_problems(rows, name, place, inventory_year=inventory_year) or _sum_problems(
            rows, name, place
        )
    return [*problems, *_doubly_given(staged)]


def delivered_fractions(staged: pd.DataFrame, inventory_year: int) -> pd.DataFrame:
    """Return delivered profiles in the columns of grid_temporal_profile.

    A profile by hours of the year also gets the months, weekdays and hours of the day that its hours add up to.

    Raises
    ------
    GridError
        With every finding of check_delivered_profiles.

    """
    if problems := check_delivered_profiles(staged, inventory_year):
        raise GridError(*problems)
    count = staged.groupby(_KEY)["weight"].transform("size")
    fraction = np.where(staged["normalisation"] == "mean_1", staged["weight"] / count, staged["weight"])
    frame = staged.assign(fraction=fraction, source=staged["citation"])
    frame = frame[[*_KEY, "index", "fraction", "source", "confidence"]].sort_values([*_KEY, "index"], ignore_index=True)
    hourly = frame[frame["kind"] == HOUR_OF_YEAR]
    sums = [_sums(rows, inventory_year) for _, rows in hourly.groupby("temporal_profile_id", sort=True)]
    return pd.concat([frame, *sums], ignore_index=True)


def hours_of(inventory_year: int) -> int:
    """Return the number of hours of a local year: 8760, or 8784 in a leap year."""
    return 24 * len(days_of_year(inventory_year))


def _index_problems(rows: pd.DataFrame, name: str, place: str, *, inventory_year: int) -> list[Problem]:
    """Return whether each index stands there once, and kind and normalisation are known."""
    kind = str(rows["kind"].iloc[0])
    given = sorted(rows["index"].astype(int))
    said = sorted(set(rows["normalisation"]))
    if len(said) > 1 or said[0] not in _NORMALISATIONS:
        return [problem("TY6231", place, profile=name, what=f"normalisation {said}")]
    if kind == HOUR_OF_YEAR:
        needed = hours_of(inventory_year)
        if len(given) != needed:
            return [problem("IN313", place, profile=name, count=len(given), year=inventory_year, needed=needed)]
        wanted = range(needed)
    elif kind in INDICES:
        wanted = INDICES[kind]
    else:
        return [problem("TY6231", place, profile=name, what=f"kind {kind}")]
    if given != list(wanted):
        strange = sorted(set(given) ^ set(wanted)) or sorted({index for index in given if given.count(index) > 1})
        return [problem("TY6231", place, profile=name, what=str(strange[:10]))]
    return []


def _sum_problems(rows: pd.DataFrame, name: str, place: str) -> list[Problem]:
    """Return whether the weights are what they declare."""
    normalisation = str(rows["normalisation"].iloc[0])
    wanted = 1.0 if normalisation == "sum_1" else float(len(rows))
    weight = rows["weight"].to_numpy(dtype=np.float64)
    total, negative = exact_sum(np.nan_to_num(weight)), int((~(weight >= 0)).sum())
    if negative == 0 and abs(total - wanted) <= TOLERANCE * wanted:
        return []
    return [
        problem(
            "IN315", place, profile=name, total=f"{total:.9g}", wanted=f"{wanted:g}", normalisation=normalisation,
            negative=negative,
        )
    ]  # fmt: skip


def _doubly_given(staged: pd.DataFrame) -> list[Problem]:
    """Return profiles that come by hours of the year and by another kind: one of them would be ignored."""
    kinds = staged.groupby("temporal_profile_id")["kind"].agg(set)
    return [
        problem(
            "TY6231", _place(staged[staged["temporal_profile_id"] == name]), profile=name, what=f"kind {sorted(each)}"
        )
        for name, each in kinds.items()
        if HOUR_OF_YEAR in each and len(each) > 1
    ]


def _sums(rows: pd.DataFrame, inventory_year: int) -> pd.DataFrame:
    """Return months, weekdays and hours of the day of a profile by hours of the year."""
    days = days_of_year(inventory_year)
    index = {
        "month_of_year": np.repeat([day.month for day in days], 24),
        "day_of_week": np.repeat([day.isoweekday() for day in days], 24),
        "hour_of_day": np.tile(np.arange(24), len(days)),
    }
    fraction = rows.sort_values("index")["fraction"].to_numpy()
    first = rows.iloc[0]
    frames = []
    for kind, of_hour in index.items():
        wanted = np.array(INDICES[kind])
        total = exact_group_sum(fraction, of_hour - wanted[0], len(wanted))
        frames.append(
            pd.DataFrame(
                {"temporal_profile_id": first["temporal_profile_id"], "kind": kind, "index": wanted, "fraction": total,
                 "source": first["source"], "confidence": first["confidence"]}
            )
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def _place(rows: pd.DataFrame) -> str:
    """Return the file and the rows of a profile."""
    first, last = rows["origin_row"].min(), rows["origin_row"].max()
    return f"{rows['origin_file'].iloc[0]} › {first}–{last} › weight"
