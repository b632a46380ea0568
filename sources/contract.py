"""Deliveries in, raw tables out: what a data source promises, and reading it without judgement.

A source is a folder with source.toml (provenance, columns) and extract.py (delivered file → raw table).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from io import StringIO
from pathlib import Path

import pandas as pd

from inventory.config import RunConfig
from inventory.errors import DataSourceError, Problem
from inventory.step_report import StepReport
from inventory.warehouse import write_parquet
from sources.registry import DataSource, find_source

MISSING = ("", "—", "–", "-", "/")
"""Cells that say "no value"; they stay missing and never become 0."""


@dataclass(frozen=True)
class Delivery:
    """One delivered file of a data source; `name` is its path inside the project."""

    source: DataSource
    path: Path
    name: str
    sha256: str


def pull(config: RunConfig, work: Path, source_ids: Sequence[str] | None = None) -> StepReport:
    """Read deliveries and write their raw tables.

    Parameters
    ----------
    config : RunConfig
        Names the delivery of each source.
    work : Path
        Takes `raw_<source>.parquet`.
    source_ids : sequence of str, optional
        Only these; all by default.

    Raises
    ------
    DataSourceError
        With every finding of every delivery.

    """
    counts: dict[str, float] = {}
    messages: list[str] = []
    problems: list[Problem] = []
    for source_id in source_ids or sorted(config.deliveries):
        try:
            delivery = open_delivery(config, source_id)
            frame = extract(delivery)
        except DataSourceError as error:
            problems += error.problems
            continue
        write_parquet(frame, f"raw_{source_id}", work)
        for name, table in provider_maps(source_id).items():
            write_parquet(table, f"raw_{source_id}_{name}", work)
        counts[source_id] = len(frame)
        if delivery.sha256 != delivery.source.release_sha256:
            messages.append(
                f"{source_id}：交付文件与登记版本不同 / delivery differs from the registered release"
                f" ({delivery.source.release_sha256[:12]} → {delivery.sha256[:12]})"
            )
    if problems:
        raise DataSourceError(*problems)
    return StepReport("pull", counts, tuple(messages))


def open_delivery(config: RunConfig, source_id: str) -> Delivery:
    """Return the delivery of a source with its checksum.

    Raises
    ------
    DataSourceError
        If the project names no file, or the file is not there.

    """
    source = find_source(source_id)
    path = config.deliveries[source_id]
    name = path.relative_to(config.project_dir).as_posix() if path.is_relative_to(config.project_dir) else path.name
    if not path.is_file():
        raise DataSourceError(
            Problem(
                "TY2001",
                name,
                "找不到交付文件",
                "the delivered file is missing",
                "核对 inventory.toml 的 [deliveries]",
                "check [deliveries] in inventory.toml",
            )
        )
    return Delivery(source, path, name, hashlib.sha256(path.read_bytes()).hexdigest())


def extract(delivery: Delivery) -> pd.DataFrame:
    """Run the extract.py of a source and check the result against its source.toml."""
    module = import_module(f"sources.{delivery.source.source_id}.extract")
    frame: pd.DataFrame = module.extract(delivery)
    problems = [*_check_header(frame, delivery), *_check_cells(frame, delivery)]
    if problems:
        raise DataSourceError(*problems)
    return frame


def provider_maps(source_id: str) -> dict[str, pd.DataFrame]:
    """Return the provider's codes in our words: every CSV beside the source.toml, by file stem."""
    folder = files("sources").joinpath(source_id)
    tables = [path for path in folder.iterdir() if path.name.endswith(".csv")]
    return {
        path.name.removesuffix(".csv"): pd.read_csv(
            StringIO(path.read_text(encoding="utf-8")), dtype=str, keep_default_na=False
        )
        for path in sorted(tables, key=lambda path: path.name)
    }


def read_delivered_table(delivery: Delivery) -> pd.DataFrame:
    """Return a delivered CSV or workbook sheet as text, with origin columns.

    CSV is read as UTF-8 (with or without mark), else strictly as GB18030. Row 1 is the header.

    Raises
    ------
    DataSourceError
        If the encoding is neither, or the header repeats a name.

    """
    if delivery.path.suffix.lower() == ".csv":
        frame, sheet = _read_csv(delivery), ""
    else:
        frame, sheet = _read_sheet(delivery)
    repeated = [name for name in frame.columns if list(frame.columns).count(name) > 1]
    if repeated:
        raise DataSourceError(
            Problem(
                "TY2003",
                f"{delivery.name} › 1",
                f"表头重复：{sorted(set(repeated))}",
                f"repeated header: {sorted(set(repeated))}",
            )
        )
    origin_rows = range(2, len(frame) + 2)
    return frame.assign(
        origin_file=delivery.name, origin_sheet=sheet, origin_row=list(origin_rows), origin_sha256=delivery.sha256
    )


def parse_number(text: str) -> float | None:
    """Return the number in a cell; None for a missing one.

    Full-width digits and thousands separators are understood; `<0.1` and words are not numbers.

    Raises
    ------
    ValueError
        If the cell holds anything else.

    """
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    return None if plain in MISSING else float(plain)


def _read_csv(delivery: Delivery) -> pd.DataFrame:
    """Read a CSV as text, UTF-8 first."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            frame = pd.read_csv(delivery.path, dtype=str, keep_default_na=False, encoding=encoding, header=None)
        except UnicodeDecodeError:
            continue
        except pd.errors.ParserError as error:
            raise DataSourceError(
                Problem("TY2004", delivery.name, f"CSV 行列不齐：{error}", f"ragged CSV: {error}")
            ) from error
        except pd.errors.EmptyDataError as error:
            raise DataSourceError(Problem("TY2005", delivery.name, "文件是空的", "the file is empty")) from error
        header = frame.iloc[0].tolist()
        return frame.iloc[1:].set_axis(header, axis=1).reset_index(drop=True)
    raise DataSourceError(
        Problem(
            "TY2002",
            delivery.name,
            "编码既不是 UTF-8 也不是 GB18030",
            "the encoding is neither UTF-8 nor GB18030",
            "另存为 UTF-8 CSV",
            "save it as UTF-8 CSV",
        )
    )


def _read_sheet(delivery: Delivery) -> tuple[pd.DataFrame, str]:
    """Read the first sheet of a workbook as text."""
    import python_calamine  # noqa: PLC0415 - only workbooks need it

    book = python_calamine.load_workbook(str(delivery.path))
    sheet = book.sheet_names[0]
    rows = [["" if cell is None else str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]
    return pd.DataFrame(rows[1:], columns=rows[0]), sheet


def _check_header(frame: pd.DataFrame, delivery: Delivery) -> list[Problem]:
    """Return the columns that source.toml declares and the delivery lacks."""
    return [
        Problem(
            "TY2006", f"{delivery.name} › 1", f"缺少列 {column.name}", f"column {column.name} is missing",
            "恢复表头或改 source.toml", "restore the header, or change source.toml",
        )
        for column in delivery.source.columns
        if column.name not in frame
    ]  # fmt: skip


def _check_cells(frame: pd.DataFrame, delivery: Delivery) -> list[Problem]:
    """Return empty required cells and text in number columns."""
    problems: list[Problem] = []
    for column in delivery.source.columns:
        if column.name not in frame:
            continue
        for cell, row in zip(frame[column.name], frame["origin_row"], strict=True):
            place = f"{delivery.name} › {row} › {column.name}"
            if column.required and cell.strip() in MISSING:
                problems.append(
                    Problem("TY2007", place, "必填单元格为空", "a required cell is empty", "补填", "fill it in")
                )
            elif column.type == "number" and not _is_number(cell):
                problems.append(
                    Problem(
                        "TY2008",
                        place,
                        f"不是数字：{cell!r}",
                        f"not a number: {cell!r}",
                        "改为数字，缺失留空",
                        "write a number, or leave it empty",
                    )
                )
    return problems


def _is_number(cell: str) -> bool:
    """Return whether a cell is a number or missing."""
    try:
        parse_number(cell)
    except ValueError:
        return False
    return True
