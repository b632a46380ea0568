"""Deliveries of logs, and the generator of synthetic ones."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from inventory.delivery_spec import DeliverySpec
from sources.ais.extract import extract_series
from sources.delivery import DeliveredFile, Delivery, file_sha256
from sources.registry import find_source

_GENERATOR = Path(__file__).parents[2] / "projects" / "ais_generator.py"


@pytest.fixture(scope="session")
def generator():
    spec = importlib.util.spec_from_file_location("ais_generator", _GENERATOR)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def pull(tmp_path):
    """Return a function that delivers logs (name → bytes) and returns counts, positions, ship data and quarantine."""
    runs = iter(range(100))

    def run(logs: dict[str, bytes], **spec):
        work = tmp_path / f"run{next(runs)}"
        work.mkdir()
        files = []
        for name, content in sorted(logs.items()):
            path = work / name
            path.write_bytes(content)
            files.append(DeliveredFile(path, name, file_sha256(path)))
        delivery = Delivery(find_source("ais"), tuple(files), DeliverySpec(tuple(logs), **spec))
        counts = extract_series(delivery, work)
        names = ("raw_ais", "raw_ais_static", "raw_ais_quarantine")
        return counts, *(pq.read_table(work / f"{name}.parquet").to_pandas() for name in names)

    return run
