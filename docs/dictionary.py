"""The data dictionary of every table and the list of data sources, from sql/**/*.yml and sources/*/source.toml."""

from __future__ import annotations

import pandas as pd

from docs.markdown import GENERATED_EN, GENERATED_ZH, bilingual, table
from inventory.config import RunConfig
from inventory.warehouse import TableContract, all_contracts
from sources.contract import extract, open_delivery
from sources.registry import DataSource, all_sources, provider_maps

_LAYERS = {
    "20_staging": ("暂存层", "staging: renamed, cast, canonical units"),
    "30_core": ("核心层", "core: the model"),
    "40_grid": ("网格层", "grid: where and when"),
    "90_out": ("输出层", "out: what people read"),
}
_ORIGIN = ("origin_file", "origin_sheet", "origin_row", "origin_sha256")
_RATINGS = ("H", "M", "L")
_GROUPS = {"statistical": "统计", "point": "点源", "mobile": "移动源", "spatial": "空间"}


def tables_document() -> str:
    """Return the data dictionary: every table of sql/, then the raw tables of the data sources."""
    contracts = all_contracts()
    parts = [
        "# 数据字典 / Data dictionary",
        f"{GENERATED_ZH} {GENERATED_EN}",
        "列按哈希顺序排列；“来源列”不参与内容哈希。 / Columns stand in hash order; provenance columns are not hashed.",
        table(
            ("表 / table", "层 / layer", "粒度 / grain"),
            [(f"[{c.table}](#{c.table})", c.layer, ", ".join(c.grain)) for c in contracts.values()],
        ),
    ]
    for layer in sorted({contract.layer for contract in contracts.values()}):
        name_zh, name_en = _LAYERS.get(layer, (layer, layer))
        parts.append(f"## {name_zh} / {name_en}")
        parts += [_contract(contract) for contract in contracts.values() if contract.layer == layer]
    parts.append("## 原始层 / raw: as delivered")
    parts.append(
        "全部为文本，另有来源列 "
        + "、".join(f"`{name}`" for name in _ORIGIN)
        + "。 / All text, with the origin of each row."
    )
    parts += [_raw(data_source) for data_source in all_sources().values()]
    return "\n\n".join(parts) + "\n"


def sources_document(config: RunConfig) -> str:
    """Return the list of data sources with provenance, and how sure the rows of the example are."""
    parts = [
        "# 数据源 / Data sources",
        f"{GENERATED_ZH} {GENERATED_EN}",
        "每个数据源是 `sources/` 的一个文件夹：`source.toml`（出处与列）、`extract.py`（读入，不作判断）。"
        " / Each data source is a folder of `sources/`: provenance and columns, and how a delivery is read.",
        "## 示例各表的可信度 / How sure the rows of the example are",
        "H 读到原文，M 凭记忆引用公认数字，L 估计。 / H read in a source, M well-known figure from memory, L estimate.",
        _ratings(config),
    ]
    for data_source in all_sources().values():
        parts += [f"## {data_source.source_id}", _source(data_source, config)]
    return "\n\n".join(parts) + "\n"


def rating_counts(config: RunConfig) -> pd.DataFrame:
    """Return rows by confidence of every delivered table of a project: source_id, H, M, L."""
    rows = []
    for source_id in sorted(config.deliveries):
        given = extract(open_delivery(config, source_id)).frame["confidence"]
        rows.append({"source_id": source_id, **{rating: int((given == rating).sum()) for rating in _RATINGS}})
    return pd.DataFrame(rows)


def _contract(contract: TableContract) -> str:
    """Return the section of one table."""
    rows = [
        (
            f"`{column.name}`", column.type, column.unit, "是" if column.not_null else "否",
            "来源列" if column.name in contract.provenance else "", column.description,
        )
        for column in contract.columns
    ]  # fmt: skip
    header = ("列 / column", "类型 / type", "单位 / unit", "必填 / not null", "来源列 / provenance", "含义 / meaning")
    grain = ", ".join(contract.grain)
    return f"### {contract.table}\n\n{contract.description} 粒度 / grain: {grain}\n\n{table(header, rows)}"


def _raw(data_source: DataSource) -> str:
    """Return the section of the raw tables of one data source: its delivery and the maps beside source.toml."""
    source_id = data_source.source_id
    columns = ", ".join(f"`{column.name}`" for column in data_source.columns)
    parts = [f"### raw_{source_id}", f"{data_source.title}: {columns}"]
    for name, frame in provider_maps(source_id).items():
        header = ", ".join(f"`{column}`" for column in frame.columns)
        parts += [f"### raw_{source_id}_{name}", f"sources/{source_id}/{name}.csv: {header}"]
    return "\n\n".join(parts)


def _source(data_source: DataSource, config: RunConfig) -> str:
    """Return the section of one data source."""
    delivered = config.deliveries.get(data_source.source_id)
    release = f"{data_source.release_file}, {data_source.release_size} B, sha256 {data_source.release_sha256[:12]}…"
    release = release if data_source.release_file else "—"
    columns = ", ".join(f"`{column.name}`{' *' if column.required else ''}" for column in data_source.columns)
    rows = [
        ("标题 / title", data_source.title),
        ("组 / group", bilingual(_GROUPS.get(data_source.group, data_source.group), data_source.group)),
        ("生产者 / producer", data_source.producer),
        ("引用 / citation", data_source.citation),
        ("许可 / licence", data_source.licence),
        ("版本 / version", data_source.version),
        ("访问 / accessed", data_source.accessed),
        ("登记文件 / release", release),
        ("示例文件 / example", "、".join(delivered.file) if delivered else "—"),
        ("列（* 必填）/ columns (* required)", columns),
    ]
    return table(("项 / item", "内容 / content"), rows)


def _ratings(config: RunConfig) -> str:
    """Return the table of ratings with its sum."""
    counts = rating_counts(config)
    sums = {rating: int(counts[rating].sum()) for rating in _RATINGS}
    whole = sum(sums.values())
    rows = [
        (row["source_id"], *(row[rating] or "—" for rating in _RATINGS), sum(row[rating] for rating in _RATINGS))
        for row in counts.to_dict("records")
    ]
    shares = (f"{sums[rating]} ({round(100 * sums[rating] / whole)} %)" for rating in _RATINGS)
    return table(("表 / table", *_RATINGS, "合计 / sum"), [*rows, ("**合计 / all**", *shares, whole)])
