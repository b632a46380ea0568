"""One factor told in full: value, key, sources as printed, and the fallback chains that lead to it."""

from __future__ import annotations

import pandas as pd

from inventory.errors import SchemaError, problem
from inventory.factors.library import FactorLibrary
from inventory.factors.pack_tables import FACTOR_KEY
from inventory.vocabulary import chain, load

_CHAINS = {
    "source_category": ("categories", ("categories",)),
    "fuel_or_product": ("fuels", ("fuels", "products")),
    "technology": ("technologies", ("technologies",)),
    "region_code": ("regions", ("regions",)),
}
"""Key column, kind of its fallback chain, and the vocabulary tables that hold its codes."""


def describe(library: FactorLibrary, row_id: str) -> dict[str, object]:
    """Return all columns of a factor or fuel property, and `reached_from`: the codes whose fallback chain passes it.

    Raises
    ------
    SchemaError
        If no row has this id.

    """
    for rows, key in ((library.factors, "factor_id"), (library.fuel_properties, "property_id")):
        found = rows[rows[key] == row_id] if len(rows) else rows
        if len(found):
            row = found.iloc[0]
            return {**{str(name): str(value) for name, value in row.items()}, "reached_from": _reached_from(row)}
    raise SchemaError(problem("TY4431", row_id))


def select_rows(library: FactorLibrary, *, category: str = "", species: str = "", status: str = "") -> pd.DataFrame:
    """Return the factor rows of a category and all below it, of a species and a status; empty texts select all."""
    rows = library.factors
    if category:
        rows = rows[(rows["source_category"] == category) | rows["source_category"].str.startswith(f"{category}.")]
    if species:
        rows = rows[rows["species"] == species]
    return rows[rows["status"] == status] if status else rows


def key_text(row: pd.Series) -> str:
    """Return the key of a factor as one line."""
    return " ".join(str(row[name]) for name in FACTOR_KEY)


def _reached_from(row: pd.Series) -> dict[str, list[str]]:
    """Return, for each part of the key, the other codes whose chain leads to the row's code."""
    wanted = {name: str(row[name]) for name in _CHAINS if name in row.index}
    if "fuel" in row.index:
        wanted = {"fuel_or_product": str(row["fuel"])}
    return {name: _leading_to(name, code) for name, code in wanted.items()}


def _leading_to(name: str, code: str) -> list[str]:
    """Return the codes whose fallback chain passes a code, that code left out."""
    kind, tables = _CHAINS[name]
    found = []
    for table in tables:
        of_table = kind if name != "fuel_or_product" else table
        found += [other for other in load(table)["code"] if other != code and code in chain(of_table, other)]
    return found
