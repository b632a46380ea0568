"""Stage: raw deliveries → renamed, cast and in canonical units, by the SQL of sql/20_staging, then proved.

Nothing is lost or doubled, every code is known, and no activity stands in a unit that nobody knows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd

from inventory.activity_map import load_activity_map, makes_record, match_facts
from inventory.config import RunConfig
from inventory.errors import CellRef, Problem, SchemaError, UnitError, problem
from inventory.step_report import StepReport
from inventory.vocabulary import load
from inventory.vocabulary.units import known_unit_names, resolve_unit, unit_names_table
from inventory.warehouse import layer_inputs, read_table, run_layer

_LAYER = "20_staging"
_ORIGIN = ["origin_file", "origin_sheet", "origin_row"]
_NO_REGION = ("", "outside")
_FACILITIES = "stg_facilities_facility"
"""Its districts are judged with its coordinates, in inventory/facility_checks.py."""


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
            wrong = [str(CellRef(file, sheet, row, "")) for (file, sheet, row), count in times.items() if count != 1]
            if wrong or len(times) != len(raw):
                problems.append(_lost(name, table, (len(raw), sum(times.values())), wrong))
    return problems


def _lost(raw_table: str, table: str, rows: tuple[int, int], places: list[str]) -> Problem:
    """Return the finding of a source whose rows are not conserved."""
    shown, (delivered, staged) = "；".join(places[:20]), rows
    return problem("TY1501", f"{raw_table} → {table}", delivered=delivered, staged=staged, shown=shown, table=table)


def _unknown_codes(staged: dict[str, pd.DataFrame]) -> list[Problem]:
    """Return rows whose fuel or region the vocabulary does not hold."""
    known = {"fuel": {*load("fuels")["code"], ""}, "region_code": {*load("regions")["code"], *_NO_REGION}}
    checked = [("stg_fact", "fuel")]
    checked += [
        (table, "region_code") for table, frame in staged.items() if "region_code" in frame and table != _FACILITIES
    ]
    return [
        problem("TY1502", CellRef.of(row), cell=CellRef.of(row, column), column=column, text=row[column])
        for table, column in checked
        for row in staged[table][~staged[table][column].isin(known[column])].to_dict("records")
    ]


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
    activities = matched[makes_record(matched, "map_") | (matched["map_treatment"] == "feedstock")]
    converted = activities["map_unit"].isin(known_unit_names()) & (activities["map_multiplier"] != 1.0)
    refused = activities[~converted].drop_duplicates("fact_id")
    problems = [_unit_problem(fact["unit"], CellRef.of(fact, "unit")) for fact in refused.to_dict("records")]
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
    return [
        _unit_problem(row["activity_unit"], CellRef.of(row, "activity_unit"))
        for row in facilities[strange].to_dict("records")
    ]


def _base_units() -> set[str]:
    """Return the units that staging converts to: whatever else stands in a staged table was not understood."""
    return set(unit_names_table()["base_unit"])


def _unit_problem(unit: str, cell: CellRef) -> Problem:
    """Return why a unit is refused, at its cell."""
    try:
        resolve_unit(unit)
    except UnitError as error:
        found = error.problems[0]
        said = (f"{found.message_zh}（{unit}）", f"{found.message_en} ({unit})")
        return replace(found, place=str(cell), message_zh=said[0], message_en=said[1], cell=cell)
    return problem("TY1503", cell, cell=cell, unit=unit)
