"""Area source = total − Σ points, per fuel and group of the energy balance.

References
----------
T/CSES 144-2024 §6: point sources first, the remainder of the statistical total as area source.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from inventory.errors import Problem, SchemaError
from inventory.exact_sum import exact_sum

_NEGLIGIBLE = 0.001
"""Share of the total by which points may exceed it and still be rescaled (judgement: −0.1 %)."""


@dataclass(frozen=True)
class Residuals:
    """Activities after the residual rule, and one row per group saying what was done."""

    activities: pd.DataFrame
    closure: pd.DataFrame


def apply_residuals(activities: pd.DataFrame) -> Residuals:
    """Replace the totals of each residual group by what its points leave.

    residual = Σ totals − Σ points. Below −0.1 % of the total it is an error; between −0.1 % and 0 the points are
    rescaled to the total and the row of the group says so.

    Parameters
    ----------
    activities : DataFrame
        Drafts with treatment, residual_group, activity_value [activity_unit] and facility_id_hint.

    Returns
    -------
    Residuals
        activities without the total rows, with at most one residual row per group; closure with columns
        residual_group, total, points, residual, rescaled_by.

    Raises
    ------
    SchemaError
        When points exceed the total by more than 0.1 %, naming the group and its facilities.

    """
    is_total = activities["treatment"] == "residual"
    kept = activities[~is_total].copy()
    residual_rows: list[pd.Series] = []
    closure: list[dict[str, object]] = []
    problems = _without_total(activities, is_total)
    for group, totals in activities[is_total].groupby("residual_group", sort=True):
        of_group = kept["residual_group"] == group
        total = exact_sum(totals["activity_value"])
        points = exact_sum(kept.loc[of_group, "activity_value"])
        residual = total - points
        rescaled_by = 1.0
        if residual < -_NEGLIGIBLE * total:
            names = "、".join(kept.loc[of_group, "facility_id_hint"])
            problems.append(_exceeds(str(group), total, points, names))
            continue
        if residual < 0:
            rescaled_by = total / points
            kept.loc[of_group, "activity_value"] *= rescaled_by
            residual = 0.0
        elif residual > 0:
            row = totals.iloc[0].copy()
            row["activity_value"] = residual
            residual_rows.append(row)
        closure.append(
            {
                "residual_group": group,
                "total": total,
                "points": points,
                "residual": residual,
                "rescaled_by": rescaled_by,
            }
        )
    if problems:
        raise SchemaError(*problems)
    frames = [kept, pd.DataFrame(residual_rows)] if residual_rows else [kept]
    return Residuals(pd.concat(frames, ignore_index=True), pd.DataFrame(closure))


def _without_total(activities: pd.DataFrame, is_total: pd.Series) -> list[Problem]:
    """Return points whose group has no total, and totals without a group: both would close against nothing."""
    groups = set(activities.loc[is_total, "residual_group"]) - {""}
    nameless = is_total & (activities["residual_group"] == "")
    lost = ~is_total & (activities["residual_group"] != "") & ~activities["residual_group"].isin(groups)
    return [
        Problem(
            "TY3022", f"activity_map.csv › residual_group {row['residual_group']!r} ({row['name_zh']})",
            "这一余量组没有总量行", "no total row of this residual group",
            "核对 residual_group 的拼写", "check the spelling of residual_group",
        )
        for row in activities[nameless | lost].to_dict("records")
    ]  # fmt: skip


def _exceeds(group: str, total: float, points: float, names: str) -> Problem:
    """Return the finding that points exceed their total."""
    return Problem(
        "TY3004",
        group,
        f"点源之和 {points:.6g} 超过能源平衡总量 {total:.6g}：{names}",
        f"point sources sum to {points:.6g}, more than the balance total {total:.6g}: {names}",
        "核对点源活动水平或平衡表",
        "check the activity of the points or the balance",
    )
