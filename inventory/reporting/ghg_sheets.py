"""The sheets 温室气体总表 and 二氧化碳当量, with formulas that a reviewer can recompute under another GWP set."""

from __future__ import annotations

import pandas as pd
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from inventory.reporting.ghg_summary import GAS_COLUMNS, load_summary_rows
from inventory.reporting.sheet_writer import Book, is_missing, number_format, sum_formula, write_heads, write_number
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
_GWP_CELLS = {"CH4": "$C$4", "N2O": "$D$4"}


def write_summary_sheet(book: Book, summary: pd.DataFrame) -> None:
    """Add the first 省级温室气体清单总表: guideline rows, 10^4 t, memo items below a line."""
    gwp_set = str(summary["gwp_set"].iloc[0])
    title = f"省级温室气体清单总表（试行指南 2011 版式，GWP：{gwp_set}）"
    sheet = book.add_sheet(SUMMARY_SHEET, title, [44, 13, 13, 13, 13, 13, 13, 14, 34, 52])
    sheet.write_string(
        1, 0, "单位：CO2、CH4、N2O 为万吨；氢氟碳化物、全氟化碳、六氟化硫与合计为万吨CO2当量。「（补充）」行为指南未列、"
        "本清单计入的项。", book.style("note"),
    )  # fmt: skip
    sheet.write_string(3, 0, "GWP（改动后合计随之重算）", book.style("branch"))
    for column, gas in enumerate(("CO2", "CH4", "N2O"), start=1):
        sheet.write_number(3, column, gwp(gas, gwp_set) or 1.0, book.style("branch", "General"))
    write_heads(
        book, sheet, 4, ["排放源与吸收汇", "CO2\n万吨", "CH4\n万吨", "N2O\n万吨", "HFCs\n万吨CO2当量",
                         "PFCs\n万吨CO2当量", "SF6\n万吨CO2当量", "温室气体合计\n万吨CO2当量", "未含部分（气体:注释符）", "备注"],
    )  # fmt: skip
    sheet.set_row(4, 32)
    for row in summary.itertuples():
        _write_summary_row(book, sheet, row)
    sheet.freeze_panes(_FIRST_ROW, 1)
    sheet.repeat_rows(4)


def write_co2e_sheet(book: Book, co2e: pd.DataFrame, totals: pd.DataFrame) -> None:
    """Add CO2e by scope and gas, one column pair per GWP set."""
    sets = sorted(co2e["gwp_set"].unique(), reverse=True)
    sheet = book.add_sheet(
        CO2E_SHEET, "二氧化碳当量：口径 × 气体 × GWP 集（单位：吨）", [32, 12, 18, 16, *[13, 18] * len(sets)]
    )
    heads = [head for one in sets for head in (f"GWP\n{one}", f"CO2当量 t\n{one}")]
    write_heads(book, sheet, 2, ["口径", "物种", "名称", "排放量 t", *heads])
    sheet.set_row(2, 32)
    mass = {(row.scope, row.species): float(row.emission_t) for row in totals.itertuples()}
    cell = {(row.scope, row.gwp_set, row.species): row for row in co2e.itertuples()}
    names = load("species").set_index("code")["zh"]
    at = 3
    for scope in [scope for scope in SCOPES_ZH if scope in set(co2e["scope"])]:
        gases = [code for code in load("species")["code"] if any((scope, one, code) in cell for one in sets)]
        for row, code in enumerate(gases, start=at):
            for column, text in enumerate((SCOPES_ZH[scope], code, str(names[code]))):
                sheet.write_string(row, column, text, book.style("leaf", "@"))
            value = mass[scope, code]
            sheet.write_number(row, 3, value, book.style("leaf", number_format(value)))
            for number, one in enumerate(sets):
                _write_co2e(book, sheet, (row, 4 + 2 * number), cell.get((scope, one, code)))
        _write_co2e_total(book, sheet, (at, at + len(gases)), [cell[scope, one, "total"] for one in sets])
        at += len(gases) + 2
    sheet.freeze_panes(3, 2)
    sheet.repeat_rows(2)


def _write_summary_row(book: Book, sheet: Worksheet, row: pd.Series) -> None:
    """Write one row of the 总表; memo items stand below an empty row."""
    said = load_summary_rows().set_index("row_number").loc[row.row_number]
    at = _sheet_row(row.row_number, is_memo=row.is_memo)
    if row.is_memo and at == _sheet_row(int(_memo_rows().min()), is_memo=True):
        sheet.merge_range(at - 1, 0, at - 1, 9, "以下为信息项，不计入总量", book.style("section"))
    look = {0: "total", 1: "class"}.get(row.level, "branch" if said["kind"] == "sum" else "leaf")
    keys = dict(pair.split(":") for pair in row.notation.split(";") if pair)
    sheet.write_string(at, 0, row.row_label, book.style(look, "@", max(row.level - 1, 0)))
    for column, (gas, name) in enumerate(zip(_GASES, _COLUMNS, strict=True), start=1):
        value = getattr(row, name)
        if is_missing(value):
            sheet.write_string(at, column, keys.get(gas, ""), book.style("key" if look == "leaf" else look))
        else:
            formula = _summary_formula((at, column), said, gas)
            write_number(sheet, (at, column), value, book.style(look, number_format(value)), formula)
    held = [f"{gas}:{key}" for gas, key in keys.items() if gas in _GASES[:-1] and not _is_null(row, gas)]
    sheet.write_string(at, 8, "；".join(held), book.style(look))
    sheet.write_string(
        at, 9, said["note"] or ("指南未列，依 IPCC 2006 补充" if "补充" in row.row_label else ""), book.style(look)
    )


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


def _memo_rows() -> pd.Series:
    """Return the numbers of the memo rows."""
    rows = load_summary_rows()
    return rows.loc[rows["ghg_role"].str.startswith("memo"), "row_number"]


def _is_null(row: pd.Series, gas: str) -> bool:
    """Tell whether a gas has no number in a row; a gas without a column has none to be partial."""
    return gas in GAS_COLUMNS and is_missing(getattr(row, GAS_COLUMNS[gas]))


def _write_co2e(book: Book, sheet: Worksheet, at: tuple[int, int], known: pd.Series | None) -> None:
    """Write GWP and CO2e of a gas, or NE where the set does not know it."""
    row, column = at
    if known is None:
        for shift in (0, 1):
            sheet.write_string(row, column + shift, "NE", book.style("key"))
        return
    sheet.write_number(row, column, float(known.gwp), book.style("leaf", "General"))
    value = float(known.co2e_t)
    formula = f"=$D{row + 1}*{xl_col_to_name(column)}{row + 1}"
    write_number(sheet, (row, column + 1), value, book.style("leaf", number_format(value)), formula)


def _write_co2e_total(book: Book, sheet: Worksheet, rows: tuple[int, int], known: list[pd.Series]) -> None:
    """Write the total of a scope under each set."""
    first, at = rows
    for column, text in enumerate((SCOPES_ZH[known[0].scope], "合计", "", "")):
        sheet.write_string(at, column, text, book.style("total", "@"))
    for number, one in enumerate(known):
        sheet.write_blank(at, 4 + 2 * number, None, book.style("total"))
        value, column = float(one.co2e_t), 5 + 2 * number
        style = book.style("total", number_format(value))
        write_number(sheet, (at, column), value, style, sum_formula(column, range(first, at)))
