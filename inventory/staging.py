"""Stage: raw deliveries → renamed, cast and in canonical units, by the SQL of sql/20_staging, then proved.

Nothing is lost or doubled, every code is known, and no activity stands in a unit that nobody knows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd

from inventory.activity_map import ACTIVITY_TREATMENTS, load_activity_map, match_facts
from inventory.config import RunConfig
from inventory.errors import Problem, SchemaError, UnitError
from inventory.step_report import StepReport
from inventory.vocabulary import load
from inventory.vocabulary.units import known_unit_names, resolve_unit, unit_names_table
from inventory.warehouse import layer_inputs, read_table, run_layer

_LAYER = "20_staging"
_ORIGIN = ["origin_file", "origin_sheet", "origin_row"]
_NO_REGION = ("", "outside")
_FACILITIES = "stg_facilities_facility"
"""Its districts are judged with its coordinates, in inventory/facility_checks.py."""

_MASS_TREATMENTS = (*ACTIVITY_TREATMENTS, "feedstock")


def stage(config: RunConfig, work: Path) -> StepReport:
    """Run the staging layer and prove it.

    Rows are conserved: every delivered row has one staged row.

    Raises
    ------
    SchemaError
        If a row was lost or doubled on the way, or a fuel or region is unknown; with the findings on units, if any.
    UnitError
        If an activity stands in an unknown or ambiguous unit and the activity map does not convert it.

    """
    written = run_layer(_LAYER, work, {"inventory_year": config.inventory_year})
    staged = {table: read_table(table, work) for table in written}
    problems = [*_unequal_rows(staged, work), *_unknown_codes(staged)]
    units, messages = _fact_units(staged["stg_fact"], config)
    units += _facility_units(staged["stg_facilities_facility"])
    if problems:
        raise SchemaError(*problems, *units)
    if units:
        raise UnitError(*units)
    return StepReport("stage", {table: float(len(frame)) for table, frame in staged.items()}, tuple(messages))


def _unequal_rows(staged: dict[str, pd.DataFrame], work: Path) -> list[Problem]:
    """Return the sources whose delivered rows are not each staged once."""
    problems = []
    for table, inputs in layer_inputs(_LAYER).items():
        there = Counter(staged[table][_ORIGIN].itertuples(index=False, name=None))
        for name in inputs:
            raw = read_table(name, work) if name.startswith("raw_") else pd.DataFrame()
            if "origin_row" not in raw:
                continue
            delivered = raw[_ORIGIN].itertuples(index=False, name=None)
            times = {row: there[row] for row in delivered}
            wrong = [f"{file} › {row}" for (file, _, row), count in times.items() if count != 1]
            if wrong or len(times) != len(raw):
                problems.append(_lost(name, table, (len(raw), sum(times.values())), wrong))
    return problems


def _lost(raw_table: str, table: str, rows: tuple[int, int], places: list[str]) -> Problem:
    """Return the finding of a source whose rows are not conserved."""
    shown = "；".join(places[:20])
    return Problem(
        "TY1501", f"{raw_table} → {table}", f"交付 {rows[0]} 行，暂存 {rows[1]} 行，不一一对应：{shown}",
        f"{rows[0]} rows delivered, {rows[1]} staged, not one to one: {shown}",
        f"检查 {table}.sql 的连接条件", f"check the joins of {table}.sql",
    )  # fmt: skip


def _unknown_codes(staged: dict[str, pd.DataFrame]) -> list[Problem]:
    """Return rows whose fuel or region the vocabulary does not hold."""
    known = {"fuel": {*load("fuels")["code"], ""}, "region_code": {*load("regions")["code"], *_NO_REGION}}
    checked = [("stg_fact", "fuel")]
    checked += [
        (table, "region_code") for table, frame in staged.items() if "region_code" in frame and table != _FACILITIES
    ]
    return [
        Problem(
            "TY1502", f"{row.origin_file} › {row.origin_row}",
            f"词表没有这个代码或名称（{column}）：{getattr(row, column)}",
            f"the vocabulary does not hold this {column}: {getattr(row, column)}",
            "改正名称，或补充词表的别名", "correct the name, or add an alias to the vocabulary",
        )
        for table, column in checked
        for row in staged[table][~staged[table][column].isin(known[column])].itertuples()
    ]  # fmt: skip


def _fact_units(facts: pd.DataFrame, config: RunConfig) -> tuple[list[Problem], list[str]]:
    """Return activities in unknown units, and a sentence for each that the activity map converts itself.

    A fact that is no activity may keep a unit of its own. An activity may, where its row of the map says both the
    unit and the multiplier that leads to it.
    """
    strange = facts[facts["value"].notna() & ~facts["unit"].isin(_base_units())].reset_index(drop=True)
    if strange.empty:
        return [], []
    numbered = strange.assign(fact_id=strange.index.astype(str), facility_name="")
    matched = match_facts(numbered, load_activity_map(config.project_dir), config.inventory_year)
    in_view = (matched["map_treatment"] == "view") & (matched["map_source_category"] != "")
    activities = matched[matched["map_treatment"].isin(_MASS_TREATMENTS) | in_view]
    converted = activities["map_unit"].isin(known_unit_names()) & (activities["map_multiplier"] != 1.0)
    refused = activities[~converted].drop_duplicates("fact_id")
    problems = [_unit_problem(fact.unit, fact, "unit") for fact in refused.itertuples()]
    messages = [
        f"{fact.origin_file} › {fact.origin_row}：单位 {fact.unit} 不在词表，"
        f"按活动映射表 ×{fact.map_multiplier:g} 换算为 {fact.map_unit}"
        " / not in the vocabulary, converted by the activity map"
        for fact in activities[converted].itertuples()
    ]
    return problems, messages


def _facility_units(facilities: pd.DataFrame) -> list[Problem]:
    """Return activities of facilities in a unit that sources/facilities/unit_map.csv does not know."""
    strange = facilities["activity_value"].notna() & ~facilities["activity_unit"].isin(_base_units())
    return [_unit_problem(row.activity_unit, row, "activity_unit") for row in facilities[strange].itertuples()]


def _base_units() -> set[str]:
    """Return the units that staging converts to: whatever else stands in a staged table was not understood."""
    return set(unit_names_table()["base_unit"])


def _unit_problem(unit: str, row: object, column: str) -> Problem:
    """Return why a unit is refused, at its cell."""
    place = f"{row.origin_file} › {row.origin_row} › {column}"  # type: ignore[attr-defined]
    try:
        resolve_unit(unit)
    except UnitError as error:
        found = error.problems[0]
        said = (f"{found.message_zh}（{unit}）", f"{found.message_en} ({unit})")
        return replace(found, place=place, message_zh=said[0], message_en=said[1])
    return Problem(
        "TY1503", place, f"来源的单位表没有这个单位：{unit}", f"the source's unit map does not hold {unit}",
        "补充 unit_map.csv", "add it to unit_map.csv",
    )  # fmt: skip
