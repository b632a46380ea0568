"""What each published fact means: the project's activity map and its parameter sets.

Knows how a fact finds its rows in `activity_map.csv`; does not compute activities.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from inventory.delivered_cells import parse_number
from inventory.errors import CellRef, Problem, SchemaError, problem
from inventory.exact_sum import exact_sum
from inventory.project_tables import number_column, read_project_table
from inventory.vocabulary.units import known_unit_names, resolve_unit

ACTIVITY_TREATMENTS = ("activity", "point", "count", "residual")
"""Treatments that make a ledger record; `view` makes one where it names a category."""

OTHER_TREATMENTS = (
    "view", "mobile", "feedstock", "transformation", "aggregate", "parameter", "location", "check", "no_factor",
    "not_used",
)  # fmt: skip
"""Treatments that say why a fact is not an activity."""

TCE_SOURCE = "energy_balance_tce"
"""Facts that only check the tce factor of another fact of the energy balance: no row of the map is needed."""

_MAP, _PARAMETERS = "activity_map.csv", "activity_parameters.csv"
_MAP_COLUMNS = (
    "source_id", "item", "fuel", "year", "treatment", "share", "multiplier", "subtract_items", "source_category",
    "fuel_or_product", "technology", "control_path_id", "size_class", "release_point_id", "unit", "surrogate",
    "point_split", "facility", "residual_group", "balance_group", "included_species", "included_in", "parameter_set",
    "name_zh", "confidence", "reason",
)  # fmt: skip
_PARAMETER_COLUMNS = ("parameter_set", "name", "value", "unit", "citation", "confidence")
_ANY = "*"
_FACILITIES = "facilities"
_EXPECTED_UNIT, _TOLERANCE = "expected_unit", "tolerance"


@dataclass(frozen=True)
class ActivityMap:
    """The map and the parameter sets it names.

    Attributes
    ----------
    rows : DataFrame
        `activity_map.csv`; `share`, `multiplier` are float64, all else text; `row` is the line in the file. Optional
        columns: `expected_unit`, the unit that the multiplier expects (a base unit of the vocabulary, or a unit of
        the source that it does not hold); `tolerance` [1] of facts with treatment `check`.
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
    rows = read_project_table(project_dir / _MAP, _MAP_COLUMNS)
    parameters = read_project_table(project_dir / _PARAMETERS, _PARAMETER_COLUMNS)
    rows["row"] = rows.index + 2
    parameters["value"], problems = number_column(parameters, "value", file=_PARAMETERS)
    for column, high in (("share", 1.0), ("multiplier", math.inf)):
        rows[column], found = number_column(rows, column, file=_MAP, low=0.0, high=high)
        problems += found
    rows, parameters = rows.reset_index(drop=True), parameters.reset_index(drop=True)
    known_sets = {*parameters["parameter_set"], ""}
    problems += [
        problem("TY3002", _row(row.row), text=row.treatment)
        for row in rows.itertuples()
        if row.treatment not in ACTIVITY_TREATMENTS + OTHER_TREATMENTS
    ]
    problems += [
        problem("TY3007", _row(row.row), text=row.parameter_set)
        for row in rows.itertuples()
        if row.parameter_set not in known_sets
    ]
    problems += [*_expected_unit_problems(rows), *_tolerance_problems(rows)]
    if problems:
        raise SchemaError(*problems)
    return ActivityMap(rows, parameters)


def _expected_unit_problems(rows: pd.DataFrame) -> Iterator[Problem]:
    """Yield multipliers whose unit is not said, and units that staging never writes; a map may lack the column."""
    if _EXPECTED_UNIT not in rows:
        return
    for row in rows.to_dict("records"):
        unit, place = row[_EXPECTED_UNIT], f"activity_map.csv › {row['row']} › {_EXPECTED_UNIT}"
        if not unit and row["multiplier"] != 1.0 and row["treatment"] != "count":
            yield problem("TY3041", place, item=row["item"], multiplier=f"{row['multiplier']:g}")
        elif unit in known_unit_names() and resolve_unit(unit).base_unit != unit:
            yield problem("TY3042", place, unit=unit, base=resolve_unit(unit).base_unit)


def _tolerance_problems(rows: pd.DataFrame) -> Iterator[Problem]:
    """Yield tolerances that are no share of 1."""
    for row in rows.to_dict("records") if _TOLERANCE in rows else ():
        try:
            value = parse_number(row[_TOLERANCE])
        except ValueError:
            value = -1.0
        if value is not None and not 0.0 <= value <= 1.0:
            yield problem("TY3043", f"activity_map.csv › {row['row']} › {_TOLERANCE}", text=row[_TOLERANCE])


def makes_record(table: pd.DataFrame, prefix: str = "") -> pd.Series:
    """Return which rows of the map, or of matched facts (prefix `map_`), make a record of the ledger."""
    treatment, category = table[f"{prefix}treatment"], table[f"{prefix}source_category"]
    is_record: pd.Series = treatment.isin(ACTIVITY_TREATMENTS) | ((treatment == "view") & (category != ""))
    return is_record


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
        For facts of the inventory year without a row, facilities of a category or unit that only the row `*` would
        take, facts in another unit than the multiplier of their row expects, and shares that do not sum to 1.

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
    problems = [*_unmapped(facts, matched, inventory_year), *_strange_facilities(matched, activity_map.rows)]
    problems += [*_other_units(matched), *_broken_shares(matched)]
    if problems:
        raise SchemaError(*problems)
    return matched


def _unmapped(facts: pd.DataFrame, matched: pd.DataFrame, inventory_year: int) -> Iterator[Problem]:
    """Yield facts of the inventory year that the map does not mention."""
    needed = (facts["data_year"] == inventory_year) & (facts["source_id"] != TCE_SOURCE)
    for fact in facts[needed & ~facts["fact_id"].isin(matched["fact_id"])].to_dict("records"):
        cell = CellRef.of(fact)
        yield problem("TY3001", cell, cell=cell, item=fact["item"], fuel=fact["fuel"])


def _strange_facilities(matched: pd.DataFrame, rows: pd.DataFrame) -> Iterator[Problem]:
    """Yield facilities that only a row for any category would take: a renamed category would lose its activity."""
    own = matched[(matched["source_id"] == _FACILITIES) & (matched["map_item"] == _ANY)]
    of_map = rows[rows["source_id"] == _FACILITIES]
    known = sorted({*of_map["item"], *rows["point_split"]} - {"", _ANY})
    for fact in own.to_dict("records"):
        cell = CellRef.of(fact)
        place = f"{cell} ({fact['facility_name']})"
        if fact["item"] not in known:
            near = difflib.get_close_matches(str(fact["item"]), known, n=1)
            yield problem("TY3044", place, cell=replace(cell, column="facility_category"), category=fact["item"],
                          suggestion=near[0] if near else "—", known="、".join(known))  # fmt: skip
        elif pd.notna(fact.get("value")):
            units = "、".join(sorted({*of_map.loc[of_map["item"] == fact["item"], "fuel"]} - {_ANY})) or "—"
            cell = replace(cell, column="activity_unit")
            yield problem("TY3045", place, cell=cell, category=fact["item"], unit=fact["fuel"] or "—", known=units)


def _other_units(matched: pd.DataFrame) -> Iterator[Problem]:
    """Yield facts in another unit than the multiplier of their row of the map expects."""
    if f"map_{_EXPECTED_UNIT}" not in matched or "unit" not in matched:
        return
    expected = matched[f"map_{_EXPECTED_UNIT}"]
    is_used = matched["map_treatment"].isin([*ACTIVITY_TREATMENTS, "view", "feedstock"]) & matched["value"].notna()
    for fact in matched[is_used & (expected != "") & (expected != matched["unit"])].to_dict("records"):
        yield problem(
            "TY3040", f"{CellRef.of(fact)} ({fact['item']} {fact['fuel']})", cell=CellRef.of(fact, "unit"),
            unit=fact.get("unit_delivered", fact["unit"]), staged=fact["unit"],
            expected=fact[f"map_{_EXPECTED_UNIT}"], multiplier=f"{fact['map_multiplier']:g}", row=fact["map_row"],
        )  # fmt: skip


def _broken_shares(matched: pd.DataFrame) -> Iterator[Problem]:
    """Yield facts that are used by less or more than a whole."""
    used = matched[matched["map_treatment"].isin([*ACTIVITY_TREATMENTS, "feedstock"])]
    total = used.groupby("fact_id")["map_share"].agg(exact_sum)
    wrong = total[(total - 1.0).abs() > 1e-9]
    named = matched.drop_duplicates("fact_id").assign(share=lambda first: first["fact_id"].map(wrong))
    for row in named[named["share"].notna()].itertuples():
        yield problem("TY3008", _row(row.map_row), item=row.item, total=f"{row.share:g}")


def _row(number: int) -> str:
    """Return a row of the activity map, for messages."""
    return f"activity_map.csv › {number}"
