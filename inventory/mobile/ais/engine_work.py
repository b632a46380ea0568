"""Positions → engine work by class of ship, engine, mode and load, streamed part by part; segments for the grid.

Reads raw_ais and raw_ais_static; writes stg_ais_segment and stg_ais_track into the work directory.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from inventory.errors import Problem, problem
from inventory.exact_sum import exact_group_sum, exact_sum, exact_sum_by
from inventory.mobile.ais.engine_power import IntervalWork, work_of
from inventory.mobile.ais.fleet import MODES, ROLES, Fleet
from inventory.mobile.ais.load_bins import ANY_LOAD, N_BINS, bin_label, load_bin, moment, representative_load
from inventory.mobile.ais.settings import AisSettings
from inventory.mobile.ais.tracks import Cleaning, Intervals, Track, clean_track, intervals_of
from inventory.warehouse import write_parquet

Real = NDArray[np.float64]
Whole = NDArray[np.int64]

SEGMENT_TABLE, TRACK_TABLE = "stg_ais_segment", "stg_ais_track"
_MAIN = "ship_main_"
_SUMS = ("kwh", "moment_kwh", "fuel_g", "hours", "intervals")
_SEGMENT = pa.schema(
    [(name, pa.float64()) for name in ("lon_start", "lat_start", "lon_end", "lat_end")]
    + [(f"{role}_key", pa.int64()) for role in ROLES]
    + [(f"{role}_kwh", pa.float64()) for role in ROLES]
)
_EXAMPLES = 5
_MS_PER_DAY = 86_400_000


@dataclass(frozen=True)
class EngineWork:
    """Work of all ships in the inventory year.

    Attributes
    ----------
    groups : DataFrame
        One row per class, engine, mode and load bin: key, class_number, role, mode, load_bin, label, work_kwh,
        load, fuel_use_g_per_kwh (at the best load), hours, intervals.
    shore_kwh : DataFrame
        Electricity from shore by class_number [kWh].
    cleaning : Cleaning
        What was left out of the tracks.
    unregistered : dict
        vessels, messages and hours that no row of the register covers.
    fishing : dict
        vessels and hours of fishing boats, which burn the fuel of MB.06.02 (inventory/mobile/nonroad.py): no work here.
    findings : tuple of Problem
        What stops a build, unless rows may be set aside: vessels without a row, a year without intervals.
    days : tuple of int
        Local days of the year with positions of ships that do not fish, and all days of the year.

    """

    groups: pd.DataFrame
    shore_kwh: pd.DataFrame
    cleaning: Cleaning
    hours: float
    unregistered: dict[str, float]
    fishing: dict[str, float]
    findings: tuple[Problem, ...]
    days: tuple[int, int]


@dataclass
class _Tally:
    """Sums of the parts, before they are added up."""

    groups: list[pd.DataFrame] = field(default_factory=list)
    shore: list[pd.DataFrame] = field(default_factory=list)
    cleanings: list[Cleaning] = field(default_factory=list)
    hours: list[float] = field(default_factory=list)
    unknown_h: list[float] = field(default_factory=list)
    unknown_messages: int = 0
    unknown: list[int] = field(default_factory=list)
    fishing: int = 0
    fishing_h: list[float] = field(default_factory=list)
    days: set[int] = field(default_factory=set)


def engine_work(work: Path, fleet: Fleet, settings: AisSettings) -> EngineWork:
    """Return the work of the ships whose positions were pulled, and write the segments that place it.

    Parameters
    ----------
    work : Path
        Holds raw_ais and raw_ais_static; takes stg_ais_segment (one row per interval: start, end [degree], key and
        work [kWh] of each engine, key −1 where there is none) and stg_ais_track (key, geometry_key, work_kwh).
    fleet : Fleet
    settings : AisSettings

    """
    types = _ais_types(work)
    tally = _Tally()
    temporary = work / f".{SEGMENT_TABLE}.parquet.tmp"
    with pq.ParquetWriter(temporary, _SEGMENT, compression="lz4") as segments:
        for track in _parts(work):
            _read_part(track, fleet, settings, types=types, tally=tally, segments=segments)
    temporary.replace(work / f"{SEGMENT_TABLE}.parquet")
    groups = _groups(tally, fleet)
    write_parquet(groups[["key", "geometry_key", "work_kwh"]], TRACK_TABLE, work)
    shore = exact_sum_by(pd.concat(tally.shore), ["class_number"], "kwh") if tally.shore else _no_shore()
    return EngineWork(
        groups, shore[shore["kwh"] > 0].reset_index(drop=True), _added(tally.cleanings), exact_sum(tally.hours),
        _unregistered(tally), {"vessels": float(tally.fishing), "hours": exact_sum(tally.fishing_h)},
        _findings(tally, settings, groups), (len(tally.days), _days_of_year(settings)),
    )  # fmt: skip


def _parts(work: Path) -> Iterator[Track]:
    """Yield the positions part by part; a part holds whole vessels, sorted."""
    file = pq.ParquetFile(work / "raw_ais.parquet")
    for number in range(file.num_row_groups):
        table = file.read_row_group(number)
        yield Track(
            table["mmsi"].to_numpy(), table["time_utc"].cast(pa.int64()).to_numpy(), table["lon"].to_numpy(),
            table["lat"].to_numpy(), table["sog_kn"].to_numpy(),
        )  # fmt: skip


def _ais_types(work: Path) -> pd.Series:
    """Return the AIS ship type of each vessel: the one that most of its messages state, the smaller of two."""
    static = pd.read_parquet(work / "raw_ais_static.parquet")
    stated = static[static["ship_type"] > 0].groupby(["mmsi", "ship_type"])["messages"].sum().reset_index()
    ordered = stated.sort_values(["mmsi", "messages", "ship_type"], ascending=[True, False, True])
    types: pd.Series = ordered.drop_duplicates("mmsi").set_index("mmsi")["ship_type"].astype("int64")
    return types


def _read_part(
    track: Track, fleet: Fleet, settings: AisSettings, *, types: pd.Series, tally: _Tally, segments: pq.ParquetWriter
) -> None:
    """Add the work of the vessels of one part."""
    messages = np.unique(track.mmsi, return_counts=True)
    cleaned, left_out = clean_track(track, highest_speed_kn=settings.highest_speed_kn)
    intervals, cut = intervals_of(
        cleaned, year_ms=settings.year_ms, longest_interval_h=settings.longest_interval_h,
        highest_speed_kn=settings.highest_speed_kn,
    )  # fmt: skip
    tally.cleanings += [left_out, cut]
    tally.hours.append(exact_sum(intervals.hours))
    ais_type = types.reindex(messages[0]).fillna(0).to_numpy(np.int64)
    fishes = fleet.is_fishing(messages[0], ais_type)
    vessel_row = fleet.rows_of(messages[0], ais_type)
    is_unknown = (vessel_row < 0) & ~fishes
    tally.fishing += int(fishes.sum())
    tally.unknown += messages[0][is_unknown].tolist()
    tally.unknown_messages += int(messages[1][is_unknown].sum())
    tally.days |= _days_of(track.time_ms[~fishes[np.searchsorted(messages[0], track.mmsi)]], settings)
    vessel = np.searchsorted(messages[0], intervals.mmsi)
    tally.fishing_h.append(exact_sum(intervals.hours[fishes[vessel]]))
    tally.unknown_h.append(exact_sum(intervals.hours[is_unknown[vessel]]))
    is_known = ~fishes[vessel] & ~is_unknown[vessel]
    known, row = intervals.where(is_known), vessel_row[vessel][is_known]
    if len(row) == 0:
        return
    done = work_of(known, row, fleet)
    keys, kwh = _keys(done, row, fleet)
    tally.groups.append(_part_groups(keys, kwh, done.load, hours=known.hours, fuel_use=fleet.fuel_use_g_per_kwh[row]))
    tally.shore.append(pd.DataFrame({"class_number": fleet.class_of_row[row], "kwh": done.shore_kwh}))
    tally.shore[-1] = exact_sum_by(tally.shore[-1], ["class_number"], "kwh")
    segments.write_table(_segment_table(known, keys, kwh))


def _days_of(time_ms: Whole, settings: AisSettings) -> set[int]:
    """Return the local days of the year, counted from 0, on which positions stand."""
    day = (time_ms - settings.year_ms[0]) // _MS_PER_DAY
    inside = day[(day >= 0) & (day < _days_of_year(settings))]
    return set(np.flatnonzero(np.bincount(inside)).tolist())


def _days_of_year(settings: AisSettings) -> int:
    """Return the number of days of the inventory year."""
    return (settings.year_ms[1] - settings.year_ms[0]) // _MS_PER_DAY


def _keys(done: IntervalWork, row: Whole, fleet: Fleet) -> tuple[Whole, Real]:
    """Return key and work [kWh] of each interval and role, shape (n, 3); key −1 where an engine does nothing."""
    is_main = np.array([each.technologies[0].startswith(_MAIN) for each in fleet.classes])[fleet.class_of_row[row]]
    bins = np.full((len(row), len(ROLES)), ANY_LOAD, dtype=np.int64)
    bins[:, 0] = np.where(is_main, load_bin(done.load), ANY_LOAD)
    kwh = np.column_stack([done.main_kwh, done.aux_kwh, done.boiler_kwh])
    group = (fleet.class_of_row[row][:, None] * len(ROLES) + np.arange(len(ROLES))) * len(MODES) + done.mode[:, None]
    return np.where(kwh > 0.0, group * N_BINS + bins, -1), kwh


def _part_groups(keys: Whole, kwh: Real, load: Real, *, hours: Real, fuel_use: Real) -> pd.DataFrame:
    """Return the sums of one part by key."""
    flat, work_kwh = keys.ravel(), kwh.ravel()
    used = flat >= 0
    key, place = np.unique(flat[used], return_inverse=True)
    loads = np.where(flat % N_BINS == ANY_LOAD, 1.0, np.repeat(load, len(ROLES)))[used]
    work_kwh = work_kwh[used]
    terms = {
        "kwh": work_kwh, "moment_kwh": work_kwh * moment(loads, flat[used] % N_BINS),
        "fuel_g": work_kwh * fuel_use.ravel()[used], "hours": np.repeat(hours, len(ROLES))[used],
        "intervals": np.ones(len(work_kwh)),
    }  # fmt: skip
    return pd.DataFrame({"key": key, **{name: exact_group_sum(terms[name], place, len(key)) for name in _SUMS}})


def _segment_table(intervals: Intervals, keys: Whole, kwh: Real) -> pa.Table:
    """Return the segments that the grid places."""
    places = [intervals.lon_start, intervals.lat_start, intervals.lon_end, intervals.lat_end]
    return pa.table([*places, *keys.T.copy(), *kwh.T.copy()], schema=_SEGMENT)


def _groups(tally: _Tally, fleet: Fleet) -> pd.DataFrame:
    """Return the groups of all parts with what their keys mean."""
    parts = pd.concat(tally.groups) if tally.groups else pd.DataFrame(columns=["key", *_SUMS], dtype=float)
    group, unique = pd.factorize(parts["key"].astype("int64"), sort=True)
    key = np.asarray(unique, dtype=np.int64)
    sums = {name: exact_group_sum(parts[name], group, len(key)) for name in _SUMS}
    number, role, mode, bins = _meaning(key)
    found = pd.DataFrame(
        {
            "key": key, "class_number": number, "role": np.array(ROLES, object)[role],
            "mode": np.array(MODES, object)[mode], "load_bin": bins, "work_kwh": sums["kwh"],
            "load": representative_load(sums["moment_kwh"] / sums["kwh"], bins),
            "fuel_use_g_per_kwh": sums["fuel_g"] / sums["kwh"], "hours": sums["hours"],
            "intervals": sums["intervals"],
        }
    )  # fmt: skip
    labels = [_label(fleet, row) for row in found.to_dict("records")]
    names = [f"ais|{fleet.classes[each].category}|{label}" for each, label in zip(number.tolist(), labels, strict=True)]
    return found.assign(label=labels, geometry_key=names)


def _meaning(key: Whole) -> tuple[Whole, Whole, Whole, Whole]:
    """Return class, role, mode and load bin of each key."""
    rest, bins = np.divmod(key, N_BINS)
    rest, mode = np.divmod(rest, len(MODES))
    number, role = np.divmod(rest, len(ROLES))
    return number, role, mode, bins


def _label(fleet: Fleet, group: Mapping[Hashable, Any]) -> str:
    """Return the words that tell a group from the others of its category."""
    ship = fleet.classes[group["class_number"]]
    engine = f"{ship.technologies[ROLES.index(group['role'])]} {ship.fuel} S{ship.sulphur:g}"
    return f"{ship.ship_type} {group['role']} {group['mode']} {engine} {bin_label(group['load_bin'])}"


def _added(parts: list[Cleaning]) -> Cleaning:
    """Return the sum of what was left out."""
    return Cleaning(
        positions=sum(part.positions for part in parts),
        at_two_places=sum(part.at_two_places for part in parts),
        repeated_instant=sum(part.repeated_instant for part in parts),
        out_of_reach=sum(part.out_of_reach for part in parts),
        gap_h=exact_sum([part.gap_h for part in parts]),
        broken_h=exact_sum([part.broken_h for part in parts]),
    )


def _unregistered(tally: _Tally) -> dict[str, float]:
    """Return what no row of the register covers."""
    return {
        "vessels": float(len(tally.unknown)), "messages": float(tally.unknown_messages),
        "hours": exact_sum(tally.unknown_h),
    }  # fmt: skip


def _findings(tally: _Tally, settings: AisSettings, groups: pd.DataFrame) -> tuple[Problem, ...]:
    """Return what a compiler has to settle."""
    found = []
    messages = sum(part.positions for part in tally.cleanings)
    hours, unknown_h = exact_sum(tally.hours), exact_sum(tally.unknown_h)
    if tally.unknown:
        found.append(
            problem(
                "TY3268", "ais › vessel_register", vessels=len(tally.unknown), hours=unknown_h,
                messages_share=tally.unknown_messages / messages, hours_share=unknown_h / hours if hours else 0.0,
                examples="、".join(str(mmsi) for mmsi in sorted(tally.unknown)[:_EXAMPLES]),
            )
        )  # fmt: skip
    if groups.empty:
        found.append(problem("TY3269", "ais", year=settings.inventory_year))
    return tuple(found)


def _no_shore() -> pd.DataFrame:
    """Return the table of shore power without rows."""
    return pd.DataFrame({"class_number": np.zeros(0, np.int64), "kwh": np.zeros(0)})
