"""A whole build in one process: every step in order, with what to tell the user while it runs and afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from inventory.errors import DataSourceError
from inventory.exact_sum import exact_sum
from sources.contract import joined_errors
from tongyuan import locks
from tongyuan.releases import Release, open_release
from tongyuan.steps import STEPS, BuildContext, StepOutcome, clear_stale_sources, open_context, pull_source, run

_ROWS = ("rows_in", "used", "quarantined", "rejected")
Listener = Callable[[str, StepOutcome], None]


@dataclass(frozen=True)
class BuildResult:
    """What a build did.

    Attributes
    ----------
    outcomes : dict of str to StepOutcome
        By step; pulls by `pull.<source>`.
    release : Release
        The published release.
    totals : dict
        Emissions [t] by scope and species, CO2e [t] by scope and GWP set, H/M/L shares.
    balance : dict
        Facts in and used; mass in the grid, outside and unallocated.
    seconds : float
        Wall time.

    """

    outcomes: dict[str, StepOutcome]
    release: Release
    totals: pd.DataFrame
    co2e: pd.DataFrame
    balance: dict[str, float]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """Return the result for machines."""
        return {
            "release_id": self.release.release_id,
            "content_hash": self.release.manifest["content_hash"],
            "input_hash": self.release.manifest["input_hash"],
            "release_dir": str(self.release.path),
            "seconds": round(self.seconds, 2),
            "steps": [
                {
                    "step": step, "skipped": outcome.skipped, "seconds": round(outcome.seconds, 3),
                    "counts": outcome.report.counts, "messages": list(outcome.report.messages),
                }
                for step, outcome in self.outcomes.items()
            ],
            "totals": self.totals.to_dict("records"),
            "co2e": self.co2e[self.co2e["species"] == "total"].drop(columns=["gwp", "species"]).to_dict("records"),
            "balance": self.balance,
        }  # fmt: skip


def build(
    project: str, year: int | None, out: str, *, listen: Listener, accepted_ids: Collection[str] = ()
) -> BuildResult:
    """Run every step; steps whose inputs have not changed are skipped.

    Parameters
    ----------
    project, year, out, accepted_ids
        As tongyuan.steps.open_context.
    listen : callable
        Called with step and outcome after each step; pulls are called `pull.<source>`.

    Raises
    ------
    InventoryError
        With every finding of the step that failed; the previous release stays as it was.

    """
    started = time.perf_counter()
    context = open_context(project, year, out, accepted_ids)
    outcomes: dict[str, StepOutcome] = {}

    def note(step: str, outcome: StepOutcome) -> None:
        outcomes[step] = outcome
        listen(step, outcome)

    with locks.hold(context.work):
        clear_stale_sources(context)
        _pull_all(context, note)
        for step in STEPS[1:]:
            note(step, run(context, step))
        release = open_release("current", context.out)
        totals, co2e = (_table(context, name) for name in ("out_total", "out_co2e"))
        balance = _balance(context)
    return BuildResult(outcomes, release, totals, co2e, balance, time.perf_counter() - started)


def check_inputs(project: str, year: int | None, out: str) -> dict[str, StepOutcome]:
    """Read, stage and estimate without publishing, so that every problem of the inputs shows.

    Raises
    ------
    InventoryError
        With every finding.

    """
    context = open_context(project, year, out)
    outcomes: dict[str, StepOutcome] = {}
    with locks.hold(context.work):
        _pull_all(context, outcomes.__setitem__)
        for step in ("stage", "estimate", "check"):
            outcomes[step] = run(context, step)
    return outcomes


def _pull_all(context: BuildContext, note: Listener) -> None:
    """Pull every source and raise the findings of all of them together."""
    findings: list[DataSourceError] = []
    for source_id in sorted(context.config.deliveries):
        try:
            note(f"pull.{source_id}", pull_source(context, source_id))
        except DataSourceError as error:
            findings.append(error)
    if findings:
        raise joined_errors(findings)


def _table(context: BuildContext, name: str) -> pd.DataFrame:
    """Return a table of the work directory."""
    return pd.read_parquet(Path(context.work, f"{name}.parquet"))


def _balance(context: BuildContext) -> dict[str, float]:
    """Return how the facts were used and the largest relative error of gridding."""
    facts = _table(context, "core_step_balance").set_index("measure").loc["facts"]
    mass, rows = _table(context, "out_mass_balance"), _table(context, "core_delivery")
    regions = _table(context, "out_emission_by_region")
    outside = regions[regions["region_code"] == "outside_grid"]
    return {
        "outside_grid_nox_t": exact_sum(outside.loc[outside["species"] == "NOx", "emission_t"]),
        "outside_grid_co2_t": exact_sum(outside.loc[outside["species"] == "CO2", "emission_t"]),
        "unallocated_t": exact_sum(mass["unallocated_t"]),
        "facts_in": float(facts["amount_in"]),
        "facts_used": float(facts["used"]),
        "facts_not_an_activity": float(facts["not_an_activity"]),
        "facts_without_value": float(facts["quarantined"]),
        **{f"rows_{name.removeprefix('rows_')}": float(rows[name].sum()) for name in _ROWS},
        "largest_relative_mass_error": float(mass["relative_error"].abs().max()),
    }
