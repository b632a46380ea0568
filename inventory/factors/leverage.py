"""What a change of factors does to the totals, before it is approved.

The records of a release are estimated with the library before and after the change, by the methods of the inventory
itself: fallback, controls and size split are all in it. Differences are exact sums over records.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from inventory.estimation import estimate_emissions
from inventory.exact_sum import exact_group_sum
from inventory.factors.abatement import load_control_paths
from inventory.factors.library import FactorLibrary, FuelProperty, read_release
from inventory.factors.pack_tables import FACTOR_KEY, USABLE
from inventory.methods.context import MethodContext

_PAIRED = (*FACTOR_KEY, "year_from", "year_to")
_COMPARED = (*_PAIRED, "value", "unit", "basis")
_GROUP = ["factor_before", "factor_after", "species", "source_category"]


@dataclass(frozen=True)
class FactorChange:
    """One row that two libraries do not share: added, removed or changed; ids and values are empty where there is none.

    `key` is the key of the row, as text; values are printed with their unit.
    """

    kind: str
    old_id: str
    new_id: str
    key: str
    old_value: str
    new_value: str


@dataclass(frozen=True)
class Leverage:
    """Difference that a change makes to a release.

    Attributes
    ----------
    rows : DataFrame
        factor_before, factor_after, species, source_category, records, before_t, after_t, delta_t [t/a],
        newly_estimated and no_longer_estimated (records); before_t or after_t is null where no record had a number.
    unlike_release : int
        Emissions that the library before the change does not reproduce: the packs have moved on since the release.

    """

    rows: pd.DataFrame
    unlike_release: int


def factor_changes(before: FactorLibrary, after: FactorLibrary) -> tuple[FactorChange, ...]:
    """Return the rows in use that differ between two libraries, paired by key and years, then by id."""
    old, new = _in_use(before), _in_use(after)
    changed_keys = set(old.index) ^ set(new.index)
    found = list(
        _row_changes(
            old.loc[[i in changed_keys for i in old.index]], new.loc[[i in changed_keys for i in new.index]], after
        )
    )
    fuels = sorted({*before.fuels, *after.fuels})
    found += [change for fuel in fuels if (change := _fuel_change(fuel, before.fuels.get(fuel), after.fuels.get(fuel)))]
    return tuple(sorted(found, key=lambda change: (change.key, change.old_id, change.new_id)))


def factor_leverage(release: Path, before: FactorLibrary, after: FactorLibrary, *, project_dir: Path) -> Leverage:
    """Return what the change from one library to another does to each species and category of a release.

    Parameters
    ----------
    release : Path
        Folder of the release whose activities are estimated.
    project_dir : Path
        Project with the control paths of that release.

    Raises
    ------
    ReleaseError
        If the store of the release cannot be read.

    """
    tables = read_release(release, ("core_activity", "core_activity_parameter", "core_emission", "out_about"))
    about = dict(zip(tables["out_about"]["name"], tables["out_about"]["value"], strict=True))
    year = int(json.loads(about["inventory_year"]))
    first, second = (_emissions(tables, library, project_dir, year) for library in (before, after))
    joined = first.merge(second, on=["activity_id", "species"], how="outer", suffixes=("_before", "_after"))
    named = {"factor_id_before": "factor_before", "factor_id_after": "factor_after"}
    joined = joined.rename(columns=named).fillna({"factor_before": "", "factor_after": ""})
    differing = joined[~_same(joined["emission_t_before"], joined["emission_t_after"])]
    categories = tables["core_activity"][["activity_id", "source_category"]]
    rows = _summed(differing.merge(categories, on="activity_id"))
    held = tables["core_emission"][["activity_id", "species", "emission_t"]]
    compared = first.merge(held, on=["activity_id", "species"], how="outer", suffixes=("", "_held"))
    return Leverage(rows, int((~_same(compared["emission_t"], compared["emission_t_held"])).sum()))


def _emissions(tables: dict[str, pd.DataFrame], library: FactorLibrary, project_dir: Path, year: int) -> pd.DataFrame:
    """Return the emissions of a release's activities with a library: activity_id, species, emission_t, factor_id."""
    context = MethodContext(library, load_control_paths(library, project_dir), year)
    found = estimate_emissions(tables["core_activity"], tables["core_activity_parameter"], context)
    return found[["activity_id", "species", "emission_t", "factor_id"]]


def _same(one: pd.Series, other: pd.Series) -> pd.Series:
    """Return where two numbers are equal or both missing."""
    return (one == other) | (one.isna() & other.isna())


def _summed(differing: pd.DataFrame) -> pd.DataFrame:
    """Return exact sums of the records that differ, by the factors they cite, species and category."""
    ordered = differing.sort_values(_GROUP, ignore_index=True)
    groups = ordered.groupby(_GROUP, sort=True)
    number, count = groups.ngroup().to_numpy(), groups.ngroups
    was, is_now = ordered["emission_t_before"], ordered["emission_t_after"]
    has = {"before_t": was.notna().to_numpy(), "after_t": is_now.notna().to_numpy()}
    terms = {"before_t": was.fillna(0.0).to_numpy(), "after_t": is_now.fillna(0.0).to_numpy()}
    rows = ordered[_GROUP].drop_duplicates(ignore_index=True)
    rows["records"] = np.bincount(number, minlength=count)
    for name, values in terms.items():
        totals = exact_group_sum(values, number, count)
        rows[name] = np.where(np.bincount(number, weights=has[name], minlength=count) > 0, totals, np.nan)
    both = np.concatenate([terms["after_t"], -terms["before_t"]])
    rows["delta_t"] = exact_group_sum(both, np.concatenate([number, number]), count)
    for name, entered in (
        ("newly_estimated", has["after_t"] & ~has["before_t"]),
        ("no_longer_estimated", has["before_t"] & ~has["after_t"]),
    ):  # fmt: skip
        rows[name] = np.bincount(number, weights=entered, minlength=count).astype(int)
    return rows


def _in_use(library: FactorLibrary) -> pd.DataFrame:
    """Return the factor rows in use, indexed by everything that makes two rows the same."""
    rows = library.factors[library.factors["status"].isin(USABLE)]
    return rows.set_index(pd.Index([tuple(row) for row in rows[["factor_id", *_COMPARED]].to_numpy()]))


def _row_changes(old: pd.DataFrame, new: pd.DataFrame, after: FactorLibrary) -> Iterator[FactorChange]:
    """Yield the changes of factor rows: replaced by an override, same key, or without counterpart."""
    replaced = dict(zip(after.factors["factor_id"], after.factors.get("superseded_by", ""), strict=False))
    left = {row["factor_id"]: row for _, row in old.iterrows()}
    for _, row in new.iterrows():
        partners = [name for name in left if replaced.get(name) == row["factor_id"]]
        partners = partners or [name for name in left if _is_pair(left[name], row)][:1]
        for name in partners:
            yield _change("changed", left.pop(name), row)
        if not partners:
            yield _change("added", None, row)
    for row in left.values():
        yield _change("removed", row, None)


def _is_pair(old: pd.Series, new: pd.Series) -> bool:
    """Return whether a row takes the place of another: the same id, or the same key and years."""
    return bool(old["factor_id"] == new["factor_id"] or all(old[name] == new[name] for name in _PAIRED))


def _change(kind: str, old: pd.Series | None, new: pd.Series | None) -> FactorChange:
    """Return one change of a factor row."""
    named = new if new is not None else old
    key = " ".join(str(named[name]) for name in FACTOR_KEY) if named is not None else ""
    (old_id, old_value), (new_id, new_value) = (
        ("", "") if row is None else (str(row["factor_id"]), f"{row['value']} {row['unit']}") for row in (old, new)
    )
    return FactorChange(kind, old_id, new_id, key, old_value, new_value)


def _fuel_change(fuel: str, old: FuelProperty | None, new: FuelProperty | None) -> FactorChange | None:
    """Return the change of a fuel's properties, or None."""
    if old == new:
        return None
    kind = "added" if old is None else "removed" if new is None else "changed"
    (old_id, old_value), (new_id, new_value) = (
        ("", "")
        if row is None
        else (row.property_id, f"{row.ncv:g} {row.ncv_unit} × {row.cc_tc_per_tj:g} tC/TJ × {row.oxidation_fraction:g}")
        for row in (old, new)
    )
    return FactorChange(kind, old_id, new_id, f"fuel {fuel}", old_value, new_value)
