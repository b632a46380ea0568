"""Our totals beside published ones, with the reason for every large difference and what cannot be compared.

The notes and reasons are written by hand (`reference_notes.md`, `reference_reasons.csv` of the project); a reason
belongs to a published row, not to a number.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from docs.markdown import GENERATED_EN, GENERATED_ZH, bilingual, number, percent, table
from inventory.comparison import Scope, compare_totals, load_reference_totals, load_scopes, records_in_scope
from inventory.exact_sum import exact_sum, exact_sum_by
from inventory.vocabulary import load

LARGE_PCT = 15.0
"""A difference beyond this needs a written reason [percent]."""

_TITLES = {
    "CO2": "CO2", "SO2": "SO2", "NOx": "NOx", "NMVOC": "NMVOC / VOCs", "PM10": "颗粒物 / particles",
    "": "煤炭消费量（台账闭合）/ Coal (closure of the ledger)",
}  # fmt: skip
_UNITS = {"wan_t": "10⁴ t"}
_UNREFERENCED = ("CO", "NH3", "PM2.5", "BC", "OC", "CH4", "N2O")
_SHOWN_PARTS = 4
_MEGATONNE = 1e6
_KILOTONNE = 1e3


def validation_document(ledger: pd.DataFrame, emissions: pd.DataFrame, project_dir: Path) -> str:
    """Return the comparison of a work folder with the published totals of its project.

    Parameters
    ----------
    ledger, emissions : DataFrame
        core_activity and core_emission.
    project_dir : Path
        Holds reference_totals.csv, reference_scopes.csv, reference_reasons.csv and reference_notes.md.

    """
    scopes = load_scopes(project_dir)
    references = load_reference_totals(project_dir, scopes)
    reasons = load_reasons(project_dir)
    compared = compare_totals(ledger, emissions, references, scopes)
    parts = [
        "# 验证 / Validation",
        f"{GENERATED_ZH} {GENERATED_EN}",
        (project_dir / "reference_notes.md").read_text(encoding="utf-8").strip(),
        "## 边界 / Boundaries", _boundaries(ledger, emissions),
    ]  # fmt: skip
    given = dict.fromkeys(compared["our_species"])
    for species in [*_TITLES, *(code for code in given if code not in _TITLES)]:
        own = compared[compared["our_species"] == species]
        parts += [
            f"## {_TITLES.get(species, species)}",
            _comparison(own, scopes, ledger, emissions),
            _reasons(own, reasons),
        ]
        if species:
            parts.append(_by_class(ledger, emissions, species))
    parts += ["## 没有可比的发表值 / No published value to compare with", _unreferenced(ledger, emissions, given)]
    parts += ["## 不可比的发表值 / Not comparable", _not_comparable(references)]
    return "\n\n".join(part for part in parts if part) + "\n"


def load_reasons(project_dir: Path) -> pd.DataFrame:
    """Return the written reasons by reference_id: reason_zh, reason_en."""
    path = project_dir / "reference_reasons.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig").set_index("reference_id")


def _comparison(compared: pd.DataFrame, scopes: dict[str, Scope], ledger: pd.DataFrame, emissions: pd.DataFrame) -> str:
    """Return published, ours, difference and what ours is made of."""
    rows = []
    for row in compared.itertuples():
        scope = scopes[row.our_scope]
        records = records_in_scope(ledger, emissions, scope)
        unit = _UNITS.get(row.unit, row.unit)
        rows.append(
            (
                f"`{row.reference_id}`<br>{row.territory}<br>{row.citation}", row.year, row.confidence,
                f"{number(row.value)} {unit}", f"{number(row.ours)} {unit}", percent(row.difference_pct),
                bilingual(scope.name_zh, scope.name_en), _parts(records[records["species"] == row.our_species]),
            )
        )  # fmt: skip
    header = (
        "发表 / published", "年 / year", "可信度 / confidence", "发表值 / value", "本清单 / ours", "差异 / difference",
        "本清单口径 / our scope", "本清单主要构成 / main parts of ours",
    )  # fmt: skip
    return table(header, rows)


def _reasons(compared: pd.DataFrame, reasons: pd.DataFrame) -> str:
    """Return the written reasons; a large difference without one says so."""
    lines = []
    for row in compared.itertuples():
        name = f"- `{row.reference_id}` ({percent(row.difference_pct)})"
        if row.reference_id in reasons.index:
            said = reasons.loc[row.reference_id]
            lines.append(f"{name}: {said['reason_zh']}<br>{said['reason_en']}")
        elif not abs(row.difference_pct) <= LARGE_PCT:
            lines.append(f"{name}: **原因未写 / reason missing**")
    return "\n".join(["### 差异的原因 / Reasons", "", *lines]) if lines else ""


def _parts(records: pd.DataFrame) -> str:
    """Return the largest leaves of some records with their shares."""
    if records.empty:
        return "—"
    total = exact_sum(records["amount_t"])
    largest = exact_sum_by(records, ["source_category"], "amount_t")
    largest = largest.sort_values(["amount_t", "source_category"], ascending=[False, True]).head(_SHOWN_PARTS)
    names = load("categories").set_index("code")["zh"]
    return "<br>".join(
        f"{names[row.source_category]} {round(100 * row.amount_t / total)} %" for row in largest.itertuples()
    )


def _boundaries(ledger: pd.DataFrame, emissions: pd.DataFrame) -> str:
    """Return fossil CO2 by role and by where the fuel is burned [Mt]."""
    records = emissions[(emissions["species"] == "CO2") & emissions["emission_t"].notna()].merge(
        ledger[["activity_id", "ghg_role", "boundary", "in_airshed"]], on="activity_id"
    )
    summed = exact_sum_by(records, ["ghg_role", "boundary", "in_airshed"], "emission_t")
    rows = [
        (row.ghg_role, row.boundary, "是 / yes" if row.in_airshed else "否 / no", number(row.emission_t / _MEGATONNE))
        for row in summed.itertuples()
    ]
    header = ("角色 / ghg_role", "边界 / boundary", "大气域内 / in airshed", "化石 CO2 / fossil CO2 [Mt]")
    note = (
        "总量只含 `total`；国际航空、国际航海和调入电力是信息项。`fuel_sold_outside` 是售出而在域外（或由台账外的车船）"
        "用掉的燃料：国内部分进总量，不进大气域。"
        " / Only `total` enters the total; bunkers and imported power are memo items."
        " `fuel_sold_outside` is fuel sold here and used outside: in the total, not in the airshed."
    )
    return f"{note}\n\n{table(header, rows)}"


def _by_class(ledger: pd.DataFrame, emissions: pd.DataFrame, species: str) -> str:
    """Return one species by class in the airshed and, for CO2, in the total."""
    columns = ["activity_id", "source_category", "in_airshed", "ghg_role"]
    records = emissions[(emissions["species"] == species) & emissions["emission_t"].notna()]
    records = records.merge(ledger[columns], on="activity_id")
    classes = load("category_branches").query("level == 'class'")
    rows = []
    for code, name_zh in zip(classes["code"], classes["zh"], strict=True):
        own = records[records["source_category"].str.startswith(f"{code}.")]
        if own.empty:
            continue
        amounts = [exact_sum(own.loc[own["in_airshed"], "emission_t"]) / _KILOTONNE]
        if species == "CO2":
            amounts.append(exact_sum(own.loc[own["ghg_role"] == "total", "emission_t"]) / _KILOTONNE)
        rows.append((f"{code} {name_zh}", *(number(amount) for amount in amounts)))
    header = ("大类 / class", "大气域 / airshed [kt]", *(("总量 / total [kt]",) if species == "CO2" else ()))
    return f"本清单按大类 / ours by class:\n\n{table(header, rows)}"


def _unreferenced(ledger: pd.DataFrame, emissions: pd.DataFrame, given: Collection[str]) -> str:
    """Return our totals of substances for which no total of the city was found."""
    joined = emissions.merge(ledger[["activity_id", "source_category", "in_airshed"]], on="activity_id")
    rows = []
    for species in (code for code in _UNREFERENCED if code not in given):
        own = joined[(joined["species"] == species) & joined["in_airshed"] & joined["emission_t"].notna()]
        amount = exact_sum(own["emission_t"]) / _KILOTONNE if len(own) else float("nan")
        rows.append((species, number(amount), _parts(own.rename(columns={"emission_t": "amount_t"}))))
    return table(("物种 / species", "大气域 / airshed [kt]", "主要构成 / main parts"), rows)


def _not_comparable(references: pd.DataFrame) -> str:
    """Return the published rows that are not compared, with the reason."""
    rows = []
    for row in references[references["comparable"] == "no"].itertuples():
        value = f"{number(row.value)} {_UNITS.get(row.unit, row.unit)}"
        reason = bilingual(row.not_comparable_zh, row.not_comparable_en)
        rows.append((f"`{row.reference_id}`", row.substance, row.territory, row.year, value, row.confidence, reason))
    header = (
        "编号 / id", "物质 / substance", "范围 / scope", "年 / year", "发表值 / value", "可信度 / confidence",
        "原因 / reason",
    )  # fmt: skip
    return table(header, rows)
