"""From published facts and facilities to activity drafts, by the project's activity map.

Knows shares, multipliers, differences of two facts and the split over facilities. Mobile sources are built in
inventory/mobile; residuals in inventory/residual.py; ids in inventory/ledger.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from inventory.activity_map import ActivityMap, makes_record
from inventory.errors import CellRef, Problem, SchemaError, problem
from inventory.exact_sum import exact_sum
from inventory.ledger_draft import ACTIVITY_COLUMNS, LedgerDraft
from inventory.vocabulary.units import convert, known_unit_names, resolve_unit

_NOT_OPERATING = "not in operation"
_SIGNED_SOURCE = "energy_balance"
_FactKey = tuple[str, str, str, str, int]


@dataclass(frozen=True)
class MappedFacts:
    """Drafts of the activities, and what became of each fact.

    Attributes
    ----------
    draft : LedgerDraft
        Activities with the extra columns residual_group, included_species and included_in.
    used, not_an_activity, without_value : int
        Number of facts by outcome; the three add up to the facts that went in.

    """

    draft: LedgerDraft
    used: int
    not_an_activity: int
    without_value: int


def draft_activities(
    facts: pd.DataFrame, matched: pd.DataFrame, activity_map: ActivityMap, facilities: pd.DataFrame, *, region_code: str
) -> MappedFacts:
    """Turn matched facts into activity drafts.

    activity = (|fact| − Σ |facts to subtract|) × share × multiplier

    Parameters
    ----------
    facts : DataFrame
        All facts (for subtraction), with fact_id, source_id, item, fuel, data_year, value, unit, region_code.
    matched : DataFrame
        Result of `match_facts`.
    activity_map : ActivityMap
        Gives the parameter sets.
    facilities : DataFrame
        facility_name, facility_category, region_code, capacity_value, activity_value, note.
    region_code : str
        Region of facts that name none.

    Raises
    ------
    SchemaError
        If a subtraction is negative, a facility is unknown or a split has no weights; all findings at once.

    """
    is_record = makes_record(matched, "map_")
    is_count = matched["map_treatment"] == "count"
    candidates = matched[is_record & (matched["value"].notna() | is_count)]
    problems: list[Problem] = []
    subtrahends = _subtrahends(facts)
    records: list[dict[str, object]] = []
    for fact in candidates.to_dict("records"):
        value = _activity_value(fact, subtrahends, problems)
        if value is not None:
            records += _place(fact, value, facilities, problems, region_code)
    problems += [*_other_dimension(candidates), *_negative(candidates), *_two_levels(candidates, region_code)]
    if problems:
        raise SchemaError(*problems)
    activities = pd.DataFrame.from_records(records)
    parameters = _parameters(activities, activity_map)
    used = set(candidates["fact_id"])
    empty = set(matched.loc[is_record & matched["value"].isna() & ~is_count, "fact_id"]) - used
    no_activity = {*matched["fact_id"]} - used - empty
    of_another_year = {*facts["fact_id"]} - {*matched["fact_id"]}
    not_an_activity = len(no_activity) + len(of_another_year)
    return MappedFacts(LedgerDraft(activities, parameters), len(used), not_an_activity, len(empty))


def _subtrahends(facts: pd.DataFrame) -> dict[_FactKey, float]:
    """Index |value| by source, item, fuel, region and year."""
    keys = zip(*(facts[name] for name in ("source_id", "item", "fuel", "region_code", "data_year")), strict=True)
    return dict(zip(keys, facts["value"].abs(), strict=True))


def _activity_value(fact: dict[str, Any], subtrahends: dict[_FactKey, float], problems: list[Problem]) -> float | None:
    """Return the value of one record in the unit of the map, or note why there is none."""
    value = 1.0 if fact["map_treatment"] == "count" else abs(float(fact["value"]))
    for item in filter(None, fact["map_subtract_items"].split(";")):
        key = (fact["source_id"], item, fact["fuel"], fact["region_code"], fact["data_year"])
        if key not in subtrahends:
            problems.append(_problem("TY3009", fact, item=item))
            return None
        value -= subtrahends[key]
    if value < 0:
        problems.append(_problem("TY3010", fact, "value", value=f"{value:g}"))
        return None
    return value * float(fact["map_share"]) * float(fact["map_multiplier"])


def _place(
    fact: dict[str, Any], value: float, facilities: pd.DataFrame, problems: list[Problem], region_code: str
) -> list[dict[str, object]]:
    """Return one draft, or one per facility where the record is split."""
    if fact["map_point_split"]:
        inside = facilities
        if fact["region_code"] not in ("", region_code):
            inside = facilities[facilities["region_code"] == fact["region_code"]]
        chosen = _split_weights(fact["map_point_split"], inside)
        if chosen.empty:
            problems.append(_problem("TY3011", fact))
        return [
            _draft(fact, value * weight, name, region)
            for name, region, weight in zip(
                chosen["facility_name"], chosen["region_code"], chosen["weight"], strict=True
            )
        ]
    name = fact["facility_name"] or fact["map_facility"]
    if not name:
        return [_draft(fact, value, "", fact["region_code"] or region_code)]
    place = facilities[facilities["facility_name"] == name]
    if place.empty:
        problems.append(_problem("TY3012", fact, name=name))
        return []
    return [_draft(fact, value, name, str(place["region_code"].iloc[0]))]


def _split_weights(category: str, facilities: pd.DataFrame) -> pd.DataFrame:
    """Return the operating facilities of a category with weights by activity, else capacity, else one alone."""
    chosen = facilities[
        (facilities["facility_category"] == category) & ~facilities["note"].str.contains(_NOT_OPERATING)
    ].sort_values("facility_name")
    for column in ("activity_value", "capacity_value"):
        known = chosen[chosen[column].notna()]
        if len(known):
            return known.assign(weight=known[column] / exact_sum(known[column]))
    return chosen.assign(weight=1.0) if len(chosen) == 1 else chosen.head(0).assign(weight=[])


def _draft(fact: dict[str, Any], value: float, facility: str, region_code: str) -> dict[str, object]:
    """Return one row in the columns of a draft."""
    delivered, wanted = str(fact["unit"]), str(fact["map_unit"])
    unit = "piece" if fact["map_treatment"] == "count" else (wanted or delivered)
    if wanted and _dimension(wanted) == _dimension(delivered):
        value = convert(value, delivered, wanted)
    inside = region_code if region_code.isdigit() else ""
    draft: dict[str, object] = dict.fromkeys(ACTIVITY_COLUMNS, "")
    draft |= {
        "draft_id": f"{fact['fact_id']}|{fact['map_row']}|{facility}",
        "source_id": fact["source_id"],
        "source_category": fact["map_source_category"],
        "fuel_or_product": fact["map_fuel_or_product"],
        "technology": fact["map_technology"] or "any",
        "control_path_id": fact["map_control_path_id"] or "none",
        "size_class": fact["map_size_class"] or "any",
        "region_code": inside,
        "facility_id_hint": facility,
        "release_point_id": fact["map_release_point_id"],
        "activity_value": value,
        "activity_unit": unit,
        "uncertainty_pct": float("nan"),
        "data_quality": _weaker(str(fact["confidence"]), str(fact["map_confidence"])),
        "boundary": "in_domain",
        "balance_group": fact["map_balance_group"],
        "surrogate": fact["map_surrogate"],
        "name_zh": fact["map_name_zh"] or facility,
        "citation": fact["citation"],
        "parameter_set": fact["map_parameter_set"],
        "residual_group": fact["map_residual_group"],
        "treatment": fact["map_treatment"],
        "included_species": fact["map_included_species"],
        "included_in": fact["map_included_in"],
    }
    draft |= {column: fact[column] for column in ("origin_file", "origin_sheet", "origin_row", "origin_sha256")}
    return draft


def _negative(candidates: pd.DataFrame) -> list[Problem]:
    """Return negative facts where a sign means nothing; inputs to transformation are negative in an energy balance."""
    wrong = candidates[(candidates["value"] < 0) & (candidates["source_id"] != _SIGNED_SOURCE)]
    return [_problem("TY3003", fact, "value", value=f"{fact['value']:g}") for fact in wrong.to_dict("records")]


def _two_levels(candidates: pd.DataFrame, region_code: str) -> list[Problem]:
    """Return items that are delivered for the city and for its districts: the same amount would count twice."""
    own = candidates[
        (candidates["source_id"] != "facilities") & ~candidates["map_treatment"].isin(["residual", "point"])
    ]
    is_city = own["region_code"].isin(["", region_code])
    key = ["source_id", "item", "fuel", "data_year", "map_row"]
    levels = own.assign(is_city=is_city).groupby(key)["is_city"].nunique()
    doubled = own.merge(levels[levels > 1].rename("levels").reset_index(), on=key)
    return [
        _problem("TY3054", fact) for fact in doubled[doubled["region_code"].isin(["", region_code])].to_dict("records")
    ]


def _other_dimension(candidates: pd.DataFrame) -> list[Problem]:
    """Return facts whose unit has another dimension than the map's, with nothing that converts them."""
    return [
        _problem("TY3013", fact, "unit", unit=fact["unit"], wanted=fact["map_unit"])
        for fact in candidates[candidates["map_treatment"] != "count"].to_dict("records")
        if float(fact["map_multiplier"]) == 1.0 and not _is_same_amount(str(fact["unit"]), str(fact["map_unit"]))
    ]


def _is_same_amount(delivered: str, wanted: str) -> bool:
    """Return whether a number keeps its meaning: one dimension, or a closer statement of one unit (t → t_dm)."""
    if not wanted or wanted == delivered or _dimension(wanted) == _dimension(delivered):
        return True
    bases = {resolve_unit(unit).base_unit for unit in (delivered, wanted) if unit in known_unit_names()}
    return bases == {"sm3_20", "m3"} or (len(bases) == 2 and len({base.partition("_")[0] for base in bases}) == 1)


def _dimension(unit: str) -> str:
    """Return the dimension of a unit; one outside the vocabulary is its own (the multiplier converts it)."""
    return resolve_unit(unit).dimension if unit in known_unit_names() else unit


def _weaker(first: str, second: str) -> str:
    """Return the weaker of two ratings H, M, L; an empty one does not count."""
    return max(filter(None, (first, second)), key="HML".index)


def _parameters(activities: pd.DataFrame, activity_map: ActivityMap) -> pd.DataFrame:
    """Give each draft the parameters of its set."""
    named = activities.loc[activities["parameter_set"] != "", ["draft_id", "parameter_set"]]
    return named.merge(activity_map.parameters, on="parameter_set").drop(columns="parameter_set")


def _problem(code: str, fact: Mapping[Any, Any], column: str = "", **values: object) -> Problem:
    """Return a finding at a fact, in a cell of it where one is named."""
    place = f"{CellRef.of(fact)} ({fact['item']} {fact['fuel']})"
    return problem(code, place, cell=CellRef.of(fact, column), **values)
