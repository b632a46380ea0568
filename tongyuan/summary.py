"""What a build tells the user: the totals in fifteen lines, then what gave notice; Chinese first."""

from __future__ import annotations

import pandas as pd

from sources.contract import UNREGISTERED
from tongyuan.build import BuildResult

_SHOWN = ("SO2", "NOx", "CO", "NMVOC", "NH3", "PM10", "PM2.5", "CO2", "CH4", "N2O")
_NOTICES, _LONGEST = 24, 300
_UNREGISTERED = f"[{UNREGISTERED}]"
_FILES = "inventory.duckdb · emission.gpkg · emission.nc · cog/*.tif · summary.xlsx · map_sheet.png"


def summary_lines(result: BuildResult) -> list[str]:
    """Return what was read, the totals, the balance, where the files are and what to do next."""
    counts = result.outcomes["estimate"].report.counts
    airshed = result.totals[result.totals["scope"] == "airshed"].set_index("species")
    total = result.totals[result.totals["scope"] == "ghg_total"].set_index("species")
    balance = result.balance
    skipped = [step for step, outcome in result.outcomes.items() if outcome.skipped]
    manifest = result.release.manifest
    kept = any("保持不变" in message for message in result.outcomes["publish"].report.messages)
    in_order = [f"{name} {airshed['emission_t'][name] / 1e3:,.1f}" for name in _SHOWN if name in airshed.index]
    return [
        f"{manifest['title_zh']} · {manifest['inventory_year']} · {result.release.release_id}",
        f"交付 delivered: {balance['rows_in']:,.0f} 行；采用 used {balance['rows_used']:,.0f}，"
        f"隔离 quarantined {balance['rows_quarantined']:,.0f}，"
        f"示例行等略过 passed over {balance['rows_rejected']:,.0f}",
        f"事实 facts: {balance['facts_in']:,.0f}；采用 used {balance['facts_used']:,.0f}，非活动 not an activity "
        f"{balance['facts_not_an_activity']:,.0f}，无数值 without a value {balance['facts_without_value']:,.0f}",
        f"活动记录 activities {counts['activities']:,.0f}；排放量 emissions {counts['emissions']:,.0f}；"
        f"缺口 gaps (NE) {counts['gaps']:,.0f}，见工作簿“缺口清单”",
        f"域内排放 in the airshed [kt]: {', '.join(in_order[:5])}",
        f"    {', '.join(in_order[5:])}",
        f"省级温室气体 provincial GHG [Mt]: CO2 {total['emission_t']['CO2'] / 1e6:,.1f}；{_co2e(result.co2e)}",
        f"备忘 memo [Mt CO2]: {_memo(result.totals)}",
        "活动数据质量 activity rating H/M/L: " + "；".join(_rating(name, airshed) for name in ("CO2", "NOx", "PM2.5")),
        f"质量守恒 mass balance: 最大相对差 {balance['largest_relative_mass_error']:.1e}；"
        f"网格外 outside the grid {balance['outside_grid_nox_t'] / 1e3:,.1f} kt NOx，"
        f"{balance['outside_grid_co2_t'] / 1e6:,.2f} Mt CO2；未分配 unallocated {balance['unallocated_t']:,.0f} t",
        f"内容哈希 content hash: {manifest['content_hash'][:12]}…；用时 {result.seconds:.1f} s"
        + (f"；跳过未变步骤 skipped (unchanged inputs): {_short(skipped)}" if skipped else ""),
        f"文件 files: {result.release.path}" + ("（内容未变，沿用原发布 / same content, files kept）" if kept else ""),
        f"    {_FILES}",
        *_notices(result),
        "下一步 next: 打开 summary.xlsx，把 emission.gpkg 拖入 QGIS；先替换示例 README 列出的低质量输入",
    ]  # fmt: skip


def _notices(result: BuildResult) -> list[str]:
    """Return what gave notice, at most so many lines: what moves totals first, then what was read otherwise."""
    messages = {step: outcome.report.messages for step, outcome in result.outcomes.items()}
    pulled = [said for step, found in messages.items() if step.startswith("pull.") for said in found]
    own = [said.split("：")[0].split()[-1] for said in pulled if said.startswith(_UNREGISTERED)]
    rest = [said for said in pulled if not said.startswith(_UNREGISTERED)]
    said = [*_set_aside(result), *messages["estimate"], *messages["stage"], *rest, *messages["check"]]
    if own:
        said.append(f"与登记的示例不同的数据源 / sources that differ from the registered example: {'、'.join(own)}")
    more = len(said) - _NOTICES
    tail = [f"    另有 {more} 条，见 tongyuan check 或 --json / and {more} more: tongyuan check, or --json"]
    head = f"提示 notices: {len(said)}"
    return (
        [head, *(f"    {_short_text(text)}" for text in said[:_NOTICES]), *(tail if more > 0 else [])] if said else []
    )


def _set_aside(result: BuildResult) -> list[str]:
    """Return the warning of a release in which rows are missing."""
    count = result.balance["rows_quarantined"]
    if not count:
        return []
    return [
        f"隔离 {count:,.0f} 行没有参与估算：它们的排放缺失，或落入余量和售出燃料的差额；不可签字，见工作簿“隔离的行”"
        " / rows set aside: their emissions are missing or stand in residuals; not to be signed"
    ]


def _short_text(text: str) -> str:
    """Return a message that fits a few terminal lines."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _co2e(co2e: pd.DataFrame) -> str:
    """Return the provincial total under each GWP set."""
    rows = co2e[(co2e["scope"] == "ghg_total") & (co2e["species"] == "total")]
    return "，".join(f"CO2e {row.co2e_t / 1e6:,.1f} ({row.gwp_set})" for row in rows.itertuples())


def _memo(totals: pd.DataFrame) -> str:
    """Return the memo items."""
    names = {
        "memo_int_aviation": "国际航空", "memo_int_marine": "国际航海", "memo_import_power": "净调入电力",
        "memo_biomass": "生物质",
    }  # fmt: skip
    rows = totals[totals["scope"].isin(names) & totals["species"].isin(["CO2", "CO2_BIO"])]
    return "，".join(f"{names[row.scope]} {row.emission_t / 1e6:,.1f}" for row in rows.itertuples())


def _rating(species: str, airshed: pd.DataFrame) -> str:
    """Return the shares of one species by rating of the activity."""
    row = airshed.loc[species]
    return f"{species} {row['share_h']:.0%}/{row['share_m']:.0%}/{row['share_l']:.0%}"


def _short(skipped: list[str]) -> str:
    """Return the skipped steps, pulls as one count."""
    pulls = sum(step.startswith("pull.") for step in skipped)
    rest = [step for step in skipped if not step.startswith("pull.")]
    return ", ".join([*([f"pull×{pulls}"] if pulls else []), *rest])
