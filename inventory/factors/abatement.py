"""End-of-pipe controls in a row: capture × removal × operation of each step, per species."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from inventory.activity_record import Amount, weakest
from inventory.errors import Problem, SchemaError
from inventory.factors.library import FactorLibrary
from inventory.vocabulary import load

_SAME_AS = {"BC": "PM2.5", "OC": "PM2.5", "PM2.5-10": "PM2.5", "TSP": "PM2.5"}
"""A species without a row of its own is removed as the fine particles are: the coarse ones never less."""


_JOINT = "+"
"""Joins the controls of a train that is written as one code: esp+fgd_limestone."""


@dataclass(frozen=True)
class AppliedControl:
    """Removal of one species by a whole train [1], and the steps that act on it."""

    efficiency: Amount
    steps: str
    confidence: str


@dataclass(frozen=True)
class TrainStep:
    """One control of a train, with the fraction of the flow that it captures and of the time that it runs [1]."""

    control: str
    capture: float
    operation: float


@dataclass(frozen=True)
class ControlPaths:
    """The control paths of a project, resolved against the library.

    Attributes
    ----------
    paths : DataFrame
        control_path_id, step, control, capture [1], operation [1], source, confidence, note.
    removals : dict of (control, species) to (float, str)
        Removal fraction of one control, and its confidence.

    """

    paths: pd.DataFrame
    removals: dict[tuple[str, str], tuple[float, str]]
    cache: dict[tuple[str, str], tuple[TrainStep, ...]]

    def removal(
        self,
        path_id: str,
        species: str,
        *,
        measured: Amount | None = None,
        capture: Amount | None = None,
        operation: Amount | None = None,
    ) -> AppliedControl:
        """Return the removal of a species by a train: 1 − Π(1 − capture × removal × operation).

        A code that is no path of the project is a train of its own: one control, or several joined by `+`. A combined
        control whose components all stand in the train, and that has a row for the species, replaces them. A step
        without a row for the species does nothing to it.

        Parameters
        ----------
        measured : Amount, optional
            Removal measured at the plant [1]: stands for the whole train.
        capture, operation : Amount, optional
            Measured at the plant [1]: replace those of the train's steps.

        References
        ----------
        T/CSES 144-2024, equations (2) and (13): η = η_avg × 投运率, with the capture of the hood.

        """
        if measured is not None:
            share = (1.0 if capture is None else capture) * (1.0 if operation is None else operation)
            return AppliedControl(share * measured, "measured", "")
        passed: Amount = 1.0
        acting, confidence = [], ""
        for step in self._steps(path_id, species):
            removal, confidence_of_step = self._row(step.control, species)
            if removal == 0.0:
                continue
            captured = step.capture if capture is None else capture
            passed = passed * (1.0 - captured * removal * (step.operation if operation is None else operation))
            acting.append(step.control)
            confidence = weakest(confidence, confidence_of_step)
        return AppliedControl(1.0 - passed, "; ".join(acting), confidence)

    def _row(self, control: str, species: str) -> tuple[float, str]:
        """Return removal and confidence of one control; nothing known is no removal."""
        found = self.removals.get((control, species)) or self.removals.get((control, _SAME_AS.get(species, "")))
        return found or (0.0, "")

    def _steps(self, path_id: str, species: str) -> tuple[TrainStep, ...]:
        """Return the steps of a train in order, combined controls put in place of their components."""
        key = (path_id, species)
        if key not in self.cache:
            rows = self.paths[self.paths["control_path_id"] == path_id].sort_values("step")
            own = [TrainStep(row.control, float(row.capture), float(row.operation)) for row in rows.itertuples()]
            steps = own or [TrainStep(control.strip(), 1.0, 1.0) for control in path_id.split(_JOINT)]
            self.cache[key] = self._combined(steps, species)
        return self.cache[key]

    def _combined(self, steps: list[TrainStep], species: str) -> tuple[TrainStep, ...]:
        """Replace the components of every combined control that has a row for the species."""
        for combined, components in combined_controls().items():
            parts = [step for step in steps if step.control in components]
            if {step.control for step in parts} == components and (combined, species) in self.removals:
                weakest_share = min(parts, key=lambda step: step.capture * step.operation)
                whole = TrainStep(combined, weakest_share.capture, weakest_share.operation)
                steps = [whole, *(step for step in steps if step not in parts)]
        return tuple(steps)


@cache
def combined_controls() -> dict[str, frozenset[str]]:
    """Return the controls that stand for several ones in a row, with their components."""
    table = load("controls")
    components = {row.code: frozenset(row.components.split(";")) for row in table.itertuples() if row.species}
    return {code: parts for code, parts in components.items() if len(parts) > 1}


def train_controls(path_id: str) -> tuple[str, ...]:
    """Return the control codes that a train is written of."""
    return tuple(control.strip() for control in path_id.split(_JOINT))


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


def library_controls(library: FactorLibrary) -> ControlPaths:
    """Return the removals of the library without any project: every control code is a train of its own."""
    rows = library.controls[library.controls["kind"] == "removal"]
    names = ["control_path_id", "step", "control", "capture", "operation"]
    return ControlPaths(pd.DataFrame(columns=names), _removal_rows(rows, "efficiency_fraction"), {})


def controlled_pm10(generated_fine_t: Amount, generated_pm10_t: Amount, eta_fine: Amount, eta_coarse: Amount) -> Amount:
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
