"""Which cells of a delivered table differ from an earlier one.

Rows are paired by what they say, never by their position, so that sorting a table changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import pandas as pd

from inventory.delivered_cells import parse_number
from inventory.errors import CellRef
from sources.registry import DataSource, SourceColumn

_NUMERIC = ("number", "integer")
_FIRST = 5
_PROSE = {"source", "note", "confidence"}
"""Columns that say where a fact is from, not which fact it is."""


@dataclass(frozen=True)
class CellChange:
    """A cell of a row that both tables have."""

    cell: CellRef
    old: str
    new: str
    is_number: bool

    def __str__(self) -> str:
        """Return place: old → new."""
        return f"{self.cell}: {self.old or '空'} → {self.new or '空'}"


@dataclass(frozen=True)
class CellChanges:
    """All changed cells, and where the rows stand that are new (in the new table) or gone (in the old one)."""

    changed: tuple[CellChange, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def sentences(self, source_id: str, release: str) -> list[str]:
        """Return one sentence per kind of change, with counts and the first places."""
        numbers = [str(each) for each in self.changed if each.is_number]
        others = [str(each) for each in self.changed if not each.is_number]
        kinds = (
            (numbers, "个数值与上次发布的不同", "numbers differ from"),
            (others, "个文字单元格与上次发布的不同", "other cells differ from"),
            (self.added, "行是上次发布没有的", "rows are new since"),
            (self.removed, "行在上次发布中有，现在没有", "rows are gone since"),
        )
        return [
            f"{source_id}：{len(places)} {zh} / {len(places)} {en} {release}：{_first(places)}"
            for places, zh, en in kinds
            if places
        ]


def item_columns(source: DataSource) -> list[str]:
    """Return the columns that say which fact a row is: required texts and codes, and the fuel."""
    return [
        column.name
        for column in source.columns
        if column.name == "fuel"
        or (
            column.type in {"text", "code"}
            and column.required
            and column.name not in _PROSE
            and not is_unit_column(column)
        )
    ]


def is_unit_column(column: SourceColumn) -> bool:
    """Return whether a column holds units, by its type or by its name."""
    return column.type == "unit" or column.name == "unit" or column.name.endswith("_unit")


def compare_cells(source: DataSource, old: pd.DataFrame, new: pd.DataFrame) -> CellChanges:
    """Return the differences of two delivered tables in the columns that source.toml declares.

    Numbers are compared as numbers (`1,577.06` is `1577.06`), everything else as text without surrounding blanks.
    Equal rows cancel; the others are paired by fewer and fewer of their columns, down to those that name the fact.

    Parameters
    ----------
    old, new : DataFrame
        Text columns with origin_file, origin_sheet and origin_row.

    """
    old, new = old.reset_index(drop=True), new.reset_index(drop=True)
    kinds = {column.name: column.type for column in source.columns if column.name in old and column.name in new}
    left, right = _comparable(old, kinds), _comparable(new, kinds)
    changed: list[CellChange] = []
    for columns in _stages(source, kinds):
        rows = _pairs(left, right, columns)
        for name, kind in kinds.items():
            differs = left.loc[rows[0], name].to_numpy() != right.loc[rows[1], name].to_numpy()
            places = ([row for row, is_other in zip(side, differs, strict=True) if is_other] for side in rows)
            changed += _changes(old.loc[next(places)], new.loc[next(places)], name, is_number=kind in _NUMERIC)
        left, right = left.drop(index=rows[0]), right.drop(index=rows[1])
    return CellChanges(
        tuple(sorted(changed, key=lambda each: (each.cell.file, each.cell.sheet, each.cell.row))),
        _row_places(source, new.loc[right.index]),
        _row_places(source, old.loc[left.index]),
    )


def _changes(old: pd.DataFrame, new: pd.DataFrame, name: str, *, is_number: bool) -> list[CellChange]:
    """Return the cells of a column in rows that are paired and differ there."""
    now = zip(*(new[column] for column in ("origin_file", "origin_sheet", "origin_row", name)), strict=True)
    return [
        CellChange(CellRef(str(file), str(sheet), int(row), name), str(was), str(cell), is_number)
        for was, (file, sheet, row, cell) in zip(old[name], now, strict=True)
    ]


def _stages(source: DataSource, kinds: dict[str, str]) -> list[list[str]]:
    """Return the columns to pair rows by, the most telling first."""
    required = {column.name for column in source.columns if column.required}
    texts = [name for name, kind in kinds.items() if kind not in _NUMERIC]
    firm = [name for name in texts if name in required and name not in _PROSE]
    items = [name for name in item_columns(source) if name in kinds]
    dated = [*items, *(name for name, kind in kinds.items() if kind == "year")]
    facts = [name for name in texts if name not in _PROSE]
    return [stage for stage in (list(kinds), texts, facts, firm, dated, items) if stage]


def _pairs(left: pd.DataFrame, right: pd.DataFrame, columns: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return index labels of rows that agree in these columns; the n-th of equal rows goes with the n-th."""
    keys = [*columns, "_copy"]
    sides = [
        table[list(columns)].assign(_copy=table.groupby(list(columns), sort=False).cumcount(), _row=table.index)
        for table in (left, right)
    ]
    joined = sides[0].merge(sides[1], on=keys, suffixes=("_old", "_new"))
    return joined["_row_old"].tolist(), joined["_row_new"].tolist()


def _comparable(table: pd.DataFrame, kinds: dict[str, str]) -> pd.DataFrame:
    """Return the cells in a form in which equal ones are equal text."""
    plain = {}
    for name, kind in kinds.items():
        of = _number_text if kind in {*_NUMERIC, "year"} else str.strip
        plain[name] = table[name].map({cell: of(str(cell)) for cell in table[name].unique()})
    return pd.DataFrame(plain, index=table.index, dtype=object)


def _number_text(cell: str) -> str:
    """Return a number in its shortest form; what is none stays as it is."""
    try:
        value = parse_number(cell)
    except ValueError:
        return cell.strip()
    return "" if value is None else repr(value)


def _row_places(source: DataSource, table: pd.DataFrame) -> tuple[str, ...]:
    """Return file › sheet › row (what it is about) of every row."""
    items = [table[name] for name in item_columns(source) if name in table]
    origin = [table[name].astype(str) for name in ("origin_file", "origin_sheet", "origin_row")]
    return tuple(
        " › ".join(part for part in (file, sheet, f"{row} ({' / '.join(map(str, item))})") if part)
        for file, sheet, row, *item in zip(*origin, *items, strict=True)
    )


def _first(places: Sequence[str]) -> str:
    """Return the first places, and that there are more."""
    more = f"；…（共 {len(places)}）" if len(places) > _FIRST else ""
    return "；".join(islice(places, _FIRST)) + more
