"""The controls that a project states itself: control_paths.csv (trains) and control_removals.csv (fractions)."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd

from inventory.errors import SchemaError, problem
from inventory.project_tables import number_column, read_project_table

_PATHS = "control_paths.csv"
_PATH_COLUMNS = ("control_path_id", "step", "control", "capture", "operation", "source", "confidence")
_REMOVALS = "control_removals.csv"
_REMOVAL_COLUMNS = ("control", "species", "removal", "region_code", "source", "confidence")


def control_path_ids(project_dir: Path) -> set[str]:
    """Return the control paths that a project defines."""
    return set(read_project_table(project_dir / _PATHS, _PATH_COLUMNS)["control_path_id"])


def project_controls(project_dir: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the steps of trains (step, capture [1] and operation [1] as numbers) and the removals, checked [1].

    Raises
    ------
    SchemaError
        For a cell that is no number, empty, or outside 0 to 1, and a step that is no whole number; all at once.

    """
    paths = read_project_table(project_dir / _PATHS, _PATH_COLUMNS)
    removals = read_project_table(project_dir / _REMOVALS, _REMOVAL_COLUMNS)
    step, problems = number_column(paths, "step", file=_PATHS, low=1.0, high=math.inf)
    capture, wrong_capture = number_column(paths, "capture", file=_PATHS, low=0.0, high=1.0)
    operation, wrong_operation = number_column(paths, "operation", file=_PATHS, low=0.0, high=1.0)
    problems += [*wrong_capture, *wrong_operation]
    problems += number_column(removals, "removal", file=_REMOVALS, low=0.0, high=1.0)[1]
    problems += [
        problem("TY1016", f"{_PATHS} › {int(str(index)) + 2} › step", text=paths["step"][index])
        for index in step[step.notna() & (step % 1.0 != 0.0)].index
    ]
    if problems:
        raise SchemaError(*problems)
    return paths.assign(step=step.astype("int64"), capture=capture, operation=operation), removals
