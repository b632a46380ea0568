"""The sheets 温室气体总表 and 二氧化碳当量, with formulas that a reviewer can recompute under another GWP set."""

from __future__ import annotations

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from inventory.reporting.ghg_summary import GAS_COLUMNS, load_summary_rows
from inventory.reporting.sheet_writer import Book, Page, fixed_format, is_missing, sum_formula
from inventory.vocabulary import load
from inventory.vocabulary.gwp import gwp

SUMMARY_SHEET, CO2E_SHEET = "温室气体总表", "二氧化碳当量"
SCOPES_ZH = {
    "airshed": "大气域内", "ghg_total": "温室气体总量（含土地利用）",
    "ghg_total_without_lucf": "温室气体总量（不含土地利用）", "memo_int_aviation": "信息项：国际航空",
    "memo_int_marine": "信息项：国际航海", "memo_import_power": "信息项：调入电力", "memo_biomass": "信息项：生物质CO2",
}  # fmt: skip
_FIRST_ROW = 5
_GASES = (*GAS_COLUMNS, "GHG")
_COLUMNS = (*GAS_COLUMNS.values(), "ghg_wan_t_co2e")
_NOTE = (
    "单位：CO2、CH4、N2O 为万吨；氢氟碳化物、全氟化碳、六氟化硫与合计为万吨CO2当量。"
    "「（补充）」行为指南未列、本清单计入的项。"
)
_HEADS = (
    "排放源与吸收汇", "CO2\n万吨", "CH4\n万吨", "N2O\n万吨", "HFCs\n万吨CO2当量", "PFCs\n万吨CO2当量",
    "SF6\n万吨CO2当量", "温室气体合计\n万吨CO2当量", "未含部分（气体:注释符）", "备注",
)  # fmt: skip
_GWP_CELLS = {"CH4": "$C$4", "N2O": "$D$4"}


def write_summary_sheet(book: Book, summary: pd.DataFrame) -> None:
    """Add the first 省级温室气体清单总表: guideline rows, 10^4 t, memo items below a line."""
    gwp_set = str(summary["gwp_set"].iloc[0])
    title = f"省级温室气体清单总表（试行指南 2011 版式，GWP：{gwp_set}）"
    page = book.add_sheet(SUMMARY_SHEET, title, [44, 13, 13, 13, 13, 13, 13, 14, 34, 52])
    page.text((1, 0), _NOTE, "note")
    page.text((3, 0), "GWP（改动后合计随之重算）", "branch")
    for column, gas in enumerate(("CO2", "CH4", "N2O"), start=1):
        page.number((3, column), gwp(gas, gwp_set) or 1.0, "branch", shown="General")
    page.heads(4, _HEADS)
    page.sheet.set_row(4, 32)
    first_memo = _sheet_row(int(summary.loc[summary["is_memo"], "row_number"].min()), is_memo=True)
    page.line(first_memo - 1, (0, 9), "以下为信息项，不计入总量", look="section")
    for row in summary.itertuples():
        _write_summary_row(page, row)
    page.sheet.freeze_panes(_FIRST_ROW, 1)
    page.sheet.repeat_rows(4)


def write_co2e_sheet(book: Book, co2e: pd.DataFrame, totals: pd.DataFrame) -> None:
    """Add CO2e by scope and gas, one column pair per GWP set."""
    sets = sorted(co2e["gwp_set"].unique(), reverse=True)
    title = "二氧化碳当量：口径 × 气体 × GWP 集（单位：吨）"
    page = book.add_sheet(CO2E_SHEET, title, [32, 12, 18, 16, *[13, 18] * len(sets)])
    heads = [head for one in sets for head in (f"GWP\n{one}", f"CO2当量 t\n{one}")]
    page.heads(2, ["口径", "物种", "名称", "排放量 t", *heads])
    page.sheet.set_row(2, 32)
    row = 3
    for scope in [scope for scope in SCOPES_ZH if scope in set(co2e["scope"])]:
        mass = totals[totals["scope"] == scope].set_index("species")["emission_t"]
        of_scope = co2e[co2e["scope"] == scope]
        row = _write_scope(page, row, {one: of_scope[of_scope["gwp_set"] == one] for one in sets}, mass=mass) + 1
    page.sheet.freeze_panes(3, 2)
    page.sheet.repeat_rows(2)


def _write_scope(page: Page, first: int, of_set: dict[str, pd.DataFrame], *, mass: pd.Series) -> int:
    """Write the gases of a scope under each set, and their total; return the next free row."""
    names = load("species").set_index("code")["zh"]
    known = {(one, row.species): row for one, rows in of_set.items() for row in rows.itertuples()}
    gases = [code for code in load("species")["code"] if any((one, code) in known for one in of_set)]
    scope = SCOPES_ZH[next(iter(known.values())).scope]
    for row, code in enumerate(gases, start=first):
        page.texts(row, (scope, code, str(names[code])))
        page.number((row, 3), float(mass[code]))
        for number, one in enumerate(of_set):
            _write_co2e(page, (row, 4 + 2 * number), known.get((one, code)))
    last = first + len(gases)
    page.texts(last, (scope, "合计", "", ""), "total")
    for number, one in enumerate(of_set):
        column = 5 + 2 * number
        page.blank((last, column - 1), "total")
        value = float(known[one, "total"].co2e_t)
        page.number((last, column), value, "total", formula=sum_formula(column, range(first, last)))
    return last + 1


def _write_co2e(page: Page, at: tuple[int, int], known: pd.Series | None) -> None:
    """Write GWP and CO2e of a gas, or NE where the set does not know it."""
    row, column = at
    if known is None:
        page.key((row, column), "NE")
        page.key((row, column + 1), "NE")
        return
    page.number((row, column), float(known.gwp), shown="General")
    page.number((row, column + 1), float(known.co2e_t), formula=f"=$D{row + 1}*{xl_col_to_name(column)}{row + 1}")


def _write_summary_row(page: Page, row: pd.Series) -> None:
    """Write one row of the 总表; memo items stand below an empty row."""
    said = load_summary_rows().set_index("row_number").loc[row.row_number]
    at = _sheet_row(row.row_number, is_memo=row.is_memo)
    look = {0: "total", 1: "class"}.get(row.level, "branch" if said["kind"] == "sum" else "leaf")
    keys = dict(pair.split(":") for pair in row.notation.split(";") if pair)
    page.text((at, 0), row.row_label, look, indent=max(row.level - 1, 0))
    for column, (gas, name) in enumerate(zip(_GASES, _COLUMNS, strict=True), start=1):
        value = getattr(row, name)
        if is_missing(value):
            page.key((at, column), keys.get(gas, ""), look)
        else:
            shown = fixed_format(value, 4 if gas in _GWP_CELLS else 2)
            page.number((at, column), value, look, formula=_summary_formula((at, column), said, gas), shown=shown)
    held = [f"{gas}:{key}" for gas, key in keys.items() if gas in _GASES[:-1] and not _is_null(row, gas)]
    page.text((at, 8), "；".join(held), look, indent=1)
    note = said["note"] or ("指南未列，依 IPCC 2006 补充" if "补充" in row.row_label else "")
    page.text((at, 9), note, look, indent=1)


def _summary_formula(at: tuple[int, int], said: pd.Series, gas: str) -> str:
    """Return the formula of a cell: sum of the children, Σ gas × GWP of a leaf, nothing for a leaf's gas."""
    row, column = at
    if said["kind"] == "sum":
        children = [int(number) for number in said["sums_rows"].split(";")]
        is_memo = said["ghg_role"].startswith("memo")
        return sum_formula(column, [_sheet_row(child, is_memo=is_memo) for child in children])
    if gas != "GHG":
        return ""
    cells = [f"N({xl_col_to_name(number)}{row + 1})" for number in range(1, 7)]
    weights = ["$B$4", _GWP_CELLS["CH4"], _GWP_CELLS["N2O"], "1", "1", "1"]
    return "=" + "+".join(f"{cell}*{weight}" for cell, weight in zip(cells, weights, strict=True))


def _sheet_row(number: int, *, is_memo: bool) -> int:
    """Return the 0-based row of the sheet that holds a row of the table."""
    return _FIRST_ROW + number - 1 + (2 if is_memo else 0)


def _is_null(row: pd.Series, gas: str) -> bool:
    """Tell whether a gas has no number in a row; a gas without a column has none to be partial."""
    return gas in GAS_COLUMNS and is_missing(getattr(row, GAS_COLUMNS[gas]))
