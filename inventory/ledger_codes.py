"""Every code that a draft uses must be known: a misspelt one would fall through to another factor, or to no control.

Knows the closed lists of technologies, fuels and products, size classes, controls, species and method parameters.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from inventory.errors import CellRef, Problem, SchemaError, problem
from inventory.ledger_draft import LedgerDraft
from inventory.vocabulary import load

_SUPPLIED = "ef_kg_per_unit"
_NO_CONTROL = "none"


def require_known_codes(draft: LedgerDraft, control_paths: Iterable[str]) -> None:
    """Refuse codes and parameter names that no table knows, and supplied factors of another unit than the activity.

    Parameters
    ----------
    draft : LedgerDraft
        All activities and parameters of a run.
    control_paths : iterable of str
        Paths of the project.

    Raises
    ------
    SchemaError
        With every finding at once.

    """
    problems = [*_activity_problems(draft.activities, set(control_paths)), *_parameter_problems(draft)]
    if problems:
        raise SchemaError(*problems)


def _activity_problems(activities: pd.DataFrame, control_paths: set[str]) -> list[Problem]:
    """Return the unknown codes of the activities."""
    known = {
        "technology": set(load("technologies")["code"]),
        "fuel_or_product": {*load("fuels")["code"], *load("products")["code"]},
        "size_class": set(load("size_classes")["code"]),
        "control_path_id": {*load("controls")["code"], *control_paths, _NO_CONTROL},
    }
    found = [
        _unknown(row, column, str(row[column]))
        for column, codes in known.items()
        for row in activities[~activities[column].isin(codes)].to_dict("records")
    ]
    species = set(load("species")["code"])
    included = activities[activities["included_species"] != ""]
    return found + [
        _unknown(row, "included_species", code)
        for row in included.to_dict("records")
        for code in str(row["included_species"]).split(";")
        if code not in species
    ]


def _parameter_problems(draft: LedgerDraft) -> list[Problem]:
    """Return unknown parameter names, and supplied factors that are not per unit of the activity."""
    names = set(load("parameters")["code"])
    species = set(load("species")["code"])
    activities = draft.activities.set_index("draft_id")
    used = draft.parameters[draft.parameters["draft_id"].isin(activities.index)]
    problems: list[Problem] = []
    for parameter in used.to_dict("records"):
        base, _, suffix = str(parameter["name"]).partition(":")
        activity = activities.loc[parameter["draft_id"]].to_dict()
        if base not in names or (base == _SUPPLIED and suffix not in species):
            problems.append(_unknown(activity, "parameter", str(parameter["name"])))
        elif base == _SUPPLIED and parameter["unit"] != f"kg/{activity['activity_unit']}":
            problems.append(_other_unit(activity, parameter))
    return problems


def _unknown(row: dict[str, object], column: str, code: str) -> Problem:
    """Return the finding of an unknown code."""
    cell = CellRef.of(row, column)
    return problem("TY3020", f"{cell} ({row['name_zh']})", cell=cell, text=code)


def _other_unit(activity: dict[str, object], parameter: dict[str, object]) -> Problem:
    """Return the finding of a supplied factor per another unit."""
    cell = CellRef.of(activity, str(parameter["name"]))
    return problem(
        "TY3021", f"{cell} ({activity['name_zh']})", cell=cell, unit=parameter["unit"],
        activity_unit=activity["activity_unit"],
    )  # fmt: skip
