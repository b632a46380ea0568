"""Coordinates that look shifted as web maps shift them: judged from districts and from outlets beside facilities.

A proposal, never a correction: one point is a hint, two or more that agree stop the build until someone has looked,
unless the delivery states that its coordinates are EPSG:4490 or 4326.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from grids.gcj02 import from_bd09, from_gcj02, to_gcj02
from inventory.delivery_spec import is_layer_name
from inventory.errors import CellRef, Problem, problem
from inventory.facility_checks import Findings

Distance = Callable[[ArrayLike, ArrayLike, ArrayLike], NDArray[np.float64]]
"""Distance [m] of points (lon, lat) to the districts they name."""

_DATUMS = (("GCJ-02", from_gcj02), ("BD-09", from_bd09))
_REACH_M = 1500.0
"""Shifts are at most about 1.2 km; a point farther out is wrong for another reason."""
_MANY = 3
_LEFT = 0.25
"""A file is shifted where un-shifting leaves at most this share of its points as outsiders (of three or more)."""
_AT_LINE_M = 50.0
"""Un-shifted, a point this far [m] outside its district counts as in it: district lines are generalised."""
_SURE = 2
"""So many outsiders, all put back by the shift while no other point leaves its district, stop the build."""
_AGREE_M = 150.0
_M_PER_DEGREE = 111_320.0


def shift_findings(points: pd.DataFrame, distance_m: Distance, declared: Collection[str]) -> Findings:
    """Return files and points that a known shift would explain.

    Parameters
    ----------
    points : DataFrame
        source_id, name, facility_id, region_code, lon, lat [degree], distance_m to its district and the origin of each.
    distance_m : callable
        Distance of points to the district that they name, 0 inside.
    declared : collection of str
        Sources whose delivery states EPSG:4490 or 4326: for them the findings are notices.

    """
    with_district = points["source_id"].isin(["facilities", "release_points", "towns"])
    judged = points[with_district].reset_index(drop=True).rename(columns={"distance_m": "beyond_m"})
    judged["fitting"] = _fitting_datum(judged, distance_m)
    files = list(_shifted_files(judged, distance_m))
    against = list(_shifted_against_facilities(judged))
    certain = [(source, found) for source, _, found, is_sure in files if is_sure] + against
    doubtful = [found for _, _, found, is_sure in files if not is_sure]
    errors = tuple(found for source, found in certain if source not in declared)
    notices = [*(found for source, found in certain if source in declared), *doubtful]
    is_said = pd.MultiIndex.from_frame(judged[["source_id", "origin_file"]]).isin([each[:2] for each in files])
    is_said |= judged["source_id"].isin([source for source, _ in against]).to_numpy(dtype=bool)
    single = judged[(judged["fitting"] != "") & ~is_said]
    notices += [
        _proposal(row, row.fitting, ("反算后落入所填的区", "unshifted it lies in its district"))
        for row in single.itertuples()
    ]
    return Findings(errors, tuple(notices))


def _fitting_datum(judged: pd.DataFrame, distance_m: Distance) -> pd.Series:
    """Return the datum whose inverse brings a point that lies outside its district into it; empty for none."""
    fitting = pd.Series("", index=judged.index, dtype=object)
    asked = judged[(judged["beyond_m"] > 0) & (judged["beyond_m"] <= _REACH_M)]
    for datum, inverse in reversed(_DATUMS):
        lon, lat = inverse(asked["lon"], asked["lat"])
        fits = distance_m(lon, lat, asked["region_code"]) == 0
        fitting[asked.index[fits]] = datum
    return fitting


def _shifted_files(judged: pd.DataFrame, distance_m: Distance) -> Iterator[tuple[str, str, Problem, bool]]:
    """Yield source, file, finding and whether it is sure, of files whose outsiders a shift puts back."""
    for (source, file), group in judged.groupby(["source_id", "origin_file"], sort=True):
        near = group[group["beyond_m"] <= _REACH_M]
        is_outside = (near["beyond_m"] > 0).to_numpy(dtype=bool)
        for datum, inverse in _DATUMS if is_outside.any() else ():
            lon, lat = inverse(near["lon"], near["lat"])
            beyond = distance_m(lon, lat, near["region_code"])
            outside, left = int(is_outside.sum()), int((beyond > 0).sum())
            is_whole = bool((beyond <= _AT_LINE_M).all())
            if is_whole or (outside >= _MANY and left <= _LEFT * outside):
                yield source, file, _of_file(near[is_outside], f"{source}（{file}）", datum, beyond), outside >= _SURE
                break


def _of_file(outsiders: pd.DataFrame, name: str, datum: str, beyond: NDArray[np.float64]) -> Problem:
    """Return the proposal to un-shift a whole file; `beyond` is the distance [m] of its points when un-shifted."""
    row = next(outsiders.itertuples())
    outside, back, far = len(outsiders), int((beyond <= _AT_LINE_M).sum()), int((beyond > _AT_LINE_M).sum())
    said_zh = f"整个文件：{outside} 个点在所填的区外，反算后 {back} 个在区内"
    said_zh += f"（界外 {_AT_LINE_M:.0f} m 以内也算），{far} 个在区外"
    said_en = f"the whole file: {outside} points lie outside their districts; unshifted {back} lie in theirs or at most"
    said_en += f" {_AT_LINE_M:.0f} m off and {far} outside"
    evidence = (f"{said_zh}；例如{row.name}", f"{said_en}; for one, {row.name}")
    return _proposal(row, datum, evidence, name=name)


def _shifted_against_facilities(judged: pd.DataFrame) -> Iterator[tuple[str, Problem]]:
    """Yield the table that stands one shift away from the other: outlets, or facilities."""
    outlets = judged[(judged["source_id"] == "release_points") & (judged["facility_id"] != "")]
    middle = outlets.groupby("facility_id")[["lon", "lat"]].median()
    facilities = judged[judged["source_id"] == "facilities"].drop_duplicates("facility_id")
    here = middle[[]].merge(facilities[["facility_id", "lon", "lat"]], left_index=True, right_on="facility_id")
    if len(here) < _MANY:
        return
    middle = middle.loc[here["facility_id"]]
    offset = _metres(here["lon"], here["lat"], middle["lon"], middle["lat"])
    tables = (("release_points", here, 1.0), ("facilities", middle, -1.0))
    for source, unshifted, sign in tables:
        shift = _metres(unshifted["lon"], unshifted["lat"], *to_gcj02(unshifted["lon"], unshifted["lat"]))
        miss = np.hypot(*(sign * offset - shift).T)
        typical = float(np.hypot(*np.median(offset, axis=0)))
        if (
            float(np.median(miss)) <= _AGREE_M
            and float(np.hypot(*np.median(sign * offset - shift, axis=0))) <= _AGREE_M
        ):
            row = next(judged[judged["source_id"] == source].itertuples())
            said_zh = f"{len(middle)} 家企业的排放口与企业坐标一致相差约 {typical:.0f} m，方向与该偏移相符"
            said_en = f"outlets of {len(middle)} facilities stand about {typical:.0f} m from them, as this shift does"
            yield source, _proposal(row, "GCJ-02", (said_zh, said_en))


def _metres(lon: pd.Series, lat: pd.Series, to_lon: ArrayLike, to_lat: ArrayLike) -> NDArray[np.float64]:
    """Return offsets east and north [m], shape (n, 2)."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    east = (np.asarray(to_lon, dtype=np.float64) - x) * np.cos(np.radians(y))
    return np.column_stack([east, np.asarray(to_lat, dtype=np.float64) - y]) * _M_PER_DEGREE


def _proposal(row: object, datum: str, evidence: tuple[str, str], *, name: str = "") -> Problem:
    """Return the proposal to un-shift, with the coordinates of one point; `name` where it is said of a whole file."""
    lon, lat = dict(_DATUMS)[datum](row.lon, row.lat)  # type: ignore[attr-defined]
    cell, place = point_place(row)
    said = {
        "evidence_zh": evidence[0],
        "evidence_en": evidence[1],
        "lon": f"{float(lon):.5f}",
        "lat": f"{float(lat):.5f}",
    }
    shown = name or row.name  # type: ignore[attr-defined]
    return problem("GE503", place, cell=cell, name=shown, datum=datum, **said)


def point_place(row: object) -> tuple[CellRef, str]:
    """Return the delivered cell of a point, and where it stands: a feature, counted from 1, in a layer of points."""
    file, sheet, line = row.origin_file, row.origin_sheet, int(row.origin_row)  # type: ignore[attr-defined]
    cell = CellRef(file, sheet, line, "lon")
    if row.source_id == "networks" or not is_layer_name(file):  # type: ignore[attr-defined]
        return cell, str(cell)
    where = (file, sheet.strip(), f"要素 {line - 1} / feature {line - 1}", "lon")
    return cell, " › ".join(part for part in where if part)
