"""The sheets 分类别×物种 and 分区×物种: every number of the tables, with subtotals as live formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from inventory.exact_sum import exact_sum
from inventory.reporting.sheet_writer import Book, Page, column_range, is_missing, sum_formula
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
_CATEGORY_NOTE = (
    "「域内」为市域网格内近地面排放；「域外」为航段、域外燃料与调入电力，只用于温室气体口径。"
    "NE 未估算，NO 不发生，NA 不适用，IE 列于他处；空格 = 该类别不排放该物种。"
)


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
    page = book.add_sheet(CATEGORY_SHEET, title, [11, 30, 15, 8, 16, *[11.5] * len(species)])
    page.text((1, 0), _CATEGORY_NOTE, "note")
    _write_species_heads(page, ("代码", "类别", "温室气体口径", "范围", "边界"), species)
    groups = _leaf_groups(by_category, gaps)
    row = _FIRST_ROW
    for in_airshed, words in ((True, "合计：大气域内"), (False, "合计：大气域外（不进入网格）")):
        for line in _lines(groups[groups["in_airshed"] == in_airshed], words, first=row):
            _write_line(page, row, line, species=species, n_records=n_records)
            row += 1
    page.sheet.freeze_panes(_FIRST_ROW, 2)
    page.sheet.repeat_rows(_HEAD_ROW, _FIRST_ROW - 1)
    page.sheet.autofilter(_FIRST_ROW - 1, 0, row - 1, 4 + len(species))
    gases = [code for code in species if _is_greenhouse_gas(code)]
    for at, role in enumerate([role for role in ROLES_ZH if role != "none"], start=row + 1):
        of_role = groups[(groups["ghg_role"] == role) & groups["species"].isin(gases)]
        _write_role_total(page, at, of_role, role=role, species=species, last=row - 1)


def write_region_sheet(book: Book, by_region: pd.DataFrame) -> None:
    """Add the sheet by district: sums per district on top, their classes below.

    Parameters
    ----------
    by_region : DataFrame
        out_emission_by_region.

    """
    species = species_order(by_region["species"].tolist())
    title = "排放量：分区 × 物种（大气域内，单位：吨/年）"
    page = book.add_sheet(REGION_SHEET, title, [14, 20, 8, 20, *[11.5] * len(species)])
    page.text((1, 0), "上表为各区合计，下表为各区分大类；跨界网格按面积份额分到各区。", "note")
    _write_species_heads(page, ("区划代码", "区", "大类", "大类名称"), species)
    regions = sorted(by_region["region_code"].unique(), key=_outside_last)
    details = by_region.sort_values("category_class").sort_values("region_code", key=_outside_last_of, kind="stable")
    first = _FIRST_ROW + len(regions) + 3
    n_details = len(details[["region_code", "category_class"]].drop_duplicates())
    for row, region in enumerate(regions, start=_FIRST_ROW):
        of_region = by_region[by_region["region_code"] == region]
        _write_district(page, row, of_region, species=species, details=(first, first + n_details - 1))
    _write_district_total(page, _FIRST_ROW + len(regions), by_region, species=species)
    page.heads(first - 1, ["区划代码", "区", "大类", "大类名称", *species])
    for row, (key, cells) in enumerate(details.groupby(["region_code", "category_class"], sort=False), start=first):
        _write_district_class(page, row, cells, heads=key, species=species)
    page.sheet.autofilter(first - 1, 0, first + n_details - 1, 3 + len(species))
    page.sheet.freeze_panes(_FIRST_ROW, 2)
    page.sheet.repeat_rows(_HEAD_ROW, _FIRST_ROW - 1)


def _write_district(
    page: Page, row: int, of_region: pd.DataFrame, *, species: Sequence[str], details: tuple[int, int]
) -> None:
    """Write the sums of a district over its classes; a species without a number there has an empty cell."""
    code = str(of_region["region_code"].iloc[0])
    page.texts(row, (code, _region_names()[code], "", "各大类合计"), "branch")
    codes = column_range(page.sheet.name, 0, details)
    for column, one in enumerate(species, start=4):
        known = of_region.loc[of_region["species"] == one, "emission_t"].to_numpy()
        if not len(known):
            page.blank((row, column), "branch")
            continue
        values = column_range(page.sheet.name, column, details)
        formula = f"=SUMIFS({values},{codes},{xl_rowcol_to_cell(row, 0, col_abs=True)})"
        page.number((row, column), exact_sum(known), "branch", formula=formula)


def _write_district_total(page: Page, row: int, by_region: pd.DataFrame, *, species: Sequence[str]) -> None:
    """Write the sum of the districts and of what lies outside them."""
    page.texts(row, ("", "合计：大气域内", "", "各大类合计"), "total")
    for column, one in enumerate(species, start=4):
        total = exact_sum(by_region.loc[by_region["species"] == one, "emission_t"].to_numpy())
        page.number((row, column), total, "total", formula=sum_formula(column, range(_FIRST_ROW, row)))


def _write_district_class(
    page: Page, row: int, cells: pd.DataFrame, *, heads: tuple[str, str], species: Sequence[str]
) -> None:
    """Write one class of a district."""
    region, part = heads
    page.texts(row, (region, _region_names()[region], part, _branch_names()[part]))
    values = dict(zip(cells["species"], cells["emission_t"], strict=True))
    for column, one in enumerate(species, start=4):
        if one in values:
            page.number((row, column), float(values[one]))
        else:
            page.blank((row, column))


def _outside_last(code: str) -> tuple[bool, str]:
    """Sort districts by code, then the rows outside them."""
    return code in OUTSIDE_ZH, code


def _outside_last_of(codes: pd.Series) -> pd.Series:
    """Sort as _outside_last does, column-wise: digits come before letters."""
    return codes.map(lambda code: f"{int(code in OUTSIDE_ZH)}{code}")


def _region_names() -> dict[str, str]:
    """Return the names of regions and of the rows outside the districts."""
    return {**dict(zip(load("regions")["code"], load("regions")["zh"], strict=True)), **OUTSIDE_ZH}


def _branch_names() -> dict[str, str]:
    """Return the names of classes and branches."""
    return dict(zip(load("category_branches")["code"], load("category_branches")["zh"], strict=True))


def _write_species_heads(page: Page, heads: Sequence[str], species: Sequence[str]) -> None:
    """Write three rows of headings: species code, Chinese name, unit; the last one carries the filter."""
    names = load("species").set_index("code")["zh"]
    style = page.book.style("head")
    for column, head in enumerate(heads):
        page.sheet.merge_range(_HEAD_ROW, column, _HEAD_ROW + 1, column, head, style)
        page.sheet.write_string(_HEAD_ROW + 2, column, "", style)
    for column, code in enumerate(species, start=len(heads)):
        for row, text in enumerate((code, str(names[code]), "t")):
            page.sheet.write_string(_HEAD_ROW + row, column, text, style)
    page.sheet.set_row(_HEAD_ROW + 1, 38)


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


def _lines(groups: pd.DataFrame, words: str, *, first: int) -> list[Line]:
    """Return the lines of one section, top-down: leaf, sum of the branch, sum of the class, sum of the section."""
    names = _branch_names()
    lines: list[Line] = []
    class_rows = []
    for code, of_class in groups.groupby(groups["source_category"].str[:2]):
        branch_rows = []
        for branch, of_branch in of_class.groupby(of_class["source_category"].str[:5]):
            leaves = _leaf_lines(of_branch)
            start = first + len(lines)
            branch_rows.append(start + len(leaves))
            parts = range(start, start + len(leaves))
            lines += [*leaves, _sum_line("branch", (branch, f"小计：{names[branch]}"), of_branch, parts=parts)]
        class_rows.append(first + len(lines))
        lines.append(_sum_line("class", (code, f"合计：{names[code]}"), of_class, parts=branch_rows))
    lines.append(_sum_line("total", ("", words), groups, parts=class_rows))
    return lines


def _leaf_lines(of_branch: pd.DataFrame) -> list[Line]:
    """Return one line per leaf, role, airshed and boundary."""
    names = load("categories").set_index("code")["zh"]
    return [
        Line(
            "leaf", (leaf, names[leaf], ROLES_ZH[role], AIRSHED_ZH[bool(airshed)], BOUNDARY_ZH[boundary]), _cells(cells)
        )
        for (leaf, role, airshed, boundary), cells in of_branch.groupby(_KEYS)
    ]


def _cells(group: pd.DataFrame) -> dict[str, float | str]:
    """Return number or notation key by species."""
    return {
        row.species: str(row.notation_key) if is_missing(row.emission_t) else float(row.emission_t)
        for row in group.itertuples()
    }


def _sum_line(look: str, heads: tuple[str, str], group: pd.DataFrame, *, parts: Sequence[int]) -> Line:
    """Return a line of exact sums; a species without any number shows its keys."""
    cells: dict[str, float | str] = {}
    for species, of_species in group.groupby("species"):
        known = of_species["emission_t"].dropna()
        keys = {key for text in of_species["notation_key"] for key in str(text).split(";") if key}
        cells[str(species)] = exact_sum(known.to_numpy()) if len(known) else ",".join(sorted(keys))
    return Line(look, (*heads, "", "", ""), cells, parts)


def _write_line(page: Page, row: int, line: Line, *, species: Sequence[str], n_records: int) -> None:
    """Write one line: numbers as formulas over their parts, or over the records for a leaf."""
    page.texts(row, line.heads, line.look)
    page.text((row, 1), line.heads[1], line.look, indent={"leaf": 2, "branch": 1}.get(line.look, 0))
    for column, code in enumerate(species, start=len(line.heads)):
        value = line.cells.get(code)
        if value is None:
            page.blank((row, column), line.look)
        elif isinstance(value, str):
            page.key((row, column), value, line.look)
        else:
            formula = sum_formula(column, line.parts) if line.parts else _record_formula((row, column), n_records)
            page.number((row, column), value, line.look, formula=formula)


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


def _write_role_total(
    page: Page, row: int, of_role: pd.DataFrame, *, role: str, species: Sequence[str], last: int
) -> None:
    """Write the greenhouse gases of a role: its records inside and outside the airshed together."""
    page.texts(row, ("", "温室气体口径合计（域内+域外）", ROLES_ZH[role], "", ""), "total")
    roles = column_range(page.sheet.name, 2, (_FIRST_ROW, last))
    for column, code in enumerate(species, start=5):
        known = of_role.loc[of_role["species"] == code, "emission_t"].dropna()
        if not len(known):
            page.blank((row, column), "total")
            continue
        values = column_range(page.sheet.name, column, (_FIRST_ROW, last))
        formula = f"=SUMIFS({values},{roles},{xl_rowcol_to_cell(row, 2, col_abs=True)})"
        page.number((row, column), exact_sum(known.to_numpy()), "total", formula=formula)


def _is_greenhouse_gas(code: str) -> bool:
    """Tell whether a species counts by greenhouse gas role; biogenic CO2 is shown there as well."""
    kind = load("species").set_index("code")["kind"]
    return str(kind[code]) in ("greenhouse_gas", "memo")
