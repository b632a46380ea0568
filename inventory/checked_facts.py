"""Published facts that the ledger does not use but must agree with: treatment `check` of the activity map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from inventory.delivered_cells import parse_number
from inventory.errors import CellRef, Problem, problem
from inventory.exact_sum import exact_sum
from inventory.vocabulary.units import convert, known_unit_names, resolve_unit

DEFAULT_TOLERANCE = 0.05
"""Share by which a statistic and the ledger may differ where the map states none; judgement."""


def compare_checked_facts(matched: pd.DataFrame, activities: pd.DataFrame) -> list[Problem]:
    """Compare each fact with treatment `check` with the sum of the records that its row of the map names.

    The row names them by `source_category` (several with `;`) and, where it is not empty, `fuel_or_product`; its
    `tolerance` [1] is 5 % by default. A row without a category compares nothing.

    Parameters
    ----------
    matched : DataFrame
        Result of `match_facts`, with value and unit of the facts.
    activities : DataFrame
        Records after the residual rule: source_category, fuel_or_product, activity_value [activity_unit].

    Returns
    -------
    list of Problem
        Notices in the order of the map: beyond the tolerance, or nothing to compare with.

    """
    is_check = (matched["map_treatment"] == "check") & (matched["map_source_category"] != "")
    facts = matched[is_check & matched["value"].notna()].sort_values(["map_row", "fact_id"])
    return [found for fact in facts.to_dict("records") for found in _compare(fact, activities)]


def _compare(fact: Mapping[str, Any], activities: pd.DataFrame) -> Iterator[Problem]:
    """Yield the notice of one fact, if there is any."""
    place, cell = CellRef.of(fact), CellRef.of(fact, "value")
    categories, product = str(fact["map_source_category"]).split(";"), str(fact["map_fuel_or_product"])
    own = activities[activities["source_category"].isin(categories)]
    own = own[own["fuel_or_product"] == product] if product else own
    own = own[own["activity_unit"].map(lambda unit: _is_convertible(str(unit), str(fact["unit"])))]
    if own.empty:
        yield problem("TY3047", place, cell=cell, categories=";".join(categories), product=product, item=fact["item"],
                      fuel=fact["fuel"])  # fmt: skip
        return
    pairs = zip(own["activity_value"], own["activity_unit"], strict=True)
    ledger = exact_sum([_in_unit(float(value), str(unit), str(fact["unit"])) for value, unit in pairs])
    stated = float(fact["value"])
    tolerance = parse_number(str(fact.get("map_tolerance", "")))
    limit = DEFAULT_TOLERANCE if tolerance is None else tolerance
    if abs(ledger - stated) > limit * abs(stated):
        apart = f"{(ledger - stated) / stated:+.1%}" if stated else "—"
        yield problem(
            "TY3046", place, cell=cell, stated=f"{stated:,.6g}", ledger=f"{ledger:,.6g}", unit=fact["unit"],
            percent=apart, tolerance=f"{limit:.1%}", item=fact["item"], fuel=fact["fuel"],
        )  # fmt: skip


def _is_convertible(unit: str, wanted: str) -> bool:
    """Return whether both units are known and of one dimension."""
    if unit == wanted:
        return True
    known = known_unit_names()
    return unit in known and wanted in known and resolve_unit(unit).dimension == resolve_unit(wanted).dimension


def _in_unit(value: float, unit: str, wanted: str) -> float:
    """Return an amount in another unit of its dimension."""
    return value if unit == wanted else convert(value, unit, wanted)
