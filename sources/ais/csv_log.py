"""Blocks of a CSV log → positions and ship data, as columns.

A cell that is no plain number goes through the reader of delivered cells; what that cannot read sets its row aside.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from inventory.delivered_cells import parse_number
from inventory.errors import DataSourceError, problem
from sources.ais.batch import (
    NO_STATUS,
    NO_TIME,
    NOT_A_NUMBER,
    RAGGED,
    Batch,
    Positions,
    SetAside,
    StaticRecord,
    is_ship,
    known_speed,
    unusable,
)
from sources.ais.blocks import line_blocks
from sources.delivery import DeliveredFile, Delivery

_ENCODINGS = ("utf-8-sig", "gb18030")
_TIMES = ("time", "local_time")
_NEEDED = ("mmsi", "lon", "lat")
_STATIC = ("imo", "name", "ship_type", "length_m", "beam_m")
_BEIJING = ZoneInfo("Asia/Shanghai")
_PLAIN_NUMBER = r"^[+-]?\d+(\.\d*)?$"


def csv_batches(file: DeliveredFile, delivery: Delivery) -> Iterator[Batch]:
    """Yield what the blocks of a CSV log say.

    Raises
    ------
    DataSourceError
        If the file is in another encoding, its header lacks a column, or it changed while it was read.

    """
    if delivery.spec.header_rows != 1:
        raise DataSourceError(problem("TY2773", file.name))
    encoding = _encoding(file, delivery.spec.encoding)
    columns: list[str] = []
    for first_line, block in line_blocks(file):
        content, first = block.decode(encoding).encode(), first_line
        if not columns:
            begin = delivery.spec.first_row - first_line
            lines = content.split(b"\n", begin + 1)
            lines += [b""] * (begin + 2 - len(lines))
            columns = _columns(lines[begin].decode("utf-8-sig"), delivery, file.name)
            content, first = lines[begin + 1], first_line + begin + 1
        yield _batch(content, first, columns, delivery=delivery)


def _encoding(file: DeliveredFile, declared: str) -> str:
    """Return the encoding that the whole file is in, UTF-8 first."""
    for encoding in (declared,) if declared else _ENCODINGS:
        if _is_in(file, encoding):
            return encoding
    raise DataSourceError(problem("TY2770", file.name))


def _is_in(file: DeliveredFile, encoding: str) -> bool:
    """Return whether the whole file can be decoded."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with file.path.open("rb") as handle:
            while chunk := handle.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _columns(header: str, delivery: Delivery, name: str) -> list[str]:
    """Return our name of every column of the header, '' where it is not ours."""
    ours = {column.zh: column.name for column in delivery.source.columns}
    ours |= {column.name: column.name for column in delivery.source.columns} | dict(delivery.spec.columns)
    said = [cell.strip().strip('"') for cell in header.strip().split(delivery.spec.delimiter)]
    columns = [ours.get(cell, "") for cell in said]
    missing = [column for column in _NEEDED if columns.count(column) != 1]
    if sum(columns.count(column) for column in _TIMES) != 1:
        missing.append("time / local_time")
    if missing:
        raise DataSourceError(problem("TY2769", f"{name} › 1", columns="、".join(missing), header="、".join(said)))
    return columns


def _batch(content: bytes, first: int, columns: Sequence[str], *, delivery: Delivery) -> Batch:
    """Return what the rows of a block say."""
    names = [column or f"_{place}" for place, column in enumerate(columns)]
    content, ragged = _without_open_quotes(content, first)
    blanked = len(ragged)

    def set_aside(row: pa_csv.InvalidRow) -> str:
        """Note a row of another length."""
        ragged.append(SetAside(first + row.number - 1, RAGGED, row.text))
        return "skip"

    table = pa_csv.read_csv(
        pa.BufferReader(content or b"\n"),
        read_options=pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(content) + 1),
        parse_options=pa_csv.ParseOptions(
            delimiter=delivery.spec.delimiter, ignore_empty_lines=False, invalid_row_handler=set_aside
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False,
            include_columns=[name for name in names if not name.startswith("_")],
        ),
    )  # fmt: skip
    line = _line_numbers(first, len(table), [row.line for row in ragged[blanked:]])
    is_blank = np.logical_and.reduce([np.asarray(pc.equal(table[name], "")) for name in table.column_names])
    ragged = [row for row in ragged if row.text.strip()]
    table, line = table.filter(pa.array(~is_blank)), line[~is_blank]
    return _typed(table, line, ragged, decimal=delivery.spec.decimal)


def _without_open_quotes(content: bytes, first: int) -> tuple[bytes, list[SetAside]]:
    """Blank the lines whose quotes do not close: each would swallow the lines after it."""
    if b'"' not in content:
        return content, []
    lines = content.split(b"\n")
    broken = [number for number, line in enumerate(lines) if line.count(b'"') % 2]
    set_aside = [SetAside(first + number, RAGGED, lines[number].decode().strip()) for number in broken]
    for number in broken:
        lines[number] = b""
    return b"\n".join(lines), set_aside


def _line_numbers(first: int, n_rows: int, skipped: Sequence[int]) -> NDArray[np.int64]:
    """Return the line of every row that was kept."""
    lines = np.arange(first, first + n_rows + len(skipped), dtype=np.int64)
    return lines[~np.isin(lines, np.array(skipped, dtype=np.int64))]


def _typed(table: pa.Table, line: NDArray[np.int64], ragged: list[SetAside], *, decimal: str) -> Batch:
    """Return the batch of rows of text."""
    found = Batch(len(table) + len(ragged), _empty(), set_aside=ragged)
    code = np.full(len(table), "", dtype=object)
    values = {name: _numbers(table, name, code, decimal=decimal) for name in (*_NEEDED, "sog_kn", "nav_status")}
    time_ms = _times(table, code)
    status = np.nan_to_num(values["nav_status"], nan=NO_STATUS).astype(np.int8)
    mmsi = np.nan_to_num(values["mmsi"], nan=-1).astype(np.int64)
    missing = np.nan_to_num(np.column_stack([values["lon"], values["lat"]]), nan=181.0)
    positions = Positions(line, mmsi, time_ms, missing[:, 0], missing[:, 1], known_speed(values["sog_kn"]), status)
    for index, reason in unusable(positions):
        code[index] = code[index] or reason
    usable = code == ""
    for index in np.flatnonzero(~usable).tolist():
        text = ",".join(str(cell) for cell in table.slice(index, 1).to_pylist()[0].values())
        found.set_aside.append(SetAside(int(line[index]), str(code[index]), text))
    found.positions = positions.where(usable)
    found.static = _static(table.filter(pa.array(usable)), found.positions.mmsi)
    return found


def _numbers(table: pa.Table, name: str, code: NDArray[np.object_], *, decimal: str) -> NDArray[np.float64]:
    """Return a column as numbers, nan where it is empty or absent; note the rows that hold something else.

    With a declared decimal comma a point is not read: 1.234 could be either.
    """
    if name not in table.column_names:
        return np.full(len(table), np.nan)
    text = pc.utf8_trim_whitespace(table[name])
    if decimal != ".":
        code[np.asarray(pc.match_substring(text, "."))] = NOT_A_NUMBER
        text = pc.replace_substring(text, decimal, ".")
    is_plain = pc.match_substring_regex(text, _PLAIN_NUMBER)
    numbers = np.array(pc.cast(pc.if_else(is_plain, text, None), pa.float64()).to_numpy(), dtype=np.float64)
    for index in np.flatnonzero(~np.asarray(is_plain)):
        try:
            value = parse_number(text[int(index)].as_py())
        except ValueError:
            code[index] = NOT_A_NUMBER
            continue
        numbers[index] = np.nan if value is None else value
    return numbers


def _times(table: pa.Table, code: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return the times [ms since 1970, UTC]; note the rows that have none."""
    name = next(name for name in _TIMES if name in table.column_names)
    text = pc.utf8_trim_whitespace(table[name])
    found = np.zeros(len(table), dtype=np.int64)
    unique = pc.dictionary_encode(text).combine_chunks()
    times = [_milliseconds(said, is_local=name == "local_time") for said in unique.dictionary.to_pylist()]
    of_entry = np.array([-1 if time is None else time for time in times] or [-1], dtype=np.int64)
    if len(table):
        found = of_entry[unique.indices.to_numpy()]
    code[(found < 0) & (code == "")] = NO_TIME
    return found


def _milliseconds(said: str, *, is_local: bool) -> int | None:
    """Return a time in ms: ISO, in UTC or Beijing time where it has no offset, or Unix seconds; None for others."""
    plain = said.replace(".", "", 1)
    if plain.isdigit() and len(said.partition(".")[0]) in {9, 10} and not is_local:
        return round(float(said) * 1000)
    if said.isdigit() and len(said) in {12, 13} and not is_local:
        return int(said)
    try:
        moment = datetime.fromisoformat(said.replace("/", "-"))
    except ValueError:
        return None
    zone = _BEIJING if is_local else ZoneInfo("UTC")
    return round((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp() * 1000)


def _static(table: pa.Table, mmsi: NDArray[np.int64]) -> Counter[StaticRecord]:
    """Return the ship data that stand beside positions."""
    given = [name for name in _STATIC if name in table.column_names]
    if not given or not len(table):
        return Counter()
    keyed = pa.table({"mmsi": mmsi, **{name: table[name] for name in given}})
    counted: Counter[StaticRecord] = Counter()
    for row in keyed.group_by(["mmsi", *given]).aggregate([([], "count_all")]).to_pylist():
        numbers = {name: _plain(row.get(name, "")) for name in ("imo", "ship_type", "length_m", "beam_m")}
        record = StaticRecord(
            row["mmsi"], int(numbers["imo"]), str(row.get("name", "")).strip(), int(numbers["ship_type"]),
            numbers["length_m"], numbers["beam_m"],
        )  # fmt: skip
        if record[1:] != (0, "", 0, 0.0, 0.0) and is_ship(np.array([record.mmsi])).item():
            counted[record] += int(row["count_all"])
    return counted


def _plain(text: str) -> float:
    """Return a number of the ship data, 0 where it says none: 0 is how AIS writes "not available"."""
    try:
        return parse_number(text) or 0.0
    except ValueError:
        return 0.0


def _empty() -> Positions:
    """Return no positions."""
    whole, real = np.zeros(0, np.int64), np.zeros(0, np.float64)
    return Positions(whole, whole, whole, real, real, real, np.zeros(0, np.int8))
