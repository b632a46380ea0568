"""End-of-pipe controls in a row: capture × removal × operation of each step, per species."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd

from inventory.activity_record import Amount, weakest
from inventory.errors import Problem, SchemaError
from inventory.factors.library import FactorLibrary
from inventory.vocabulary import load

_SAME_AS = {"BC": "PM2.5", "OC": "PM2.5", "PM2.5-10": "PM2.5", "TSP": "PM2.5"}
"""A species without a row of its own is removed as the fine particles are: the coarse ones never less."""


_NO_CONTROL = "none"
_JOINT = "+"
"""Joins the controls of a train that is written as one code: esp+fgd_limestone."""


@dataclass(frozen=True)
class AppliedControl:
    """Removal of one species by a whole train [1], and what each acting control takes of what was generated [1]."""

    efficiency: Amount
    by_control: Mapping[str, Amount]
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
    sources : mapping of (control, species) to str
        Where a removal stands.

    """

    paths: pd.DataFrame
    removals: dict[tuple[str, str], tuple[float, str]]
    cache: dict[tuple[str, str], tuple[TrainStep, ...]]
    sources: Mapping[tuple[str, str], str] = field(default_factory=dict)

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
            taken = measured * (1.0 if capture is None else capture) * (1.0 if operation is None else operation)
            return AppliedControl(taken, {self._main_control(path_id, species): taken}, "")
        passed: Amount = 1.0
        taken_by: dict[str, Amount] = {}
        confidence = ""
        for step in self._steps(path_id, species):
            removal, confidence_of_step = self._row(step.control, species)
            if removal == 0.0:
                continue
            captured = step.capture if capture is None else capture
            removed = captured * removal * (step.operation if operation is None else operation)
            taken_by[step.control] = passed * removed
            passed = passed * (1.0 - removed)
            confidence = weakest(confidence, confidence_of_step)
        return AppliedControl(1.0 - passed, taken_by, confidence)

    def _main_control(self, path_id: str, species: str) -> str:
        """Return the first control of a train that acts on a species, else its first one: it did what was measured."""
        controls = [step.control for step in self._steps(path_id, species)]
        return next((control for control in controls if self._row(control, species)[0] > 0.0), controls[0])

    def _row(self, control: str, species: str) -> tuple[float, str]:
        """Return removal and confidence of one control; nothing known is no removal."""
        found = self.removals.get((control, species)) or self.removals.get((control, _SAME_AS.get(species, "")))
        return found or (0.0, "")

    def _steps(self, path_id: str, species: str) -> tuple[TrainStep, ...]:
        """Return the steps of a train in order, combined controls put in place of their components."""
        key = (path_id, species)
        if key not in self.cache:
            self.cache[key] = self._combined(self.train(path_id), species)
        return self.cache[key]

    def train(self, path_id: str) -> list[TrainStep]:
        """Return the steps of a path as it is written: those of the project, or the controls of its own name."""
        rows = self.paths[self.paths["control_path_id"] == path_id].sort_values("step")
        own = [TrainStep(row.control, float(row.capture), float(row.operation)) for row in rows.itertuples()]
        return own or [TrainStep(control, 1.0, 1.0) for control in train_controls(path_id)]

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
    return ControlPaths(paths, removals, {}, _sources(rows) | _sources(own))


def used_controls(controls: ControlPaths, path_ids: Collection[str]) -> pd.DataFrame:
    """Return core_control: the removals of the controls of some paths, combined ones too."""
    steps = {step.control for path_id in path_ids for step in controls.train(path_id)}
    whole = {combined for combined, parts in combined_controls().items() if parts <= steps}
    return pd.DataFrame(
        [
            (control, species, removal, controls.sources[control, species], confidence)
            for (control, species), (removal, confidence) in sorted(controls.removals.items())
            if control in steps | whole
        ],
        columns=["control", "species", "removal", "source", "confidence"],
    )


def used_paths(controls: ControlPaths, path_ids: Collection[str]) -> pd.DataFrame:
    """Return core_control_path: the steps of some paths in order; a control used by its own name is a path of one."""
    named = sorted(path_id for path_id in path_ids if path_id != _NO_CONTROL)
    about = controls.paths.set_index(["control_path_id", "step"])
    rows = []
    for path_id in named:
        for number, step in enumerate(controls.train(path_id), start=1):
            own = about.loc[path_id, number] if (path_id, number) in about.index else {"source": "", "confidence": ""}
            rows.append((path_id, number, *vars(step).values(), own["source"], own["confidence"]))
    names = ["control_path_id", "step", "control", "capture", "operation", "source", "confidence"]
    return pd.DataFrame(rows, columns=names)


def library_controls(library: FactorLibrary) -> ControlPaths:
    """Return the removals of the library without any project: every control code is a train of its own."""
    rows = library.controls[library.controls["kind"] == "removal"]
    names = ["control_path_id", "step", "control", "capture", "operation"]
    return ControlPaths(pd.DataFrame(columns=names), _removal_rows(rows, "efficiency_fraction"), {}, _sources(rows))


def controlled_pm10(generated_fine_t: Amount, generated_pm10_t: Amount, eta_fine: Amount, eta_coarse: Amount) -> Amount:
    """Return PM10 after control: G2.5 × (1 − η_fine) + (G10 − G2.5) × (1 − η_coarse) [t].

    References
    ----------
    T/CSES 144-2024, table A.1 (columns PM2.5 and PM2.5-10).

    """
    return generated_fine_t * (1.0 - eta_fine) + (generated_pm10_t - generated_fine_t) * (1.0 - eta_coarse)


def _removal_rows(rows: pd.DataFrame, column: str) -> dict[tuple[str, str], tuple[float, str]]:
    """Index removal fractions by control and species; a provincial row beats the national one."""
    local_last = _local_last(rows)
    keys = zip(local_last["control"], local_last["species"], strict=True)
    values = zip(local_last[column].astype(float), local_last["confidence"], strict=True)
    return dict(zip(keys, values, strict=True))


def _sources(rows: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Index the sources of removals as _removal_rows does their values."""
    local_last = _local_last(rows)
    keys = zip(local_last["control"], local_last["species"], strict=True)
    return dict(zip(keys, local_last["source"], strict=True))


def _local_last(rows: pd.DataFrame) -> pd.DataFrame:
    """Return removal rows, those of a province after the national ones."""
    return rows.sort_values("region_code", key=lambda code: code.str.isdigit(), kind="stable")
