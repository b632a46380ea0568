"""Hours brought together by stack: spilled to buckets on disk, sorted, freed of duplicates, one row group per stack."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from inventory.errors import Problem, problem
from sources.cems.layout import quantities
from sources.cems.quarantine import Quarantine
from sources.cems.rows import UNSTATED, Rows, state_of

NOTHING_MEASURED = "TY2870"
_BUCKETS = 16
_NAME = pa.dictionary(pa.int32(), pa.string())
_HOUR_MS = 3_600_000
_ORIGIN = ("origin_file", "origin_row")


def raw_schema() -> pa.Schema:
    """Return the columns of raw_cems: identity, hour (UTC, its beginning), flag, quantities, origin."""
    return pa.schema(
        [
            ("facility_key", _NAME), ("release_point_key", _NAME), ("hour", pa.timestamp("ms", tz="UTC")),
            ("platform_flag", _NAME), ("hour_state", _NAME), *((name, pa.float64()) for name in quantities()),
            ("origin_file", _NAME), ("origin_row", pa.int64()),
        ]
    )  # fmt: skip


@dataclass
class Names:
    """Texts by the order in which they came."""

    places: dict[str, int] = field(default_factory=dict)

    def codes(self, texts: Sequence[str]) -> NDArray[np.int32]:
        """Return the code of each text, with −1 behind the last (for empty cells)."""
        return np.array([*(self.places.setdefault(text, len(self.places)) for text in texts), -1], dtype=np.int32)


class StackSpill:
    """Takes blocks of rows in any order of stacks and hands them back stack by stack.

    Memory: one bucket, a sixteenth of the rows. The bucket of a stack follows from its name alone, so that the result
    does not depend on the order of the files.
    """

    def __init__(self, folder: Path, measured: Sequence[str]) -> None:
        self._stacks: dict[tuple[str, str], int] = {}
        self._bucket_of: list[int] = []
        self._flags, self._files = Names(), Names()
        self._measured = tuple(measured)
        types = {"stack": pa.int32(), "flag": pa.int32(), "origin_file": pa.int32(), "hour": pa.int64()}
        types |= {"origin_row": pa.int64(), **dict.fromkeys(self._measured, pa.float64())}
        self._schema = pa.schema(list(types.items()))
        self._paths = [folder / f"bucket-{number}.arrow" for number in range(_BUCKETS)]
        self._writers = [pa.ipc.new_file(str(path), self._schema) for path in self._paths]

    def add(self, rows: Rows, use: NDArray[np.bool_], file: str) -> None:
        """Take the rows of a block that can be used."""
        stack = self._stack_codes(rows)[use]
        columns: dict[str, NDArray[np.generic]] = {
            "stack": stack,
            "flag": self._flags.codes(rows.flag.texts)[rows.flag.codes][use],
            "origin_file": np.full(len(stack), self._files.codes([file])[0], dtype=np.int32),
            "hour": rows.hour[use],
            "origin_row": rows.number[use],
        }
        nothing = np.full(len(stack), np.nan)
        columns |= {name: rows.values[name][use] if name in rows.values else nothing for name in self._measured}
        batch = pa.record_batch([pa.array(columns[name]) for name in self._schema.names], schema=self._schema)
        buckets = np.array(self._bucket_of, dtype=np.int64)[stack]
        for bucket in np.unique(buckets):
            mine = np.flatnonzero(buckets == bucket)
            self._writers[bucket].write_batch(batch if len(mine) == len(stack) else batch.take(pa.array(mine)))

    def write(self, path: Path, quarantine: Quarantine) -> tuple[int, int, list[Problem]]:
        """Write raw_cems; return the rows written, the repeated ones left out, and stacks of an odd magnitude."""
        for writer in self._writers:
            writer.close()
        repeated, problems = 0, list[Problem]()
        temporary = path.with_name(f".{path.name}.tmp")
        with pq.ParquetWriter(temporary, raw_schema(), compression="lz4", use_dictionary=_text_columns()) as writer:
            for bucket, spilled in enumerate(self._paths):
                table = _sorted(pa.ipc.open_file(pa.memory_map(str(spilled))).read_all())
                table, left_out = self._without_duplicates(table, quarantine)
                repeated += left_out
                for name, part in self._parts(table, bucket):
                    writer.write_table(self._raw(part, name), row_group_size=part.num_rows)
                    problems += _odd_magnitudes(part, name)
        _settle(temporary, path)
        return pq.read_metadata(path).num_rows, repeated, problems

    def _parts(self, table: pa.Table, bucket: int) -> Iterator[tuple[tuple[str, str], pa.Table]]:
        """Yield the stacks of a bucket by name with their rows."""
        stacks = table["stack"].to_numpy()
        mine = sorted((name, code) for name, code in self._stacks.items() if self._bucket_of[code] == bucket)
        for name, code in mine:
            first, last = np.searchsorted(stacks, [code, code + 1])
            if last > first:
                yield name, table.slice(first, last - first)

    def _stack_codes(self, rows: Rows) -> NDArray[np.int64]:
        """Return the code of the stack of each row; −1 where facility or outlet is empty."""
        width = len(rows.outlet.texts) + 1
        pairs, place = np.unique(rows.facility.codes.astype(np.int64) * width + rows.outlet.codes, return_inverse=True)
        codes = np.full(len(pairs), -1, dtype=np.int64)
        for number, (facility, outlet) in enumerate(zip(*np.divmod(pairs, width), strict=True)):
            if facility >= 0 and outlet < len(rows.outlet.texts):
                codes[number] = self._code(rows.facility.texts[facility], rows.outlet.texts[outlet])
        return codes[place]

    def _code(self, facility: str, outlet: str) -> int:
        """Return the code of a stack."""
        if (facility, outlet) not in self._stacks:
            self._stacks[facility, outlet] = len(self._stacks)
            self._bucket_of.append(zlib.crc32(f"{facility}|{outlet}".encode()) % _BUCKETS)
        return self._stacks[facility, outlet]

    def _without_duplicates(self, table: pa.Table, quarantine: Quarantine) -> tuple[pa.Table, int]:
        """Return the rows without repeated ones, and how many were left out; contradicting ones go to quarantine."""
        stack, hour = table["stack"].to_numpy(), table["hour"].to_numpy()
        again = np.concatenate([[False], (stack[1:] == stack[:-1]) & (hour[1:] == hour[:-1])])[: len(stack)]
        if not again.any():
            return table, 0
        differs = np.zeros(len(stack), dtype=np.bool_)
        for name in ("flag", *self._measured):
            column = table[name].to_numpy()
            differs[1:] |= (column[1:] != column[:-1]) & ~((column[1:] != column[1:]) & (column[:-1] != column[:-1]))
        group = np.cumsum(~again) - 1
        is_wrong = np.bincount(group, weights=differs & again)[group] > 0
        names = list(self._stacks)
        for row in table.filter(pa.array(is_wrong)).to_pylist():
            said = " ".join(f"{name}={row[name]}" for name in self._measured if row[name] == row[name])
            facility, outlet = names[row["stack"]]
            place = f"{facility} › {outlet} › {_stamp(row['hour'])}"
            quarantine.add(self._file(row["origin_file"]), row["origin_row"], "TY2858", text=f"{place} {said}")
        is_kept = ~is_wrong & ~again
        return table.filter(pa.array(is_kept)), int((again & ~is_wrong).sum())

    def _raw(self, part: pa.Table, name: tuple[str, str]) -> pa.Table:
        """Return the rows of a stack in the columns of raw_cems."""
        count = part.num_rows
        flags = [*self._flags.places, ""]
        states = [*(state_of(flag) for flag in self._flags.places), UNSTATED]
        flag = pa.array(np.where(part["flag"].to_numpy() < 0, len(flags) - 1, part["flag"].to_numpy()), pa.int32())
        nothing = pa.nulls(count, pa.float64())
        numbers = {
            each: pc.if_else(pc.is_finite(part[each]), part[each], None) if each in self._measured else nothing
            for each in quantities()
        }
        columns = {
            "facility_key": _constant(name[0], count), "release_point_key": _constant(name[1], count),
            "hour": pc.multiply(part["hour"], _HOUR_MS).cast(pa.timestamp("ms", tz="UTC")),
            "platform_flag": pa.DictionaryArray.from_arrays(flag, flags),
            "hour_state": pa.DictionaryArray.from_arrays(flag, states).cast(pa.string()).dictionary_encode(),
            **numbers,
            "origin_file": pa.DictionaryArray.from_arrays(
                part["origin_file"].combine_chunks(), list(self._files.places)
            ),
            "origin_row": part["origin_row"],
        }  # fmt: skip
        return pa.table(columns).cast(raw_schema())

    def _file(self, code: int) -> str:
        """Return the name of a file."""
        return list(self._files.places)[code]


def _sorted(table: pa.Table) -> pa.Table:
    """Return the rows by stack and hour; those of one hour stay in the order in which they came."""
    key = table["stack"].to_numpy().astype(np.int64) << 32
    key += table["hour"].to_numpy()
    if (key[1:] >= key[:-1]).all():
        return table.combine_chunks()
    return table.take(pa.array(np.argsort(key, kind="stable")))


def _odd_magnitudes(part: pa.Table, name: tuple[str, str]) -> list[Problem]:
    """Return quantities whose median over the positive hours lies outside its window: a unit slipped.

    A stack without a single concentration is named too: nothing further on would know of it.
    """
    problems = []
    measured = set(part.column_names) & set(quantities())
    concentrations = [column for column in measured if quantities()[column].kind == "concentration"]
    if not any(np.isfinite(part[column].to_numpy()).any() for column in concentrations):
        problems.append(problem(NOTHING_MEASURED, " › ".join(name)))
    for column in measured:
        quantity, values = quantities()[column], part[column].to_numpy()
        positive = values[values > 0.0]
        median = float(np.median(positive)) if len(positive) else np.nan
        if median < quantity.median_low or median > quantity.median_high:
            problems.append(
                problem(
                    "TY2866", " › ".join([*name, column]), column=column, median=f"{median:g}",
                    low=quantity.median_low, high=quantity.median_high,
                )
            )  # fmt: skip
    return sorted(problems, key=lambda each: each.place)


def _constant(text: str, count: int) -> pa.DictionaryArray:
    """Return a text that stands in every row."""
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, dtype=np.int32)), [text])


def _text_columns() -> list[str]:
    """Return the columns that repeat few texts."""
    return [each.name for each in raw_schema() if pa.types.is_dictionary(each.type)]


def _stamp(hour: int) -> str:
    """Return an hour as UTC text."""
    return str(np.datetime64(hour, "h"))


def _settle(temporary: Path, path: Path) -> None:
    """Give a finished file its name."""
    with temporary.open("rb") as handle:
        os.fsync(handle.fileno())
    temporary.replace(path)
