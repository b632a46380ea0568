"""Traffic counted on road links: vehicle kilometres, speeds and where vehicles drive.

Links give weights and speeds to the records of the fleet, never records of their own. Only where the project declares
it (mobile_assumptions › link_traffic › use_as_activity = 1) does the fleet drive the kilometres of the links.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from inventory.errors import CellRef, Problem, problem
from inventory.exact_sum import exact_sum, exact_sum_by
from inventory.mobile.link_geometry import line_length_km, line_wkt
from inventory.mobile.mobile_facts import MobileFacts

ALL = "all"
SURROGATE = "link_traffic"
_CLASS = ["vehicle_type", "fuel"]
_LINK = ["link_id", *_CLASS]
_SAME_ON_A_LINK = ("aadt", "mean_speed_km_per_h", "length_km", "road_class")
_LENGTH_TOLERANCE = 0.05
_DECLARED = ("link_traffic", "use_as_activity")


def link_volumes(facts: MobileFacts) -> pd.DataFrame:
    """Return vehicle kilometres of the inventory year per link and class of vehicles.

    vkm = AADT × 365 (366) × length

    Returns
    -------
    DataFrame
        The first row of each link and class with length_km and vkm; empty where no links are delivered.

    References
    ----------
    MEP 2014 No. 92, on-road guideline: traffic volume × length of the road.

    """
    rows = facts.of_year(facts.links)
    if rows.empty:
        return pd.DataFrame(columns=[*_LINK, "road_class", "aadt", "mean_speed_km_per_h", "length_km", "vkm"])
    days = 366 if calendar.isleap(facts.inventory_year) else 365
    links = rows.sort_values([*_LINK, "seq"]).drop_duplicates(_LINK).reset_index(drop=True)
    unmeasured = rows[rows["length_km"].isna()]
    measured = {key: line_length_km(own) for key, own in unmeasured.groupby(_LINK, sort=True)}
    keys = links[_LINK].itertuples(index=False, name=None)
    found = pd.Series([measured.get(key, math.nan) for key in keys], index=links.index, dtype="float64")
    length_km = links["length_km"].fillna(found)
    return links.assign(length_km=length_km, vkm=links["aadt"] * days * length_km)


def link_surrogate(facts: MobileFacts, name: str) -> str:
    """Return the surrogate of a class of the links, of `wear` or of `dust`; '' where there is none."""
    return f"{SURROGATE}:{name}" if name and len(facts.of_year(facts.links)) else ""


def label_of(facts: MobileFacts, vehicle_type: str, fuel: str) -> str:
    """Return the class of the links that holds a fleet class (`type|fuel`, `type|all`, `all|all`), or ''."""
    rows = facts.of_year(facts.links)
    if rows.empty:
        return ""
    known = set(zip(rows["vehicle_type"], rows["fuel"], strict=True))
    wanted = ((vehicle_type, fuel), (vehicle_type, ALL), (ALL, ALL))
    return next((f"{one}|{other}" for one, other in wanted if (one, other) in known), "")


def is_link_activity(facts: MobileFacts) -> bool:
    """Return whether the project declares that the fleet drives the kilometres of the links."""
    group, name = _DECLARED
    table = facts.assumptions
    found = table[(table["group_name"] == group) & (table["name"] == name)]
    return len(found) == 1 and float(found["value"].iloc[0]) == 1.0


def compare_kilometres(facts: MobileFacts, fleet: pd.DataFrame) -> pd.DataFrame:
    """Return the kilometres of links and fleet per class of the links.

    Parameters
    ----------
    facts : MobileFacts
        With the links.
    fleet : DataFrame
        link_label and wear_vkm of every class and standard, before any scaling.

    Returns
    -------
    DataFrame
        label, link_vkm, fleet_vkm and coverage: the share of the fleet's kilometres that the links hold, at most 1.

    """
    volumes = link_volumes(facts)
    if volumes.empty:
        return pd.DataFrame(columns=["label", "link_vkm", "fleet_vkm", "coverage"])
    volumes["label"] = volumes["vehicle_type"] + "|" + volumes["fuel"]
    by_link = exact_sum_by(volumes, ["label"], "vkm").rename(columns={"vkm": "link_vkm"})
    driven = fleet.groupby("link_label")["wear_vkm"].agg(exact_sum)
    fleet_vkm = by_link["label"].map(driven).fillna(0.0)
    ratio = by_link["link_vkm"] / fleet_vkm.where(fleet_vkm > 0.0)
    coverage = 1.0 if is_link_activity(facts) else ratio.clip(upper=1.0).fillna(1.0)
    return by_link.assign(fleet_vkm=fleet_vkm, coverage=coverage)


def scale_to_links(facts: MobileFacts, fleet: pd.DataFrame) -> pd.DataFrame:
    """Return the fleet driving the kilometres of the links, where the project declares that; else as it is.

    vkm of each class and standard × (kilometres of the links / kilometres of the fleet) of its class of the links
    """
    if not is_link_activity(facts):
        return fleet
    compared = compare_kilometres(facts, fleet).set_index("label")
    factor = fleet["link_label"].map(compared["link_vkm"] / compared["fleet_vkm"]).fillna(1.0)
    return fleet.assign(vkm=fleet["vkm"] * factor, wear_vkm=fleet["wear_vkm"] * factor)


def link_surrogates(facts: MobileFacts, fleet: pd.DataFrame) -> pd.DataFrame:
    """Return what the grid needs: for each surrogate of the links its lines, kilometres, coverage and fallback.

    A surrogate is coverage × (kilometres of its links) + (1 − coverage) × its fallback.

    Returns
    -------
    DataFrame
        surrogate, fallback, coverage [1], link_id, road_class, vkm, wkt (longitude latitude).

    """
    compared = compare_kilometres(facts, fleet).set_index("label")
    volumes = link_volumes(facts)
    columns = ["surrogate", "fallback", "coverage", "link_id", "road_class", "vkm", "wkt"]
    if volumes.empty:
        return pd.DataFrame(columns=columns)
    label = volumes["vehicle_type"] + "|" + volumes["fuel"]
    own = volumes.assign(
        surrogate=SURROGATE + ":" + label, fallback="road_traffic", coverage=label.map(compared["coverage"])
    )
    total = volumes.groupby("link_id", as_index=False, sort=True).agg(
        vkm=("vkm", exact_sum), road_class=("road_class", "first")
    )
    covered = min(1.0, exact_sum(total["vkm"]) / exact_sum(fleet["wear_vkm"]))
    of_all = [
        total.assign(surrogate=f"{SURROGATE}:{name}", fallback=fallback, coverage=covered)
        for name, fallback in (("wear", "road_traffic"), ("dust", "road_dust"))
    ]
    lines = {link: line_wkt(rows) for link, rows in _one_class_per_link(facts).groupby("link_id")}
    table = pd.concat([own.drop(columns="wkt"), *of_all], ignore_index=True)
    return table.assign(wkt=table["link_id"].map(lines))[columns]


def _one_class_per_link(facts: MobileFacts) -> pd.DataFrame:
    """Return the rows of the first class of each link: all classes of a link share its line."""
    rows = facts.of_year(facts.links).sort_values([*_LINK, "seq"])
    first = rows.drop_duplicates("link_id")[_LINK]
    return rows.merge(first, on=_LINK)


def link_messages(facts: MobileFacts, fleet: pd.DataFrame) -> tuple[str, ...]:
    """Return one sentence per class of the links: its kilometres against those of the fleet; never both are counted."""
    used = (
        "采用路段车公里 / the links' are used"
        if is_link_activity(facts)
        else "采用车队车公里，路段只作空间权重和速度 / the fleet's are used"
    )
    return tuple(
        f"{row['label']}：路段 {row['link_vkm']:,.0f} 车公里，车队 {row['fleet_vkm']:,.0f}，比值 {_ratio(row)}；{used}"
        for row in compare_kilometres(facts, fleet).to_dict("records")
    )


def speeds_with_links(facts: MobileFacts, label: str, profile: pd.DataFrame, *, coverage: float) -> list[pd.Series]:
    """Return mean speed and share of the distance by road of a class: of its links, and of its profile for the rest.

    Parameters
    ----------
    label : str
        Class of the links.
    profile : DataFrame
        Rows of the speed profile: name (`mean_speed_km_per_h:<road>`, `distance_fraction:<road>`), value, citation.
    coverage : float
        Share of the kilometres that the links hold [1].

    """
    volumes = link_volumes(facts)
    own = volumes[(volumes["vehicle_type"] + "|" + volumes["fuel"] == label) & volumes["mean_speed_km_per_h"].notna()]
    if own.empty:
        return [row for _, row in profile.iterrows()]
    parts: dict[str, list[tuple[float, float]]] = {}
    total = exact_sum(own["vkm"])
    for road, rows in own.groupby("road_class", sort=True):
        hours = exact_sum(rows["vkm"] / rows["mean_speed_km_per_h"])
        distance = exact_sum(rows["vkm"])
        parts.setdefault(str(road), []).append((coverage * distance / total, distance / hours))
    for road, share, speed in _of_profile(profile):
        parts.setdefault(road, []).append(((1.0 - coverage) * share, speed))
    first = own.iloc[0]
    about = {"citation": f"link_traffic: {first['citation']}", "confidence": first["confidence"]}
    return [row for road, of in sorted(parts.items()) for row in _speed_rows(road, of, about)]


def link_problems(facts: MobileFacts) -> Iterator[Problem]:
    """Yield what is wrong with delivered links, and a declaration without links."""
    if is_link_activity(facts) and facts.of_year(facts.links).empty:
        yield problem("TY3236", "mobile_assumptions › " + " › ".join(_DECLARED))
    if len(facts.links) and facts.of_year(facts.links).empty:
        years = "、".join(map(str, sorted(set(facts.links["data_year"]))))
        yield problem("TY3211", "link_traffic", years=years, year=facts.inventory_year)
    rows = facts.of_year(facts.links)
    if rows.empty:
        return
    yield from _unknown_classes(rows, facts)
    for _, own in rows.groupby(_LINK, sort=True):
        yield from _link_problems(own)


def _unknown_classes(rows: pd.DataFrame, facts: MobileFacts) -> Iterator[Problem]:
    """Yield classes that the fleet does not hold, and a class beside a total that includes it."""
    fleet = set(zip(facts.fleet_classes["vehicle_type"], facts.fleet_classes["fuel"], strict=True))
    known = fleet | {(vehicle_type, ALL) for vehicle_type, _ in fleet} | {(ALL, ALL)}
    classes = rows.drop_duplicates(_CLASS).sort_values(_CLASS)
    delivered = set(zip(classes["vehicle_type"], classes["fuel"], strict=True))
    for row in classes.to_dict("records"):
        vehicle_type, fuel = row["vehicle_type"], row["fuel"]
        cell = CellRef.of(row, "vehicle_type")
        place = f"{CellRef.of(row)} ({vehicle_type} {fuel})"
        if (vehicle_type, fuel) not in known:
            yield problem("TY3232", place, cell=cell)
        totals = {(vehicle_type, ALL), (ALL, ALL)} - {(vehicle_type, fuel)}
        for total in sorted(totals & delivered):
            yield problem("TY3231", place, cell=cell, total=" ".join(total))


def _link_problems(rows: pd.DataFrame) -> Iterator[Problem]:
    """Yield what is wrong with one link and class."""
    first = rows.iloc[0]
    place, length = f"{CellRef.of(first)} ({first['link_id']})", CellRef.of(first, "length_km")
    for column in _SAME_ON_A_LINK:
        if not rows[column].isin([rows[column].iloc[0]]).all():
            yield problem("TY3235", f"{place} › {column}", cell=CellRef.of(first, column))
    try:
        measured = line_length_km(rows)
    except ValueError as error:
        yield problem("TY3233", place, cell=CellRef.of(first, "wkt"), reason=error)
        return
    stated = float(first["length_km"])
    if not (measured > 0.0 or stated > 0.0):
        yield problem("TY3233", place, cell=length, reason="length 0")
    elif measured > 0.0 and stated > 0.0 and abs(measured - stated) > _LENGTH_TOLERANCE * stated:
        said = {"stated": f"{stated:.3f}", "measured": f"{measured:.3f}"}
        yield problem("TY3234", f"{place} › length_km", cell=length, **said)


def _of_profile(profile: pd.DataFrame) -> list[tuple[str, float, float]]:
    """Return road, share of the distance and mean speed of a speed profile."""
    value = {str(name): float(number) for name, number in zip(profile["name"], profile["value"], strict=True)}
    speeds = {name.partition(":")[2]: speed for name, speed in value.items() if name.startswith("mean_speed")}
    return [(road or "other", value.get(f"distance_fraction:{road}", 1.0), speed) for road, speed in speeds.items()]


def _speed_rows(road: str, parts: list[tuple[float, float]], about: dict[str, Any]) -> list[pd.Series]:
    """Return the two parameters of a road; speeds are combined by the time that they take."""
    distance = exact_sum([share for share, _ in parts])
    if distance == 0.0:
        return []
    speed = distance / exact_sum([share / one for share, one in parts])
    return [
        pd.Series(about | {"name": f"mean_speed_km_per_h:{road}", "value": speed, "unit": "km/h"}),
        pd.Series(about | {"name": f"distance_fraction:{road}", "value": distance, "unit": "1"}),
    ]


def _ratio(row: dict[Any, Any]) -> str:
    """Return links ÷ fleet as text."""
    return f"{row['link_vkm'] / row['fleet_vkm']:.3f}" if row["fleet_vkm"] else "—"
