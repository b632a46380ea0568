"""Child records of controls: what a control takes out of the flue gas gives off CO2 of its own.

Limestone that binds SO2 (44/64), urea that reduces NOx (44/60 of the urea). A reagent that is ammonia gives off none:
the parent says so by `urea_share`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from io import StringIO

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.activity_record import Amount
from inventory.activity_table import RecordGroup, activity_table
from inventory.estimation import SpeciesEstimate, emission_rows, estimate_emissions, estimate_groups
from inventory.ledger import stable_id
from inventory.methods.context import MethodContext

UREA_SHARE = "urea_share"
"""Parameter of the parent: part of the reagent that is urea [1]."""

_UREA = "urea_reagent"
_COLUMNS = ["parent_activity_id", "control", "source_category", "fuel_or_product", "activity_value", "citation"]


def by_products(
    group: RecordGroup, found: SpeciesEstimate, activity_ids: npt.NDArray[np.object_]
) -> list[pd.DataFrame]:
    """Return the by-products of the controls of a group for one species that they removed.

    Parameters
    ----------
    activity_ids : ndarray, shape (n,)
        Ids of the records of the group.

    Returns
    -------
    list of DataFrame
        One per control that gives one: parent_activity_id, control, source_category, fuel_or_product, activity_value
        [t of SO2 removed or of reagent], citation; one row per record.

    """
    return [
        pd.DataFrame(
            {
                "parent_activity_id": activity_ids,
                "control": control,
                "source_category": made["source_category"],
                "fuel_or_product": made["fuel_or_product"],
                "activity_value": removed_t * float(made["product_t_per_t_removed"]) * _share(group, made),
                "citation": made["source"],
            }
        )
        for control, removed_t in found.estimate.removed_t.items()
        for made in _table().get((control, found.species), ())
    ]


def child_records(parents: pd.DataFrame, products: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the by-products as records beside their parents: same place and year, no control of their own.

    Parameters
    ----------
    parents : DataFrame
        Records with activity_id, activity_value and the columns of KEY.
    products : sequence of DataFrame
        What by_products returns, of all groups.

    Returns
    -------
    DataFrame
        Columns of the parents, with parent_activity_id, control and citation; activity_id is still that of the parent.

    """
    made = pd.concat(products, ignore_index=True) if products else pd.DataFrame(columns=_COLUMNS)
    emitting = made[made["activity_value"].astype(float) > 0.0].reset_index(drop=True)
    about = parents.set_index("activity_id", drop=False).loc[emitting["parent_activity_id"]].reset_index(drop=True)
    return about.assign(
        **{name: emitting[name] for name in _COLUMNS},
        technology="any", control_path_id="none", size_class="any", activity_unit="t", balance_group="",
        included_species="", included_in="",
    ).astype({"activity_value": float})  # fmt: skip


def estimate_ledger(
    ledger: pd.DataFrame, parameters: pd.DataFrame, context: MethodContext
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return core_activity with the child records of its controls, and core_emission of all of them."""
    table = activity_table(ledger, parameters, context.inventory_year)
    emissions: list[pd.DataFrame] = []
    products: list[pd.DataFrame] = []
    ids_of_all = np.asarray(table.rows["activity_id"], dtype=object)
    for group, species in estimate_groups(table, context):
        ids = ids_of_all[group.positions]
        for found in species:
            emissions.append(emission_rows(group, found, table))
            products += by_products(group, found, ids)
    children = child_records(ledger, products)
    keys = zip(children["parent_activity_id"], children["control"], children["source_category"], strict=True)
    children = children.assign(
        activity_id=[f"{parent.partition(':')[0]}:{stable_id(parent, *key)}" for parent, *key in keys],
        release_point_id=children["control"] + "@" + children["parent_activity_id"],
        name_zh=children["name_zh"] + " " + children["control"],
        uncertainty_pct=np.nan,
    ).drop(columns="control")
    if len(children):
        emissions.append(estimate_emissions(children, parameters.head(0), context))
    ordered = pd.concat(emissions, ignore_index=True).sort_values(["activity_id", "species"], ignore_index=True)
    return pd.concat([ledger, children[ledger.columns]], ignore_index=True) if len(children) else ledger, ordered


def _share(group: RecordGroup, made: dict[str, str]) -> Amount:
    """Return the part of a reagent that gives off CO2 [1]."""
    return group.record.parameters.get(UREA_SHARE, 1.0) if made["fuel_or_product"] == _UREA else 1.0


@cache
def _table() -> dict[tuple[str, str], list[dict[str, str]]]:
    """Return the by-products by control and removed species."""
    text = files("inventory.factors").joinpath("by_products.csv").read_text(encoding="utf-8")
    rows = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
    keys = ["control", "removed_species"]
    return {(str(key[0]), str(key[1])): own.to_dict("records") for key, own in rows.groupby(keys)}
