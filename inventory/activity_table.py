"""Activity records as a table with their parameters as columns, and the groups of records that share a key.

Knows which regions and years select the same factors; does not know any method.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.activity_record import ActivityRecord, ReadParameters

KEY = (
    "source_category", "fuel_or_product", "technology", "control_path_id", "size_class", "region_code", "activity_unit",
    "in_airshed", "balance_group", "included_species", "included_in", "inventory_year",
)  # fmt: skip
"""What records must share to be computed at once, besides the names and confidences of their parameters."""

FACTOR_REGION = "factor_region"
"""Parameter that names the region whose factors apply; records of one key share its value."""


@dataclass(frozen=True)
class ActivityTable:
    """Records with their parameters.

    Attributes
    ----------
    rows : DataFrame
        activity_id, activity_value and the columns of KEY, index 0 … n − 1.
    parameters : mapping of str to ndarray, shape (n,)
        By name; NaN where a record does not carry it.
    confidences : mapping of str to ndarray, shape (n,)
        Letters of the same parameters; a name without an entry has none.

    """

    rows: pd.DataFrame
    parameters: Mapping[str, npt.NDArray[np.float64]]
    confidences: Mapping[str, npt.NDArray[np.object_]]


@dataclass(frozen=True)
class RecordGroup:
    """Records of one key: their positions in the table [n], the year, and the amounts as arrays of that shape."""

    positions: npt.NDArray[np.int64]
    inventory_year: int
    record: ActivityRecord

    @property
    def unread_parameters(self) -> list[str]:
        """Parameters that no method has read so far."""
        carried = self.record.parameters
        return [name for name in carried if isinstance(carried, ReadParameters) and name not in carried.read]


def activity_table(ledger: pd.DataFrame, parameters: pd.DataFrame, inventory_year: int) -> ActivityTable:
    """Return core_activity and core_activity_parameter as one table."""
    rows = ledger[["activity_id", "activity_value", *KEY[:-1]]].reset_index(drop=True)
    rows = rows.assign(inventory_year=inventory_year)
    position = pd.Series(rows.index, index=rows["activity_id"])
    known = parameters[parameters["activity_id"].isin(position.index)]
    values: dict[str, npt.NDArray[np.float64]] = {}
    letters: dict[str, npt.NDArray[np.object_]] = {}
    for name, own in known.groupby("name"):
        at = position[own["activity_id"]].to_numpy()
        values[str(name)] = np.full(len(rows), np.nan)
        values[str(name)][at] = own["value"].astype(float)
        letters[str(name)] = np.full(len(rows), "", dtype=object)
        letters[str(name)][at] = own["confidence"]
    return ActivityTable(rows, values, letters)


def record_groups(table: ActivityTable) -> Iterator[RecordGroup]:
    """Yield the records that share a key, ordered by their first record."""
    if not len(table.rows):
        return
    codes = table.rows[list(KEY)].assign(shape=_shapes(table))
    group_of = codes.groupby([*KEY, "shape"], sort=False, observed=True, dropna=False).ngroup().to_numpy()
    order = np.argsort(group_of, kind="stable")
    starts = np.flatnonzero(np.diff(group_of[order], prepend=-1))
    columns = _columns(table)
    for positions in np.split(order, starts[1:]):
        year = int(columns["inventory_year"][positions[0]])
        yield RecordGroup(positions, year, _record(table, columns, positions))


def single_records(table: ActivityTable) -> Iterator[ActivityRecord]:
    """Yield the records one by one with numbers in place of arrays, in the order of their ids."""
    columns = _columns(table)
    for position in np.argsort(table.rows["activity_id"].to_numpy(dtype=object), kind="stable"):
        yield _record(table, columns, np.array([position]), is_single=True)


def _shapes(table: ActivityTable) -> npt.NDArray[np.int64]:
    """Return a code per record of the names, confidences and factor regions of its parameters."""
    columns = []
    for name, values in table.parameters.items():
        is_carried = ~np.isnan(values)
        letters = table.confidences.get(name)
        code = is_carried.astype(np.int32)
        if letters is not None:
            code = np.where(is_carried, 1 + pd.factorize(letters)[0], 0)
        if name == FACTOR_REGION:
            code = code * 10_000_000 + np.where(is_carried, values, 0.0).astype(np.int64)
        columns.append(code)
    if not columns:
        return np.zeros(len(table.rows), dtype=np.int64)
    codes = pd.DataFrame(np.column_stack(columns))
    return np.asarray(codes.groupby(list(codes.columns), sort=False).ngroup(), dtype=np.int64)


def _columns(table: ActivityTable) -> dict[str, npt.NDArray[np.object_]]:
    """Return the columns of the records as arrays: many cells are taken one by one."""
    return {column: np.asarray(table.rows[column], dtype=object) for column in ("activity_id", *KEY)}


def _record(
    table: ActivityTable,
    columns: Mapping[str, npt.NDArray[np.object_]],
    positions: npt.NDArray[np.int64],
    *,
    is_single: bool = False,
) -> ActivityRecord:
    """Return records of one key as one record of arrays, or a single one as numbers."""
    first = {column: values[positions[0]] for column, values in columns.items()}
    carried = [name for name, values in table.parameters.items() if not np.isnan(values[positions[0]])]
    values = {name: table.parameters[name][positions] for name in carried}
    amounts = table.rows["activity_value"].to_numpy()[positions]
    return ActivityRecord(
        activity_id=first["activity_id"],
        source_category=first["source_category"],
        fuel_or_product=first["fuel_or_product"],
        technology=first["technology"],
        control_path_id=first["control_path_id"],
        size_class=first["size_class"],
        region_code=first["region_code"],
        activity_value=float(amounts[0]) if is_single else amounts,
        activity_unit=first["activity_unit"],
        in_airshed=bool(first["in_airshed"]),
        balance_group=first["balance_group"],
        included_species=frozenset(filter(None, first["included_species"].split(";"))),
        included_in=first["included_in"],
        parameters=ReadParameters({name: float(v[0]) if is_single else v for name, v in values.items()}),
        parameter_confidence={
            name: table.confidences[name][positions[0]] if name in table.confidences else "" for name in carried
        },
    )
