"""End-of-pipe controls in a row: capture × removal × operation of each step, per species."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from inventory.activity_record import Amount, weakest
from inventory.errors import MissingInputError, SchemaError, problem
from inventory.factors.control_codes import (
    combined_controls,
    control_code,
    related_controls,
    train_controls,
    train_problems,
)
from inventory.factors.library import FactorLibrary
from inventory.factors.project_controls import project_controls
from inventory.vocabulary import chain, load

__all__ = [
    "SAME_AS", "AppliedControl", "ControlPaths", "TrainStep", "combined_controls", "controlled_pm10",
    "library_controls", "load_control_paths", "train_controls", "used_controls", "used_paths",
]  # fmt: skip

SAME_AS = {"BC": "PM2.5", "OC": "PM2.5", "PM2.5-10": "PM2.5", "PM10": "PM2.5", "TSP": "PM2.5"}
"""A species without a row of its own is removed as the fine particles are: the coarse ones never less."""

_NO_CONTROL = "none"
_FRACTION = "efficiency_fraction"
_EVERYWHERE = ""
"""Region of a row that names none."""

_NEAREST_CONFIDENCE = "M"
"""Confidence of a removal that was taken from the nearest code, at best."""

Removal: TypeAlias = tuple[float, str]
"""Removal fraction of one control for one species [1], and its confidence."""


@dataclass(frozen=True)
class AppliedControl:
    """Removal of one species by a whole train [1], and what each acting control takes of what was generated [1].

    `fallback_chain` names the codes that another one stood in for.
    """

    efficiency: Amount
    by_control: Mapping[str, Amount]
    confidence: str
    fallback_chain: str = ""


@dataclass(frozen=True)
class TrainStep:
    """One control of a train, with the fraction of the flow that it captures and of the time that it runs [1]."""

    control: str
    capture: float
    operation: float


@dataclass(frozen=True)
class _ActingStep:
    """A step as it acts on one species; `removal` is None where it is meant to remove it and nobody knows how much.

    Of a hood, `removal` is the fraction of the flow that it takes to the steps behind it.
    """

    control: str
    capture: float
    operation: float
    removal: float | None
    confidence: str
    told: str
    is_hood: bool = False


@dataclass(frozen=True)
class ControlPaths:
    """The control paths of a project, resolved against the library.

    Attributes
    ----------
    paths : DataFrame
        control_path_id, step, control, capture [1], operation [1], source, confidence, note.
    removals : dict of (control, species) to (float, str)
        Removal fraction of one control, and its confidence; of a hood, what it captures.
    sources : mapping of (control, species) to str
        Where a removal stands.
    by_region : mapping of (control, species) to sequence of dict
        The same by region: rows of the project, then those of the library. Empty: `removals` holds everywhere.

    """

    paths: pd.DataFrame
    removals: dict[tuple[str, str], Removal]
    cache: dict[tuple[str, str, str | None], tuple[_ActingStep, ...]]
    sources: Mapping[tuple[str, str], str] = field(default_factory=dict)
    by_region: Mapping[tuple[str, str], Sequence[Mapping[str, Removal]]] = field(default_factory=dict)

    def removal(
        self,
        path_id: str,
        species: str,
        *,
        measured: Amount | None = None,
        capture: Amount | None = None,
        operation: Amount | None = None,
        region_code: str | None = None,
    ) -> AppliedControl:
        """Return the removal of a species by a train: 1 − Π(1 − capture × removal × operation).

        A code that is no path of the project is a train of its own: one control, or several joined by `+`. A combined
        control whose parts all stand in the train, and that has a row for the species, replaces them. A control
        without a row for the species is taken as its nearest code, else as its parts in a row. What passes a hood by
        leaves as it was generated: hood × (1 − Π(1 − removal × operation)) of the steps behind it.

        Parameters
        ----------
        measured : Amount, optional
            Removal measured at the plant [1]: stands for the whole train behind its hood.
        capture, operation : Amount, optional
            Measured at the plant [1]: replace those of the train's steps.
        region_code : str, optional
            Of the record: rows of another province do not hold. None: rows of any region do.

        Raises
        ------
        MissingInputError
            If a control is meant for the species and neither it nor what stands in for it has a row.
        SchemaError
            If two controls of the train hold each other.

        References
        ----------
        T/CSES 144-2024, equations (2) and (13): η = η_avg × 投运率, with the capture of the hood.

        """
        steps = self._acting(path_id, species, region_code)
        if measured is not None:
            hood = next((step.removal for step in steps if step.is_hood), None)
            caught = (1.0 if hood is None else hood) if capture is None else capture
            taken = measured * caught * (1.0 if operation is None else operation)
            return AppliedControl(taken, {_main_control(steps, path_id): taken}, "")
        _refuse_unknown(steps, path_id, species, is_captured=capture is not None)
        escaped, passed = _pass_through(steps, capture, operation)
        taken_by = passed.by_control
        efficiency = 1.0 - (escaped + passed.left) if taken_by else 0.0
        return AppliedControl(efficiency, taken_by, passed.confidence, passed.told)

    def acts_on(self, path_id: str, species: str, region_code: str | None = None) -> bool:
        """Return whether a train removes a species, or is meant to."""
        steps = self._acting(path_id, species, region_code)
        return any(step.removal is None or step.removal > 0.0 for step in steps if not step.is_hood)

    def is_path(self, path_id: str) -> bool:
        """Return whether the project itself defines a path."""
        return path_id in self._trains

    @cached_property
    def _trains(self) -> dict[str, list[TrainStep]]:
        """Steps of the paths of the project, in order."""
        found: dict[str, list[TrainStep]] = defaultdict(list)
        for row in self.paths.sort_values("step").itertuples():
            found[str(row.control_path_id)].append(TrainStep(row.control, float(row.capture), float(row.operation)))
        return dict(found)

    def train(self, path_id: str) -> list[TrainStep]:
        """Return the steps of a path as it is written: those of the project, or the controls of its own name.

        Raises
        ------
        SchemaError
            If two controls of a written train hold each other.

        """
        if path_id in self._trains:
            return list(self._trains[path_id])
        controls = train_controls(path_id)
        problems = list(train_problems(controls, path_id))
        if problems:
            raise SchemaError(*problems)
        return [TrainStep(control, 1.0, 1.0) for control in controls]

    def _acting(self, path_id: str, species: str, region_code: str | None) -> tuple[_ActingStep, ...]:
        """Return the steps of a train that act on a species in a region, in order."""
        key = (path_id, species, region_code)
        if key not in self.cache:
            steps = self._combined(self.train(path_id), species, region_code)
            self.cache[key] = tuple(acting for step in steps for acting in self._resolved(step, species, region_code))
        return self.cache[key]

    def _resolved(self, step: TrainStep, species: str, region_code: str | None, told: str = "") -> list[_ActingStep]:
        """Return a step as it acts: by its own row, by its nearest code, or as its parts; none where it does not."""
        code, shares = control_code(step.control), (step.control, step.capture, step.operation)
        own = self._row(step.control, species, region_code)
        if code.is_capture:
            caught, confidence = own or (None, "")
            return [_ActingStep(*shares, caught, confidence, told, is_hood=True)]
        if own is not None:
            return [_ActingStep(*shares, *own, told)]
        nearest = self._nearest(step, species, region_code)
        if nearest is not None:
            return [nearest]
        parts = [TrainStep(part, step.capture, step.operation) for part in code.parts]
        why = told or f"control {step.control}→{'+'.join(code.parts)} (its parts)"
        acting = [found for part in parts for found in self._resolved(part, species, region_code, why)]
        if not acting and species in code.species:
            return [_ActingStep(*shares, None, "", told)]
        return acting

    def _nearest(self, step: TrainStep, species: str, region_code: str | None) -> _ActingStep | None:
        """Return a step as its nearest code with a row of its own acts; None where there is none."""
        for near in control_code(step.control).nearest:
            found = self._row(near, species, region_code)
            if found is not None and species in control_code(near).species:
                why = f"control {step.control}→{near} (nearest code)"
                confidence = weakest(found[1], _NEAREST_CONFIDENCE)
                return _ActingStep(step.control, step.capture, step.operation, found[0], confidence, why)
        return None

    def _row(self, control: str, species: str, region_code: str | None) -> Removal | None:
        """Return removal and confidence of one control in a region, by the species itself or as fine particles."""
        for name in (species, SAME_AS.get(species, "")):
            found = self._row_of(control, name, region_code)
            if found is not None:
                return found
        return None

    def _row_of(self, control: str, species: str, region_code: str | None) -> Removal | None:
        """Return the row of one control and species: of the project, then of the nearest region."""
        tables = self.by_region.get((control, species))
        if region_code is None or tables is None:
            return self.removals.get((control, species))
        places = (*chain("regions", region_code), _EVERYWHERE)
        return next((table[place] for table in tables for place in places if place in table), None)

    def _combined(self, steps: list[TrainStep], species: str, region_code: str | None) -> list[TrainStep]:
        """Replace the parts of every combined control that has a row for the species."""
        for combined, components in combined_controls().items():
            parts = [step for step in steps if step.control in components]
            if {step.control for step in parts} != components or self._row_of(combined, species, region_code) is None:
                continue
            weakest_share = min(parts, key=lambda step: step.capture * step.operation)
            whole = TrainStep(combined, weakest_share.capture, weakest_share.operation)
            steps = [whole, *(step for step in steps if step not in parts)]
        return steps


@dataclass(frozen=True)
class _Passed:
    """What a train let through [1] of what was generated, what each control took of it [1], and how that is known."""

    left: Amount
    by_control: dict[str, Amount]
    confidence: str
    told: str


def _pass_through(
    steps: Sequence[_ActingStep], capture: Amount | None, operation: Amount | None
) -> tuple[Amount, _Passed]:
    """Return what passed the hood by [1], and what the steps let through of the rest."""
    escaped: Amount = 0.0
    passed: Amount = 1.0
    taken_by: dict[str, Amount] = {}
    acting = []
    has_hood = any(step.is_hood for step in steps)
    for step in steps:
        if step.is_hood:
            caught = (step.removal or 0.0) if capture is None else capture
            escaped, passed = passed * (1.0 - caught), passed * caught
            acting.append(step)
        elif step.removal:
            captured = step.capture if capture is None or has_hood else capture
            removed = captured * step.removal * (step.operation if operation is None else operation)
            taken_by[step.control] = taken_by.get(step.control, 0.0) + passed * removed
            passed = passed * (1.0 - removed)
            acting.append(step)
    confidence = weakest(*(step.confidence for step in acting)) if taken_by else ""
    return escaped, _Passed(passed, taken_by, confidence, _told(acting))


def _told(acting: Sequence[_ActingStep]) -> str:
    """Return which codes stood in for others, each once."""
    return "; ".join(dict.fromkeys(step.told for step in acting if step.told))


def _refuse_unknown(steps: Sequence[_ActingStep], path_id: str, species: str, *, is_captured: bool) -> None:
    """Refuse a train of which a control is meant for the species and has no removal, or a hood no capture of it."""
    is_acting = any(step.removal for step in steps if not step.is_hood)
    for step in steps:
        if step.removal is not None or (step.is_hood and (is_captured or not is_acting)):
            continue
        zh, en = ("收集率", "capture") if step.is_hood else ("去除率", "removal")
        name = "control_capture" if step.is_hood else f"removal:{species}"
        place = f"{path_id} › {species}"
        raise MissingInputError(
            problem("TY4202", place, control=step.control, species=species, parameter=name, what_zh=zh, what_en=en)
        )


def _main_control(steps: Sequence[_ActingStep], path_id: str) -> str:
    """Return the first control of a train that acts on a species, else its first one: it did what was measured."""
    acting = [step.control for step in steps if not step.is_hood and (step.removal is None or step.removal > 0.0)]
    return next(iter(acting), train_controls(path_id)[0])


def load_control_paths(library: FactorLibrary, project_dir: Path) -> ControlPaths:
    """Read `control_paths.csv` of a project, with removal rows of its own where the library has none.

    Raises
    ------
    SchemaError
        If a step names an unknown control, or two steps of a path hold each other.

    """
    paths, own = project_controls(project_dir)
    known = {*load("controls")["code"], *own["control"]}
    wrong = sorted(set(paths["control"]) - known)
    if wrong:
        raise SchemaError(*(problem("TY4201", f"control_paths.csv › {code}") for code in wrong))
    problems = [
        found
        for path_id, steps in paths.sort_values("step").groupby("control_path_id")
        for found in train_problems(list(steps["control"]), f"control_paths.csv › {path_id}")
    ]
    if problems:
        raise SchemaError(*problems)
    rows, own = _removals(library), own.rename(columns={"removal": _FRACTION})
    return ControlPaths(
        paths, _removal_rows(rows) | _removal_rows(own), {}, _sources(rows) | _sources(own), _by_region(own, rows)
    )


def used_controls(controls: ControlPaths, path_ids: Collection[str]) -> pd.DataFrame:
    """Return core_control: the removals of the controls of some paths, of combined ones and of those that stand in."""
    steps = {step.control for path_id in path_ids for step in controls.train(path_id)}
    steps |= {other for step in steps for other in related_controls(step)}
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
    rows = _removals(library)
    names = ["control_path_id", "step", "control", "capture", "operation"]
    return ControlPaths(pd.DataFrame(columns=names), _removal_rows(rows), {}, _sources(rows), _by_region(rows))


def controlled_pm10(generated_fine_t: Amount, generated_pm10_t: Amount, eta_fine: Amount, eta_coarse: Amount) -> Amount:
    """Return PM10 after control: G2.5 × (1 − η_fine) + (G10 − G2.5) × (1 − η_coarse) [t].

    References
    ----------
    T/CSES 144-2024, table A.1 (columns PM2.5 and PM2.5-10).

    """
    return generated_fine_t * (1.0 - eta_fine) + (generated_pm10_t - generated_fine_t) * (1.0 - eta_coarse)


def _removals(library: FactorLibrary) -> pd.DataFrame:
    """Return the rows of the library: removals of controls, and captures of hoods."""
    return library.controls[library.controls["kind"].isin(["removal", "capture"])]


def _removal_rows(rows: pd.DataFrame) -> dict[tuple[str, str], Removal]:
    """Index fractions by control and species; a provincial row beats the national one."""
    return {(control, species): removal for control, species, _, removal in _rows_of(_local_last(rows))}


def _by_region(*tables: pd.DataFrame) -> dict[tuple[str, str], list[dict[str, Removal]]]:
    """Index fractions by control, species and region, one dict per table, in their order."""
    found: dict[tuple[str, str], list[dict[str, Removal]]] = defaultdict(lambda: [{} for _ in tables])
    for position, rows in enumerate(tables):
        for control, species, region_code, removal in _rows_of(rows):
            found[control, species][position][region_code] = removal
    return dict(found)


def _rows_of(rows: pd.DataFrame) -> Iterator[tuple[str, str, str, Removal]]:
    """Yield control, species, region and removal of rows."""
    columns = (rows[name] for name in ("control", "species", "region_code", _FRACTION, "confidence"))
    for control, species, region_code, fraction, confidence in zip(*columns, strict=True):
        yield str(control), str(species), str(region_code), (float(fraction), str(confidence))


def _sources(rows: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Index the sources of removals as _removal_rows does their values."""
    local_last = _local_last(rows)
    keys = zip(local_last["control"], local_last["species"], strict=True)
    return dict(zip(keys, local_last["source"], strict=True))


def _local_last(rows: pd.DataFrame) -> pd.DataFrame:
    """Return removal rows, those of a province after the national ones."""
    return rows.sort_values("region_code", key=lambda code: code.str.isdigit(), kind="stable")
