"""Records, libraries and projects that the tests of inventory/ share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from inventory.activity_record import ActivityRecord
from inventory.config import load_config
from inventory.factors.abatement import ControlPaths
from inventory.factors.library import FactorLibrary, FactorRow, load_library
from inventory.methods.context import MethodContext
from inventory.pipeline import estimate
from inventory.staging import stage
from inventory.vocabulary.units import factor_unit
from sources.contract import pull, write_undelivered
from tests.projects.tables import deliver_tables

EXAMPLE = Path(__file__).parents[2] / "examples" / "shanghai"
PACKS = ("cn-provincial-2011", "tcses-144-2024", "ipcc-2006")


@pytest.fixture(scope="session")
def library():
    return load_library(PACKS)


@pytest.fixture
def make_record():
    """Return a maker of records: name=value parameters are given as `parameters={...}`."""

    def make(**values) -> ActivityRecord:
        parameters = values.pop("parameters", {})
        defaults = {
            "activity_id": "test:1", "source_category": "FC.03.13", "fuel_or_product": "raw_coal", "technology": "any",
            "control_path_id": "none", "size_class": "any", "region_code": "310000", "activity_value": 1.0,
            "activity_unit": "t", "in_airshed": True, "balance_group": "", "included_species": frozenset(),
            "included_in": "", "parameters": parameters, "parameter_confidence": dict.fromkeys(parameters, "M"),
        }  # fmt: skip
        return ActivityRecord(**(defaults | values))

    return make


@pytest.fixture
def make_factor():
    """Return a maker of factor rows with the plainest key."""

    def make(factor_id, value, unit, **key) -> FactorRow:
        defaults = {
            "edition": "test", "pack_rank": 0, "source_category": "FC.03.13", "fuel_or_product": "any",
            "technology": "any", "control": "none", "size_class": "any", "species": "NOx", "basis": "generated",
            "year_from": None, "year_to": None, "region_code": "CN", "tier": "1", "confidence": "M",
        }  # fmt: skip
        return FactorRow(factor_id=factor_id, value=value, unit=factor_unit(unit), **(defaults | key))

    return make


@pytest.fixture
def make_library():
    """Return a maker of libraries of a few rows."""

    def make(factors=(), fuels=None, ratios=None) -> FactorLibrary:
        by_species: dict[tuple[str, str], list[FactorRow]] = {}
        for row in factors:
            by_species.setdefault((row.species, row.source_category), []).append(row)
        return FactorLibrary(("test",), pd.DataFrame(), by_species, fuels or {}, pd.DataFrame(), ratios or {})

    return make


@pytest.fixture
def make_paths():
    """Return a maker of control paths: steps (path, step, control, capture, operation) and removals."""

    def make(steps=(), removals=None) -> ControlPaths:
        names = ["control_path_id", "step", "control", "capture", "operation"]
        return ControlPaths(pd.DataFrame(list(steps), columns=names), removals or {}, {})

    return make


@pytest.fixture
def make_context(make_library, make_paths):
    """Return a maker of contexts; what is not given is empty."""

    def make(library=None, paths=None, year=2021) -> MethodContext:
        return MethodContext(library or make_library(), paths or make_paths(), year)

    return make


@pytest.fixture(scope="session")
def run_example(tmp_path_factory):
    """Return a function that copies the example, lets the caller edit the copy, and runs pull, stage, estimate."""

    def run(edit=None) -> Path:
        folder = tmp_path_factory.mktemp("project")
        project, work = folder / "shanghai", folder / "work"
        shutil.copytree(EXAMPLE, project)
        deliver_tables(project)
        work.mkdir()
        if edit is not None:
            edit(project)
        config = load_config(project)
        for step in (pull, write_undelivered, stage, estimate):
            step(config, work)
        return work

    return run


@pytest.fixture(scope="session")
def estimated(run_example):
    """Work directory of the unedited example."""
    return run_example()


@pytest.fixture(scope="session")
def example_config():
    return load_config(EXAMPLE)
