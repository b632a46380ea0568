"""raw_cems → annual and daily emissions of every stack and species, a few stacks at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from inventory.monitoring.clock import Clock, local_clock, local_year
from inventory.monitoring.hours import (
    INVALID,
    Floats,
    StackHours,
    contradicted_standstill,
    hour_mass,
    validity_of_states,
)
from inventory.monitoring.substitution import Edition
from inventory.monitoring.verdict import verdict
from inventory.monitoring.years import StackYears, stack_years

RAW = "raw_cems.parquet"
COLUMN_OF_SPECIES = {
    "SO2": "so2", "NOx": "nox", "TSP": "tsp", "CO": "co", "NH3": "nh3", "Hg": "hg", "CO2": "co2",
}  # fmt: skip
"""Species by the stem of its columns in raw_cems; CO2 is all that leaves the stack, fossil and biogenic."""

_STACKS_AT_ONCE = 8
_THREADS = 2
_ALWAYS = {"facility_key", "release_point_key", "hour", "hour_state", "origin_file", "origin_row"}
_SUPPORT = ("flow_m3_per_h", "o2_percent", "o2_reference_percent", "load")


@dataclass(frozen=True)
class MeasuredBlock:
    """Some stacks: their keys, and by species whether they show it at all, and their years."""

    facility_keys: tuple[str, ...]
    release_point_keys: tuple[str, ...]
    has_rows: NDArray[np.bool_]
    contradicted_h: NDArray[np.int64]
    origins: tuple[tuple[str, int], ...]
    has_values: dict[str, NDArray[np.bool_]]
    years: dict[str, StackYears]
    clock: Clock


def measured_years(work: Path, *, edition: Edition = "2017") -> pd.DataFrame:
    """Return the annual emissions of every stack, species and year in which hours were delivered.

    Returns
    -------
    DataFrame
        facility_key, release_point_key, inventory_year, species, measured_t and hj75_t [t], valid_share and
        substituted_share [1], flags, is_valid, reason_zh, reason_en, origin_file, origin_row (of the stack's first
        hour). No rows where no monitoring was delivered.

    """
    blocks = [row for block in measured_blocks(work, edition=edition) for row in _rows(block)]
    names = (
        "facility_key", "release_point_key", "inventory_year", "species", "measured_t", "hj75_t", "valid_share",
        "substituted_share", "flags", "is_valid", "reason_zh", "reason_en", "origin_file", "origin_row",
    )  # fmt: skip
    frame = pd.DataFrame(blocks, columns=names)
    return frame.sort_values(list(names[:4]), ignore_index=True)


def measured_blocks(work: Path, *, edition: Edition = "2017") -> Iterator[MeasuredBlock]:
    """Yield the stacks of raw_cems a few at a time, with daily emissions for temporal profiles."""
    if not (work / RAW).is_file():
        return
    with pq.ParquetFile(work / RAW) as file:
        clock = _clock(file)
        if clock is None:
            return
        delivered, count = _delivered(file), file.num_row_groups

    def read(first: int) -> MeasuredBlock:
        groups = range(first, min(first + _STACKS_AT_ONCE, count))
        with pq.ParquetFile(work / RAW) as own:
            tables = [own.read_row_group(group, columns=delivered, use_threads=False) for group in groups]
        return _block(tables, clock, edition)

    with ThreadPoolExecutor(_THREADS) as pool:
        yield from pool.map(read, range(0, count, _STACKS_AT_ONCE))


def _block(tables: Sequence[pa.Table], clock: Clock, edition: Edition) -> MeasuredBlock:
    """Return the years of some stacks, one table each."""
    places = [np.asarray(table["hour"].cast(pa.int64())) // 3_600_000 - clock.first_hour for table in tables]
    hours, is_there = _stack_hours(tables, places, clock)
    contradicted = contradicted_standstill(hours)
    hours.validity[contradicted] = INVALID
    years, has_values = {}, {}
    for species in dict.fromkeys([*hours.actual, *hours.reference]):
        given = [each[species] for each in (hours.actual, hours.reference) if species in each]
        has_values[species] = np.any([np.isfinite(values).any(axis=1) for values in given], axis=0)
        years[species] = stack_years(hour_mass(hours, species), hours, clock, edition=edition)
    facility_keys, outlets, files, rows = (
        tuple(table[name][0].as_py() for table in tables)
        for name in ("facility_key", "release_point_key", "origin_file", "origin_row")
    )
    return MeasuredBlock(
        facility_keys, outlets, _yearly(is_there, clock) > 0, _yearly(contradicted, clock),
        tuple(zip(files, rows, strict=True)), has_values, years, clock,
    )  # fmt: skip


def _stack_hours(
    tables: Sequence[pa.Table], places: Sequence[NDArray[np.int64]], clock: Clock
) -> tuple[StackHours, NDArray[np.bool_]]:
    """Return the hours of some stacks on the clock, and which were delivered; `places` are those of the rows."""
    shape = (len(tables), clock.hours)
    validity = np.full(shape, INVALID, dtype=np.int8)
    is_there = np.zeros(shape, dtype=np.bool_)
    for stack, (table, place) in enumerate(zip(tables, places, strict=True)):
        states = table["hour_state"].combine_chunks()
        validity[stack, place] = validity_of_states(states.dictionary.to_pylist())[np.asarray(states.indices)]
        is_there[stack, place] = True
    columns = set(tables[0].column_names)

    def grid(column: str) -> Floats:
        values = np.full(shape, np.nan)
        for stack, (table, place) in enumerate(zip(tables, places, strict=True)):
            if column in columns:
                values[stack, place] = table[column].to_numpy()
        return values

    flow, o2, o2_reference, load = (grid(column) for column in _SUPPORT)
    actual, reference = (
        {species: grid(name) for species, stem in COLUMN_OF_SPECIES.items() if (name := f"{stem}{ending}") in columns}
        for ending in ("_mg_per_m3", "_reference_mg_per_m3")
    )
    return StackHours(validity, flow, o2, o2_reference, load, actual, reference), is_there


def _yearly(is_hour: NDArray[np.bool_], clock: Clock) -> NDArray[np.int64]:
    """Return how many hours of each year hold, shape (stacks, years)."""
    found: NDArray[np.int64]
    found = np.add.reduceat(is_hour, clock.quarter_starts[::4], axis=1, dtype=np.int64)
    return found


def _rows(block: MeasuredBlock) -> Iterator[tuple[object, ...]]:
    """Yield a row per stack, species and year with delivered hours; species that a stack never shows are left out."""
    for species, years in block.years.items():
        for stack, year in zip(*np.nonzero(block.has_rows), strict=True):
            if not block.has_values[species][stack]:
                continue
            said = verdict(years, (stack, year), contradicted_h=int(block.contradicted_h[stack, year]))
            operating = int(years.operating_h[stack, year])
            yield (
                block.facility_keys[stack], block.release_point_keys[stack], block.clock.first_year + int(year),
                species, float(years.measured_t[stack, year]), float(years.hj75_t[stack, year]),
                float(years.valid_h[stack, year] / operating) if operating else np.nan,
                float(years.substituted_share[stack, year]), said.flags, said.is_valid, said.reason_zh,
                said.reason_en, *block.origins[stack],
            )  # fmt: skip


def _clock(file: pq.ParquetFile) -> Clock | None:
    """Return the local years that the hours cover; None without any."""
    if file.metadata.num_rows == 0:
        return None
    column = file.schema_arrow.get_field_index("hour")
    bounds = [file.metadata.row_group(group).column(column).statistics for group in range(file.num_row_groups)]
    first, last = min(each.min for each in bounds), max(each.max for each in bounds)
    years = [local_year(int(moment.timestamp()) // 3600) for moment in (first, last)]
    return local_clock(years[0], years[1])


def _delivered(file: pq.ParquetFile) -> list[str]:
    """Return the columns that the formulas read and that hold anything.

    Without a reference oxygen nothing can be turned back, so where every stack has actual values of a species its
    others are not read; a stack that has only those must not vanish without a word.
    """
    groups = [file.metadata.row_group(group) for group in range(file.num_row_groups)]
    place = {name: position for position, name in enumerate(file.schema_arrow.names)}
    filled = {
        name for name in place if any(each.column(place[name]).statistics.null_count < each.num_rows for each in groups)
    }
    measured = {name for name in filled if name.endswith("_mg_per_m3")}
    if "o2_reference_percent" not in filled:
        measured -= {name for name in measured if _is_beside_actual(name, measured, groups, place)}
    wanted = _ALWAYS | (filled & set(_SUPPORT)) | measured
    return [name for name in place if name in wanted]


def _is_beside_actual(
    name: str, measured: set[str], groups: Sequence[pq.RowGroupMetaData], place: Mapping[str, int]
) -> bool:
    """Return whether a column at reference oxygen holds something only of stacks that have actual values too."""
    actual = name.replace("_reference_", "_")
    if actual not in measured - {name}:
        return False

    def holds(group: pq.RowGroupMetaData, column: str) -> bool:
        return bool(group.column(place[column]).statistics.null_count < group.num_rows)

    return all(holds(group, actual) for group in groups if holds(group, name))
