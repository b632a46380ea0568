"""Which category leaf is estimated, by what, what is missing and why: one row per leaf of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from docs.markdown import GENERATED_EN, GENERATED_ZH, bilingual, table
from inventory.vocabulary import load

STATUSES = {
    "estimated": "已估算",
    "partly NE": "部分 NE",
    "NE": "NE 未估算",
    "IE": "IE 列入他处",
    "NO": "NO 不发生",
}
_BARE = frozenset({"NE", "IE", "NO"})
"""Statuses that read the same in both languages."""


@dataclass(frozen=True)
class LeafCoverage:
    """What the inventory knows of one leaf."""

    code: str
    status: str
    methods: tuple[str, ...]
    activities: int
    factors: int
    tiers: tuple[str, ...]
    missing: tuple[str, ...]
    reasons: tuple[str, ...]


def coverage_document(ledger: pd.DataFrame, emissions: pd.DataFrame, gaps: pd.DataFrame) -> str:
    """Return the coverage of every leaf, one table per class.

    Parameters
    ----------
    ledger, emissions, gaps : DataFrame
        core_activity, core_emission and core_gap.

    """
    leaves = load("categories")
    covered = {leaf.code: leaf for leaf in leaf_coverage(ledger, emissions, gaps)}
    branches = load("category_branches")
    classes = branches[branches["level"] == "class"]
    parts = [
        "# 源类覆盖 / Coverage",
        f"{GENERATED_ZH} {GENERATED_EN}",
        _counts(covered.values()),
        "状态看全部应有物种：有数值或 IE 为“已估算”；有一种物种缺因子为“部分 NE”；没有活动记录的源类按说明为 NE、IE 或"
        " NO，各物种不同时取 NE。“因子”为引用到的因子库行数，由燃料品质或项目参数算出的不计入。原因末尾的 H、M、L 是"
        "依据的可信度：H 读到原文，M 凭记忆引用公认事实，L 判断。"
        " / A leaf is estimated when every expected species has a number or is counted elsewhere (IE); partly NE when a"
        " species lacks a factor; without records it is NE, IE or NO by the stated reason, NE where its species differ."
        " Factors counts the library rows in use, not fuel properties or project parameters. H, M and L after a reason"
        " rate what it rests on: read in a source, a well-known fact from memory, judgement.",
        _summary(classes, covered.values()),
    ]
    header = (
        "代码 / code", "源类 / category", "状态 / status", "方法 / method", "活动记录 / records", "因子 / factors",
        "层级 / tier", "原因 / reason", "缺什么 / missing",
    )  # fmt: skip
    for row in classes.itertuples():
        own = leaves[leaves["code"].str.startswith(f"{row.code}.")]
        rows = [_row(covered[leaf.code], leaf.zh) for leaf in own.itertuples()]
        parts += [f"## {row.code} {row.zh} / {row.en}", table(header, rows)]
    return "\n\n".join(parts) + "\n"


def leaf_coverage(ledger: pd.DataFrame, emissions: pd.DataFrame, gaps: pd.DataFrame) -> list[LeafCoverage]:
    """Return the coverage of every leaf of the vocabulary, in its order."""
    about = ledger[["activity_id", "source_category", "fuel_or_product"]]
    joined = emissions.merge(about, on="activity_id")
    records = ledger.groupby("source_category").size()
    by_leaf = dict(iter(joined.groupby("source_category")))
    gaps_of = dict(iter(gaps.groupby("source_category")))
    return [
        _leaf(
            leaf.code, int(records.get(leaf.code, 0)), by_leaf.get(leaf.code, joined.head(0)),
            gaps_of.get(leaf.code, gaps.head(0)), occurs=leaf.occurs_in_shanghai,
        )
        for leaf in load("categories").itertuples()
    ]  # fmt: skip


def _leaf(code: str, activities: int, rows: pd.DataFrame, gaps: pd.DataFrame, *, occurs: str) -> LeafCoverage:
    """Return the coverage of one leaf from its emissions and gaps."""
    counted = rows[rows["notation_key"] == ""]
    return LeafCoverage(
        code=code,
        status=_status(rows, gaps, occurs),
        methods=_unique(counted["method"]),
        activities=activities,
        factors=counted.loc[(counted["factor_id"] != "") & (counted["method"] == "factor"), "factor_id"].nunique(),
        tiers=_unique(counted["tier"]),
        missing=_missing(rows, gaps),
        reasons=(*_without_factor(rows, gaps), *_elsewhere(rows), *_stated(gaps)),
    )


def _status(rows: pd.DataFrame, gaps: pd.DataFrame, occurs: str) -> str:
    """Return the status of a leaf; a leaf that expects no species is NO where it does not occur, else NE."""
    keys = set(rows["notation_key"])
    if "" in keys:
        return "partly NE" if "NE" in keys else "estimated"
    said = keys or set(gaps["notation_key"]) or {"NO" if occurs == "no" else "NE"}
    return next(key for key in ("NE", "IE", "NO") if key in said)


def _missing(rows: pd.DataFrame, gaps: pd.DataFrame) -> tuple[str, ...]:
    """Return what would fill the gaps: species without a factor first, then inputs that the project names."""
    species = _unique(rows.loc[rows["notation_key"] == "NE", "species"])
    no_factor = (f"因子 / factor: {', '.join(species)}",) if species else ()
    return (*no_factor, *_unique(_noted(gaps)["missing_input"]))


def _noted(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the gaps that the project speaks of: leaves without records, and species with a rated note."""
    return gaps[(gaps["activity_id"] == "") | (gaps["confidence"] != "")]


def _without_factor(rows: pd.DataFrame, gaps: pd.DataFrame) -> tuple[str, ...]:
    """Return the species without a factor by fuel or product, for the records that no note explains."""
    noted = set(_noted(gaps)["species"])
    lacking = rows[(rows["notation_key"] == "NE") & ~rows["species"].isin(noted)]
    parts = [f"{fuel} {', '.join(_unique(own['species']))}" for fuel, own in lacking.groupby("fuel_or_product")]
    words = "NE：方法包与项目参数都没有这些因子 / no such factor in the packs or among the project's parameters: "
    return (words + "; ".join(parts),) if parts else ()


def _elsewhere(rows: pd.DataFrame) -> tuple[str, ...]:
    """Return where the species of records are counted that are IE."""
    held = rows[rows["notation_key"] == "IE"]
    places: dict[str, list[str]] = {}
    for place, own in held.groupby("included_in"):
        places.setdefault(", ".join(_unique(own["species"])), []).append(str(place))
    return tuple(f"IE：{species} 计在 / counted in {', '.join(named)}" for species, named in places.items())


def _stated(gaps: pd.DataFrame) -> tuple[str, ...]:
    """Return the reasons that the project gives, each with its species where it does not speak of all of them."""
    said = _noted(gaps)
    whole = set(said.loc[said["activity_id"] == "", "species"])
    columns = ["notation_key", "included_in", "reason_zh", "reason_en", "confidence"]
    return tuple(
        _sentence(*key, species=() if set(own["species"]) == whole else _unique(own["species"]))
        for key, own in said.groupby(columns, sort=False)
    )


def _sentence(key: str, included_in: str, *words: str, species: tuple[str, ...]) -> str:
    """Return a reason as the table prints it: key, species, where it is counted, Chinese, English, confidence."""
    reason_zh, reason_en, confidence = words
    held = f" → {included_in.replace(';', ', ')}" if included_in else ""
    head = f"{' '.join(filter(None, (key, ', '.join(species))))}{held}"
    rated = f" ({confidence})" if confidence else ""
    return bilingual(f"{head}：{reason_zh}。", f"{reason_en}.{rated}")


def _unique(values: Iterable[object]) -> tuple[str, ...]:
    """Return the distinct texts in order, without the empty one."""
    return tuple(sorted({str(value) for value in values if value}))


def _row(leaf: LeafCoverage, name_zh: str) -> tuple[object, ...]:
    """Return the row of a leaf."""
    status = bilingual(STATUSES[leaf.status], leaf.status if leaf.status not in _BARE else "")
    return (
        leaf.code, name_zh, status, ", ".join(leaf.methods) or "—", leaf.activities or "—", leaf.factors or "—",
        ", ".join(leaf.tiers) or "—", "<br>".join(leaf.reasons) or "—", "<br>".join(leaf.missing) or "—",
    )  # fmt: skip


def _counts(covered: Iterable[LeafCoverage]) -> str:
    """Return one sentence with the leaves by status."""
    status = [leaf.status for leaf in covered]
    counts = {name: status.count(name) for name in STATUSES}
    parts_zh = "，".join(f"{STATUSES[name]} {count}" for name, count in counts.items())
    parts_en = ", ".join(f"{name} {count}" for name, count in counts.items())
    return f"共 {len(status)} 个末级源类：{parts_zh}。 / {len(status)} leaves: {parts_en}."


def _summary(classes: pd.DataFrame, covered: Iterable[LeafCoverage]) -> str:
    """Return leaves by class and status."""
    leaves = list(covered)
    rows = []
    for code, name_zh in [*zip(classes["code"], classes["zh"], strict=True), ("", "合计 / all")]:
        own = [leaf.status for leaf in leaves if leaf.code.startswith(code)]
        counts = tuple(own.count(status) or "—" for status in STATUSES)
        rows.append((f"{code} {name_zh}".strip(), *counts, len(own)))
    return table(("大类 / class", *STATUSES.values(), "合计 / sum"), rows)
