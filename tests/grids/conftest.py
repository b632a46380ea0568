"""The example's staged tables and its city, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from grids.city import load_city
from grids.definition import GridDefinition
from inventory.config import load_config
from inventory.pipeline import estimate
from inventory.staging import stage
from inventory.warehouse import read_table
from sources.contract import pull, write_undelivered

EXAMPLE = Path(__file__).parents[2] / "examples" / "shanghai"


@pytest.fixture(scope="session")
def config():
    return load_config(EXAMPLE)


@pytest.fixture(scope="session")
def estimated(tmp_path_factory, config):
    """Work directory of the example up to the estimate step."""
    work = tmp_path_factory.mktemp("estimated")
    pull(config, work)
    write_undelivered(config, work)
    stage(config, work)
    estimate(config, work)
    return work


@pytest.fixture(scope="session")
def city(config, estimated):
    names = ("stg_towns_town", "stg_networks_vertex", "stg_fact", "core_facility")
    tables = {name: read_table(name, estimated) for name in names}
    return load_city(GridDefinition(config.grid), config.region_code, tables, inventory_year=config.inventory_year)
