"""The sheets 分类别×物种 and 分区×物种: every number of the tables, with subtotals as live formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from inventory.exact_sum import exact_sum
from inventory.reporting.sheet_writer import (
    Book,
    column_range,
    is_missing,
    number_format,
    sum_formula,
    write_heads,
    write_number,
)
from inventory.vocabulary import load

CATEGORY_SHEET, REGION_SHEET, RECORD_SHEET = "分类别×物种", "分区×物种", "排放明细"
ROLES_ZH = {
    "total": "计入总量", "none": "不涉及", "memo_int_aviation": "信息项-国际航空", "memo_int_marine": "信息项-国际航海",
    "memo_import_power": "信息项-调入电力", "memo_biomass": "信息项-生物质CO2",
}  # fmt: skip
AIRSHED_ZH = {True: "域内", False: "域外"}
BOUNDARY_ZH = {"in_domain": "本地活动", "fuel_sold_outside": "本地售出域外使用"}
OUTSIDE_ZH = {"outside_city": "市域外（网格内）", "outside_grid": "网格外", "unallocated": "未分配"}
FIRST_RECORD_ROW = 3
_KEYS = ["source_category", "ghg_role", "in_airshed", "boundary"]
_HEAD_ROW, _FIRST_ROW = 3, 6
_TRACED_RECORDS = 100_000


@dataclass
class Line:
    """One row of the sheet by category: a leaf with its cells, or a sum over rows above or below it."""

    look: str
    heads: tuple[str, ...]
    cells: dict[str, float | str]
    parts: Sequence[int] = ()


def species_order(codes: Sequence[str]) -> list[str]:
    """Return species codes in the order of the vocabulary."""
    return [code for code in load("species")["code"] if code in set(codes)]


def write_category_sheet(book: Book, by_category: pd.DataFrame, gaps: pd.DataFrame, *, n_records: int) -> None:
    """Add the sheet by category: class → branch → leaf inside the airshed, then what is emitted outside it.

    Parameters
    ----------
    by_category, gaps : DataFrame
        out_emission_by_category and core_gap.
    n_records : int
        Rows of core_emission: leaf cells are SUMIFS over them, unless there are too many for a spreadsheet.

    """
    species = species_order(by_category["species"].tolist())
    title = "排放量：分类别 × 物种（单位：吨/年）"
    sheet = book.add_sheet(CATEGORY_SHEET, title, [11, 30, 15, 8, 16, *[10.5] * len(species)])
    sheet.write_string(
        1, 0, "「域内」为市域网格内近地面排放；「域外」为航段、域外燃料与调入电力，只用于温室气体口径。"
        "NE 未估算，NO 不发生，NA 不适用，IE 列于他处；空格 = 该类别不排放该物种。", book.style("note"),
    )  # fmt: skip
    _write_species_heads(book, sheet, ("代码", "类别", "温室气体口径", "范围", "边界"), species)
    groups = _leaf_groups(by_category, gaps)
    row = _FIRST_ROW
    total_rows = []
    for in_airshed, words in ((True, "合计：大气域内"), (False, "合计：大气域外（不进入网格）")):
        lines = _lines(groups[groups["in_airshed"] == in_airshed], species, (words, row))
        for line in lines:
            _write_line(book, sheet, (row, line), (species, n_records))
            row += 1
        total_rows.append(row - 1)
    _write_role_totals(book, sheet, (row, species), groups)
    sheet.freeze_panes(_FIRST_ROW, 2)
    sheet.repeat_rows(_HEAD_ROW, _FIRST_ROW - 1)
    sheet.autofilter(_FIRST_ROW - 1, 0, row - 1, 4 + len(species))


def write_region_sheet(book: Book, by_region: pd.DataFrame) -> None:
    """Add the sheet by district: sums per district on top, their classes below."""
    species = species_order(by_region["species"].tolist())
    title = "排放量：分区 × 物种（大气域内，单位：吨/年）"
    sheet = book.add_sheet(REGION_SHEET, title, [14, 20, 8, 20, *[10.5] * len(species)])
    sheet.write_string(
        1, 0, "上表为各区合计，下表为各区分大类；区县由网格权重汇总，按面积份额分摊跨界网格。", book.style("note")
    )
    _write_species_heads(book, sheet, ("区划代码", "区", "大类", "大类名称"), species)
    names = {**dict(zip(load("regions")["code"], load("regions")["zh"], strict=True)), **OUTSIDE_ZH}
    regions = sorted(by_region["region_code"].unique(), key=lambda code: (code in OUTSIDE_ZH, code))
    details = [(region, str(part)) for region in regions
               for part in sorted(by_region.loc[by_region["region_code"] == region, "category_class"].unique())]  # fmt: skip
    cell = {(r.region_code, r.category_class, r.species): float(r.emission_t) for r in by_region.itertuples()}
    first_detail = _FIRST_ROW + len(regions) + 2
    last_detail = first_detail + len(details) - 1
    for row, region in enumerate([*regions, "合计"], start=_FIRST_ROW):
        look = "total" if region == "合计" else "branch"
        for column, text in enumerate((region, names.get(region, "大气域内"), "", "各类合计")):
            sheet.write_string(row, column, text, book.style(look, "@"))
        for column, one in enumerate(species, start=4):
            terms = [value for (code, _, gas), value in cell.items() if gas == one and region in (code, "合计")]
            formula = _region_formula(sheet, (row, column), (first_detail, last_detail))
            if region == "合计":
                formula = sum_formula(column, range(_FIRST_ROW, row))
            total = exact_sum(terms)
            write_number(sheet, (row, column), total, book.style(look, number_format(total)), formula)
    classes = dict(zip(load("category_branches")["code"], load("category_branches")["zh"], strict=True))
    for row, (region, part) in enumerate(details, start=first_detail):
        for column, text in enumerate((region, names.get(region, region), part, classes[part])):
            sheet.write_string(row, column, text, book.style("leaf", "@"))
        for column, one in enumerate(species, start=4):
            value = cell.get((region, part, one))
            if value is None:
                sheet.write_blank(row, column, None, book.style("leaf"))
            else:
                sheet.write_number(row, column, value, book.style("leaf", number_format(value)))
    write_heads(book, sheet, first_detail - 1, ["区划代码", "区", "大类", "大类名称", *species])
    sheet.autofilter(first_detail - 1, 0, max(last_detail, first_detail), 3 + len(species))
    sheet.freeze_panes(_FIRST_ROW, 2)
    sheet.repeat_rows(_HEAD_ROW, _FIRST_ROW - 1)


def _region_formula(sheet: Worksheet, at: tuple[int, int], rows: tuple[int, int]) -> str:
    """Return the sum of a district over its classes below."""
    codes = column_range(sheet.name, 0, rows)
    values = column_range(sheet.name, at[1], rows)
    return f"=SUMIFS({values},{codes},{xl_rowcol_to_cell(at[0], 0, col_abs=True)})"


def _write_species_heads(book: Book, sheet: Worksheet, heads: Sequence[str], species: Sequence[str]) -> None:
    """Write three rows of headings: species code, Chinese name, unit; the last one carries the filter."""
    names = load("species").set_index("code")["zh"]
    for column, head in enumerate(heads):
        sheet.merge_range(_HEAD_ROW, column, _HEAD_ROW + 1, column, head, book.style("head"))
        sheet.write_string(_HEAD_ROW + 2, column, "", book.style("head"))
    for column, code in enumerate(species, start=len(heads)):
        for row, text in enumerate((code, str(names[code]), "t")):
            sheet.write_string(_HEAD_ROW + row, column, text, book.style("head"))
    sheet.set_row(_HEAD_ROW + 1, 38)


def _leaf_groups(by_category: pd.DataFrame, gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the table, and the leaves without activity with their notation keys."""
    leaves = load("categories").set_index("code")
    silent = gaps[(gaps["activity_id"] == "") & ~gaps["source_category"].isin(by_category["source_category"])]
    silent = silent[silent["species"].isin(by_category["species"])]
    of_leaf = leaves.loc[silent["source_category"]]
    silent = silent.assign(
        ghg_role=of_leaf["ghg_role"].to_numpy(), in_airshed=of_leaf["in_airshed"].to_numpy() == "yes",
        boundary="in_domain", emission_t=float("nan"),
    )  # fmt: skip
    columns = [*_KEYS, "species", "emission_t", "notation_key"]
    return pd.concat([by_category[columns], silent[columns]], ignore_index=True)


def _lines(groups: pd.DataFrame, species: Sequence[str], place: tuple[str, int]) -> list[Line]:
    """Return the lines of one section, top-down: leaf, sum of the branch, sum of the class, sum of the section."""
    words, first = place
    names = dict(zip(load("category_branches")["code"], load("category_branches")["zh"], strict=True))
    leaves = load("categories").set_index("code")["zh"]
    lines: list[Line] = []
    class_rows = []
    for code, of_class in groups.groupby(groups["source_category"].str[:2]):
        branch_rows = []
        for branch, of_branch in of_class.groupby(of_class["source_category"].str[:5]):
            leaf_rows = []
            for key, cells in of_branch.groupby(_KEYS):
                heads = (key[0], leaves[key[0]], ROLES_ZH[key[1]], AIRSHED_ZH[bool(key[2])], BOUNDARY_ZH[key[3]])
                leaf_rows.append(first + len(lines))
                lines.append(Line("leaf", heads, _cells(cells)))
            branch_rows.append(first + len(lines))
            lines.append(_sum_line("branch", (branch, f"小计：{names[branch]}"), of_branch, leaf_rows))
        class_rows.append(first + len(lines))
        lines.append(_sum_line("class", (str(code), f"合计：{names[str(code)]}"), of_class, branch_rows))
    lines.append(_sum_line("total", ("", words), groups, class_rows))
    return lines


def _cells(group: pd.DataFrame) -> dict[str, float | str]:
    """Return number or notation key by species."""
    return {
        row.species: str(row.notation_key) if is_missing(row.emission_t) else float(row.emission_t)
        for row in group.itertuples()
    }


def _sum_line(look: str, heads: tuple[str, str], group: pd.DataFrame, parts: Sequence[int]) -> Line:
    """Return a line of exact sums; a species without any number shows its keys."""
    cells: dict[str, float | str] = {}
    for species, of_species in group.groupby("species"):
        known = of_species["emission_t"].dropna()
        keys = {key for text in of_species["notation_key"] for key in str(text).split(";") if key}
        cells[str(species)] = exact_sum(known.to_numpy()) if len(known) else ",".join(sorted(keys))
    return Line(look, (*heads, "", "", ""), cells, parts)


def _write_line(book: Book, sheet: Worksheet, placed: tuple[int, Line], scope: tuple[Sequence[str], int]) -> None:
    """Write one line: numbers as formulas over their parts, or over the records for a leaf."""
    row, line = placed
    species, n_records = scope
    indent = {"leaf": 2, "branch": 1}.get(line.look, 0)
    for column, head in enumerate(line.heads):
        sheet.write_string(row, column, head, book.style(line.look, "@", indent if column == 1 else 0))
    for column, code in enumerate(species, start=len(line.heads)):
        value = line.cells.get(code)
        if value is None:
            sheet.write_blank(row, column, None, book.style(line.look))
        elif isinstance(value, str):
            sheet.write_string(row, column, value, book.style("key" if line.look == "leaf" else line.look))
        else:
            formula = sum_formula(column, line.parts) if line.parts else _record_formula((row, column), n_records)
            write_number(sheet, (row, column), value, book.style(line.look, number_format(value)), formula)


def _record_formula(at: tuple[int, int], n_records: int) -> str:
    """Return the sum over the records of a leaf cell; nothing where a spreadsheet would be too slow."""
    if n_records > _TRACED_RECORDS:
        return ""
    rows = (FIRST_RECORD_ROW, FIRST_RECORD_ROW + n_records - 1)
    row, column = at
    conditions = [
        f"{column_range(RECORD_SHEET, record, rows)},{xl_rowcol_to_cell(row, head, col_abs=True)}"
        for record, head in ((1, 0), (3, 2), (4, 3), (5, 4))
    ]
    of_species = f"{column_range(RECORD_SHEET, 6, rows)},{xl_rowcol_to_cell(_HEAD_ROW, column, row_abs=True)}"
    return f"=SUMIFS({column_range(RECORD_SHEET, 7, rows)},{','.join([*conditions, of_species])})"


def _write_role_totals(book: Book, sheet: Worksheet, place: tuple[int, Sequence[str]], groups: pd.DataFrame) -> None:
    """Write one line per greenhouse gas role: its records inside and outside the airshed together."""
    first, species = place
    gases = [code for code in species if _is_greenhouse_gas(code)]
    for row, role in enumerate([role for role in ROLES_ZH if role != "none"], start=first + 1):
        of_role = groups[groups["ghg_role"] == role]
        for column, text in enumerate(("", "温室气体口径合计（域内+域外）", ROLES_ZH[role], "", "")):
            sheet.write_string(row, column, text, book.style("total", "@"))
        for column, code in enumerate(species, start=5):
            known = of_role.loc[of_role["species"] == code, "emission_t"].dropna()
            if code not in gases or not len(known):
                sheet.write_blank(row, column, None, book.style("total"))
                continue
            roles, values = (column_range(sheet.name, at, (_FIRST_ROW, first - 1)) for at in (2, column))
            total = exact_sum(known.to_numpy())
            formula = f"=SUMIFS({values},{roles},{xl_rowcol_to_cell(row, 2, col_abs=True)})"
            write_number(sheet, (row, column), total, book.style("total", number_format(total)), formula)


def _is_greenhouse_gas(code: str) -> bool:
    """Tell whether a species counts by greenhouse gas role; biogenic CO2 is shown there as well."""
    kind = load("species").set_index("code")["kind"]
    return str(kind[code]) in ("greenhouse_gas", "memo")
