"""Temporal profiles, the project's own before the packs': fractions by month, weekday and hour, made to sum to 1."""

from __future__ import annotations

import calendar
import io
from importlib.resources import files

import numpy as np
import pandas as pd

from grids.profiles.delivered import HOUR_OF_YEAR, INDICES, delivered_fractions, hours_of
from inventory.exact_sum import exact_sum
from inventory.vocabulary import load

_REPORTED = 0.005


def temporal_profiles(
    packs: tuple[str, ...], inventory_year: int, delivered: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return grid_temporal_profile and what was changed.

    A profile without months follows the days of the months; one without weekdays or hours is flat.

    Parameters
    ----------
    packs : tuple of str
        The first pack that holds a profile and kind wins.
    inventory_year : int
        Year of the days of the months.
    delivered : DataFrame, optional
        stg_temporal_profiles_weight: takes the place of the packs' rows of the same profile and kind.

    Raises
    ------
    GridError
        If a delivered profile is not what it declares (IN313, IN315, TY6230, TY6231).

    """
    own = None if delivered is None or delivered.empty else delivered_fractions(delivered, inventory_year)
    known, messages = _with_own(_delivered(packs), own)
    frames = []
    for profile_id in load("temporal_profile_ids")["code"]:
        mine = known[known["temporal_profile_id"] == profile_id]
        hourly = mine[mine["kind"] == HOUR_OF_YEAR]
        for kind, index in {
            **INDICES,
            **({HOUR_OF_YEAR: range(hours_of(inventory_year))} if len(hourly) else {}),
        }.items():
            chosen = mine[mine["kind"] == kind].sort_values("index")
            rows = chosen if list(chosen["index"]) == list(index) else _even(profile_id, kind, inventory_year)
            total = exact_sum(rows["fraction"])
            if abs(total - 1) > _REPORTED:
                messages.append(f"{profile_id} {kind}：原表之和 {total:.4f}，已归一")
            frames.append(rows.assign(fraction=rows["fraction"] / total))
    return pd.concat(frames, ignore_index=True), tuple(messages)


def _with_own(packs: pd.DataFrame, own: pd.DataFrame | None) -> tuple[pd.DataFrame, list[str]]:
    """Return the packs' rows with those of the project in their place, and which ones they are."""
    if own is None:
        return packs, []
    key = ["temporal_profile_id", "kind"]
    replaced = pd.MultiIndex.from_frame(packs[key]).isin(pd.MultiIndex.from_frame(own[key]))
    there = set(packs[replaced][key].itertuples(index=False, name=None))
    messages = [
        f"{profile_id} {kind}：用项目的时间廓线{'取代方法包的' if (profile_id, kind) in there else ''}"
        f" / the project's profile{' in place of the pack' if (profile_id, kind) in there else ''}"
        for profile_id, kind in own[key].drop_duplicates().itertuples(index=False, name=None)
    ]
    return pd.concat([packs[~replaced], own], ignore_index=True), messages


def _delivered(packs: tuple[str, ...]) -> pd.DataFrame:
    """Return the profile rows of the packs, the first pack first."""
    frames = []
    for pack in packs:
        path = files("inventory.factors.packs").joinpath(pack).joinpath("temporal_profiles.csv")
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            frames.append(
                pd.read_csv(io.StringIO(text), dtype={"temporal_profile_id": str, "note": str}, keep_default_na=False)
            )
    return pd.concat(frames, ignore_index=True).drop_duplicates(["temporal_profile_id", "kind", "index"])


def _even(profile_id: str, kind: str, inventory_year: int) -> pd.DataFrame:
    """Return equal days or equal hours."""
    index = np.array(INDICES[kind])
    days = (
        [calendar.monthrange(inventory_year, int(month))[1] for month in index]
        if kind == "month_of_year"
        else np.ones(len(index))
    )
    fraction = np.array(days, dtype=float) / np.sum(days)
    return pd.DataFrame(
        {"temporal_profile_id": profile_id, "kind": kind, "index": index, "fraction": fraction,
         "source": "even over the days of the year", "confidence": "L"}
    )  # fmt: skip
