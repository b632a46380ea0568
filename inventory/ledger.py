"""The ledger: identities, defaults of the leaf, periods and allocation keys of every activity record."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import pandas as pd

from inventory.config import RunConfig
from inventory.errors import CellRef, Problem, SchemaError, problem
from inventory.vocabulary import load

NATURAL_KEY = (
    "facility_id", "region_code", "release_point_id", "source_category", "fuel_or_product", "technology",
    "control_path_id", "size_class", "boundary", "period_start", "period_end",
)  # fmt: skip
"""What tells two records of one data source apart; equal keys are an error, never a position number."""


def finish_ledger(
    activities: pd.DataFrame, parameters: pd.DataFrame, facility_ids: Mapping[str, str], config: RunConfig
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Turn drafts into core_activity, core_activity_parameter and core_allocation_request.

    Parameters
    ----------
    activities, parameters : DataFrame
        Columns of inventory.ledger_draft.
    facility_ids : mapping of str to str
        facility_id by the name that drafts use.
    config : RunConfig
        Period and grid.

    Raises
    ------
    SchemaError
        If two drafts share a natural key or a category is no leaf; all findings at once.

    """
    ledger = activities.copy()
    ledger["facility_id"] = ledger["facility_id_hint"].map(lambda name: facility_ids.get(name, ""))
    ledger["region_code"] = ledger["region_code"].replace("", config.region_code)
    ledger["period_start"] = config.period_start
    ledger["period_end"] = config.period_end
    ledger = _leaf_defaults(ledger)
    ledger["activity_id"] = _activity_ids(ledger)
    _require_unique(ledger)
    ids = dict(zip(ledger["draft_id"], ledger["activity_id"], strict=True))
    ledger["parent_activity_id"] = ledger["parent_draft_id"].map(lambda draft: ids.get(draft, ""))
    requests = _allocation_requests(ledger, config.grid.grid_id)
    ledger["allocation_id"] = requests["allocation_id"]
    finished = parameters.assign(activity_id=parameters["draft_id"].map(ids)).drop(columns="draft_id")
    columns = ["allocation_id", "surrogate", "region_code", "geometry_key", "facility_id"]
    unique_requests = requests.drop_duplicates("allocation_id")[columns].sort_values("allocation_id")
    return ledger, finished, unique_requests


def stable_id(*parts: object) -> str:
    """Return 16 hex of sha256 over the parts, joined so that no two lists of parts collide."""
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _leaf_defaults(ledger: pd.DataFrame) -> pd.DataFrame:
    """Fill role, airshed flag, surrogate and profile that a draft leaves to its leaf."""
    leaves = load("categories").set_index("code")
    unknown = sorted(set(ledger["source_category"]) - set(leaves.index))
    if unknown:
        raise SchemaError(*(problem("TY3005", "core_activity", text=code) for code in unknown))
    leaf = leaves.loc[ledger["source_category"]].reset_index()
    filled = ledger.reset_index(drop=True)
    filled["ghg_role"] = filled["ghg_role"].where(filled["ghg_role"] != "", leaf["ghg_role"])
    inside = (leaf["default_surrogate"] != "none") & (filled["boundary"] == "in_domain")
    filled["in_airshed"] = inside & (filled["in_airshed"] != "no")
    filled["temporal_profile_id"] = leaf["default_temporal_profile"]
    filled["vertical_profile_id"] = ""
    filled["speciation_profile_id"] = ""
    default = leaf["default_surrogate"].where(filled["facility_id"] == "", "own_geometry")
    filled["surrogate"] = filled["surrogate"].where(filled["surrogate"] != "", default)
    return filled


def _activity_ids(ledger: pd.DataFrame) -> list[str]:
    """Return source_id : hash of the natural key."""
    keys = ledger[list(NATURAL_KEY)].itertuples(index=False)
    return [f"{source}:{stable_id(*key)}" for source, key in zip(ledger["source_id"], keys, strict=True)]


def _require_unique(ledger: pd.DataFrame) -> None:
    """Refuse two records with one natural key."""
    doubled = ledger[ledger["activity_id"].duplicated(keep=False)].sort_values("activity_id")
    if len(doubled):
        raise SchemaError(*(_same_key(row) for row in doubled.to_dict("records")))


def _same_key(row: Mapping[Any, Any]) -> Problem:
    """Return the finding of a record whose natural key is another's as well."""
    cell = CellRef.of(row)
    return problem(
        "TY3006", cell, cell=cell, category=row["source_category"], fuel_or_product=row["fuel_or_product"],
        name=row["name_zh"],
    )  # fmt: skip


def _allocation_requests(ledger: pd.DataFrame, grid_id: str) -> pd.DataFrame:
    """Return the allocation key of each record; records outside the airshed take `none`."""
    requests = ledger[["surrogate", "region_code", "facility_id", "geometry_key", "in_airshed"]].copy()
    placed_by_point = requests["surrogate"] == "own_geometry"
    requests["facility_id"] = requests["facility_id"].where(placed_by_point, "")
    requests["region_code"] = requests["region_code"].where(~placed_by_point, "")
    outside = ~requests["in_airshed"] | (requests["surrogate"] == "none")
    for column in ("region_code", "facility_id", "geometry_key"):
        requests[column] = requests[column].where(~outside, "")
    requests["surrogate"] = requests["surrogate"].where(~outside, "none")
    keys = requests[["surrogate", "region_code", "geometry_key", "facility_id"]].itertuples(index=False)
    requests["allocation_id"] = [stable_id(*key, grid_id) for key in keys]
    requests["allocation_id"] = requests["allocation_id"].where(~outside, "none")
    return requests
