"""Fleet by age: shares and mileage by year of first registration → shares and mileage by emission standard.

The standard of a year follows from phase_in.csv (Shanghai). A year in which a standard began is divided by months:
registrations are taken as even over the year (judgement).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

import pandas as pd

from inventory.errors import CellRef, Problem, SchemaError, problem
from inventory.exact_sum import exact_sum
from inventory.mobile.mobile_facts import MobileFacts

_SHARE_TOLERANCE = 1e-6
_UNREGULATED = "any"


@dataclass(frozen=True)
class StandardShare:
    """Vehicles of one emission standard: share of the class [1] and mean mileage [km/a], nan where none is given."""

    standard: str
    share: float
    annual_km: float


@cache
def phase_in() -> pd.DataFrame:
    """Return the dates of the standards: group, source_categories, fuels, standard, year, month, citation."""
    text = files("inventory.mobile").joinpath("phase_in.csv").read_text(encoding="utf-8")
    table = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
    date = table["date"].str.partition("-")
    return table.assign(year=date[0].astype(int), month=date[2].astype(int))


def standards_of_year(source_category: str, fuel: str, model_year: int) -> list[tuple[str, float]]:
    """Return the standards of vehicles first registered in a year, with their shares of that year [1].

    Parameters
    ----------
    source_category, fuel : str
        Leaf and fuel of the fleet class; one without a leaf (electric) has no standards.
    model_year : int
        Year of first registration.

    Raises
    ------
    SchemaError
        If phase_in.csv has no group for the class.

    """
    if not source_category:
        return [(_UNREGULATED, 1.0)]
    table = phase_in()
    own = table[
        table["source_categories"].str.split(";").map(lambda codes: source_category in codes)
        & table["fuels"].str.split(";").map(lambda codes: fuel in codes)
    ].sort_values(["year", "month"])
    if own.empty:
        raise SchemaError(problem("TY3221", f"{source_category} {fuel}"))
    begun = own[own["year"] <= model_year].to_dict("records")
    before = [row for row in begun if row["year"] < model_year]
    during = [row for row in begun if row["year"] == model_year]
    months = [
        (before[-1]["standard"] if before else begun[0]["standard"], 1),
        *((r["standard"], r["month"]) for r in during),
    ]
    ends = [start for _, start in months[1:]] + [13]
    shares = [(name, (end - start) / 12.0) for (name, start), end in zip(months, ends, strict=True)]
    return [(name, share) for name, share in shares if share > 0.0]


def is_aged(facts: MobileFacts, vehicle_type: str, fuel: str) -> bool:
    """Return whether the ages of a class are delivered."""
    return len(_rows(facts, vehicle_type, fuel)) > 0


def has_mileage(facts: MobileFacts, vehicle_type: str, fuel: str) -> bool:
    """Return whether the ages of a class state its mileage."""
    return bool(_rows(facts, vehicle_type, fuel)["annual_km"].notna().all())


def shares_by_standard(facts: MobileFacts, fleet_class: Mapping[str, Any]) -> list[StandardShare]:
    """Return share and mean mileage of each emission standard of a class whose ages are delivered.

    share = Σ share of the year × share of the standard; mileage = Σ share × mileage / Σ share

    Parameters
    ----------
    facts : MobileFacts
        With the ages.
    fleet_class : mapping
        vehicle_type, fuel, source_category and fuel_or_product of the class.

    """
    rows = _rows(facts, fleet_class["vehicle_type"], fleet_class["fuel"])
    parts: dict[str, list[tuple[float, float]]] = {}
    for row in rows.sort_values("model_year").to_dict("records"):
        pairs = standards_of_year(
            str(fleet_class["source_category"]), str(fleet_class["fuel_or_product"]), int(row["model_year"])
        )
        for standard, fraction in pairs:
            parts.setdefault(standard, []).append((float(row["share"]) * fraction, float(row["annual_km"])))
    return [_combined(standard, of) for standard, of in sorted(parts.items())]


def age_problems(facts: MobileFacts) -> Iterator[Problem]:
    """Yield what is wrong with delivered ages: unknown classes, years, shares that are no whole, half-given mileage."""
    if len(facts.ages) and facts.of_year(facts.ages).empty:
        years = "、".join(map(str, sorted(set(facts.ages["data_year"]))))
        yield problem("TY3211", "age_distribution", years=years, year=facts.inventory_year)
    known = set(zip(facts.fleet_classes["vehicle_type"], facts.fleet_classes["fuel"], strict=True))
    rows = facts.of_year(facts.ages)
    if rows.empty:
        return
    for (vehicle_type, fuel), own in rows.groupby(["vehicle_type", "fuel"], sort=True):
        first = own.iloc[0]
        place = f"{CellRef.of(first)} ({vehicle_type} {fuel})"
        if (vehicle_type, fuel) not in known:
            yield problem("TY3222", place, cell=CellRef.of(first, "vehicle_type"))
        total = exact_sum(own["share"])
        if abs(total - 1.0) > _SHARE_TOLERANCE:
            yield problem("TY3223", place, cell=CellRef.of(first, "share"), total=f"{total:g}")
        if own["annual_km"].isna().any() and own["annual_km"].notna().any():
            yield problem("TY3224", place, cell=CellRef.of(first, "annual_km"))
        yield from _wrong_years(own, facts.inventory_year)


def _wrong_years(rows: pd.DataFrame, inventory_year: int) -> Iterator[Problem]:
    """Yield rows without a year, of the future, or whose age contradicts their year."""
    for row in rows.to_dict("records"):
        place = f"{CellRef.of(row)} ({row['vehicle_type']} {row['fuel']})"
        year, cell = row["model_year"], CellRef.of(row, "model_year")
        if pd.isna(year):
            yield problem("TY3225", f"{place} › model_year", cell=cell)
        elif year > inventory_year:
            yield problem("TY3226", f"{place} › model_year", cell=cell, year=year, inventory_year=inventory_year)
        elif pd.notna(row["age"]) and year + row["age"] != inventory_year:
            yield problem("TY3227", f"{place} › age", cell=CellRef.of(row, "age"), age=row["age"], year=year)


def _rows(facts: MobileFacts, vehicle_type: str, fuel: str) -> pd.DataFrame:
    """Return the ages of a class in the inventory year."""
    rows = facts.of_year(facts.ages)
    return rows[(rows["vehicle_type"] == vehicle_type) & (rows["fuel"] == fuel)] if len(rows) else rows


def _combined(standard: str, parts: list[tuple[float, float]]) -> StandardShare:
    """Return the sum of the shares and their mean mileage; one mileage for all stays what it is to the last bit."""
    share = exact_sum([part for part, _ in parts])
    mileages = {km for _, km in parts}
    if len(mileages) == 1 or share == 0.0:
        return StandardShare(standard, share, parts[0][1])
    if any(math.isnan(km) for km in mileages):
        return StandardShare(standard, share, float("nan"))
    return StandardShare(standard, share, exact_sum([part * km for part, km in parts]) / share)
