"""Area source = total − Σ points, per fuel, group of the energy balance and district.

A total closes against the points of its own region: a total of the city against all points of its group, a total of a
district against the points of that district.

References
----------
T/CSES 144-2024 §6: point sources first, the remainder of the statistical total as area source.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from inventory.errors import Problem, SchemaError, problem
from inventory.exact_sum import exact_sum

_NEGLIGIBLE = 0.001
"""Share of the total by which points may exceed it and still be rescaled (judgement: −0.1 %)."""

_SAME_OF_TOTALS = ("activity_unit", "fuel_or_product", "source_category")
_ROUNDS = 8


@dataclass(frozen=True)
class Residuals:
    """Activities after the residual rule, and one row per group and region saying what was done."""

    activities: pd.DataFrame
    closure: pd.DataFrame

    @property
    def messages(self) -> tuple[str, ...]:
        """One sentence per group whose points were rescaled."""
        return tuple(
            f"{row['residual_group']}：点源之和 {row['points']:,.6g} 略超总量 {row['total']:,.6g}，按"
            f" {row['rescaled_by']:.9g} 缩放 / points were rescaled to the total"
            for row in self.closure.to_dict("records")
            if row["rescaled_by"] != 1.0
        )

    def balance(self) -> list[tuple[str, float, float]]:
        """Return measure, amount in and amount used for core_step_balance: each closing, and each rescaling."""
        rows = self.closure.to_dict("records")
        closed = [(f"residual {row['residual_group']}", row["total"], row["placed"]) for row in rows]
        rescaled = [row for row in rows if row["rescaled_by"] != 1.0]
        return closed + [(f"rescaled {row['residual_group']}", row["points"], row["placed"]) for row in rescaled]


@dataclass(frozen=True)
class _Group:
    """The totals of one group and region, and the positions of its points."""

    name: str
    region_code: str
    totals: pd.DataFrame
    points: pd.DataFrame


def apply_residuals(activities: pd.DataFrame, *, threshold: float = _NEGLIGIBLE) -> Residuals:
    """Replace the totals of each residual group by what its points leave.

    residual = Σ totals − Σ points. Below −threshold × total it is an error; between that and 0 the points are rescaled
    to the total and the row of the group says so. points + residual is the total to the last bit, whatever the order
    of the rows.

    Parameters
    ----------
    activities : DataFrame
        Drafts with treatment, residual_group, activity_value [activity_unit] and facility_id_hint; region_code where
        totals of districts are delivered.
    threshold : float
        Share of the total by which points may exceed it [1].

    Returns
    -------
    Residuals
        activities without the total rows, with at most one residual row per group and region; closure with columns
        residual_group (a total of a district: group › region), total, points, residual, rescaled_by, placed.

    Raises
    ------
    SchemaError
        When points exceed the total by more than the threshold, naming the group and its facilities; for points or
        totals that would close against nothing, and totals that cannot be added.

    """
    is_total = activities["treatment"] == "residual"
    kept = activities[~is_total].copy()
    groups = list(_groups(activities[is_total], kept))
    problems = [*_without_total(activities, is_total), *_two_levels(groups), *_mixed(groups), *_elsewhere(kept, groups)]
    residual_rows: list[pd.Series] = []
    closure: list[dict[str, object]] = []
    for group in groups:
        total, points = exact_sum(group.totals["activity_value"]), exact_sum(group.points["activity_value"])
        residual, rescaled_by = total - points, 1.0
        if residual < -threshold * total:
            names = "、".join(sorted(map(str, group.points["facility_id_hint"])))
            problems.append(_exceeds(group.name, total, points, names))
            continue
        if residual < 0:
            rescaled_by, residual = total / points, 0.0
            scaled = group.points["activity_value"] * rescaled_by
            kept.loc[group.points.index, "activity_value"] = _summing_to(total, scaled)
        elif residual > 0:
            residual = _rest(total, group.points["activity_value"], residual)
            residual_rows.append(_row_of_rest(group.totals, residual))
        placed = exact_sum([*kept.loc[group.points.index, "activity_value"], residual])
        closure.append(
            {
                "residual_group": group.name, "total": total, "points": points, "residual": residual,
                "rescaled_by": rescaled_by, "placed": placed,
            }
        )  # fmt: skip
    if problems:
        raise SchemaError(*problems)
    frames = [kept, pd.DataFrame(residual_rows)] if residual_rows else [kept]
    return Residuals(pd.concat(frames, ignore_index=True), pd.DataFrame(closure))


def _groups(totals: pd.DataFrame, points: pd.DataFrame) -> Iterator[_Group]:
    """Yield the totals of each group and region with the points inside that region."""
    region = _regions(totals)
    for name, rows in totals.groupby("residual_group", sort=True):
        if not name:
            continue
        own_regions = sorted(set(region[rows.index]))
        of_group = points[points["residual_group"] == name]
        for code in own_regions:
            inside = _regions(of_group).map(lambda own, code=code: _is_inside(own, code))
            label = str(name) if len(own_regions) == 1 and _is_city(code) else f"{name} › {code}"
            yield _Group(label, code, rows[region[rows.index] == code], of_group[inside.astype(bool)])


def _regions(rows: pd.DataFrame) -> pd.Series:
    """Return the region of each row; '' (the whole project) where no row has one."""
    return rows["region_code"] if "region_code" in rows else pd.Series("", index=rows.index)


def _is_city(code: str) -> bool:
    """Return whether a region is a whole city, a province or the project."""
    return code == "" or code.endswith("00")


def _is_inside(code: str, region: str) -> bool:
    """Return whether a region lies in another one; what has no region belongs to a whole city only."""
    if _is_city(region):
        stem = region[:2] if region.endswith("0000") else region[:4]
        return code == "" or code.startswith(stem)
    return code == region


def _row_of_rest(totals: pd.DataFrame, residual: float) -> pd.Series:
    """Return the row of the rest: the first total by its id, whatever the order of the rows, with the rest as value."""
    order = totals.sort_values("draft_id") if "draft_id" in totals else totals
    row = order.iloc[0].copy()
    row["activity_value"] = residual
    return row


def _rest(total: float, points: pd.Series, residual: float) -> float:
    """Return the residual that closes the exact sum on the total to the last bit."""
    for _ in range(_ROUNDS):
        missing = total - exact_sum([*points, residual])
        if missing == 0.0:
            break
        residual += missing
    return residual


def _summing_to(total: float, scaled: pd.Series) -> pd.Series:
    """Return rescaled points whose exact sum is the total: the last bits go to the largest point."""
    closed = scaled.copy()
    largest = closed.idxmax()
    for _ in range(_ROUNDS):
        missing = total - exact_sum(closed)
        if missing == 0.0:
            break
        closed[largest] += missing
    return closed


def _without_total(activities: pd.DataFrame, is_total: pd.Series) -> list[Problem]:
    """Return points whose group has no total, and totals without a group: both would close against nothing."""
    groups = set(activities.loc[is_total, "residual_group"]) - {""}
    nameless = is_total & (activities["residual_group"] == "")
    lost = ~is_total & (activities["residual_group"] != "") & ~activities["residual_group"].isin(groups)
    return [
        problem("TY3022", f"activity_map.csv › residual_group {row['residual_group']!r} ({row['name_zh']})")
        for row in activities[nameless | lost].to_dict("records")
    ]


def _two_levels(groups: list[_Group]) -> Iterator[Problem]:
    """Yield groups with a total of the city and totals of its districts: the points would be taken off twice."""
    by_group: dict[str, list[str]] = {}
    for group in groups:
        by_group.setdefault(str(group.totals["residual_group"].iloc[0]), []).append(group.region_code)
    for name, codes in by_group.items():
        if len(codes) > 1 and any(_is_city(code) for code in codes):
            yield problem("TY3050", name, regions="、".join(code or "—" for code in codes))


def _mixed(groups: list[_Group]) -> Iterator[Problem]:
    """Yield groups whose totals differ in unit, fuel or category, and points in another unit than their total."""
    for group in groups:
        for column in _SAME_OF_TOTALS:
            found = sorted(set(group.totals[column])) if column in group.totals else []
            if len(found) > 1:
                yield problem("TY3051", group.name, column=column, values="、".join(map(str, found)))
        if "activity_unit" in group.totals:
            unit = group.totals["activity_unit"].iloc[0]
            for row in group.points[group.points["activity_unit"] != unit].to_dict("records"):
                yield problem(
                    "TY3052", f"{group.name} › {row['facility_id_hint']}", unit=row["activity_unit"], total=unit
                )


def _elsewhere(points: pd.DataFrame, groups: list[_Group]) -> Iterator[Problem]:
    """Yield points in a region that none of the totals of their group covers."""
    covered = {index for group in groups for index in group.points.index}
    known = {str(group.totals["residual_group"].iloc[0]) for group in groups}
    lost = points[points["residual_group"].isin(known) & ~points.index.isin(covered)]
    for row in lost.sort_values("facility_id_hint").to_dict("records"):
        region = row.get("region_code", "") or "—"
        yield problem("TY3053", f"{row['residual_group']} › {row['facility_id_hint']}", region=region)


def _exceeds(group: str, total: float, points: float, names: str) -> Problem:
    """Return the finding that points exceed their total."""
    return problem("TY3004", group, points=f"{points:.6g}", total=f"{total:.6g}", names=names)
