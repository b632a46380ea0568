"""Child records of controls, and the estimate of a ledger with them: what was taken out gives off CO2 of its own.

Limestone that binds SO2 (44/64), urea that reduces NOx (44/60 of the urea). A reagent that is ammonia gives off none:
the parent says so by `urea_share`. Where nobody knows what was removed (monitored or supplied emission, a factor behind
the control) the child stands all the same and its CO2 is NE: better data on the stack never lowers the total unsaid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from io import StringIO

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.activity_record import Amount
from inventory.activity_table import RecordGroup, activity_table
from inventory.errors import Problem, SchemaError, problem
from inventory.estimation import SpeciesEstimate, emission_rows, estimate_emissions, estimate_groups
from inventory.factors.abatement import ControlPaths
from inventory.ledger import stable_id
from inventory.methods.context import MethodContext

UREA_SHARE = "urea_share"
"""Parameter of the parent: part of the reagent that is urea [1]."""

WITHOUT_REMOVED_MASS = (
    "去除量未知（该物种由实测、给定因子或治理后因子估算）：给出 {leaf} 的自有记录（so2_removed、urea_reagent 质量），"
    "或改用产生量与去除率 / removed mass unknown (the species is monitored, supplied or by a factor after control):"
    " state it as an own record of {leaf} (so2_removed, urea_reagent), or give what was generated and the removal"
)
"""Why the CO2 of a control is NE; `leaf` is the category of the by-product."""

_UREA = "urea_reagent"
_COLUMNS = ["parent_activity_id", "control", "source_category", "fuel_or_product", "activity_value", "citation"]
_ANY = "any"
_GAS = "CO2"


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


def unknown_by_products(
    group: RecordGroup,
    species: Iterable[SpeciesEstimate],
    activity_ids: npt.NDArray[np.object_],
    *,
    control_paths: ControlPaths,
) -> list[pd.DataFrame]:
    """Return the by-products of the controls of a group's train whose removed mass nobody knows.

    Parameters
    ----------
    species : iterable of SpeciesEstimate
        All species of the group.
    activity_ids : ndarray, shape (n,)
        Ids of the records of the group.
    control_paths : ControlPaths
        Of the run; the train of the group is read from them.

    Returns
    -------
    list of DataFrame
        As by_products returns; activity_value and fuel_or_product are those of the parent, in its unit.
        A species that another record counts (IE) brings none, nor does a reagent without urea.

    """
    settled = {
        found.species for found in species if found.notation_key == "IE" or found.estimate.removed_t
    } | group.record.included_species
    train = {step.control for step in control_paths.train(group.record.control_path_id)}
    return [
        pd.DataFrame(
            {
                "parent_activity_id": activity_ids,
                "control": control,
                "source_category": made["source_category"],
                "fuel_or_product": group.record.fuel_or_product,
                "activity_value": np.where(_share(group, made) > 0.0, group.record.activity_value, 0.0),
                "citation": made["source"],
            }
        )
        for (control, removed_species), rows in _table().items()
        if control in train and removed_species not in settled
        for made in rows
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
    return _beside(parents, products).assign(activity_unit="t")


def unknown_child_records(parents: pd.DataFrame, products: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return what unknown_by_products returns as records, as child_records does; the unit is that of the parent.

    Where the parents hold a record of their own for a by-product at the facility (without facility: in the region), it
    stands for those of all controls there.
    """
    children = _beside(parents, products)
    held = set(zip(parents["source_category"], _places(parents), strict=True))
    is_held = [key in held for key in zip(children["source_category"], _places(children), strict=True)]
    return children[~np.array(is_held, dtype=bool)].reset_index(drop=True)


def unknown_emissions(children: pd.DataFrame) -> pd.DataFrame:
    """Return the CO2 of the children of unknown_child_records as rows of core_emission: NE with the reason."""
    return pd.DataFrame(
        {
            "activity_id": children["activity_id"],
            "species": _GAS,
            "emission_t": np.nan,
            "notation_key": "NE",
            "method": "",
            "factor_id": "",
            "fallback_chain": [WITHOUT_REMOVED_MASS.format(leaf=leaf) for leaf in children["source_category"]],
            "tier": "",
            "control_efficiency": np.nan,
            "factor_confidence": "",
            "included_in": "",
        }
    )


def estimate_ledger(
    ledger: pd.DataFrame, parameters: pd.DataFrame, context: MethodContext
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return core_activity with the child records of its controls, and core_emission of all of them.

    Raises
    ------
    SchemaError
        Naming every parameter that no method read: it would be ignored.

    """
    table = activity_table(ledger, parameters, context.inventory_year)
    emissions: list[pd.DataFrame] = []
    products: list[pd.DataFrame] = []
    unknown: list[pd.DataFrame] = []
    problems: list[Problem] = []
    ids_of_all = np.asarray(table.rows["activity_id"], dtype=object)
    for group, estimates in estimate_groups(table, context):
        ids, species = ids_of_all[group.positions], list(estimates)
        emissions += [emission_rows(group, found, table) for found in species]
        products += [made for found in species for made in by_products(group, found, ids)]
        unknown += unknown_by_products(group, species, ids, control_paths=context.control_paths)
        problems += _unread(group, ids)
    if problems:
        raise SchemaError(*problems)
    children = _with_identity(child_records(ledger, products))
    silent = _with_identity(unknown_child_records(ledger, unknown))
    if len(children):
        emissions.append(estimate_emissions(children, parameters.head(0), context))
    if len(silent):
        emissions.append(unknown_emissions(silent))
    ordered = pd.concat(emissions, ignore_index=True).sort_values(["activity_id", "species"], ignore_index=True)
    added = [own[ledger.columns] for own in (children, silent) if len(own)]
    return pd.concat([ledger, *added], ignore_index=True) if added else ledger, ordered


def _beside(parents: pd.DataFrame, products: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return by-products above zero with the columns of their parents."""
    made = pd.concat(products, ignore_index=True) if products else pd.DataFrame(columns=_COLUMNS)
    emitting = made[made["activity_value"].astype(float) > 0.0].reset_index(drop=True)
    about = parents.set_index("activity_id", drop=False).loc[emitting["parent_activity_id"]].reset_index(drop=True)
    return about.assign(
        **{name: emitting[name] for name in _COLUMNS},
        technology=_ANY, control_path_id="none", size_class=_ANY, balance_group="", included_species="",
        included_in="",
    ).astype({"activity_value": float})  # fmt: skip


def _places(records: pd.DataFrame) -> Iterator[str]:
    """Yield the facility of each record, else its region."""
    if "facility_id" not in records:
        yield from records["region_code"]
        return
    for facility, region in zip(records["facility_id"], records["region_code"], strict=True):
        yield facility or region


def _with_identity(children: pd.DataFrame) -> pd.DataFrame:
    """Return children of ledger records with ids, release points and names of their own."""
    keys = zip(children["parent_activity_id"], children["control"], children["source_category"], strict=True)
    return children.assign(
        activity_id=[f"{parent.partition(':')[0]}:{stable_id(parent, *key)}" for parent, *key in keys],
        release_point_id=children["control"] + "@" + children["parent_activity_id"],
        name_zh=children["name_zh"] + " " + children["control"],
        uncertainty_pct=np.nan,
    ).drop(columns="control")


def _unread(group: RecordGroup, ids: npt.NDArray[np.object_]) -> Iterator[Problem]:
    """Yield the parameters of a group that no method read, with the first record that carries them."""
    record = group.record
    for name in group.unread_parameters:
        about = f"{record.source_category} {record.fuel_or_product}"
        yield problem("TY3106", f"{ids[0]} ({about}) › {name}", about=about, count=len(ids))


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
