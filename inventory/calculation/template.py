"""The workbook that a compiler fills for `tongyuan calculate`: one row per record, codes and methods beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter

from inventory.calculation.validation import OPTIONAL, REQUIRED
from inventory.methods import METHODS
from inventory.reporting.sheet_writer import CREATED, Book, Page
from inventory.vocabulary import load

DATA_SHEET = "活动水平"
_ROWS = 5000
_COLUMNS = {
    "activity_id": ("编号", "唯一，自定 / unique, your own", "BOILER-1"),
    "source_category": ("源类", "代码或中文名 / code or Chinese name", "FC.03.13"),
    "fuel_or_product": ("燃料或产品", "代码、中文名或别名 / code, name or alias", "原煤"),
    "technology": ("技术", "空为不分技术 / blank: any", "层燃炉"),
    "control": ("治理", "空为无；多级用 + 连接 / blank: none; trains with +", "fgd_limestone+esp"),
    "activity_value": ("活动水平", "数，缺失不填 0 / a number, never 0 for missing", "10000"),
    "activity_unit": ("单位", "见单位表 / see the units", "t"),
    "inventory_year": ("清单年份", "", "2021"),
    "region_code": ("地区", "GB/T 2260 代码或名称 / code or name", "310000"),
    "size_class": ("规模", "空为不分 / blank: any", ""),
    "balance_group": ("碳平衡组", "钢铁等厂级碳平衡 / plant carbon balance", ""),
    "activity_uncertainty_pct": ("活动水平不确定性", "95 % 半宽，% / 95 % half-width", "5"),
}  # fmt: skip
_EXAMPLE_PARAMETERS = {"sulphur_fraction": "0.006", "sulphur_retention": "0.15"}
_CODES = (
    ("源类", "categories", ("code", "zh", "en", "expected_species")),
    ("燃料", "fuels", ("code", "zh", "en", "default_unit")),
    ("产品", "products", ("code", "zh", "en", "default_unit")),
    ("技术", "technologies", ("code", "zh", "en", "aliases")),
    ("治理", "controls", ("code", "zh", "en", "components")),
    ("规模", "size_classes", ("code", "zh", "en")),
    ("地区", "regions", ("code", "zh", "en")),
    ("单位", "units", ("code", "zh", "aliases", "conditions")),
)


def write_activity_template(path: Path) -> None:
    """Write the template: 说明, 活动水平 with an example row, 方法, 参数 and the code tables."""
    workbook = xlsxwriter.Workbook(str(path))
    workbook.set_properties({"title": "活动水平模板 / activity template", "created": CREATED})
    book = Book(workbook, "同源 Tongyuan")
    _explain(book.add_sheet("说明", "活动水平模板 / Activity template", (28, 50, 60)))
    _data(book.add_sheet(DATA_SHEET, "活动水平 / Activity", [18] * (len(_COLUMNS) + len(_EXAMPLE_PARAMETERS))))
    methods = [
        (m.name, m.zh, "; ".join(m.species) or "全部 / any", "; ".join(m.needs), "; ".join(m.optional),
         "; ".join(m.categories) or "全部 / all", m.citation)
        for m in METHODS
    ]  # fmt: skip
    heads = ("method", "方法", "species", "所需参数 needs", "可选参数 optional", "源类 categories", "citation")
    _list(book, "方法", heads, methods)
    parameters = load("parameters")
    _list(book, "参数", tuple(parameters.columns), parameters.to_numpy().tolist())
    for name, table, columns in _CODES:
        _list(book, f"代码-{name}", columns, load(table)[list(columns)].to_numpy().tolist())
    workbook.close()


def _explain(page: Page) -> None:
    """Write what to do, and what each column means."""
    steps = (
        f"1. 在“{DATA_SHEET}”表每行填一条活动记录；列名所在行不要改。 / One record per row; keep the column names.",
        "2. 方法参数：把参数代码写成新的列名（见“方法”“参数”两表）。 / Parameters are further columns, by their code.",
        "3. tongyuan calculate 活动水平.xlsx --out 排放.csv --gwp AR5GWP100",
    )
    for row, text in enumerate(steps, start=2):
        page.text((row, 0), text, "note")
    page.heads(6, ("列 / column", "中文", "说明 / meaning"))
    for row, (name, (zh, meaning, _)) in enumerate(_COLUMNS.items(), start=7):
        page.texts(row, (name, zh + ("" if name in REQUIRED else "（可选）"), meaning))


def _data(page: Page) -> None:
    """Write the sheet to fill: Chinese names, codes, one example row, and lists to choose from."""
    names = [*_COLUMNS, *_EXAMPLE_PARAMETERS]
    zh = dict(zip(load("parameters")["code"], load("parameters")["zh"], strict=True))
    page.texts(2, [*(column[0] for column in _COLUMNS.values()), *(zh[name] for name in _EXAMPLE_PARAMETERS)], "branch")
    page.heads(3, names)
    page.texts(4, [*(column[2] for column in _COLUMNS.values()), *_EXAMPLE_PARAMETERS.values()])
    page.sheet.freeze_panes(4, 1)
    text = page.book.style("note", "@")
    for column, name in enumerate(names):
        if name not in {"activity_value", *_EXAMPLE_PARAMETERS, OPTIONAL[-1]}:
            page.sheet.set_column(column, column, 18, text)
    for name, sheet in (("source_category", "源类"), ("region_code", "地区"), ("size_class", "规模")):
        rows = next(len(load(table)) for title, table, _ in _CODES if title == sheet)
        page.sheet.data_validation(
            4, names.index(name), _ROWS, names.index(name),
            {"validate": "list", "source": f"='代码-{sheet}'!$A$4:$A${rows + 3}", "error_type": "information"},
        )  # fmt: skip


def _list(book: Book, name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a sheet of plain text rows."""
    page = book.add_sheet(name, name, [26] * len(heads))
    page.heads(2, heads)
    for row, texts in enumerate(rows, start=3):
        page.texts(row, [str(text) for text in texts])
    page.sheet.freeze_panes(3, 1)
