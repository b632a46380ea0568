"""Rows of the mobile tables that would be lost in silence: without a partner in another table, or of another year."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from inventory.errors import Problem, SchemaError, problem
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
_REMEDY = ("在该表补充这一行，或删去这里的引用", "add the row to that table, or take its name out here")


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
        place = f"{_place(row)} ({row['vehicle_type']} {row['fuel']})"
        yield from _of_year(place, stocks, f"vehicles › stock {row['vehicle_type']} {row['fuel']}", facts)
        has_ages = is_aged(facts, row["vehicle_type"], row["fuel"])
        if not (has_ages and has_mileage(facts, row["vehicle_type"], row["fuel"])):
            mileages = vehicles[(vehicles["vehicle_type"] == row["mileage_group"]) & (vehicles["metric"] == MILEAGE)]
            yield from _of_year(place, mileages, f"vehicles › {MILEAGE} {row['mileage_group']}", facts)
        if row["share_group"] and not has_ages:
            is_share = (vehicles["vehicle_type"] == row["share_group"]) & (vehicles["metric"] == "share of stock")
            yield from _of_year(place, vehicles[is_share], f"vehicles › share of stock {row['share_group']}", facts)
        if row["speed_profile"] not in groups:
            yield _problem(place, f"mobile_assumptions › {row['speed_profile']}")


def _of_year(place: str, rows: pd.DataFrame, partner: str, facts: MobileFacts) -> Iterator[Problem]:
    """Yield the problem of a partner that is absent, or of other years only."""
    if (rows["data_year"] == facts.inventory_year).any():
        return
    if rows.empty:
        yield _problem(place, f"{partner} {facts.inventory_year}")
        return
    years = "、".join(sorted({str(year) for year in rows["data_year"]}))
    yield Problem(
        "TY3207", place, f"{partner} 只有 {years} 年的数据，清单年份是 {facts.inventory_year}",
        f"{partner}: rows of {years} only; the inventory year is {facts.inventory_year}",
        "交付清单年份的这一行", "deliver the row of the inventory year",
    )  # fmt: skip


def _stocks(facts: MobileFacts) -> Iterator[Problem]:
    """Yield stocks that no fleet class takes up."""
    known = set(zip(facts.fleet_classes["vehicle_type"], facts.fleet_classes["fuel"], strict=True))
    for _, row in facts.vehicles[facts.vehicles["metric"] == "stock"].iterrows():
        if (row["vehicle_type"], row["fuel"]) not in known:
            yield Problem(
                "TY3207", f"{_place(row)} ({row['vehicle_type']} {row['fuel']})", "fleet_classes 没有这一车型",
                "fleet_classes has no row for this class", f"补充一行；合计或重复的行 role 写 {NOT_A_CLASS}",
                f"add a row; totals and repetitions take the role {NOT_A_CLASS}",
            )  # fmt: skip


def _ships(facts: MobileFacts) -> Iterator[Problem]:
    """Yield ship engines whose calls are not delivered."""
    items = set(_facts_of_year(facts)["item"])
    for _, row in facts.ships[~facts.ships["call_item"].isin(items)].iterrows():
        yield _problem(f"{_place(row)} ({row['ship_type']})", f"nonroad › {row['call_item']} {facts.inventory_year}")


def _calls(facts: MobileFacts) -> Iterator[Problem]:
    """Yield calls that no ship type takes up; none at all need no ship."""
    calls = _facts_of_year(facts)
    calls = calls[calls["item"].str.startswith(_CALLS) & (calls["value"] != 0.0)]
    for _, row in calls[~calls["item"].isin(set(facts.ships["call_item"]))].iterrows():
        yield _problem(f"{_place(row)} ({row['item']})", f"ships › {row['item']}")


def _airports(facts: MobileFacts) -> Iterator[Problem]:
    """Yield movements of an airport that no aircraft type takes up; none at all need no type."""
    table = _facts_of_year(facts)
    is_airport = table["item"].map(lambda item: _MOVEMENTS.fullmatch(str(item)) is not None)
    movements = table[is_airport & (table["value"] != 0.0)]
    for _, row in movements[~movements["item"].isin(set(facts.aviation["movements_item"]))].iterrows():
        yield _problem(f"{_place(row)} ({row['item']})", f"aviation › {row['item']}")


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


def _place(row: pd.Series) -> str:
    """Return file and row of a table row."""
    return f"{row['origin_file']} › {row['origin_row']}"


def _problem(place: str, partner: str) -> Problem:
    """Return the problem of an absent partner."""
    return Problem("TY3207", place, f"找不到对应的行：{partner}", f"no row matches it: {partner}", *_REMEDY)
