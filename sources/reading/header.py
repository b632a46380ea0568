"""The header of a delivered table: which column is which of ours, and what is missing, renamed or twice."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from inventory.delivered_cells import normalise_name
from inventory.delivery_spec import DeliverySpec
from inventory.errors import Problem, problem
from sources.reading.cells import ORIGIN_COLUMNS, Cells
from sources.reading.limits import column_letter
from sources.reading.template_stamp import is_older
from sources.registry import DataSource

_JOIN = " › "
_LOOK_ROWS = 30


@dataclass(frozen=True)
class Header:
    """Columns of a sheet in order: our name, or the delivered one; empty for a column without header.

    Attributes
    ----------
    row : int
        Row that names the columns, 1-based.
    first_body_row : int
        Row below the header.
    rejected : dict
        Rows in the body's span that are header too, and why.

    """

    names: tuple[str, ...]
    row: int
    first_body_row: int
    rejected: dict[int, str]
    problems: tuple[Problem, ...]
    remarks: tuple[str, ...]
    is_template: bool


def read_header(cells: Cells, source: DataSource, spec: DeliverySpec) -> Header:
    """Return the header of a sheet; what is wrong with it is in `problems`."""
    names_by_text = accepted_names(source, spec)
    row, levels, first_body_row, said = _header_rows(cells, source, spec)
    delivered = _joined(cells, levels) if levels else [normalise_name(cell) for cell in _row(cells, row)]
    names = tuple(names_by_text.get(normalise_name(text).casefold(), text) for text in delivered)
    place = _JOIN.join(part for part in (cells.file, cells.sheet, str(row)) if part)
    problems = [*_unusable(cells, names, place, first_body_row), *_repeated(cells, names, delivered, place=place)]
    problems += _missing(cells, names, source, place=place)
    rejected = {}
    following = _row(cells, first_body_row)
    is_template = cells.template is not None
    if not is_template and _is_id_row(following, names, source):
        rejected[first_body_row] = "列名行 / row of column names"
        is_template = True
    if cells.template and is_older(cells.template.version, source.version):
        version = cells.template.version or "?"
        if problems:
            problems.insert(0, problem("IN203", place, version=version, current=source.version))
        else:
            said.append(
                f"{cells.file}：旧版模板 {version} 按现行版 {source.version} 读入 / older template, read as current"
            )
    return Header(names, row, first_body_row, rejected, tuple(problems), tuple(said), is_template)


def accepted_names(source: DataSource, spec: DeliverySpec) -> dict[str, str]:
    """Return our column name by every header that stands for it: declared in the project, Chinese, or ours."""
    accepted = {normalise_name(column.zh).casefold(): column.name for column in source.columns if column.zh}
    accepted |= {column.name.casefold(): column.name for column in source.columns}
    return accepted | {normalise_name(text).casefold(): name for text, name in spec.columns.items()}


def header_hits(row: Sequence[str], source: DataSource) -> int:
    """Return how many columns of a source the cells of a row name."""
    accepted = accepted_names(source, DeliverySpec())
    return len({accepted[key] for cell in row if (key := normalise_name(cell).casefold()) in accepted})


def _header_rows(cells: Cells, source: DataSource, spec: DeliverySpec) -> tuple[int, list[int], int, list[str]]:
    """Return the row of names, the rows of its levels (none in a template), the first row below, and a remark."""
    stamp = cells.template
    if stamp is None:
        first = spec.first_row
        while spec.first_row == 1 and first < len(cells.rows) and not any(map(str.strip, _row(cells, first))):
            first += 1
        last = first + spec.header_rows - 1
        return last, list(range(first, last + 1)), last + 1, []
    ours = {column.name for column in source.columns}
    hits = {
        row: len(ours & set(map(str.strip, _row(cells, row)))) for row in range(1, min(_LOOK_ROWS, len(cells.rows)) + 1)
    }
    best = max(hits, key=lambda row: (hits[row], row == stamp.id_row), default=stamp.id_row)
    row = best if hits.get(best, 0) > hits.get(stamp.id_row, 0) else stamp.id_row
    shift = row - stamp.id_row
    moved = f"{cells.file} › {cells.sheet}：列名行移到第 {row} 行 / the row of column names has moved to row {row}"
    # Whatever the stamp says of the first data row: a damaged number there would pass over rows of data.
    return row, [], row + 1, [moved] if shift else []


def _joined(cells: Cells, levels: list[int]) -> list[str]:
    """Return the header of each column, levels joined; merged cells are filled inside the header rows alone."""
    width = max(len(_row(cells, row)) for row in levels)
    grid = {row: [*_row(cells, row), *[""] * (width - len(_row(cells, row)))] for row in levels}
    for top, left, bottom, right in cells.merged:
        if top not in grid:
            continue
        for column in range(left, min(right, width) + 1):
            for row in range(top, min(bottom, levels[-1]) + 1):
                grid[row][column - 1] = grid[top][left - 1]
    headers = []
    for column in range(width):
        parts = [normalise_name(grid[row][column]) for row in levels]
        headers.append(_JOIN.join(part for place, part in enumerate(parts) if part and part not in parts[:place]))
    return headers


def _unusable(cells: Cells, names: tuple[str, ...], place: str, first_body_row: int) -> list[Problem]:
    """Return names that are ours alone, and columns with content but without a name."""
    taken = sorted(set(names) & set(ORIGIN_COLUMNS))
    body = cells.rows[first_body_row - 1 :]
    nameless = [
        _column(cells, column)
        for column, name in enumerate(names, 1)
        if not name and any(len(row) >= column and row[column - 1].strip() for row in body)
    ]
    said = [(f"保留的列名 {taken}", f"reserved column names {taken}")] if taken else []
    if nameless:
        listed = "、".join(nameless)
        said.append((f"第 {listed} 列有内容而没有表头", f"column {listed} has content and no header"))
    return [problem("TY2003", place, what_zh=zh, what_en=en) for zh, en in said]


def _repeated(cells: Cells, names: tuple[str, ...], delivered: list[str], *, place: str) -> list[Problem]:
    """Return the headers that stand for one column twice."""
    problems = []
    for name in dict.fromkeys(name for name in names if name and names.count(name) > 1):
        where = [
            f"{_column(cells, column)}「{delivered[column - 1]}」"
            for column, each in enumerate(names, 1)
            if each == name
        ]
        listed = "、".join(where)
        problems.append(
            problem(
                "IN201", place, what_zh=f"列 {name} 出现多次：{listed}", what_en=f"column {name} occurs twice: {listed}"
            )
        )
    return problems


def _perhaps(zh: str, name: str, strange: list[str]) -> tuple[str, str]:
    """Return which of the strange headers may be a missing column, in Chinese and English."""
    near = [*difflib.get_close_matches(zh or name, strange, 1, 0.5), *difflib.get_close_matches(name, strange, 1, 0.5)]
    if near:
        return f"；是否写成了「{near[0]}」", f"; did you mean {near[0]}?"
    listed = "、".join(strange)
    return (f"；未识别的表头：{listed}", f"; headers not recognised: {listed}") if strange else ("", "")


def _missing(cells: Cells, names: tuple[str, ...], source: DataSource, *, place: str) -> list[Problem]:
    """Return the columns that are not there, each with the most similar header."""
    ours = {column.name for column in source.columns}
    strange = [name for name in names if name and name not in ours]
    hint_zh, hint_en = _better_row(cells, source, sum(name in ours for name in names))
    problems = []
    for column in source.columns:
        if column.name in names or column.optional:
            continue
        label = f"「{column.zh}」（{column.name}）" if column.zh else column.name
        zh, en = _perhaps(column.zh, column.name, strange)
        what_zh, what_en = f"缺少列 {label}{zh}{hint_zh}", f"column {label} is missing{en}{hint_en}"
        problems.append(problem("IN201", place, what_zh=what_zh, what_en=what_en))
    return problems


def _better_row(cells: Cells, source: DataSource, hits: int) -> tuple[str, str]:
    """Return a hint at the row that looks more like the header."""
    for number, row in enumerate(cells.rows[:_LOOK_ROWS], 1):
        if header_hits(row, source) > max(hits, 1):
            return f"；表头像在第 {number} 行", f"; the header seems to stand on row {number}"
    return "", ""


def _is_id_row(row: Sequence[str], names: tuple[str, ...], source: DataSource) -> bool:
    """Return whether a row below a Chinese header repeats our column names."""
    ours = {column.name for column in source.columns}
    said = [(cell.strip(), name) for cell, name in zip(row, names, strict=False) if name in ours]
    return len(said) > 1 and all(cell == name for cell, name in said)


def _row(cells: Cells, number: int) -> list[str]:
    """Return a row, 1-based; none beyond the end."""
    return cells.rows[number - 1] if 0 < number <= len(cells.rows) else []


def _column(cells: Cells, number: int) -> str:
    """Return the name of a column's place."""
    return column_letter(number) if cells.is_lettered else str(number)
