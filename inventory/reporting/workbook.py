"""The workbook that compilers open: the inventory by category, district and guideline row, down to the ledger.

Numbers are the tables' numbers; sums are live formulas that give the same, so that a reviewer can recompute them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from inventory.reporting.delivery_sheets import DELIVERY_SHEET, QUARANTINE_SHEET, write_delivery_sheets
from inventory.reporting.emission_sheets import (
    AIRSHED_ZH,
    BOUNDARY_ZH,
    CATEGORY_SHEET,
    RECORD_SHEET,
    REGION_SHEET,
    ROLES_ZH,
    write_category_sheet,
    write_region_sheet,
)
from inventory.reporting.ghg_sheets import CO2E_SHEET, SCOPES_ZH, SUMMARY_SHEET, write_co2e_sheet, write_summary_sheet
from inventory.reporting.sheet_writer import Book, Column, Page, open_book, write_table
from inventory.vocabulary import load

ABOUT_SHEET, BALANCE_SHEET, GAP_SHEET = "说明", "质量守恒", "缺口清单"
FACTOR_SHEET, ACTIVITY_SHEET = "排放因子", "活动水平"
_WHOLE = (0, 6)
_NOT_APPROVED = (
    "本工作簿未经主管部门审定，不是官方数据，不得作为正式清单上报、引用或公开发布。"
    "示例项目的多数活动水平为低可信度（L）估计，只用于说明方法与流程。"
)
_SHEETS = (
    (CATEGORY_SHEET, "大类 → 分支 → 末级类别 × 物种，小计为公式，末级为「排放明细」的条件求和"),
    (REGION_SHEET, "各区与市域外、网格外、未分配 × 物种"),
    (SUMMARY_SHEET, "省级温室气体清单总表（2011 试行版式），信息项在横线以下"),
    (CO2E_SHEET, "各口径的二氧化碳当量，两套 GWP 并列"),
    (BALANCE_SHEET, "每个类别 × 物种：清单总量 = 网格内 + 网格外 + 未分配"),
    (GAP_SHEET, "没有数字的格子、原因与需要补充的资料；缺失从不写作 0"),
    (FACTOR_SHEET, "本发布用到的排放因子与出处"),
    (ACTIVITY_SHEET, "活动水平台账：每条记录的数值、等级与来源文件 › 工作表 › 行"),
    (DELIVERY_SHEET, "每个数据源交付的行数：交付 = 采用 + 隔离 + 略过"),
    (QUARANTINE_SHEET, "因单元格有误而没有参与估算的行；空表示没有"),
    (RECORD_SHEET, "每条记录 × 物种：排放量、方法、因子编号；分类别表由此求和"),
)
_HOW_TO_READ = (
    "同一条活动水平记录同时计算大气污染物与温室气体，按同一套权重落图（碳污同源）。",
    "追溯一个数字：分类别×物种 → 在「排放明细」按类别与物种筛选 → "
    "用记录编号查「活动水平」（来源行）、用因子编号查「排放因子」。",
    "质量单位均为吨（t），总表为万吨；NOx 以 NO2 计；化石 CO2 与生物成因 CO2 分列，后者不进入任何总量。",
    "注释符：NE 未估算，NO 不发生，NA 不适用，IE 列于他处，C 保密。数字旁仍有注释符时，表示合计尚未包含该部分。",
    "等级 H/M/L 指活动水平的可信度，份额为该等级记录占排放量绝对值之和的比例。",
)


@dataclass(frozen=True)
class WorkbookAbout:
    """What the front sheet says.

    Attributes
    ----------
    title_zh, region_zh : str
    inventory_year : int
        Local year.
    release_id : str
        Release that the tables belong to.
    gwp_sets : tuple of str
        Set of the 总表 first, then of the headlines.
    packs : tuple of str
        Method packs, in order of precedence.
    grid : str
        CRS and cell size.
    status_zh : str
        Standing of the inventory; by default that nobody has approved it.

    """

    title_zh: str
    region_zh: str
    inventory_year: int
    release_id: str
    gwp_sets: tuple[str, ...]
    packs: tuple[str, ...]
    grid: str
    status_zh: str = _NOT_APPROVED


def write_workbook(tables: Mapping[str, pd.DataFrame], path: Path, *, about: WorkbookAbout) -> None:
    """Write the workbook; equal tables give equal bytes.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        core_activity, core_emission, core_emission_factor, core_gap, out_total, out_emission_by_category,
        out_emission_by_region, out_co2e, out_mass_balance, out_ghg_summary, core_delivery, core_quarantine.
    path : Path
        File to write.
    about : WorkbookAbout

    Raises
    ------
    SchemaError
        If a table has more rows than a sheet can hold.

    """
    book = open_book(path, f"{about.title_zh}  {about.release_id}")
    _write_about(book, tables["out_total"], about)
    emissions = tables["core_emission"]
    write_category_sheet(book, tables["out_emission_by_category"], tables["core_gap"], n_records=len(emissions))
    write_region_sheet(book, tables["out_emission_by_region"])
    write_summary_sheet(book, tables["out_ghg_summary"])
    write_co2e_sheet(book, tables["out_co2e"], tables["out_total"])
    _write_balance(book, tables["out_mass_balance"])
    _write_gaps(book, tables["core_gap"])
    _write_factors(book, tables["core_emission_factor"], emissions)
    _write_activities(book, tables["core_activity"])
    write_delivery_sheets(book, tables["core_delivery"], tables["core_quarantine"])
    _write_records(book, emissions, tables["core_activity"])
    book.workbook.close()


def _write_about(book: Book, totals: pd.DataFrame, about: WorkbookAbout) -> None:
    """Add the front sheet: what this is, how to read it, and on what quality each total rests."""
    page = book.add_sheet(ABOUT_SHEET, about.title_zh, [26, 12, 20, 18, 12, 12, 12])
    facts = (
        ("地区", about.region_zh), ("清单年份", f"{about.inventory_year} 年（当地年）"), ("发布编号", about.release_id),
        ("GWP 集", f"总表 {about.gwp_sets[0]}；对外口径 {about.gwp_sets[-1]}"),
        ("方法包", "、".join(about.packs)), ("网格", about.grid), ("单位", "吨（t）；总表为万吨"),
    )  # fmt: skip
    page.line(1, _WHOLE, about.status_zh, look="warning")
    page.sheet.set_row(1, 34)
    for row, (name, value) in enumerate(facts, start=3):
        page.text((row, 0), name, "branch")
        page.line(row, (1, _WHOLE[1]), value)
    row = _write_paragraphs(page, len(facts) + 4)
    row = _write_index(page, row + 1)
    _write_totals(page, row + 1, totals)
    page.sheet.freeze_panes(1, 0)


def _write_paragraphs(page: Page, row: int) -> int:
    """Write how to read the workbook; return the next free row."""
    page.line(row, _WHOLE, "怎样读", look="section")
    for at, text in enumerate(_HOW_TO_READ, start=row + 1):
        page.line(at, _WHOLE, text, look="wrapped")
        page.sheet.set_row(at, 15 if len(text) < 80 else 28)
    return row + 1 + len(_HOW_TO_READ)


def _write_index(page: Page, row: int) -> int:
    """Write the list of sheets with links; return the next free row."""
    page.line(row, _WHOLE, "工作表", look="section")
    for at, (name, text) in enumerate(_SHEETS, start=row + 1):
        page.sheet.write_url(at, 0, f"internal:'{name}'!A1", page.book.style("link"), name)
        page.line(at, (1, _WHOLE[1]), text, look="note")
    return row + 1 + len(_SHEETS)


def _write_totals(page: Page, row: int, totals: pd.DataFrame) -> None:
    """Write the totals of every scope with the shares of activity quality."""
    page.line(row, _WHOLE, "总量及其活动水平等级构成", look="section")
    page.heads(row + 1, ["口径", "物种", "名称", "排放量 t", "H 高", "M 中", "L 低"])
    names = load("species").set_index("code")["zh"]
    found = {(total.scope, total.species): total for total in totals.itertuples()}
    ordered = [(scope, code) for scope in SCOPES_ZH for code in load("species")["code"] if (scope, code) in found]
    for at, (scope, code) in enumerate(ordered, start=row + 2):
        total = found[scope, code]
        page.texts(at, (SCOPES_ZH[scope], code, str(names[code])))
        page.number((at, 3), float(total.emission_t))
        for column, share in enumerate((total.share_h, total.share_m, total.share_l), start=4):
            if pd.notna(share):
                page.number((at, column), float(share), shown="0%")
            else:
                page.blank((at, column))


def _write_balance(book: Book, balance: pd.DataFrame) -> None:
    """Add the mass balance with a live check."""
    columns = [
        Column("source_category", "类别", 11, "code"), Column("name", "名称", 30),
        Column("species", "物种", 10, "code"),
        Column("emission_t", "清单总量 t", 16, "number"), Column("cells_t", "网格内 t", 16, "number"),
        Column("outside_t", "网格外或域外 t", 16, "number"), Column("unallocated_t", "未分配 t", 16, "number"),
        Column("relative_error", "相对误差", 12, "error"),
    ]  # fmt: skip
    frame = balance.assign(name=_leaf_names(balance["source_category"]))
    names = (BALANCE_SHEET, "质量守恒：清单总量 = 网格内 + 网格外或域外 + 未分配")
    page = write_table(book, frame, columns, names=names)
    page.sheet.write_string(2, 8, "复核差额 t", book.style("head"))
    page.sheet.set_column(8, 8, 14)
    page.sheet.print_area(0, 0, max(2 + len(frame), 3), 8)
    for row, values in enumerate(frame.itertuples(), start=3):
        gap = float(values.cells_t) + float(values.outside_t) + float(values.unallocated_t) - float(values.emission_t)
        at = row + 1
        page.number((row, 8), gap, formula=f"=E{at}+F{at}+G{at}-D{at}", shown="0.0E+00")


def _write_gaps(book: Book, gaps: pd.DataFrame) -> None:
    """Add the list of gaps."""
    columns = [
        Column("source_category", "类别", 11, "code"), Column("name", "名称", 28),
        Column("species", "物种", 10, "code"),
        Column("notation_key", "注释符", 8, "code"), Column("included_in", "列入", 12, "code"),
        Column("reason_zh", "原因", 34), Column("missing_input", "需要补充", 44), Column("source", "依据", 34),
        Column("confidence", "可信度", 8, "code"), Column("activity_id", "记录编号（空 = 整个类别）", 34, "code"),
        Column("reason_en", "reason", 44),
    ]  # fmt: skip
    frame = gaps.assign(name=_leaf_names(gaps["source_category"])).sort_values(
        ["source_category", "activity_id", "species"], kind="stable"
    )
    write_table(book, frame, columns, names=(GAP_SHEET, "缺口清单：没有数字的类别 × 物种，及补充什么"))


def _write_factors(book: Book, factors: pd.DataFrame, emissions: pd.DataFrame) -> None:
    """Add the factors in use, with citation and the number of records that rest on them."""
    columns = [
        Column("factor_id", "因子编号", 20, "code"), Column("source_category", "适用类别", 10, "code"),
        Column("fuel_or_product", "燃料/产品", 18, "code"), Column("technology", "技术", 22, "code"),
        Column("species", "物种", 9, "code"), Column("value", "数值", 12, "number"), Column("unit", "单位", 14, "code"),
        Column("basis", "口径", 10, "code"), Column("control", "治理", 14, "code"),
        Column("region_code", "地区", 8, "code"), Column("uncertainty_pct", "不确定度 %", 10, "number"),
        Column("confidence", "可信度", 7, "code"), Column("evidence", "证据", 12, "code"),
        Column("n_records", "使用记录数", 9, "integer"), Column("edition", "方法包", 18, "code"),
        Column("source", "出处", 50),
    ]  # fmt: skip
    used = emissions["factor_id"].value_counts()
    frame = factors.assign(n_records=factors["factor_id"].map(used).fillna(0).astype(int))
    write_table(book, frame, columns, names=(FACTOR_SHEET, "排放因子：本发布用到的因子与出处"))


def _write_activities(book: Book, ledger: pd.DataFrame) -> None:
    """Add the activity ledger with the row of the delivered file that each record comes from."""
    columns = [
        Column("activity_id", "记录编号", 30, "code"), Column("name_zh", "名称", 26),
        Column("source_category", "类别", 10, "code"), Column("fuel_or_product", "燃料/产品", 18, "code"),
        Column("technology", "技术", 22, "code"), Column("region_code", "区划", 9, "code"),
        Column("facility_id", "设施", 16, "code"), Column("activity_value", "活动水平", 14, "number"),
        Column("activity_unit", "单位", 11, "code"), Column("data_quality", "等级", 6, "code"),
        Column("uncertainty_pct", "不确定度 %", 9, "number"), Column("role_zh", "温室气体口径", 15),
        Column("airshed_zh", "范围", 7), Column("origin_file", "来源文件", 28, "code"),
        Column("origin_sheet", "工作表", 10, "code"), Column("origin_row", "行", 7, "integer"),
        Column("citation", "出处", 60),
    ]  # fmt: skip
    write_table(book, _with_words(ledger), columns, names=(ACTIVITY_SHEET, "活动水平台账：来源文件 › 工作表 › 行"))


def _write_records(book: Book, emissions: pd.DataFrame, ledger: pd.DataFrame) -> None:
    """Add one row per record and species; the columns 2 to 8 are what the sheet by category sums over."""
    columns = [
        Column("activity_id", "记录编号", 30, "code"), Column("source_category", "类别", 10, "code"),
        Column("name_zh", "名称", 26), Column("role_zh", "温室气体口径", 15), Column("airshed_zh", "范围", 7),
        Column("boundary_zh", "边界", 16), Column("species", "物种", 9, "code"),
        Column("cell", "排放量 t", 14, "number"),
        Column("method", "方法", 16, "code"), Column("factor_id", "因子编号", 20, "code"),
        Column("control_efficiency", "去除率", 8, "share"), Column("factor_confidence", "因子可信度", 8, "code"),
        Column("fallback_chain", "因子回退路径", 50),
    ]  # fmt: skip
    words = _with_words(ledger)[["activity_id", "source_category", "name_zh", "role_zh", "airshed_zh", "boundary_zh"]]
    frame = emissions.merge(words, on="activity_id", how="left")
    frame["cell"] = frame["emission_t"].astype(object).where(frame["emission_t"].notna(), frame["notation_key"])
    frame = frame.sort_values(["source_category", "activity_id", "species"], kind="stable")
    write_table(book, frame, columns, names=(RECORD_SHEET, "排放明细：记录 × 物种"))


def _with_words(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger with Chinese words for role, airshed and boundary, sorted by category."""
    return ledger.assign(
        role_zh=ledger["ghg_role"].map(ROLES_ZH), airshed_zh=ledger["in_airshed"].map(AIRSHED_ZH),
        boundary_zh=ledger["boundary"].map(BOUNDARY_ZH),
    ).sort_values(["source_category", "activity_id"], kind="stable")  # fmt: skip


def _leaf_names(codes: pd.Series) -> pd.Series:
    """Return the Chinese names of category leaves."""
    return codes.map(dict(zip(load("categories")["code"], load("categories")["zh"], strict=True)))
