"""End-of-pipe controls in a row: capture × removal × operation of each step, per species."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from inventory.errors import Problem, SchemaError
from inventory.factors.library import FactorLibrary
from inventory.vocabulary import load

_SAME_AS = {"BC": "PM2.5", "OC": "PM2.5", "PM2.5-10": "PM2.5", "TSP": "PM2.5"}
"""A species without a row of its own is removed as the fine particles are: the coarse ones never less."""


@dataclass(frozen=True)
class AppliedControl:
    """Removal of one species by a whole path [1], and the steps that act on it."""

    efficiency: float
    steps: str
    confidence: str


@dataclass(frozen=True)
class ControlPaths:
    """The control paths of a project, resolved against the library.

    Attributes
    ----------
    paths : DataFrame
        control_path_id, step, control, capture [1], operation [1], source, confidence, note.
    removals : dict of (control, species) to float
        Removal fraction of one control.

    """

    paths: pd.DataFrame
    removals: dict[tuple[str, str], tuple[float, str]]
    cache: dict[tuple[str, str], AppliedControl]

    def removal(self, path_id: str, species: str) -> AppliedControl:
        """Return the removal of a species by a path: 1 − Π(1 − capture × removal × operation).

        A control code that is no path of the project acts as a path of one step. A step without a row for the
        species does nothing to it.
        """
        key = (path_id, species)
        if key not in self.cache:
            self.cache[key] = self._removal(path_id, species)
        return self.cache[key]

    def _removal(self, path_id: str, species: str) -> AppliedControl:
        """Multiply what each step lets through."""
        passed, acting, confidence = 1.0, [], ""
        rows = self.paths[self.paths["control_path_id"] == path_id].sort_values("step")
        steps = [(row.control, row.capture, row.operation) for row in rows.itertuples()] or [(path_id, 1.0, 1.0)]
        for control, capture, operation in steps:
            found = self.removals.get((control, species)) or self.removals.get((control, _SAME_AS.get(species, "")))
            if found is None or found[0] == 0.0:
                continue
            passed *= 1.0 - float(capture) * found[0] * float(operation)
            acting.append(control)
            confidence = found[1]
        return AppliedControl(1.0 - passed, "; ".join(acting), confidence)


def control_path_ids(project_dir: Path) -> set[str]:
    """Return the control paths that a project defines."""
    paths = pd.read_csv(project_dir / "control_paths.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return set(paths["control_path_id"])


def load_control_paths(library: FactorLibrary, project_dir: Path) -> ControlPaths:
    """Read `control_paths.csv` of a project, with removal rows of its own where the library has none.

    Raises
    ------
    SchemaError
        If a step names an unknown control.

    """
    paths = pd.read_csv(project_dir / "control_paths.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    paths = paths.astype({"step": "int64", "capture": "float64", "operation": "float64"})
    own = pd.read_csv(project_dir / "control_removals.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    known = {*load("controls")["code"], *own["control"]}
    wrong = sorted(set(paths["control"]) - known)
    if wrong:
        raise SchemaError(
            *(Problem("TY4201", f"control_paths.csv › {code}", "未知的控制措施", "unknown control") for code in wrong)
        )
    rows = library.controls[library.controls["kind"] == "removal"]
    removals = _removal_rows(rows, "efficiency_fraction") | _removal_rows(own, "removal")
    return ControlPaths(paths, removals, {})


def controlled_pm10(generated_fine_t: float, generated_pm10_t: float, eta_fine: float, eta_coarse: float) -> float:
    """Return PM10 after control: G2.5 × (1 − η_fine) + (G10 − G2.5) × (1 − η_coarse) [t].

    References
    ----------
    T/CSES 144-2024, table A.1 (columns PM2.5 and PM2.5-10).

    """
    return generated_fine_t * (1.0 - eta_fine) + (generated_pm10_t - generated_fine_t) * (1.0 - eta_coarse)


def _removal_rows(rows: pd.DataFrame, column: str) -> dict[tuple[str, str], tuple[float, str]]:
    """Index removal fractions by control and species; a provincial row beats the national one."""
    local_last = rows.sort_values("region_code", key=lambda code: code.str.isdigit())
    keys = zip(local_last["control"], local_last["species"], strict=True)
    values = zip(local_last[column].astype(float), local_last["confidence"], strict=True)
    return dict(zip(keys, values, strict=True))
