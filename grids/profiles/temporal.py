"""Temporal profiles of the packs: fractions by month, day of week and hour, made to sum to 1."""

from __future__ import annotations

import calendar
import io
from importlib.resources import files

import numpy as np
import pandas as pd

from inventory.exact_sum import exact_sum
from inventory.vocabulary import load

_INDEX = {"month_of_year": range(1, 13), "day_of_week": range(1, 8), "hour_of_day": range(24)}
_REPORTED = 0.005


def temporal_profiles(packs: tuple[str, ...], inventory_year: int) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return grid_temporal_profile and what was changed.

    A profile without months follows the days of the months; one without weekdays or hours is flat.

    Parameters
    ----------
    packs : tuple of str
        The first pack that holds a profile and kind wins.
    inventory_year : int
        Year of the days of the months.

    """
    delivered = _delivered(packs)
    frames, messages = [], []
    for profile_id in load("temporal_profile_ids")["code"]:
        for kind, index in _INDEX.items():
            chosen = delivered[
                (delivered["temporal_profile_id"] == profile_id) & (delivered["kind"] == kind)
            ].sort_values("index")
            rows = chosen if list(chosen["index"]) == list(index) else _even(profile_id, kind, inventory_year)
            total = exact_sum(rows["fraction"])
            if abs(total - 1) > _REPORTED:
                messages.append(f"{profile_id} {kind}：原表之和 {total:.4f}，已归一")
            frames.append(rows.assign(fraction=rows["fraction"] / total))
    return pd.concat(frames, ignore_index=True), tuple(messages)


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
    index = np.array(_INDEX[kind])
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
