"""What each published fact means: the project's activity map and its parameter sets.

Knows how a fact finds its rows in `activity_map.csv`; does not compute activities.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from inventory.errors import Problem, SchemaError
from inventory.exact_sum import exact_sum

ACTIVITY_TREATMENTS = ("activity", "point", "count", "residual")
"""Treatments that make a ledger record; `view` makes one where it names a category."""

OTHER_TREATMENTS = (
    "view", "mobile", "feedstock", "transformation", "aggregate", "parameter", "location", "check", "no_factor",
    "not_used",
)  # fmt: skip
"""Treatments that say why a fact is not an activity."""

_ANY = "*"


@dataclass(frozen=True)
class ActivityMap:
    """The map and the parameter sets it names.

    Attributes
    ----------
    rows : DataFrame
        `activity_map.csv`; `share`, `multiplier` are float64, all else text; `row` is the line in the file.
    parameters : DataFrame
        `activity_parameters.csv`: parameter_set, name, value, unit, citation, confidence.

    """

    rows: pd.DataFrame
    parameters: pd.DataFrame


def load_activity_map(project_dir: Path) -> ActivityMap:
    """Read the map and its parameters, refusing unknown treatments and parameter sets.

    Raises
    ------
    SchemaError
        With every wrong row at once.

    """
    rows = pd.read_csv(project_dir / "activity_map.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    parameters = pd.read_csv(
        project_dir / "activity_parameters.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig"
    )
    parameters["value"] = parameters["value"].astype("float64")
    rows["row"] = range(2, len(rows) + 2)
    rows["share"] = rows["share"].astype("float64")
    rows["multiplier"] = rows["multiplier"].astype("float64")
    known_sets = {*parameters["parameter_set"], ""}
    problems = [
        _problem(row.row, f"未知的 treatment：{row.treatment}", f"unknown treatment {row.treatment!r}")
        for row in rows.itertuples()
        if row.treatment not in ACTIVITY_TREATMENTS + OTHER_TREATMENTS
    ]
    problems += [
        _problem(row.row, f"未知的参数组：{row.parameter_set}", f"unknown parameter_set {row.parameter_set!r}")
        for row in rows.itertuples()
        if row.parameter_set not in known_sets
    ]
    if problems:
        raise SchemaError(*problems)
    return ActivityMap(rows, parameters)


def match_facts(facts: pd.DataFrame, activity_map: ActivityMap, inventory_year: int) -> pd.DataFrame:
    """Join each fact with its most specific rows of the map.

    Exact item and fuel beat an exact item with any fuel, which beats any item with an exact fuel, which beats any
    item and any fuel. A map row without a year takes facts of the inventory year; `*` takes every year.

    Parameters
    ----------
    facts : DataFrame
        fact_id, source_id, item, fuel, data_year, facility_name (empty but for facilities) and whatever the caller
        wants to keep. For facilities a map row that names one beats the row of its category.
    activity_map : ActivityMap
        The project's map.
    inventory_year : int
        Year that is estimated.

    Returns
    -------
    DataFrame
        One row per fact × map row, map columns prefixed `map_`. Facts of another year that no row names are left out.

    Raises
    ------
    SchemaError
        For facts of the inventory year without a row, and for facts whose shares do not sum to 1.

    """
    prefixed = activity_map.rows.add_prefix("map_")
    joined = facts.merge(prefixed, left_on="source_id", right_on="map_source_id", how="inner")
    same_item = joined["map_item"] == joined["item"]
    same_fuel = joined["map_fuel"] == joined["fuel"]
    fits = (same_item | (joined["map_item"] == _ANY)) & (same_fuel | (joined["map_fuel"] == _ANY))
    year = joined["data_year"].astype(str)
    fits &= (joined["map_year"] == _ANY) | (
        year == joined["map_year"].where(joined["map_year"] != "", str(inventory_year))
    )
    of_this_facility = (joined["source_id"] == "facilities") & (joined["map_facility"] != "")
    fits &= ~of_this_facility | (joined["map_facility"] == joined["facility_name"])
    joined = joined.assign(rank=4 * of_this_facility + 2 * same_item + same_fuel)[fits]
    best = joined.groupby("fact_id")["rank"].transform("max")
    matched = joined[joined["rank"] == best].drop(columns="rank").reset_index(drop=True)
    _require_all_mapped(facts, matched, inventory_year)
    _require_whole_shares(matched)
    return matched


def _require_all_mapped(facts: pd.DataFrame, matched: pd.DataFrame, inventory_year: int) -> None:
    """Refuse facts of the inventory year that the map does not mention."""
    lost = facts[(facts["data_year"] == inventory_year) & ~facts["fact_id"].isin(matched["fact_id"])]
    if len(lost):
        raise SchemaError(
            *(
                Problem(
                    "TY3001", f"{fact.origin_file} › {fact.origin_row}",
                    f"活动映射表未说明这条数据：{fact.item} {fact.fuel}",
                    f"the activity map does not say what {fact.item!r} {fact.fuel!r} is",
                    "在 activity_map.csv 增加一行（不是活动也要写明原因）",
                    "add a row to activity_map.csv, with the reason if it is no activity",
                )
                for fact in lost.itertuples()
            )
        )  # fmt: skip


def _require_whole_shares(matched: pd.DataFrame) -> None:
    """Refuse facts that are used by less or more than a whole."""
    used = matched[matched["map_treatment"].isin([*ACTIVITY_TREATMENTS, "feedstock"])]
    total = used.groupby("fact_id")["map_share"].agg(exact_sum)
    wrong = total[(total - 1.0).abs() > 1e-9]
    if len(wrong):
        named = matched.drop_duplicates("fact_id").assign(share=lambda first: first["fact_id"].map(wrong))
        raise SchemaError(
            *(
                _problem(
                    row.map_row,
                    f"份额之和为 {row.share:g}，应为 1：{row.item}",
                    f"shares of {row.item!r} sum to {row.share:g}, not 1",
                )
                for row in named[named["share"].notna()].itertuples()
            )
        )


def _problem(row: int, message_zh: str, message_en: str) -> Problem:
    """Return a finding in the activity map."""
    return Problem("TY3002", f"activity_map.csv › {row}", message_zh, message_en, "改正该行", "correct the row")
