"""Units of activities and of factors: a closed table with exact factors.

References
----------
inventory/vocabulary/units.csv and factor_units.csv; factors are fractions, reference conditions stand in the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import pandas as pd

from inventory.errors import UnitError, problem
from inventory.vocabulary import load


@dataclass(frozen=True)
class Unit:
    """A unit of activity: value × factor_to_base is in base_unit."""

    code: str
    dimension: str
    base_unit: str
    factor_to_base: Fraction


@dataclass(frozen=True)
class FactorUnit:
    """A unit of emission factors: value × kg_per_base is in kg per base (e.g. `kg per t`); None for parameters."""

    code: str
    kg_per_base: Fraction | None
    base: str


@cache
def resolve_unit(name: str) -> Unit:
    """Return the unit of a code or alias.

    Raises
    ------
    UnitError
        If the name is unknown, or refused because it is ambiguous (ton, 方, 卡 …).

    """
    row = _unit_names().get(name.strip())
    if row is None:
        raise UnitError(problem("TY1201", name))
    if row["status"] == "refused":
        raise UnitError(problem("TY1202", name, conditions=row["conditions"], note=row["note"]))
    return Unit(row["code"], row["dimension"], row["base_unit"], Fraction(row["factor_to_base"]))


def convert(value: float, from_unit: str, to_unit: str) -> float:
    """Convert a value between two units of one dimension.

    Raises
    ------
    UnitError
        If the dimensions differ.

    """
    source, target = resolve_unit(from_unit), resolve_unit(to_unit)
    if source.dimension != target.dimension:
        raise UnitError(problem("TY1203", f"{from_unit} → {to_unit}", own=source.dimension, wanted=target.dimension))
    return value * float(source.factor_to_base / target.factor_to_base)


@cache
def factor_unit(code: str) -> FactorUnit:
    """Return a unit of emission factors by its code.

    Raises
    ------
    UnitError
        If the code is unknown.

    """
    row = _factor_unit_rows().get(code)
    if row is None:
        raise UnitError(problem("TY1204", code))
    text = row["factor_to_kg_per_base"]
    return FactorUnit(code, Fraction(text) if text else None, row["base"])


@cache
def _unit_names() -> dict[str, dict[str, str]]:
    """Return the units by code and alias."""
    rows = load("units").to_dict("records")
    names = {str(alias).strip(): row for row in rows for alias in str(row["aliases"]).split(";") if str(alias).strip()}
    return names | {str(row["code"]): row for row in rows}


@cache
def _factor_unit_rows() -> dict[str, dict[str, str]]:
    """Return the factor units by code."""
    return {str(row["code"]): row for row in load("factor_units").to_dict("records")}


@cache
def known_unit_names() -> frozenset[str]:
    """Return every accepted code and alias."""
    return frozenset(unit_names_table()["name"])


@cache
def unit_names_table() -> pd.DataFrame:
    """Return every accepted unit name with its base unit and factor, for SQL: name, code, base_unit, factor_to_base.

    Refused units are left out, so a table that uses one keeps no base unit.
    """
    resolved = [(name, resolve_unit(name)) for name, row in _unit_names().items() if row["status"] != "refused"]
    rows = [(name, unit.code, unit.base_unit, float(unit.factor_to_base)) for name, unit in sorted(resolved)]
    return pd.DataFrame(rows, columns=["name", "code", "base_unit", "factor_to_base"])
