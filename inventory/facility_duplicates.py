"""Which facilities are one and may not be two: the findings that stop a build, and likenesses that are only shown."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from inventory.errors import CellRef, Problem, problem
from inventory.identifiers import plain_text

NEAR_M = 300.0
"""Distance [m] within which nearly equal names are shown."""
_M_PER_DEGREE = 111_320.0
_LIKE = 0.8
_SAME_PLACE_DEGREES = 1e-6
_LEGAL_FORM = re.compile(r"(上海市?|股份|有限|责任|集团|公司|总厂|分公司|\(|\))")
_ORDINAL = re.compile(r"[0-9一二三四五六七八九十东南西北a-z#号]+")


def duplicate_problems(settled: pd.DataFrame) -> list[Problem]:
    """Return rows that claim to be one facility and contradict each other, or give one facility-year twice.

    Parameters
    ----------
    settled : DataFrame
        Result of `inventory.facilities.settle_facilities`.

    """
    keyed = settled.assign(plain=plain_keys(settled))
    found = [_contradiction(group) for _, group in keyed.groupby("plain", sort=True)]
    found += [_shared_code(group) for code, group in keyed.groupby("credit_code", sort=True) if code]
    found += [_twice(group) for _, group in keyed.groupby(["facility_id", "data_year"], sort=True)]
    return [one for one in found if one]


def plain_keys(settled: pd.DataFrame) -> pd.Series:
    """Return what makes two rows claim to be one facility: plain name, district, code and site."""
    parts = [settled["delivered_name"].map(plain_text), *(settled[name] for name in ("credit_code", "site_name"))]
    by_place = settled["region_code"].where(settled["credit_code"] == "", "")
    return parts[0] + "|" + by_place + "|" + parts[1] + "|" + parts[2]


def shown_rows(rows: pd.DataFrame) -> str:
    """Return every row with its place, name and coordinates, in order."""
    ordered = rows.sort_values(["origin_file", "origin_row"])
    return "；".join(
        f"{row.origin_file} › {row.origin_row} {row.delivered_name} ({row.lon:.6g}, {row.lat:.6g})"
        for row in ordered.itertuples()
    )


def likeness_notices(settled: pd.DataFrame) -> list[Problem]:
    """Return facilities that resemble each other and were not merged: one name, one place, or nearly one of both."""
    one = settled.drop_duplicates("facility_id")
    found = [
        _likeness(group, ("同名，代码或区不同", "one name, other code or district"))
        for _, group in one.groupby(one["delivered_name"].map(plain_text), sort=True)
        if len(group) > 1
    ]
    for first, second in _near_pairs(one):
        pair = one.iloc[[first, second]]
        same_place = _span_degrees(pair) < _SAME_PLACE_DEGREES
        names = pair["delivered_name"].map(plain_text)
        if len(set(names)) > 1 and (same_place or _are_alike(*names)):
            why = ("坐标相同", "one place") if same_place else ("名称相近，相距不足 300 m", "like names within 300 m")
            found.append(_likeness(pair, why))
    return found


def _contradiction(group: pd.DataFrame) -> Problem | None:
    """Return the finding of rows of one name and district or code that lie in two places."""
    if len(group) == 1 or not _are_apart(group):
        return None
    return _in401(group, ("同一企业有不同坐标", "one facility with different coordinates"))


def _shared_code(group: pd.DataFrame) -> Problem | None:
    """Return the finding of one credit code under several names that are not declared to be one facility."""
    undeclared = group[group["site_name"] == ""]
    if len(set(group["facility_id"])) == 1 or undeclared.empty:
        return None
    code = group["credit_code"].iloc[0]
    said = (f"同一信用代码 {code} 用于不同名称", f"credit code {code} stands under different names")
    return _in401(group.drop_duplicates("facility_id"), said)


def _twice(group: pd.DataFrame) -> Problem | None:
    """Return the finding of a facility that is delivered twice for one year; contradictions are found elsewhere.

    Rows that are declared to be one facility may stand together where only one of them gives an activity.
    """
    again = group[group["plain"].duplicated(keep=False)]
    if len(again) and _are_apart(again):
        return None
    if again.empty and group["activity_value"].notna().sum() < 2:
        return None
    cell = _cell(group.sort_values(["origin_file", "origin_row"]).iloc[-1], "name_zh")
    return problem("IN205", cell, cell=cell, other=shown_rows(group))


def _in401(group: pd.DataFrame, said: tuple[str, str]) -> Problem:
    """Return a finding that shows every row of a group; it stands at the last of them."""
    row = group.sort_values(["origin_file", "origin_row"]).iloc[-1]
    cell = _cell(row, "name_zh")
    return problem("IN401", cell, cell=cell, what_zh=said[0], what_en=said[1], rows=shown_rows(group))


def _likeness(group: pd.DataFrame, why: tuple[str, str]) -> Problem:
    """Return a likeness."""
    row = group.sort_values(["origin_file", "origin_row"]).iloc[-1]
    cell, name = _cell(row, "name_zh"), row["delivered_name"]
    return problem("TY1603", cell, cell=cell, name=name, why_zh=why[0], why_en=why[1], rows=shown_rows(group))


def _near_pairs(one: pd.DataFrame) -> Iterator[tuple[int, int]]:
    """Yield positions of facilities within NEAR_M of each other."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - a third of a second of start-up

    located = np.flatnonzero(np.isfinite(one[["lon", "lat"]].to_numpy(dtype=float)).all(axis=1))
    if len(located) < 2:
        return
    lon, lat = (one[axis].to_numpy(dtype=float)[located] for axis in ("lon", "lat"))
    metres = np.column_stack([lon * np.cos(np.radians(lat)), lat]) * _M_PER_DEGREE
    pairs = cKDTree(metres).query_pairs(NEAR_M, output_type="ndarray")
    for first, second in pairs[np.lexsort(pairs.T[::-1])]:
        yield int(located[first]), int(located[second])


def _are_alike(first: str, second: str) -> bool:
    """Return whether two plain names are nearly one; names that differ in a number are not."""
    one, other = (_LEGAL_FORM.sub("", name) for name in (first, second))
    numberless = [_ORDINAL.sub("", name) for name in (one, other)]
    if numberless[0] == numberless[1]:
        return one == other
    return difflib.SequenceMatcher(None, one, other).ratio() >= _LIKE


def _are_apart(group: pd.DataFrame) -> bool:
    """Return whether rows lie in different places."""
    return _span_degrees(group) > _SAME_PLACE_DEGREES


def _span_degrees(group: pd.DataFrame) -> float:
    """Return the larger extent of the coordinates of rows [degree]."""
    places = group[["lon", "lat"]].to_numpy(dtype=float)
    return float(np.nanmax(places.max(axis=0) - places.min(axis=0)))


def _cell(row: pd.Series, column: str) -> CellRef:
    """Return the delivered cell of a row."""
    return CellRef(row["origin_file"], row["origin_sheet"], int(row["origin_row"]), column)
