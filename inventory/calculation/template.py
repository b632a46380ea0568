"""The workbook that a compiler fills for `tongyuan calculate`: one row per record, codes and methods beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

import pandas as pd
import xlsxwriter

from inventory.calculation.codes import TABLES, code_of
from inventory.calculation.columns import INPUT_COLUMNS
from inventory.calculation.validation import REQUIRED, YEARS
from inventory.errors import DataSourceError, problem
from inventory.methods import METHODS
from inventory.reporting.sheet_writer import CREATED, Book, Page
from inventory.vocabulary import load

DATA_SHEET = "活动水平"
_FIRST, _LAST = 4, 5003
"""Rows to fill, 0-based."""

_EXAMPLE: dict[str, str | float] = {
    "activity_id": "示例-1", "source_category": "", "fuel_or_product": "原煤", "technology": "层燃炉",
    "control": "石灰石/石膏法+普通静电除尘法", "activity_value": 10000.0, "activity_unit": "吨",
    "inventory_year": 2021.0, "region_code": "上海市", "size_class": "", "balance_group": "",
    "activity_uncertainty_pct": 5.0, "sulphur_fraction": 0.006, "sulphur_retention": 0.15,
}  # fmt: skip
_EXAMPLE_LEAF = "FC.03.13"
_PARAMETERS = ("sulphur_fraction", "sulphur_retention")
_NUMBERS = ("activity_value", "inventory_year", "activity_uncertainty_pct", *_PARAMETERS)
_LISTS = {
    "source_category": ("源类", ("code", "zh", "en", "expected_species")),
    "fuel_or_product": ("燃料与产品", ("code", "zh", "en", "default_unit")),
    "technology": ("技术", ("code", "zh", "en", "aliases")),
    "control": ("治理", ("code", "zh", "en", "components")),
    "region_code": ("地区", ("code", "zh", "en")),
    "size_class": ("规模", ("code", "zh", "en")),
    "activity_unit": ("单位", ("code", "zh", "aliases", "conditions")),
}
"""Sheet of codes of each column, and what it shows; the second column is the name to choose."""


def write_activity_template(path: Path) -> None:
    """Write the template: 说明, 活动水平 with an example row, 方法, 参数 and the code tables.

    Raises
    ------
    DataSourceError
        If the file exists: it may be one that somebody has filled.

    """
    if path.exists():
        raise DataSourceError(problem("TY2319", path))
    content = BytesIO()
    workbook = xlsxwriter.Workbook(content)
    workbook.set_properties({"title": "活动水平模板 / activity template", "created": CREATED})
    book = Book(workbook, "同源 Tongyuan")
    _explain(book.add_sheet("说明", "活动水平模板 / Activity template", (26, 24, 84)))
    _data(book.add_sheet(DATA_SHEET, "活动水平 / Activity", [18] * len(_EXAMPLE)))
    _list(
        book,
        "方法",
        ("method", "方法", "species", "所需 needs", "可选 optional", "源类 categories", "出处"),
        _methods(),
    )
    parameters = load("parameters")
    _list(book, "参数", tuple(parameters.columns), parameters.to_numpy().tolist())
    for column, (name, columns) in _LISTS.items():
        _list(book, f"代码-{name}", columns, _codes(column)[list(columns)].to_numpy().tolist())
    workbook.close()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.getvalue())


def _methods() -> list[tuple[str, ...]]:
    """Return the rows of the methods."""
    return [
        (m.name, m.zh, "; ".join(m.species) or "全部 / any", "; ".join(m.needs), "; ".join(m.optional),
         "; ".join(m.categories) or "全部 / all", m.citation)
        for m in METHODS
    ]  # fmt: skip


def _codes(column: str) -> pd.DataFrame:
    """Return the codes that a column accepts; a unit whose name means another one is offered by its code."""
    if column == "activity_unit":
        units = load("units")
        accepted = units[units["status"] != "refused"]
        own = [code_of(column, name) == code for name, code in zip(accepted["zh"], accepted["code"], strict=True)]
        return accepted.assign(zh=accepted["zh"].where(own, accepted["code"]))
    return pd.concat([load(table) for table in TABLES[column]], ignore_index=True).fillna("")


def _explain(page: Page) -> None:
    """Write what to do, and what each column means."""
    steps = (
        f"1. 在“{DATA_SHEET}”表每行填一条活动记录，覆盖示例行；英文列名所在的行不要改。"
        " / One record per row, over the example; keep the row of English column names.",
        "2. 代码列可选下拉中的中文名，也可写代码或别名；没有数据留空，不写 0。"
        " / Choose a Chinese name, or write a code or an alias; leave it blank where there is no value, never 0.",
        "3. 方法参数：把“参数”表的代码写成新的列名（各方法所需见“方法”表）。"
        " / Parameters are further columns, by their code.",
        "4. tongyuan calculate 活动水平.xlsx --out 排放.csv --gwp AR5GWP100",
    )
    for row, text in enumerate(steps, start=2):
        page.line(row, (0, 2), text, look="wrapped")
        page.sheet.set_row(row, 18)
    page.heads(7, ("列 / column", "中文", "说明 / meaning"))
    for row, (name, (zh, meaning)) in enumerate(INPUT_COLUMNS.items(), start=8):
        page.texts(row, (name, zh + ("" if name in REQUIRED else "（可选）"), meaning))


def _data(page: Page) -> None:
    """Write the sheet to fill: Chinese names, codes, one example row, and lists to choose from."""
    zh = dict(zip(load("parameters")["code"], load("parameters")["zh"], strict=True))
    page.texts(2, [INPUT_COLUMNS[name][0] if name in INPUT_COLUMNS else zh[name] for name in _EXAMPLE], "branch")
    page.heads(3, list(_EXAMPLE))
    page.sheet.set_row(3, 30)
    page.sheet.freeze_panes(_FIRST, 1)
    leaves = load("categories").set_index("code")["zh"]
    text, number = page.book.style("leaf", "@"), page.book.style("leaf", "General")
    for column, (name, value) in enumerate(_EXAMPLE.items()):
        page.sheet.set_column(column, column, 26 if name in _LISTS else 18, number if name in _NUMBERS else text)
        shown = str(leaves[_EXAMPLE_LEAF]) if name == "source_category" else value
        page.sheet.write(_FIRST, column, shown, number if name in _NUMBERS else text)
        if name in _LISTS:
            page.sheet.data_validation(_FIRST, column, _LAST, column, _choice(name))
    fractions = ((name, 0.0, 1.0) for name in _PARAMETERS)
    for name, low, high in (("activity_value", 0.0, 1e15), ("inventory_year", *YEARS), *fractions):
        column = list(_EXAMPLE).index(name)
        page.sheet.data_validation(_FIRST, column, _LAST, column, _between(low, high))


def _choice(column: str) -> dict[str, object]:
    """Return a drop-down of the Chinese names; other text is allowed, for codes, aliases and trains of controls."""
    name, _ = _LISTS[column]
    return {
        "validate": "list", "source": f"='代码-{name}'!$B$4:$B${len(_codes(column)) + 3}", "error_type": "information",
        "error_title": "不在列表中", "error_message": "可写代码、别名，或用 + 连接的治理",
    }  # fmt: skip


def _between(low: float, high: float) -> dict[str, object]:
    """Return the check of a number; a dash for a missing value is allowed after a warning."""
    return {
        "validate": "decimal", "criteria": "between", "minimum": low, "maximum": high, "error_type": "warning",
        "error_title": "超出范围", "error_message": f"应在 {low:g} 到 {high:g} 之间；比例写 0–1",
    }  # fmt: skip


def _list(book: Book, name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a sheet of plain text rows."""
    page = book.add_sheet(name, name, [26] * len(heads))
    page.heads(2, heads)
    for row, texts in enumerate(rows, start=3):
        page.texts(row, [str(text) for text in texts])
    page.sheet.freeze_panes(3, 1)
