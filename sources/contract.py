"""Deliveries in, raw tables out: what a data source promises, and checking it without judgement.

A source is a folder with source.toml (provenance, columns) and extract.py (delivered file → raw table).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pandas as pd

from inventory.config import RunConfig
from inventory.delivered_cells import MISSING, parse_number, parse_whole_number
from inventory.errors import DataSourceError, Problem
from inventory.step_report import StepReport
from inventory.vocabulary.units import known_unit_names
from inventory.warehouse import write_parquet
from sources.delivery import ORIGIN_COLUMNS, Delivery, open_delivery
from sources.registry import SourceColumn, provider_maps

__all__ = ["Extraction", "extract", "open_delivery", "provider_maps", "pull"]

_YEARS = range(1900, 2101)
_RATINGS = ("H", "M", "L")


@dataclass(frozen=True)
class Extraction:
    """The raw table of a delivery, and what was left out of it.

    Attributes
    ----------
    frame : DataFrame
        The columns that source.toml declares, as text, then the origin columns.
    unused_columns : tuple of str
        Delivered columns that source.toml does not declare.

    """

    frame: pd.DataFrame
    unused_columns: tuple[str, ...]


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
            extraction = extract(delivery)
        except DataSourceError as error:
            problems += error.problems
            continue
        write_parquet(extraction.frame, f"raw_{source_id}", work)
        for name, table in provider_maps(source_id).items():
            write_parquet(table, f"raw_{source_id}_{name}", work)
        counts[source_id] = len(extraction.frame)
        messages += _remarks(delivery, extraction)
    if problems:
        raise DataSourceError(*problems)
    return StepReport("pull", counts, tuple(messages))


def extract(delivery: Delivery) -> Extraction:
    """Run the extract.py of a source and check the result against its source.toml.

    Raises
    ------
    DataSourceError
        For missing columns, empty required cells, and cells that are not what their column declares; all at once.

    """
    module = import_module(f"sources.{delivery.source.source_id}.extract")
    frame: pd.DataFrame = module.extract(delivery)
    declared = [column.name for column in delivery.source.columns]
    unused = tuple(str(name) for name in frame.columns if name not in {*declared, *ORIGIN_COLUMNS})
    problems = _missing_columns(frame, delivery, unused)
    for column in delivery.source.columns:
        if column.name in frame:
            problems += _wrong_cells(frame, column, delivery)
    if problems:
        raise DataSourceError(*problems)
    return Extraction(frame[[*declared, *ORIGIN_COLUMNS]], unused)


def _remarks(delivery: Delivery, extraction: Extraction) -> list[str]:
    """Return what a compiler should know about a delivery that was accepted."""
    source = delivery.source
    remarks = []
    if delivery.sha256 != source.release_sha256:
        remarks.append(
            f"{source.source_id}：交付文件与登记版本不同 / delivery differs from the registered release"
            f" ({source.release_sha256[:12]} → {delivery.sha256[:12]})"
        )
    if extraction.unused_columns:
        names = "、".join(extraction.unused_columns)
        remarks.append(f"{source.source_id}：未声明的列，没有读入 / undeclared columns, not read: {names}")
    if extraction.frame.empty:
        remarks.append(f"{source.source_id}：只有表头，没有数据 / a header without data")
    return remarks


def _missing_columns(frame: pd.DataFrame, delivery: Delivery, unused: tuple[str, ...]) -> list[Problem]:
    """Return the columns that source.toml declares and the delivery lacks."""
    there_zh = f"；文件中未声明的列：{list(unused)}" if unused else ""
    there_en = f"; undeclared columns there: {list(unused)}" if unused else ""
    return [
        Problem(
            "TY2006", f"{delivery.name} › 1", f"缺少列 {column.name}{there_zh}",
            f"column {column.name} is missing{there_en}", "恢复表头", "restore the header",
        )
        for column in delivery.source.columns
        if column.name not in frame
    ]  # fmt: skip


def _wrong_cells(frame: pd.DataFrame, column: SourceColumn, delivery: Delivery) -> list[Problem]:
    """Return the cells of a column that are empty but required, or not what the column declares."""
    check = _CHECKS.get(column.type)
    problems: list[Problem] = []
    for cell, row in zip(frame[column.name], frame["origin_row"], strict=True):
        place = f"{delivery.name} › {row} › {column.name}"
        if cell.strip() in MISSING:
            if column.required:
                problems.append(
                    Problem("TY2007", place, "必填单元格为空", "a required cell is empty", "补填", "fill it in")
                )
        elif check and (problem := check(cell, column, place)):
            problems.append(problem)
    return problems


def _check_number(cell: str, _: SourceColumn, place: str) -> Problem | None:
    """Return the finding of a cell that should hold a number."""
    try:
        parse_number(cell)
    except ValueError:
        return Problem(
            "TY2008", place, f"不是数字：{cell!r}", f"not a number: {cell!r}",
            "改为数字；缺失或未检出留空，检出限写入 note",
            "write a number; leave it empty if missing or not detected, with the detection limit in note",
        )  # fmt: skip
    return None


def _check_whole_number(cell: str, column: SourceColumn, place: str) -> Problem | None:
    """Return the finding of a cell that should hold a whole number, or a year."""
    try:
        number = parse_whole_number(cell)
    except ValueError:
        number = None
    if number is None or (column.type == "year" and number not in _YEARS):
        wanted = ("四位年份", "a year of four digits") if column.type == "year" else ("整数", "a whole number")
        return Problem(
            "TY2014", place, f"应为{wanted[0]}：{cell!r}", f"not {wanted[1]}: {cell!r}",
            f"改为{wanted[0]}", f"write {wanted[1]}",
        )  # fmt: skip
    return None


def _check_unit(cell: str, column: SourceColumn, place: str) -> Problem | None:
    """Return the finding of a cell that should name a unit of the vocabulary or of the source."""
    if cell.strip() in known_unit_names() or cell.strip() in column.also:
        return None
    also = "、".join(column.also)
    return Problem(
        "TY2015", place, f"未知或有歧义的单位：{cell!r}", f"unknown or ambiguous unit: {cell!r}",
        f"使用 units.csv 中的代码或别名{'，或 ' + also if also else ''}",
        f"use a code or alias of units.csv{', or ' + also if also else ''}",
    )  # fmt: skip


def _check_rating(cell: str, _: SourceColumn, place: str) -> Problem | None:
    """Return the finding of a cell that should hold a confidence."""
    if cell.strip() in _RATINGS:
        return None
    return Problem(
        "TY2017", place, f"置信度只能是 H、M、L：{cell!r}", f"a confidence is H, M or L: {cell!r}",
        "改为 H、M 或 L", "write H, M or L",
    )  # fmt: skip


_CHECKS: dict[str, Callable[[str, SourceColumn, str], Problem | None]] = {
    "number": _check_number, "integer": _check_whole_number, "year": _check_whole_number, "unit": _check_unit,
    "rating": _check_rating,
}  # fmt: skip
