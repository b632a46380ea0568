"""What the tables of facilities say about each other: codes, references, years, districts, outlets and units.

Runs after staging and in `tongyuan check`; changes nothing. Places on the map: grids/facility_places.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from inventory.config import RunConfig
from inventory.errors import CellRef, Problem, problem
from inventory.facilities import facility_references, settle_facilities
from inventory.facility_duplicates import duplicate_problems, likeness_notices, shown_rows
from inventory.factors.project_controls import control_path_ids
from inventory.identifiers import (
    NAME_SCHEMES,
    credit_code_of,
    identifier_fault,
    plain_code,
    plain_identifier,
    plain_text,
    suggestions,
)
from inventory.release_points import outlets_of, stack_notices
from inventory.vocabulary import load
from inventory.warehouse import read_table

FACILITIES, IDENTIFIERS = "stg_facilities_facility", "stg_facility_identifiers_identifier"
RELEASE_POINTS, UNITS = "stg_release_points_point", "stg_facility_units_unit"
MAX_OUTLET_KM = 2.0
"""An outlet farther from its facility belongs to another site (decision, M: large works are 5 km across)."""
_UNIT_TYPES = ("boiler", "kiln", "furnace", "line", "turbine", "engine", "tank", "other", "")
_EARTH_KM = 6371.0
_OUTSIDE = "outside"


@dataclass(frozen=True)
class Findings:
    """Errors stop a build; notices are shown and recorded."""

    errors: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class FacilityList:
    """The staged tables of facilities, settled.

    Attributes
    ----------
    rows, identifiers, points, units : DataFrame
        Result of `settle_facilities`; the staged identifiers, outlets and units.
    references : mapping
        Facility ids by plain name or code.

    """

    rows: pd.DataFrame
    identifiers: pd.DataFrame
    points: pd.DataFrame
    units: pd.DataFrame
    references: Mapping[str, tuple[str, ...]]


def read_facility_list(work: Path) -> FacilityList:
    """Return the staged tables of facilities of a work directory."""
    identifiers = read_table(IDENTIFIERS, work)
    rows = settle_facilities(read_table(FACILITIES, work), identifiers)
    references = facility_references(rows, identifiers)
    return FacilityList(rows, identifiers, read_table(RELEASE_POINTS, work), read_table(UNITS, work), references)


def check_facilities(config: RunConfig, work: Path) -> Findings:
    """Return every finding on the staged tables of facilities, identifiers, outlets and units."""
    listed = read_facility_list(work)
    trains = control_path_ids(config.project_dir)
    errors = [
        *duplicate_problems(listed.rows), *_wrong_codes(listed), *_shared_identifiers(listed),
        *_unknown_facilities(listed), *_closed_with_activity(listed, config.inventory_year), *_districts(listed.rows),
        *_outlets(listed), *_far_outlets(listed), *_units(listed), *_trains(listed, trains),
    ]  # fmt: skip
    notices = [*likeness_notices(listed.rows), *_read_districts(listed.rows), *stack_notices(listed.points)]
    return Findings(tuple(errors), tuple(notices))


def _wrong_codes(listed: FacilityList) -> Iterator[Problem]:
    """Yield credit codes and identifiers that cannot be what they are said to be."""
    coded = listed.rows[listed.rows["credit_code"] != ""]
    given = [(row, "credit_code", "credit_code", row.credit_code) for row in coded.itertuples()]
    given += [(row, "identifier", row.scheme, row.identifier) for row in listed.identifiers.itertuples()]
    for row, column, scheme, text in given:
        if fault := identifier_fault(scheme, text):
            cell = _cell(row, column)
            yield problem("TY1601", cell, cell=cell, scheme=scheme, text=text, reason_zh=fault[0], reason_en=fault[1])


def _shared_identifiers(listed: FacilityList) -> Iterator[Problem]:
    """Yield identifiers that two facilities hold, or two credit codes that one facility holds, at one time."""
    held = listed.identifiers.assign(
        target=[_target(listed, text) for text in listed.identifiers["facility"]],
        plain=[
            plain_identifier(*pair)
            for pair in zip(listed.identifiers["scheme"], listed.identifiers["identifier"], strict=True)
        ],
    )
    held["kind"] = held["scheme"].where(~held["scheme"].isin(NAME_SCHEMES), "name")
    for (_, text), group in held[held["target"] != ""].groupby(["kind", "plain"], sort=True):
        if len(set(group["target"])) > 1 and _overlap(group):
            yield _held_twice(group, text)
    named = held[(held["kind"] == "name") & (held["target"] != "")]
    for row in named.itertuples():
        owners = set(listed.rows.loc[listed.rows["delivered_name"].map(plain_text) == row.plain, "facility_id"])
        if owners - {row.target}:
            yield _held_twice(held.loc[[row.Index]], row.plain)
    yield from _foreign_codes(listed, held)


def _foreign_codes(listed: FacilityList, held: pd.DataFrame) -> Iterator[Problem]:
    """Yield credit codes and permits in the crosswalk that carry the credit code of another facility of the list."""
    coded = listed.rows[listed.rows["credit_code"] != ""]
    owners = coded.groupby("credit_code")["facility_id"].agg(set).to_dict()
    for row in held[held["target"] != ""].itertuples():
        owner = owners.get(credit_code_of(row.scheme, row.identifier), set())
        if owner and row.target not in owner:
            cell = _cell(row, "identifier")
            rows = listed.rows[listed.rows["facility_id"].isin([*owner, row.target])].drop_duplicates("facility_id")
            said = (
                f"{row.identifier} 的信用代码属于另一家企业",
                f"the credit code of {row.identifier} is another facility's",
            )
            yield problem("IN401", cell, cell=cell, what_zh=said[0], what_en=said[1], rows=shown_rows(rows))


def _held_twice(group: pd.DataFrame, text: str) -> Problem:
    """Return the finding of an identifier that stands for two facilities."""
    ordered = group.sort_values(["origin_file", "origin_row"])
    rows = "；".join(f"{row.origin_file} › {row.origin_row} {row.facility}" for row in ordered.itertuples())
    cell = _cell(list(ordered.itertuples())[-1], "identifier")
    said = (f"标识 {text} 用于不同企业", f"identifier {text} stands for different facilities")
    return problem("IN401", cell, cell=cell, what_zh=said[0], what_en=said[1], rows=rows)


def _overlap(group: pd.DataFrame) -> bool:
    """Return whether two rows of different facilities are valid at one time."""
    spans = sorted(
        ((row.valid_from or "0000")[:4], (row.valid_to or "9999")[:4], row.target) for row in group.itertuples()
    )
    return any(
        first[2] != later[2] and later[0] <= first[1] for at, first in enumerate(spans) for later in spans[at + 1 :]
    )


def _unknown_facilities(listed: FacilityList) -> Iterator[Problem]:
    """Yield rows of identifiers, outlets and units whose facility is not in the list, or may be several."""
    names = sorted(set(listed.rows["delivered_name"]))
    for table in (listed.identifiers, listed.points, listed.units):
        for row in table.itertuples():
            targets = listed.references.get(plain_text(row.facility), ())
            cell = _cell(row, "facility")
            if not targets:
                near = suggestions(row.facility, names)
                yield _orphan(
                    cell,
                    f"没有这家企业：{row.facility}；相近的有：{near}",
                    f"no such facility: {row.facility}; near to it: {near}",
                )
            elif len(targets) > 1:
                rows = listed.rows[listed.rows["facility_id"].isin(targets)].drop_duplicates("facility_id")
                yield problem("TY1602", cell, cell=cell, text=row.facility, rows=shown_rows(rows))


def _closed_with_activity(listed: FacilityList, year: int) -> Iterator[Problem]:
    """Yield facilities that closed, or whose units all closed, before the inventory year and still give activity."""
    of_unit = listed.units.assign(target=[_target(listed, text) for text in listed.units["facility"]])
    shut = of_unit.groupby("target")["closed_year"].agg(lambda years: years.max() if years.notna().all() else np.nan)
    active = listed.rows[(listed.rows["activity_value"] > 0) & (listed.rows["data_year"] == year)]
    for row in active.itertuples():
        closed = row.closed_year if pd.notna(row.closed_year) else shut.get(row.facility_id, np.nan)
        if pd.notna(closed) and closed < year:
            yield _orphan(
                _cell(row, "activity"), f"{row.name_zh} 已于 {int(closed)} 年关停，{year} 年仍有活动量",
                f"{row.name_zh} closed in {int(closed)} and still has activity in {year}",
            )  # fmt: skip


def _districts(rows: pd.DataFrame) -> Iterator[Problem]:
    """Yield districts that the vocabulary does not hold, and names that disagree with the code beside them."""
    regions = load("regions")
    districts = regions[regions["level"] == "district"]
    names = dict(zip(districts["code"], districts["zh"], strict=True))
    for row in rows[~rows["region_code"].isin([*names, _OUTSIDE])].itertuples():
        cell = _cell(row, "district_zh")
        near = suggestions(row.district_delivered, districts["zh"])
        yield problem("IN318", cell, cell=cell, column="district", text=row.district_delivered, near=near)
    stated = rows[(rows["district_code"] != "") & (rows["district_code"] != rows["region_code"])]
    for row in stated[stated["region_code"].isin(list(names))].itertuples():
        cell, wanted = _cell(row, "district_code"), row.region_code
        yield problem("TY1604", cell, cell=cell, name=names[wanted], given=row.district_code, wanted=wanted)


def _read_districts(rows: pd.DataFrame) -> Iterator[Problem]:
    """Yield districts that were read through the alias table."""
    names = load("regions").set_index("code")["zh"]
    read = rows["region_code"].map(names)
    for row in rows.assign(read=read)[read.notna() & (rows["district_delivered"] != read)].itertuples():
        cell = _cell(row, "district_zh")
        yield problem("TY1608", cell, cell=cell, delivered=row.district_delivered, name=row.read)


def _outlets(listed: FacilityList) -> Iterator[Problem]:
    """Yield outlets that are delivered twice."""
    points = outlets_of(listed.points, listed.references)
    for _, group in points[points.duplicated(["facility_id", "outlet"], keep=False)].groupby(["facility_id", "outlet"]):
        last = list(group.itertuples())[-1]
        yield _delivered_twice(group, _cell(last, "outlet"))


def _far_outlets(listed: FacilityList) -> Iterator[Problem]:
    """Yield outlets farther than MAX_OUTLET_KM from their facility."""
    place = listed.rows.drop_duplicates("facility_id").set_index("facility_id")
    points = outlets_of(listed.points, listed.references)
    points = points[points["lon"].notna() & points["lat"].notna()]
    of_facility = place.reindex(points["facility_id"])[["lon", "lat", "name_zh"]].reset_index(drop=True)
    points = points.reset_index(drop=True).assign(
        x=of_facility["lon"], y=of_facility["lat"], name=of_facility["name_zh"]
    )
    points["distance_km"] = great_circle_km(points["lon"], points["lat"], points["x"], points["y"])
    for row in points[points["distance_km"] > MAX_OUTLET_KM].itertuples():
        cell = _cell(row, "lon")
        yield problem(
            "TY1607", cell, cell=cell, outlet=row.outlet, facility=row.name, distance=f"{row.distance_km:,.1f}",
            facility_place=f"{row.x:.5f}, {row.y:.5f}", point_place=f"{row.lon:.5f}, {row.lat:.5f}",
        )  # fmt: skip


def great_circle_km(lon: pd.Series, lat: pd.Series, other_lon: pd.Series, other_lat: pd.Series) -> pd.Series:
    """Return distances [km] on a sphere of 6371 km between places [degree]."""
    here, there = np.radians(lat), np.radians(other_lat)
    across = np.radians(other_lon - lon)
    half = np.sin((there - here) / 2) ** 2 + np.cos(here) * np.cos(there) * np.sin(across / 2) ** 2
    return 2 * _EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def _units(listed: FacilityList) -> Iterator[Problem]:
    """Yield units that are delivered twice, have an unknown type or fuel, or lead to an outlet that is not listed."""
    fuels = load("fuels")
    points = outlets_of(listed.points, listed.references)
    outlets = set(zip(points["facility_id"], points["outlet"], strict=True))
    key = ["facility", "unit_code", "process", "outlet"]
    for _, group in listed.units[listed.units.duplicated(key, keep=False)].groupby(key):
        last = list(group.itertuples())[-1]
        yield _delivered_twice(group, _cell(last, "unit_code"))
    for row in listed.units.itertuples():
        if row.unit_type not in _UNIT_TYPES:
            cell = _cell(row, "unit_type")
            yield problem(
                "TY1609", cell, cell=cell, column="unit_type", text=row.unit_type, known="、".join(_UNIT_TYPES[:-1])
            )
        if row.fuel and row.fuel not in set(fuels["code"]):
            cell, near = _cell(row, "fuel"), suggestions(row.fuel, [*fuels["code"], *fuels["zh"]])
            yield problem("IN318", cell, cell=cell, column="fuel", text=row.fuel_delivered, near=near)
        if row.outlet and (_target(listed, row.facility), plain_code(row.outlet)) not in outlets:
            said = (f"{row.facility} 没有排放口 {row.outlet}", f"{row.facility} has no outlet {row.outlet}")
            yield _orphan(_cell(row, "outlet"), *said)


def _trains(listed: FacilityList, known: set[str]) -> Iterator[Problem]:
    """Yield control trains that the project does not define."""
    for table in (listed.points, listed.units):
        for row in table[~table["control_path_id"].isin([*known, "", "none"])].itertuples():
            near, name = suggestions(row.control_path_id, known), row.control_path_id
            said = (f"没有这个治理流程：{name}；相近的有：{near}", f"no such control path: {name}; near to it: {near}")
            yield _orphan(_cell(row, "control_path_id"), *said)


def _delivered_twice(group: pd.DataFrame, cell: CellRef) -> Problem:
    """Return the finding of rows of one key."""
    rows = "；".join(f"{row.origin_file} › {row.origin_row}" for row in group.itertuples())
    return problem("IN205", cell, cell=cell, other=rows)


def _orphan(cell: CellRef, zh: str, en: str) -> Problem:
    """Return the finding of a reference that leads nowhere."""
    return problem("IN403", cell, cell=cell, what_zh=zh, what_en=en)


def _target(listed: FacilityList, text: str) -> str:
    """Return the facility that a name or code stands for; empty where it is none or several."""
    targets = listed.references.get(plain_text(text), ())
    return targets[0] if len(targets) == 1 else ""


def _cell(row: object, column: str) -> CellRef:
    """Return the delivered cell of a staged row."""
    return CellRef(row.origin_file, row.origin_sheet, int(row.origin_row), column)  # type: ignore[attr-defined]
