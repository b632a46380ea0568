"""Rows of the mobile tables that would be lost in silence: without a partner in another table, or of another year."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from inventory.errors import CellRef, Problem, SchemaError, problem
from inventory.exact_sum import exact_sum
from inventory.mobile.fleet_age import age_problems, has_mileage, is_aged
from inventory.mobile.link_traffic import link_problems
from inventory.mobile.machines import machine_problems
from inventory.mobile.meters import meter_problems
from inventory.mobile.mobile_facts import MobileFacts
from inventory.mobile.on_road import MILEAGE, NOT_A_CLASS

_CALLS = "ship calls:"
_MOVEMENTS = re.compile(r"aircraft movements \S+")
_SHARE_TOLERANCE = 1e-6
_ABOUT = ("vehicle_type", "ship_type", "item", "fuel")
"""Columns that say what a row is about."""


def require_partners(facts: MobileFacts) -> None:
    """Refuse rows that no record would be made of.

    Raises
    ------
    SchemaError
        Naming every row at once: a fleet class without stock, mileage, shares or speeds of the inventory year, a
        stock without a class, ships without calls, calls without ships, airports without aircraft types; and what is
        wrong with optional deliveries.

    """
    problems = [*_classes(facts), *_stocks(facts), *_ships(facts), *_calls(facts)]
    problems += [*_airports(facts), *_fleet_mixes(facts)]
    problems += [*age_problems(facts), *machine_problems(facts), *link_problems(facts)]
    problems += meter_problems(facts)
    if problems:
        raise SchemaError(*problems)


def _classes(facts: MobileFacts) -> Iterator[Problem]:
    """Yield fleet classes whose partners are missing."""
    vehicles, groups = facts.vehicles, set(facts.assumptions["group_name"])
    for _, row in facts.fleet_classes.iterrows():
        if row["role"] == NOT_A_CLASS:
            continue
        stocks = vehicles[
            (vehicles["vehicle_type"] == row["vehicle_type"])
            & (vehicles["fuel"] == row["fuel"])
            & (vehicles["metric"] == "stock")
        ]
        yield from _of_year(row, stocks, f"vehicles › stock {row['vehicle_type']} {row['fuel']}", facts)
        has_ages = is_aged(facts, row["vehicle_type"], row["fuel"])
        if not (has_ages and has_mileage(facts, row["vehicle_type"], row["fuel"])):
            mileages = vehicles[(vehicles["vehicle_type"] == row["mileage_group"]) & (vehicles["metric"] == MILEAGE)]
            yield from _of_year(row, mileages, f"vehicles › {MILEAGE} {row['mileage_group']}", facts)
        if row["share_group"] and not has_ages:
            is_share = (vehicles["vehicle_type"] == row["share_group"]) & (vehicles["metric"] == "share of stock")
            yield from _of_year(row, vehicles[is_share], f"vehicles › share of stock {row['share_group']}", facts)
        if row["speed_profile"] not in groups:
            yield _problem(row, "speed_profile", f"mobile_assumptions › {row['speed_profile']}")


def _of_year(row: pd.Series, rows: pd.DataFrame, partner: str, facts: MobileFacts) -> Iterator[Problem]:
    """Yield the problem of a partner that is absent, or of other years only."""
    if (rows["data_year"] == facts.inventory_year).any():
        return
    if rows.empty:
        yield _problem(row, "vehicle_type", f"{partner} {facts.inventory_year}")
        return
    years = "、".join(sorted({str(year) for year in rows["data_year"]}))
    cell = CellRef.of(row, "vehicle_type")
    yield problem(
        "TY3208", _place(cell, row), cell=cell, partner=partner, years=years, inventory_year=facts.inventory_year
    )


def _stocks(facts: MobileFacts) -> Iterator[Problem]:
    """Yield stocks that no fleet class takes up."""
    known = set(zip(facts.fleet_classes["vehicle_type"], facts.fleet_classes["fuel"], strict=True))
    for _, row in facts.vehicles[facts.vehicles["metric"] == "stock"].iterrows():
        if (row["vehicle_type"], row["fuel"]) not in known:
            cell = CellRef.of(row, "vehicle_type")
            yield problem("TY3209", _place(cell, row), cell=cell, role=NOT_A_CLASS)


def _ships(facts: MobileFacts) -> Iterator[Problem]:
    """Yield ship engines whose calls are not delivered."""
    items = set(_facts_of_year(facts)["item"])
    for _, row in facts.ships[~facts.ships["call_item"].isin(items)].iterrows():
        yield _problem(row, "call_item", f"nonroad › {row['call_item']} {facts.inventory_year}")


def _calls(facts: MobileFacts) -> Iterator[Problem]:
    """Yield calls that no ship type takes up; none at all need no ship."""
    calls = _facts_of_year(facts)
    calls = calls[calls["item"].str.startswith(_CALLS) & (calls["value"] != 0.0)]
    for _, row in calls[~calls["item"].isin(set(facts.ships["call_item"]))].iterrows():
        yield _problem(row, "item", f"ships › {row['item']}")


def _airports(facts: MobileFacts) -> Iterator[Problem]:
    """Yield movements of an airport that no aircraft type takes up; none at all need no type."""
    table = _facts_of_year(facts)
    is_airport = table["item"].map(lambda item: _MOVEMENTS.fullmatch(str(item)) is not None)
    movements = table[is_airport & (table["value"] != 0.0)]
    for _, row in movements[~movements["item"].isin(set(facts.aviation["movements_item"]))].iterrows():
        yield _problem(row, "item", f"aviation › {row['item']}")


def _fleet_mixes(facts: MobileFacts) -> Iterator[Problem]:
    """Yield airports whose groups of aircraft do not share out all movements."""
    values = _facts_of_year(facts).set_index("item")["value"]
    for airport, rows in facts.aviation.groupby("airport", sort=True):
        groups = sorted(set(rows["group_item"]))
        if set(groups) <= set(values.index):
            total = exact_sum([float(values[group]) for group in groups])
            if abs(total - 1.0) > _SHARE_TOLERANCE:
                yield problem("TY3251", f"nonroad › {airport} › {'、'.join(groups)}", total=f"{total:g}")


def _facts_of_year(facts: MobileFacts) -> pd.DataFrame:
    """Return the non-road facts of the inventory year that have a value."""
    table = facts.facts
    is_nonroad = (table["source_id"] == "nonroad") & (table["data_year"] == facts.inventory_year)
    return table[is_nonroad & table["value"].notna()]


def _place(cell: CellRef, row: pd.Series) -> str:
    """Return a cell with what its row is about."""
    about = [str(row[name]) for name in _ABOUT if name in row.index and row[name]]
    return f"{cell} ({' '.join(about)})"


def _problem(row: pd.Series, column: str, partner: str) -> Problem:
    """Return the problem of an absent partner."""
    cell = CellRef.of(row, column)
    return problem("TY3207", _place(cell, row), cell=cell, partner=partner)
