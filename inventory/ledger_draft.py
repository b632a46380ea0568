"""Activity records before they get their identity: the columns that every builder fills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

ACTIVITY_COLUMNS = (
    "draft_id", "source_id", "source_category", "fuel_or_product", "technology", "control_path_id", "size_class",
    "region_code", "facility_id_hint", "release_point_id", "activity_value", "activity_unit", "uncertainty_pct",
    "data_quality", "ghg_role", "in_airshed", "boundary", "parent_draft_id", "balance_group", "surrogate",
    "geometry_key", "name_zh", "citation", "parameter_set", "residual_group", "treatment", "included_species",
    "included_in", "origin_file", "origin_sheet", "origin_row", "origin_sha256",
)  # fmt: skip

PARAMETER_COLUMNS = ("draft_id", "name", "value", "unit", "citation", "confidence")

_DEFAULTS = {
    "technology": "any", "control_path_id": "none", "size_class": "any", "region_code": "",
    "boundary": "in_domain", "uncertainty_pct": float("nan"), "treatment": "activity", "origin_row": 0,
}  # fmt: skip


@dataclass(frozen=True)
class LedgerDraft:
    """Activities and their parameters.

    Attributes
    ----------
    activities : DataFrame
        Columns ACTIVITY_COLUMNS; '' in ghg_role, in_airshed and surrogate leaves the choice to the category leaf; '' in
        region_code is the city.
    parameters : DataFrame
        Columns PARAMETER_COLUMNS; value in `unit`.

    """

    activities: pd.DataFrame
    parameters: pd.DataFrame


def draft_row(**values: object) -> dict[str, object]:
    """Return one activity with defaults for what is not given."""
    return {**dict.fromkeys(ACTIVITY_COLUMNS, ""), **_DEFAULTS, **values}


def build_draft(activities: Sequence[dict[str, object]], parameters: Sequence[dict[str, object]]) -> LedgerDraft:
    """Return a draft of rows; empty sequences give empty tables with all columns."""
    return LedgerDraft(
        pd.DataFrame(list(activities), columns=list(ACTIVITY_COLUMNS)),
        pd.DataFrame(list(parameters), columns=list(PARAMETER_COLUMNS)),
    )


def concat_drafts(*drafts: LedgerDraft) -> LedgerDraft:
    """Return all activities and parameters of several drafts."""
    filled_activities = [draft.activities for draft in drafts if len(draft.activities)]
    filled_parameters = [draft.parameters for draft in drafts if len(draft.parameters)]
    return LedgerDraft(
        pd.concat(filled_activities, ignore_index=True)[list(ACTIVITY_COLUMNS)],
        pd.concat(filled_parameters, ignore_index=True)[list(PARAMETER_COLUMNS)],
    )


def origin_of(row: object) -> dict[str, object]:
    """Return the origin columns of a staged row."""
    return {name: getattr(row, name) for name in ("origin_file", "origin_sheet", "origin_row", "origin_sha256")}
