"""Removal by several controls in a row; a combined row of the library beats the product of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from inventory.activity_record import Amount
from inventory.factors.abatement import ControlPaths, combined_controls, train_controls
from inventory.factors.library import load_library

_PACK = "tcses-144-2024"


@dataclass(frozen=True)
class TrainRemoval:
    """Removal that counts [1], and what the product of the single controls would give [1]."""

    removal: Amount
    product_of_steps: Amount


def train_removal(
    train: str,
    *,
    species: str,
    removals: Mapping[str, float] | None = None,
    capture: Amount = 1.0,
    operation: Amount = 1.0,
) -> TrainRemoval:
    """Return the removal of a train: 1 − Π(1 − capture × removal × operation), or its combined row where there is one.

    Parameters
    ----------
    train : str
        Codes of controls joined by +, e.g. lnb+scr.
    removals : mapping of str to float, optional
        Own removal of single or combined controls [1]; published ones stand for the rest. Own values of the parts do
        not replace the published row of the combination: state that too.

    References
    ----------
    T/CSES 144-2024, equation (2) and table A.1.

    """
    rows = {**published_removals(species), **(removals or {})}
    single = {code: removal for code, removal in rows.items() if code not in combined_controls()}
    parts = set(train_controls(train))
    single |= {code: rows[code] for code in parts & set(rows)}
    shares = {"capture": capture, "operation": operation}
    return TrainRemoval(_removal(train, species, rows, shares), _removal(train, species, single, shares))


@cache
def published_removals(species: str) -> dict[str, float]:
    """Return the removal [1] of every control that table A.1 and its supplements state for a species."""
    table = load_library((_PACK,)).controls
    rows = table[(table["kind"] == "removal") & (table["species"] == species)]
    local_last = rows.sort_values("region_code", key=lambda code: code.str.isdigit(), kind="stable")
    return dict(zip(local_last["control"], local_last["efficiency_fraction"].astype(float), strict=True))


def _removal(train: str, species: str, rows: Mapping[str, float], shares: Mapping[str, Amount]) -> Amount:
    """Return the removal of a train by some rows, through the control paths of the inventory."""
    no_paths = pd.DataFrame(columns=["control_path_id", "step", "control", "capture", "operation"])
    known = {(code, species): (removal, "") for code, removal in rows.items()}
    paths = ControlPaths(no_paths, known, {})
    return paths.removal(
        train, species, capture=shares.get("capture"), operation=shares.get("operation"),
    ).efficiency  # fmt: skip
