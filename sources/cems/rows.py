"""A block of lines as typed columns: UTC hours, flags, quantities in their units; what is wrong with a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, lru_cache
from unicodedata import normalize

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from inventory.delivered_cells import MISSING, parse_number
from inventory.errors import DataSourceError, problem
from sources.cems.layout import Field, Layout, plain_text
from sources.registry import provider_maps

NO_HOUR = -(1 << 31)
UNSTATED, UNKNOWN = "unstated", ""
_UTC_OFFSET_H = 8
_DATE_LENGTH = 10
_YEARS = range(1990, 2101)
_FIRST_S, _LAST_S = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (1990, 2101))
_COMMA_NUMBER = r"^\s*[+-]?(\d{1,3}(\.\d{3})+|\d+)?(,\d+)?([eE][+-]?\d{1,2})?\s*$"
"""As sources/reading/number_cells.py reads a declared decimal comma: a point can only part thousands."""

_PLAIN_NUMBER = r"^[+-]?(\d{1,40}\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$"
_TIMES = (
    re.compile(
        r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})(?:日\s*|\s+|T)(\d{1,2})(?:[:时](?:(\d{2})分?(?::?(\d{2})(?:\.0+)?秒?)?)?)?"
    ),
    re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(?:(\d{2})(\d{2})?)?"),
)
"""Local time stamps with separators, and 10 to 14 digits; a date without an hour is none."""

_TEXT = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True)
class Coded:
    """A column of texts: `codes` points into `texts`, −1 where the cell is empty."""

    codes: NDArray[np.int32]
    texts: list[str]


@dataclass
class Faults:
    """Which rows cannot be used: 0, or 1 + the place in `kinds` (code of the finding, position of the cell)."""

    of_row: NDArray[np.int16]
    kinds: list[tuple[str, int]] = field(default_factory=list)

    def mark(self, rows: NDArray[np.bool_], code: str, position: int) -> None:
        """Note a fault of rows; the first one of a row stands."""
        fresh = rows & (self.of_row == 0)
        if fresh.any():
            self.kinds.append((code, position))
            self.of_row[fresh] = len(self.kinds)


@dataclass(frozen=True)
class Rows:
    """Rows of a block.

    Attributes
    ----------
    number : ndarray of int64, shape (n,)
        Row of the file, 1-based.
    hour : ndarray of int64, shape (n,)
        Beginning of the hour in hours since 1970 UTC; NO_HOUR where it cannot be read.
    values : mapping of str to ndarray of float64, shape (n,)
        By quantity, nan where empty.
    is_empty : ndarray of bool, shape (n,)
        No cell holds anything.
    ragged : list of (row, text)
        Lines with more or fewer cells than the header.

    """

    number: NDArray[np.int64]
    facility: Coded
    outlet: Coded
    hour: NDArray[np.int64]
    flag: Coded
    values: Mapping[str, NDArray[np.float64]]
    faults: Faults
    is_empty: NDArray[np.bool_]
    ragged: list[tuple[int, str]]
    first_row: int
    delimiter: str


def read_rows(
    text: str, layout: Layout, *, file: str, first_row: int, lines: int, delimiter: str, decimal: str
) -> Rows:
    """Return the rows of a block of `lines` lines, each with its end.

    Raises
    ------
    DataSourceError
        If quotes run over the end of a line, so that rows cannot be told apart.

    """
    table, number, ragged = _parsed(text, layout, file=file, first_row=first_row, lines=lines, delimiter=delimiter)
    facility, outlet = _coded(table, layout.facility), _coded(table, layout.outlet)
    flag = _coded(table, layout.flag)
    hour = hours_of(table[str(layout.hour)], is_ending=layout.is_ending)
    faults = Faults(np.zeros(len(number), dtype=np.int16))
    is_empty = (facility.codes < 0) & (outlet.codes < 0) & np.asarray(pc.is_null(table[str(layout.hour)]))
    values = {}
    for each in layout.fields:
        values[each.quantity.column], holds = _quantity(table, each, faults, decimal)
        is_empty &= ~holds
    faults.of_row[is_empty] = 0
    faults.mark((facility.codes < 0) & ~is_empty, "TY2007", layout.facility)
    faults.mark((outlet.codes < 0) & ~is_empty, "TY2007", layout.outlet)
    faults.mark((hour == NO_HOUR) & ~is_empty, "TY2862", layout.hour)
    states = np.array([state_of(text) == UNKNOWN for text in flag.texts] + [False])
    faults.mark(states[flag.codes] & ~is_empty, "TY2856", layout.flag)
    return Rows(number, facility, outlet, hour, flag, values, faults, is_empty, ragged, first_row, delimiter)


@cache
def state_of(flag: str) -> str:
    """Return our word for a flag of the platform; empty for one that flags.csv does not know."""
    states: dict[str, str] = {
        plain_text(row["flag"]): row["state"] for row in provider_maps("cems")["flags"].to_dict("records")
    }
    return states.get(plain_text(flag), UNKNOWN)


def hours_of(stamps: pa.ChunkedArray, *, is_ending: bool) -> NDArray[np.int64]:
    """Return the beginning of the hour of local time stamps [h since 1970 UTC]; NO_HOUR where there is none."""
    try:
        local_s = pc.cast(stamps, pa.timestamp("s")).cast(pa.int64())
        has_hour = pc.min(pc.binary_length(stamps)).as_py() or 0
    except pa.ArrowInvalid:
        has_hour = 0
    if has_hour <= _DATE_LENGTH:
        coded = stamps.unify_dictionaries() if pa.types.is_dictionary(stamps.type) else stamps.dictionary_encode()
        hours = [[hour_of(text, is_ending=is_ending) for text in part.dictionary.to_pylist()] for part in coded.chunks]
        found = [
            np.array([*known, NO_HOUR])[np.asarray(pc.fill_null(part.indices, len(known)))]
            for known, part in zip(hours, coded.chunks, strict=True)
        ]
        return np.concatenate([np.zeros(0, dtype=np.int64), *found]).astype(np.int64)
    seconds = np.asarray(pc.fill_null(local_s, -1))
    is_hour = (seconds % 3600 == 0) & (seconds >= _FIRST_S) & (seconds < _LAST_S)
    return np.where(is_hour, seconds // 3600 - is_ending - _UTC_OFFSET_H, NO_HOUR)


@lru_cache(maxsize=1 << 18)
def hour_of(text: str, *, is_ending: bool) -> int:
    """Return the beginning of an hour [h since 1970 UTC] of a local time stamp; NO_HOUR if it names no full hour.

    24:00 is midnight at the end of a day, so it can only end an hour.
    """
    plain = normalize("NFKC", text).strip()
    match = _TIMES[0].fullmatch(plain) or _TIMES[1].fullmatch(plain)
    if match is None or int(match[1]) not in _YEARS or any(int(part or 0) for part in match.groups()[4:]):
        return NO_HOUR
    hour = int(match[4])
    if hour > 24 or (hour == 24 and not is_ending):
        return NO_HOUR
    try:
        day = datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
    except ValueError:
        return NO_HOUR
    return int(day.timestamp()) // 3600 + hour - is_ending - _UTC_OFFSET_H


def _parsed(
    text: str, layout: Layout, *, file: str, first_row: int, lines: int, delimiter: str
) -> tuple[pa.Table, NDArray[np.int64], list[tuple[int, str]]]:
    """Return the cells as text, the rows of the file they stand in, and ragged lines; blank lines are passed over."""
    names = [str(position) for position in range(layout.width)]
    coded = (layout.facility, layout.outlet, layout.flag)
    types = {name: (_TEXT if int(name) in coded else pa.string()) for name in names}
    wanted = {
        *coded,
        layout.hour,
        *(each.position for each in layout.fields),
        *(each.unit_column for each in layout.fields),
    } - {-1}
    skipped: list[tuple[int, str]] = []
    table = pacsv.read_csv(
        pa.py_buffer(text.encode()),
        read_options=pacsv.ReadOptions(column_names=names, use_threads=False, block_size=1 << 22),
        parse_options=pacsv.ParseOptions(
            delimiter=delimiter, ignore_empty_lines=False, invalid_row_handler=_collect(skipped)
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=types, include_columns=[names[position] for position in sorted(wanted)], check_utf8=False,
            strings_can_be_null=True, null_values=[*MISSING, " "],
        ),
    )  # fmt: skip
    if table.num_rows + len(skipped) != lines:
        raise DataSourceError(problem("TY2863", f"{file} › {first_row}–{first_row + lines - 1}"))
    number = np.arange(first_row, first_row + lines, dtype=np.int64)
    number = np.delete(number, [row - 1 for row, _ in skipped])
    ragged = [(first_row + row - 1, line) for row, line in skipped if line.strip()]
    return table, number, ragged


def _collect(skipped: list[tuple[int, str]]) -> Callable[[pacsv.InvalidRow], str]:
    """Return a handler that notes lines of another width and passes over them."""

    def note(row: pacsv.InvalidRow) -> str:
        skipped.append((row.number, row.text))
        return "skip"

    return note


def _coded(table: pa.Table, position: int) -> Coded:
    """Return a text column by code; texts are stripped and in their compatible form."""
    column = table[str(position)].unify_dictionaries().combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.array([], pa.string()).dictionary_encode()
    given = [normalize("NFKC", text or "").strip() for text in column.dictionary.to_pylist()]
    texts = list(dict.fromkeys(text for text in given if text))
    place = {text: code for code, text in enumerate(texts)}
    codes = np.array([*(place.get(text, -1) for text in given), -1], dtype=np.int32)
    return Coded(codes[np.asarray(pc.fill_null(column.indices, len(given)))], texts)


def _quantity(
    table: pa.Table, each: Field, faults: Faults, decimal: str
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return a column in the unit of its name and which cells hold anything, noting faults."""
    column = table[str(each.position)]
    holds = np.asarray(pc.is_valid(column))
    if decimal == ",":
        column, is_open = _turned(column)
        faults.mark(is_open, "TY2048", each.position)
    values, is_wrong = numbers(column)
    faults.mark(is_wrong, "IN303", each.position)
    values = values * (each.factor if each.unit_column < 0 else _row_factors(table, each, faults, holds))
    outside = holds & ~is_wrong & ~((values >= each.quantity.low) & (values <= each.quantity.high))
    faults.mark(outside & np.isfinite(values), "TY2864", each.position)
    return values, holds


def _turned(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, NDArray[np.bool_]]:
    """Return numbers with decimal commas as ours (1.234,5 becomes 1234.5), and which cells break the rule: 1.23."""
    fits = pc.match_substring_regex(column, _COMMA_NUMBER)
    turned = pc.replace_substring(pc.replace_substring(column, ".", ""), ",", ".")
    has_sign = pc.match_substring_regex(column, r"[.,]")
    is_open = np.asarray(pc.fill_null(pc.and_(pc.invert(fits), has_sign), False))
    return pc.if_else(pc.fill_null(fits, False), turned, column), is_open


def _row_factors(table: pa.Table, each: Field, faults: Faults, holds: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the factor of each row from its unit column; nan, and a fault, where its unit is none."""
    units = table[str(each.unit_column)].combine_chunks().dictionary_encode()
    units = units.combine_chunks() if isinstance(units, pa.ChunkedArray) else units
    factors = [each.factors.get(plain_text(text), np.nan) for text in units.dictionary.to_pylist()]
    found: NDArray[np.float64] = np.array([*factors, np.nan])[np.asarray(pc.fill_null(units.indices, len(factors)))]
    faults.mark(holds & np.isnan(found), "TY2865", each.unit_column)
    return found


def numbers(column: pa.ChunkedArray) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the numbers of a text column, nan where empty, and which cells are none (nan there too).

    Cells that a plain cast refuses go through parse_number: full-width digits, thousands separators.
    """
    is_valid = np.asarray(pc.is_valid(column))
    is_wrong = np.zeros(len(is_valid), dtype=np.bool_)
    try:
        values = _floats(column)
    except pa.ArrowInvalid:
        plain = pc.match_substring_regex(column, _PLAIN_NUMBER)
        values = _floats(pc.if_else(plain, column, pa.scalar(None, pa.string())))
        odd = np.flatnonzero(is_valid & ~np.asarray(pc.fill_null(plain, True)))
        values[odd] = [_odd_number(text) for text in column.take(pa.array(odd)).to_pylist()]
        is_wrong[odd] = np.isneginf(values[odd])
        is_valid[odd] = False
    is_wrong |= is_valid & ~np.isfinite(values)
    values[is_wrong] = np.nan
    return values, is_wrong


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Return a text column as numbers, nan for nulls."""
    values: NDArray[np.float64] = np.array(pc.cast(column, pa.float64()).to_numpy())
    return values


@lru_cache(maxsize=1 << 16)
def _odd_number(text: str) -> float:
    """Return the number of a cell that is not written plainly; nan for a missing one, −inf for no number."""
    try:
        value = parse_number(text)
    except ValueError:
        return -np.inf
    return np.nan if value is None else value
