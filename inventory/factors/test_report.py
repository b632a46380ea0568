"""Raw test results as a laboratory reports them: the template workbook, and its cells checked one by one.

One row is one run. What the runs say together is worked out in measured_factor.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path

import pandas as pd

from inventory.delivered_cells import parse_number
from inventory.errors import DataSourceError, Problem, SchemaError, problem
from inventory.factors.row_checks import known_codes
from inventory.vocabulary import load
from inventory.vocabulary.units import factor_unit

GUIDE_SHEET, RUNS_SHEET = "说明", "测试结果"
_BELOW_LIMIT = ("未检出", "ND", "nd", "<DL")


@dataclass(frozen=True)
class RunColumn:
    """One column of the sheet of runs: name, header, whether it must be filled, and what it holds."""

    name: str
    header: str
    is_required: bool
    about: str


COLUMNS = (
    RunColumn("facility", "企业", True, "企业全称 / name of the facility"),
    RunColumn("unit_no", "机组", False, "机组或排口 / unit or stack"),
    RunColumn("source_category", "源分类", True, "categories.csv 的代码，如 FC.03.13 / code of the category"),
    RunColumn("fuel_or_product", "燃料或产品", True, "fuels.csv 或 products.csv 的代码 / code of fuel or product"),
    RunColumn("technology", "工艺", True, "technologies.csv 的代码，不分填 any / code, or any"),
    RunColumn("control", "控制措施", True, "controls.csv 的代码，无控制填 none / code, or none"),
    RunColumn("species", "污染物", True, "species.csv 的代码 / code of the species"),
    RunColumn("value", "结果", True, "因子值；未检出填 未检出 或 <检出限 / factor; 未检出 or <limit below detection"),
    RunColumn("unit", "单位", True, "因子单位，如 g/kg / unit of the factor"),
    RunColumn("activity", "活动水平", False, "测试期间的活动量，因子分母的单位 / activity during the run"),
    RunColumn("load_pct", "负荷%", False, "测试负荷 / load, per cent"),
    RunColumn("o2_pct", "含氧量%", False, "烟气含氧量 / oxygen of the flue gas, per cent"),
    RunColumn("test_date", "测试日期", True, "如 2025-03-18 / day of the run"),
    RunColumn("method", "方法", True, "监测方法标准号 / standard of the method"),
    RunColumn("laboratory", "检测机构", True, "出具报告的机构 / laboratory"),
    RunColumn("detection_limit", "检出限", False, "与结果同单位；未检出时必填 / in the unit of the result"),
)

_GUIDE = (
    "排放因子测试结果模板 / template of emission factor tests",
    "每行一次测试，不要合并或留平均值 / one row per run: no means, no merged cells",
    "结果低于检出限时填“未检出”或“<检出限”，按检出限的一半计入并标注 / below the limit: half the limit, flagged",
    "控制措施为 none 的结果是产生因子，其余是排放因子 / without control: generated; otherwise emitted",
    "填好后 / then: tongyuan factors import FILE.xlsx --out DIR",
)


def write_template(path: Path) -> Path:
    """Write the empty workbook: sheet 说明 with the meaning of each column, sheet 测试结果 with the header."""
    import xlsxwriter  # noqa: PLC0415 - only the template needs it

    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - a fixed one keeps the bytes stable
        bold = book.add_format({"bold": True, "bottom": 1})
        guide = book.add_worksheet(GUIDE_SHEET)
        guide.set_column(0, 0, 16)
        guide.set_column(1, 2, 56)
        for row, text in enumerate(_GUIDE):
            guide.write_string(row, 0, text)
        first = len(_GUIDE) + 1
        guide.write_row(first, 0, ("列 / column", "填写 / what to fill in", "必填 / required"), bold)
        for row, column in enumerate(COLUMNS, start=first + 1):
            guide.write_row(row, 0, (column.header, column.about, "是 / yes" if column.is_required else "否 / no"))
        runs = book.add_worksheet(RUNS_SHEET)
        runs.write_row(0, 0, [column.header for column in COLUMNS], bold)
        runs.set_column(0, len(COLUMNS) - 1, 14)
        runs.freeze_panes(1, 0)
    return path


def read_test_report(path: Path) -> pd.DataFrame:
    """Return the runs of a workbook, every cell checked.

    Returns
    -------
    DataFrame
        The columns of COLUMNS with codes and numbers, is_below_limit, and `cell` (file › sheet › row); a run below the
        detection limit has half the limit as value.

    Raises
    ------
    DataSourceError
        If the workbook cannot be read, or lacks the sheet or columns.
    SchemaError
        With every wrong cell at once.

    """
    grid = _grid(path)
    header = [str(cell).strip() for cell in grid[0]] if grid else []
    problems = _header_problems(path.name, header, grid)
    if any(column.header not in header for column in COLUMNS):
        raise DataSourceError(*problems)
    places = {column.name: header.index(column.header) for column in COLUMNS}
    rows = []
    for number, cells in enumerate(grid[1:], start=1):
        if any(str(cell).strip() for cell in cells):
            reader = _RowReader(f"{path.name} › {RUNS_SHEET}", number, {name: cells[at] for name, at in places.items()})
            rows.append(reader.read(places, problems))
    runs = pd.DataFrame(rows, columns=[*places, "is_below_limit", "cell"])
    if runs.empty:
        problems.append(problem("TY4423", f"{path.name} › {RUNS_SHEET}"))
    problems += _repeated(runs)
    if problems:
        raise SchemaError(*problems)
    return runs


@dataclass(frozen=True)
class _RowReader:
    """Reads the cells of one row; findings name the cell."""

    place: str
    row: int
    cells: dict[str, object]

    def read(self, places: dict[str, int], problems: list[Problem]) -> dict[str, object]:
        """Return the row as checked values, noting every wrong cell."""
        found: dict[str, object] = {"cell": f"{self.place} › {self.row + 1}"}
        for column in COLUMNS:
            cell = self.cells[column.name]
            if column.is_required and not str(cell).strip():
                names = {"column_zh": column.header, "column_en": column.name}
                problems.append(self._problem("TY4424", places[column.name], **names))
                continue
            try:
                found[column.name] = _READERS.get(column.name, _text)(cell)
            except ValueError as error:
                names = {"column_zh": column.header, "column_en": column.name}
                said = {"reason_zh": str(error), "reason_en": _text(cell)}
                problems.append(self._problem("TY4428", places[column.name], **names, **said))
        self._apply_limit(found, places, problems)
        return found

    def _apply_limit(self, found: dict[str, object], places: dict[str, int], problems: list[Problem]) -> None:
        """Put half the detection limit in place of a result below it."""
        value, limit = found.get("value"), found.get("detection_limit")
        if isinstance(value, float) and (not isinstance(limit, float) or value >= limit):
            found["is_below_limit"] = False
            return
        stated = str(self.cells["value"]).strip()
        found["is_below_limit"] = True
        if not isinstance(limit, float) and stated.startswith("<"):
            limit = _limit(stated[1:]) if stated not in _BELOW_LIMIT else None
        if isinstance(limit, float):
            found["value"] = limit / 2.0
        elif "value" in found:
            problems.append(self._problem("TY4429", places["detection_limit"]))

    def _problem(self, code: str, column: int, **values: str) -> Problem:
        """Return a finding in one cell."""
        from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415 - only findings need it

        return problem(code, f"{self.place} › {xl_rowcol_to_cell(self.row, column)}", cell=None, **values)


def _grid(path: Path) -> list[list[object]]:
    """Return the cells of the sheet of runs, from A1 on."""
    import python_calamine  # noqa: PLC0415 - only workbooks need it

    try:
        book = python_calamine.load_workbook(str(path))
        names = book.sheet_names
        if RUNS_SHEET in names:
            return [list(row) for row in book.get_sheet_by_name(RUNS_SHEET).to_python(skip_empty_area=False)]
    except (python_calamine.CalamineError, OSError) as error:
        raise DataSourceError(problem("TY4421", path.name, reason=error)) from error
    raise DataSourceError(problem("TY4426", path.name, sheet=RUNS_SHEET, names="、".join(names)))


def _header_problems(name: str, header: Sequence[str], grid: Sequence[Sequence[object]]) -> list[Problem]:
    """Return columns that are missing, repeated or unknown: nothing is dropped without a word."""
    known = [column.header for column in COLUMNS]
    place = f"{name} › {RUNS_SHEET}"
    problems = [problem("TY4422", place, column=column) for column in known if column not in header]
    for number, column in enumerate(header):
        is_used = column or any(str(row[number]).strip() for row in grid[1:] if number < len(row))
        if is_used and (column not in known or header.index(column) != number):
            problems.append(problem("TY4427", place, column=column or number + 1))
    return problems


def _repeated(runs: pd.DataFrame) -> list[Problem]:
    """Return rows that repeat another one in every cell."""
    names = [column.name for column in COLUMNS]
    doubled = runs[runs.duplicated(names, keep=False)]
    return [problem("TY4425", "；".join(group["cell"])) for _, group in doubled.groupby(names, dropna=False, sort=True)]


def _text(cell: object) -> str:
    """Return a cell as text."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _number(cell: object) -> float | None:
    """Return a cell as a number, None where it is empty."""
    text = _text(cell)
    try:
        return parse_number(text)
    except ValueError as error:
        message = f"不是数：{text}"
        raise ValueError(message) from error


def _number_between(cell: object, *, lowest: float, highest: float) -> float | None:
    """Return a number in a range."""
    value = _number(cell)
    if value is not None and not lowest <= value <= highest:
        message = f"{value:g} 不在 {lowest:g}–{highest:g} 之间"
        raise ValueError(message)
    return value


def _result(cell: object) -> float | None:
    """Return a test result; None for one below the detection limit."""
    text = _text(cell)
    if text in _BELOW_LIMIT or (text.startswith("<") and _limit(text[1:]) is not None):
        return None
    value = _number(text)
    if value is None or value < 0:
        message = f"{text} 不是非负数，也不是未检出"
        raise ValueError(message)
    return value


def _limit(cell: object) -> float | None:
    """Return a detection limit above zero, None where there is none."""
    value = _number(cell)
    if value is not None and value <= 0:
        message = f"检出限 {value:g} 不是正数"
        raise ValueError(message)
    return value


def _code(cell: object, *, column: str) -> str:
    """Return a code of the vocabulary."""
    text = _text(cell)
    if text not in known_codes()[column]:
        message = f"未知的代码 {text}"
        raise ValueError(message)
    return text


def _unit(cell: object) -> str:
    """Return a unit of mass per activity by its code."""
    text = _text(cell)
    code = _unit_codes().get(text)
    if code is None or factor_unit(code).kg_per_base is None:
        message = f"不是因子单位：{text}"
        raise ValueError(message)
    return code


@cache
def _unit_codes() -> dict[str, str]:
    """Return the code of each factor unit by code and alias."""
    rows = load("factor_units")
    names = {
        alias.strip(): code
        for code, aliases in zip(rows["code"], rows["aliases"], strict=True)
        for alias in aliases.split(";")
    }
    return names | {code: code for code in rows["code"]}


def _day(cell: object) -> date:
    """Return a day."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(_text(cell))
    except ValueError as error:
        message = f"不是日期：{cell}"
        raise ValueError(message) from error


_READERS: dict[str, Callable[[object], object]] = {
    **{
        name: partial(_code, column=name)
        for name in ("source_category", "fuel_or_product", "technology", "control", "species")
    },
    "value": _result,
    "unit": _unit,
    "activity": partial(_number_between, lowest=0.0, highest=float("inf")),
    "load_pct": partial(_number_between, lowest=0.0, highest=150.0),
    "o2_pct": partial(_number_between, lowest=0.0, highest=21.0),
    "test_date": _day,
    "detection_limit": _limit,
}
