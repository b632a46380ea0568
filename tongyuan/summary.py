"""What a build tells the user: at most fifteen lines, Chinese first."""

from __future__ import annotations

import pandas as pd

from tongyuan.build import BuildResult

_SHOWN = ("SO2", "NOx", "CO", "NMVOC", "NH3", "PM10", "PM2.5", "CO2", "CH4", "N2O")
_NOTICES = 12
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
        f"读入 read: {balance['facts_in']:,.0f} 条事实；采用 used {balance['facts_used']:,.0f}，非活动 not an activity "
        f"{balance['facts_not_an_activity']:,.0f}，隔离 quarantined {balance['facts_quarantined']:,.0f}，"
        f"拒绝 rejected {balance['facts_rejected']:,.0f}",
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
    """Return what the sources and the project's tables gave notice of: at most twelve lines."""
    said = [
        message
        for step, outcome in result.outcomes.items()
        if step.startswith("pull.") or step == "stage"
        for message in outcome.report.messages
    ]
    if not said:
        return []
    more = [f"    另有 {len(said) - _NOTICES} 条，见 --json / and {len(said) - _NOTICES} more, see --json"]
    head = f"输入提示 notices on the inputs: {len(said)}"
    return [head, *(f"    {message}" for message in said[:_NOTICES]), *(more if len(said) > _NOTICES else [])]


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
