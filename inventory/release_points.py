"""Outlets and units of facilities: unit → process → release point → control train, and what stacks can be.

Stack values that are not delivered stay missing and never become 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import StringIO

import numpy as np
import pandas as pd

from inventory.errors import CellRef, Problem, problem
from inventory.identifiers import plain_code, plain_text

STACK_COLUMNS = ("stack_height_m", "stack_diameter_m", "exit_temperature_k", "exit_velocity_m_s")
MONITORING_COLUMNS = ("emission_share", "accept_ratio")
"""What the row of an outlet declares about its monitor (inventory/monitoring/replacement.py)."""

_FLOW_TOLERANCE = 0.2
"""Share by which area × velocity and the delivered flow may differ: two stack tests of one outlet do (decision, L)."""
_FREEZING_K = 273.15


def release_point_table(
    facility: pd.DataFrame, delivered: pd.DataFrame | None, references: Mapping[str, tuple[str, ...]]
) -> pd.DataFrame:
    """Return core_release_point, with is_delivered and what the delivery declares for monitors (MONITORING_COLUMNS).

    Parameters
    ----------
    facility : DataFrame
        core_facility.
    delivered : DataFrame, optional
        stg_release_points_point. A facility without outlets has one, `<facility_id>:1`, at its own coordinates, which
        is not is_delivered: nothing of the world has that number. An outlet without velocity gets it from flow and
        diameter: v [m/s] = flow [m3/h] / 3600 / (pi / 4 · d²).
    references : mapping
        Facility ids by plain name or code.

    """
    place = facility[["facility_id", "lon", "lat"]]
    points = outlets_of(delivered, references) if delivered is not None and len(delivered) else None
    if points is None:
        return _without_stack(place)
    located = points.merge(place, on="facility_id", suffixes=("", "_facility"))
    for axis in ("lon", "lat"):
        located[axis] = located[axis].fillna(located[f"{axis}_facility"])
    located["release_point_id"] = located["facility_id"] + ":" + located["outlet"]
    located["exit_velocity_m_s"] = located["exit_velocity_m_s"].fillna(flow_velocity_m_s(located))
    others = _without_stack(place[~place["facility_id"].isin(located["facility_id"])])
    located = located.assign(is_delivered=True).reindex(columns=others.columns)
    return pd.concat([located, others], ignore_index=True).sort_values("release_point_id", ignore_index=True)


def facility_unit_table(
    units: pd.DataFrame, release_points: pd.DataFrame, references: Mapping[str, tuple[str, ...]]
) -> pd.DataFrame:
    """Return core_facility_unit.

    Parameters
    ----------
    units, release_points : DataFrame
        stg_facility_units_unit and stg_release_points_point. A unit that names no outlet leads to the only one of its
        facility, else to none; one that names no control train has that of its outlet.
    references : mapping
        Facility ids by plain name or code.

    """
    rows = _of_known_facilities(units, references)
    points = outlets_of(release_points, references)
    only = points.drop_duplicates("facility_id", keep=False).set_index("facility_id")["outlet"]
    rows["outlet"] = rows["outlet"].map(plain_code)
    rows["outlet"] = rows["outlet"].where(rows["outlet"] != "", rows["facility_id"].map(only).fillna(""))
    has_any = rows["facility_id"].isin(points["facility_id"])
    point = (rows["facility_id"] + ":" + rows["outlet"]).where(rows["outlet"] != "", "")
    rows["release_point_id"] = point.where(has_any | (rows["outlet"] != ""), rows["facility_id"] + ":1")
    trains = dict(zip(points["facility_id"] + ":" + points["outlet"], points["control_path_id"], strict=True))
    of_outlet = rows["release_point_id"].map(trains).fillna("")
    rows["control_path_id"] = rows["control_path_id"].where(rows["control_path_id"] != "", of_outlet)
    return rows.sort_values(["facility_id", "unit_code", "process", "release_point_id"], ignore_index=True)


def outlets_of(delivered: pd.DataFrame, references: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return the delivered outlets of known facilities with facility_id and the plain outlet number, sorted."""
    rows = _of_known_facilities(delivered, references)
    rows["outlet"] = rows["outlet"].map(plain_code)
    return rows.sort_values(["facility_id", "outlet", "origin_file", "origin_row"], ignore_index=True)


def flow_velocity_m_s(points: pd.DataFrame) -> pd.Series:
    """Return exit velocity [m/s] from flow [m3/h] and inner diameter [m]; missing where either is."""
    area_m2 = math.pi / 4 * points["stack_diameter_m"].where(points["stack_diameter_m"] > 0) ** 2
    return points["exit_flow_m3_h"] / 3600 / area_m2


def stack_notices(points: pd.DataFrame) -> list[Problem]:
    """Return stacks beyond the ranges of inventory/stack_ranges.csv, and flows that are not area × velocity."""
    found: list[Problem] = []
    for limit in _ranges().itertuples():
        values = points[limit.column]
        for row in points[(values < float(limit.low)) | (values > float(limit.high))].itertuples():
            value = getattr(row, limit.column)
            cell = _cell(row, limit.delivered_column)
            said = {"value": f"{value:g}", "low": limit.low, "high": limit.high, "unit": limit.unit}
            found.append(
                problem(
                    "TY1605",
                    cell,
                    cell=cell,
                    outlet=row.outlet,
                    facility=row.facility,
                    what=limit.zh,
                    what_en=limit.en,
                    **said,
                )
            )
    return found + _flow_notices(points)


def _flow_notices(points: pd.DataFrame) -> list[Problem]:
    """Return outlets whose flow, diameter and velocity contradict each other."""
    ratio = flow_velocity_m_s(points) / points["exit_velocity_m_s"].where(points["exit_velocity_m_s"] > 0)
    doubtful = points.assign(ratio=ratio)[(ratio - 1).abs() > _FLOW_TOLERANCE]
    found = []
    for row in doubtful.itertuples():
        at_standard = row.ratio * row.exit_temperature_k / _FREEZING_K
        is_standard = abs(at_standard - 1) <= _FLOW_TOLERANCE
        cell = _cell(row, "exit_flow_m3_h")
        found.append(
            problem(
                "TY1606", cell, cell=cell, outlet=row.outlet, facility=row.facility, flow=f"{row.exit_flow_m3_h:,.0f}",
                wanted=f"{row.exit_flow_m3_h / row.ratio:,.0f}",
                hint_zh="，像是标况流量" if is_standard else "",
                hint_en="; it looks like a flow at 0 °C" if is_standard else "",
            )
        )  # fmt: skip
    return found


def _of_known_facilities(delivered: pd.DataFrame, references: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return rows that name one facility, with facility_id."""
    named = [references.get(plain_text(text), ()) for text in delivered["facility"]]
    ids = [found[0] if len(found) == 1 else "" for found in named]
    rows = delivered.assign(facility_id=np.array(ids, dtype=object))
    return rows[rows["facility_id"] != ""].copy()


def _without_stack(place: pd.DataFrame) -> pd.DataFrame:
    """Return one point per facility at its own coordinates."""
    point = place.assign(release_point_id=place["facility_id"] + ":1")
    return point.assign(**dict.fromkeys((*STACK_COLUMNS, *MONITORING_COLUMNS), float("nan")), is_delivered=False)


def _cell(row: object, column: str) -> CellRef:
    """Return the delivered cell of a staged row."""
    return CellRef(row.origin_file, row.origin_sheet, int(row.origin_row), column)  # type: ignore[attr-defined]


@cache
def _ranges() -> pd.DataFrame:
    """Return plausible ranges of stack values with their sources."""
    text = files("inventory").joinpath("stack_ranges.csv").read_text(encoding="utf-8")
    return pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
