"""Records that are alternatives to each other: both with a number is the same emission counted twice.

The pairs stand in inventory/vocabulary/alternatives.csv. A species that is IE or NE on one side is no finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

import pandas as pd

from inventory.checks.findings import CoreTables, Finding, finding, load_rules
from inventory.errors import Problem
from inventory.exact_sum import exact_sum
from inventory.vocabulary import load

_RULE = "double_counting"
_REGION = "region_code"
_YEAR = "inventory_year"
_ORIGIN = ("origin_file", "origin_row")
_OPTIONAL = (
    "facility_id", "balance_group", "parent_activity_id", "name_zh", "origin_file", "origin_row", _YEAR,
)  # fmt: skip
"""Columns that a ledger has and a table of activities may not."""


@dataclass(frozen=True)
class Pair:
    """Two sides that count one emission, at one place; the first record of each side stands for all of it."""

    alternative: Mapping[str, str]
    severity: str
    species: str
    one: str
    other: str
    one_t: float
    other_t: float

    @property
    def place(self) -> str:
        """Both records and the species."""
        return f"{self.one} / {self.other} › {self.species}"


def double_counting(tables: CoreTables) -> Iterator[Finding]:
    """Yield the alternatives of the ledger that both have a number; the value is the smaller of the two [t]."""
    for pair in alternatives_counted(tables.activities, tables.emissions, tables.parameters):
        found = finding(_RULE, pair.place, min(abs(pair.one_t), abs(pair.other_t)), severity=pair.severity)
        about = pair.alternative
        yield replace(found, message_zh=about["reason_zh"], message_en=about["reason_en"])


def double_counted(
    activities: pd.DataFrame,
    emissions: pd.DataFrame,
    parameters: pd.DataFrame | None = None,
    *,
    severity: str = "error",
) -> list[Problem]:
    """Return the alternatives that both have a number, as problems that name both records.

    Parameters
    ----------
    activities : DataFrame
        activity_id, source_category, fuel_or_product, region_code; where there are any: facility_id, balance_group,
        parent_activity_id, inventory_year, name_zh and the origin. Without facility the place is the region.
    emissions : DataFrame
        Long form: activity_id, species, emission_t [t], method.
    parameters : DataFrame, optional
        activity_id, name, value: tells a record whose share of the alternative is 0; without it none is.
    severity : str
        `error`, or `notice` for what is to be looked at.

    """
    code = load_rules()[_RULE, severity].code
    return [
        Problem(
            code, pair.place,
            f"{pair.alternative['reason_zh']}（{pair.one_t:.6g} t 与 {pair.other_t:.6g} t）",
            f"{pair.alternative['reason_en']} ({pair.one_t:.6g} t and {pair.other_t:.6g} t)",
            "删去一方，或把一方的该物种记为 IE", "drop one side, or make the species IE on one side",
        )
        for pair in alternatives_counted(activities, emissions, parameters)
        if pair.severity == severity
    ]  # fmt: skip


def alternatives_counted(
    activities: pd.DataFrame, emissions: pd.DataFrame, parameters: pd.DataFrame | None = None
) -> Iterator[Pair]:
    """Yield every pair of alternatives of a ledger or a table of activities that both have a number."""
    rows = _numbers(activities, emissions)
    for alternative in _alternatives():
        own = rows[rows["species"].isin(alternative["species"].split(";"))]
        one = _with_parameter(_side(own, alternative, "one"), alternative["one_parameter"], parameters)
        other = _side(own, alternative, "other")
        for species in sorted(set(one["species"]) & set(other["species"])):
            sides = (one[one["species"] == species], other[other["species"] == species])
            yield from _pairs(alternative, species, *sides)


def _numbers(activities: pd.DataFrame, emissions: pd.DataFrame) -> pd.DataFrame:
    """Return the emissions other than 0 of the activities that stand on any side, with what is known of them."""
    sides = tuple(
        code for row in _alternatives() for name in ("one_side", "other_side") for code in row[name].split(";")
    )
    leaves = activities["source_category"].astype(str)
    wanted = [leaf for leaf in leaves.unique() if leaf.startswith(sides)]
    about = activities[leaves.isin(wanted)]
    about = about.assign(**{name: "" for name in _OPTIONAL if name not in about})
    about = about.assign(**{name: about[name].astype(object).where(about[name].notna(), "") for name in _ORIGIN})
    columns = ["activity_id", "source_category", "fuel_or_product", _REGION, *_OPTIONAL]
    species = {name for row in _alternatives() for name in row["species"].split(";")}
    is_wanted = emissions["species"].isin(list(species)) & emissions["emission_t"].fillna(0.0).ne(0.0)
    numbers = emissions.loc[is_wanted, ["activity_id", "species", "emission_t", "method"]]
    return numbers.merge(about[columns], on="activity_id").astype(
        dict.fromkeys(columns, str) | {"species": str, "method": str}
    )


def _side(rows: pd.DataFrame, alternative: Mapping[str, str], side: str) -> pd.DataFrame:
    """Return the rows of one side of an alternative."""
    found = rows[rows["source_category"].str.startswith(tuple(alternative[f"{side}_side"].split(";")))]
    for column, name in (("fuel_or_product", "products"), ("method", "methods")):
        allowed = alternative[f"{side}_{name}"]
        if allowed:
            found = found[found[column].isin(allowed.split(";"))]
    role = alternative[f"{side}_role"]
    return found[(found["parent_activity_id"] == "") == (role == "own")] if role else found


def _with_parameter(rows: pd.DataFrame, name: str, parameters: pd.DataFrame | None) -> pd.DataFrame:
    """Return the rows whose parameter is above 0; all where none is asked for or no parameters are handed in."""
    if not name or parameters is None:
        return rows
    carried = parameters[(parameters["name"] == name) & (parameters["value"] > 0.0)]
    return rows[rows["activity_id"].isin(carried["activity_id"])]


def _pairs(alternative: Mapping[str, str], species: str, one: pd.DataFrame, other: pd.DataFrame) -> Iterator[Pair]:
    """Yield the places where both sides stand: by what the scope names, else by region where that is unknown."""
    for name in alternative["scope"].split(";"):
        if name != _REGION:
            yield from _at_one_place(alternative, species, _keyed(one, name), _keyed(other, name))
    severity = alternative["severity" if alternative["scope"] == _REGION else "severity_by_region"]
    if severity:
        by_region = {**alternative, "severity": severity}
        left, right = (side if alternative["scope"] == _REGION else _without_facility(side) for side in (one, other))
        yield from _at_one_place(by_region, species, _regional(left, right), _regional(right, left))


def _keyed(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the rows that state a scope, with its key and year as column `key`."""
    stated = rows[rows[name] != ""]
    key = stated[name] if name not in _ORIGIN else stated["origin_file"] + " " + stated["origin_row"]
    return stated.assign(key=key + "|" + stated[_YEAR])


def _without_facility(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that name no facility."""
    return rows[rows["facility_id"] == ""]


def _regional(rows: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return the rows once for every region of either side that lies around or at theirs, as column `key`."""
    regions = sorted({*rows[_REGION], *others[_REGION]})
    around = [(own, outer) for own in rows[_REGION].unique() for outer in regions if outer in _regions_around(own)]
    table = pd.DataFrame(around, columns=[_REGION, "outer"])
    spread = rows.merge(table, on=_REGION)
    return spread.assign(key=spread["outer"] + "|" + spread[_YEAR])


def _at_one_place(
    alternative: Mapping[str, str], species: str, one: pd.DataFrame, other: pd.DataFrame
) -> Iterator[Pair]:
    """Yield one pair per key that both sides have; a pair that a smaller place has told is not told again."""
    left, right = (dict(list(side.groupby("key"))) for side in (one, other))
    told: set[tuple[str, str]] = set()
    for key in sorted(left.keys() & right.keys(), reverse=True):
        names = _name(left[key]), _name(right[key])
        if names in told:
            continue
        told.add(names)
        amounts = exact_sum(left[key]["emission_t"]), exact_sum(right[key]["emission_t"])
        yield Pair(alternative, alternative["severity"], species, *names, *amounts)


def _name(rows: pd.DataFrame) -> str:
    """Return the first record of a side: id, category, name, and how many more there are."""
    first = rows.sort_values("activity_id").iloc[0]
    parts = (first["activity_id"], first["source_category"], first["name_zh"])
    more = f"(+{len(rows) - 1})" if len(rows) > 1 else ""
    return " ".join(part for part in (*parts, more) if part)


@cache
def _alternatives() -> tuple[dict[str, str], ...]:
    """Return the pairs of alternatives."""
    return tuple(
        {str(key): str(value) for key, value in row.items()} for row in load("alternatives").to_dict("records")
    )


@cache
def _regions_around(region: str) -> frozenset[str]:
    """Return a region and those that it lies in."""
    table = load("regions")
    parents = dict(zip(table["code"], table["parent"], strict=True))
    found = [region]
    while parents.get(found[-1]):
        found.append(parents[found[-1]])
    return frozenset(found)
