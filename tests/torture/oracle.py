"""What became of a damaged file: refused with a code and a place, read as before, or read as something else and said so."""

from __future__ import annotations

import random
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from inventory.activity_map import load_activity_map
from inventory.config import RunConfig, load_config
from inventory.delivered_cells import parse_number
from inventory.errors import InventoryError
from inventory.exact_sum import exact_sum
from inventory.factors.project_controls import project_controls
from inventory.pipeline import estimate, missing_inputs
from inventory.staging import stage
from inventory.warehouse import read_table, write_parquet
from sources.cell_changes import compare_cells
from sources.contract import extract, open_delivery, pull, write_undelivered
from sources.reading.guarded import WorkbookReader
from sources.registry import find_source
from tests.projects.tables import deliver_tables
from tests.torture.mutations import mutate
from tongyuan.project_changes import keep_project_tables, project_changes

_NUMERIC = ("number", "integer", "year")
HANG_S, ESTIMATE_S = 60, 600
REFUSED, SAME, SAID, SILENT, CRASH, HANG = "refused", "same", "changed and said", "SILENT CHANGE", "CRASH", "HANG"


@dataclass(frozen=True)
class Verdict:
    """What became of one damaged file."""

    number: int
    file: str
    damage: str
    outcome: str
    detail: str
    was_estimated: bool = False


class Victim:
    """A project of its own for one process, with what it reads and estimates when nothing is damaged."""

    def __init__(self, example: Path, folder: Path, *, seed: int, estimated_share: float, as_csv: bool = False) -> None:
        self.project = folder / "project"
        shutil.copytree(example, self.project)
        if as_csv:
            deliver_tables(self.project)
        self.folder, self.seed, self.estimated_share = folder, seed, estimated_share
        self.config = load_config(self.project)
        self.reader = WorkbookReader()
        self.whole = folder / "whole"
        self.whole.mkdir()
        pull(self.config, self.whole)
        keep_project_tables(self.config, self.folder / "out")
        self.totals = _totals(self.config, self.whole) if estimated_share else {}
        self.tables = {name: read_table(f"raw_{name}", self.whole) for name in self.config.deliveries}

    @cached_property
    def files(self) -> list[str]:
        """Deliveries and tables that a build reads, relative to the project."""
        delivered = {name for spec in self.config.deliveries.values() for name in spec.file}
        maps = {path.name for path in self.project.glob("*.csv") if not path.name.startswith("reference_")}
        return sorted({*delivered, *maps})

    def try_case(self, number: int) -> Verdict:
        """Damage one file, read it, and put it back."""
        dice = random.Random(f"{self.seed}:{number}")
        name = dice.choice(self.files)
        path = self.project / name
        content = path.read_bytes()
        damage, damaged = mutate(content, name, dice)
        path.write_bytes(damaged)
        try:
            with _time_limit(HANG_S):
                outcome, detail, deep, frames = self._judge(name, dice)
            if frames is not None:
                with _time_limit(ESTIMATE_S):
                    outcome, detail, deep = self._estimate(load_config(self.project), frames, detail)
        except InventoryError as error:
            outcome, detail, deep = REFUSED, _codes(error), False
        except TimeoutError:
            outcome, detail, deep = HANG, "too slow", False
        except Exception as error:
            outcome, detail, deep = CRASH, f"{type(error).__name__}: {error}", False
        finally:
            path.write_bytes(content)
        return Verdict(number, name, damage, outcome, detail, deep)

    def _judge(self, name: str, dice: random.Random) -> tuple[str, str, bool, dict[str, pd.DataFrame] | None]:
        """Return outcome and detail, and the tables of a changed file whose totals are to be estimated."""
        config = load_config(self.project)
        sources = [source for source, spec in config.deliveries.items() if name in spec.file]
        frames = {source: self._read(config, source) for source in sources}
        if not sources:
            load_activity_map(self.project)
            project_controls(self.project)
            missing_inputs(self.project)
        said = [sentence for source, frame in frames.items() for sentence in self._said(source, frame)]
        said += project_changes(config, self.folder / "out") if not sources else []
        changed = [source for source, frame in frames.items() if _differs(frame, self.tables[source], source)]
        if sources and not changed:
            return SAME, "", False, None
        first = said[0] if said else ""
        if changed and not first:
            return SILENT, f"{changed}", False, None
        return SAID if first else SAME, first, False, frames if dice.random() < self.estimated_share else None

    def _read(self, config: RunConfig, source: str) -> pd.DataFrame:
        """Return the raw table as a build would take it."""
        extraction = extract(open_delivery(config, source), self.reader)
        if extraction.problems:
            from inventory.errors import DataSourceError

            raise DataSourceError(*extraction.problems)
        return extraction.frame

    def _said(self, source: str, frame: pd.DataFrame) -> list[str]:
        """Return what a build says about the difference to the last release."""
        return compare_cells(find_source(source), self.tables[source], frame).sentences(source, "2021-base")

    def _estimate(self, config: RunConfig, frames: dict[str, pd.DataFrame], said: str) -> tuple[str, str, bool]:
        """Run stage and estimate; totals may only move where something was said."""
        work = self.folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(self.whole, work)
        for source, frame in frames.items():
            write_parquet(frame, f"raw_{source}", work)
        totals = _totals(config, work)
        moved = [species for species in {*totals, *self.totals} if totals.get(species) != self.totals.get(species)]
        if moved and not said:
            return SILENT, f"totals of {sorted(moved)}", True
        return SAID if said else SAME, said, True


def _totals(config: RunConfig, work: Path) -> dict[str, float]:
    """Return the emission of every species [t]."""
    write_undelivered(config, work)
    stage(config, work)
    estimate(config, work)
    emissions = read_table("core_emission", work).dropna(subset=["emission_t"])
    return {str(species): exact_sum(rows) for species, rows in emissions.groupby("species")["emission_t"]}


def _differs(new: pd.DataFrame, old: pd.DataFrame, source: str) -> bool:
    """Return whether two tables hold different rows, in any order; blanks and the way a number is written say nothing."""
    columns = {column.name: column.type in _NUMERIC for column in find_source(source).columns}

    def rows(table: pd.DataFrame) -> Any:
        return sorted(
            tuple(repr(parse_number(cell)) if columns[name] else cell.strip() for name, cell in row.items())
            for row in table[list(columns)].to_dict("records")
        )

    return bool(rows(new) != rows(old))


def _codes(error: InventoryError) -> str:
    """Return the codes of a refusal; each finding must have a code, a place and words in both languages."""
    for found in error.problems:
        if not (found.code and found.place and found.message_zh and found.message_en):
            message = f"a finding without code, place or words: {found!r}"
            raise ValueError(message)
    return " ".join(sorted({found.code for found in error.problems}))


@contextmanager
def _time_limit(seconds: int) -> Iterator[None]:
    """Raise TimeoutError when the time is over."""

    def stop(*_: object) -> None:
        raise TimeoutError

    earlier = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, earlier)
