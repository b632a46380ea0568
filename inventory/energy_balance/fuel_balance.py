"""One fuel of one region of an energy balance: its sections, and what they leave."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from inventory.energy_balance.balance_tables import limits, structure, tce_per_unit
from inventory.errors import CellRef
from inventory.exact_sum import exact_sum

SIDES = {"supply": 1.0, "transformation": 1.0, "losses": -1.0, "final": -1.0}
"""Sections of the closing and their signs."""

RESIDENTIAL = "Residential consumption"


@dataclass(frozen=True)
class FuelBalance:
    """One fuel of one region in its own unit; `printed` are the totals of the delivery, nan where there is none.

    Attributes
    ----------
    used : dict of str to float
        supply, transformation, losses, final: the parts where they are delivered, else the printed total.
    difference, reported : float
        Computed and printed statistical difference; nothing printed is read as none: the balance must close by itself.
    turnover : float
        What is compared with: the larger of supply and use.

    """

    region_code: str
    fuel: str
    unit: str
    used: dict[str, float]
    printed: dict[str, float]
    difference: float
    reported: float
    turnover: float
    rows: Mapping[str, Mapping[str, object]]

    @property
    def gap(self) -> float:
        """Computed − printed statistical difference."""
        return self.difference - self.reported

    @property
    def tce(self) -> float:
        """Factor to tce."""
        return tce_per_unit(self.fuel)

    def is_beyond(self, gap: float, rule: str, severity: str) -> bool:
        """Return whether a gap is more than rounding and more than the limit of a rule."""
        rounding = limits()["rounding", "notice"] / (self.tce if self.tce > 0 else 1.0)
        return abs(gap) > max(rounding, limits()[rule, severity] * self.turnover)

    def place(self, *items: str) -> str:
        """Return file › row (item fuel) of the first of some items that was delivered."""
        found = self._first(items)
        region = f" {self.region_code}" if self.region_code else ""
        return f"{CellRef.of(found)} ({found['item']} {self.fuel}{region})"

    def cell(self, *items: str) -> CellRef:
        """Return the value of the first of some items that was delivered."""
        return CellRef.of(self._first(items), "value")

    def _first(self, items: tuple[str, ...]) -> Mapping[str, object]:
        """Return the row of the first of some items that was delivered, of any item where none was."""
        return next((self.rows[item] for item in items if item in self.rows), next(iter(self.rows.values())))


def fuel_balance(rows: pd.DataFrame) -> FuelBalance:
    """Return the balance of the rows of one region and fuel."""
    by_item = {str(row["item"]): row for row in rows.to_dict("records")}
    values = {item: float(row["value"]) for item, row in by_item.items()}
    values = with_residential(values)
    totals = structure()[structure()["role"] == "total"].set_index("section")["item"]
    printed = {section: values.get(str(item), math.nan) for section, item in totals.items()}
    printed["losses"] = abs(printed["losses"])
    used = {section: _of_parts(section, values, printed[section]) for section in SIDES}
    difference = exact_sum([sign * used[section] for section, sign in SIDES.items()])
    inputs = -exact_sum([min(values.get(item, 0.0), 0.0) for item in _parts("transformation")["item"]])
    turnover = max(abs(used["supply"]), used["final"] + used["losses"] + inputs)
    reported = 0.0 if math.isnan(printed["difference"]) else printed["difference"]
    first = rows.iloc[0]
    return FuelBalance(
        str(first["region_code"]), str(first["fuel"]), str(first["unit"]), used, printed, difference, reported,
        turnover, by_item,
    )  # fmt: skip


def with_residential(values: dict[str, float]) -> dict[str, float]:
    """Return the values with households from town and country where only those are delivered."""
    parts = [values[item] for item in _parts("residential")["item"] if item in values]
    return values if RESIDENTIAL in values or not parts else values | {RESIDENTIAL: exact_sum(parts)}


def _parts(section: str) -> pd.DataFrame:
    """Return the parts of a section."""
    table = structure()
    return table[(table["section"] == section) & (table["role"] == "part")]


def sum_of_parts(section: str, values: Mapping[str, float]) -> float:
    """Return the signed sum of the parts that are delivered; nan where none is."""
    terms = [
        sign * abs(values[item]) if sign < 0 else values[item]
        for item, sign in zip(_parts(section)["item"], _parts(section)["sign"], strict=True)
        if item in values
    ]
    return exact_sum(terms) if terms else math.nan


def _of_parts(section: str, values: Mapping[str, float], printed: float) -> float:
    """Return the sum of the parts, else the printed total, else 0: a section that a fuel does not have."""
    found = sum_of_parts(section, values)
    if math.isnan(found):
        found = printed
    return 0.0 if math.isnan(found) else found
