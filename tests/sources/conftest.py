"""A project of one delivered file, in the columns of the industry table."""

from __future__ import annotations

from pathlib import Path

import pytest

from inventory.config import load_config

TOML = """
[inventory]
title_zh = "试"
region_code = "310000"
inventory_year = 2021
time_zone = "Asia/Shanghai"
map_approval_no = ""

[grid]
crs = "EPSG:4510"
x_min_m = 290000
y_min_m = 3380000
cell_size_m = 1000
nx = 3
ny = 3

[gwp]
headline = "AR5GWP100"
submission = "SARGWP100"

[packs]
ghg = "cn-provincial-2011"
ap = "tcses-144-2024"
fallback = []

[deliveries]
{deliveries}
"""


@pytest.fixture
def project(tmp_path):
    """Return a function that writes deliveries (source → path as the project gives it) and returns the config."""

    def write(**deliveries: str):
        folder = tmp_path / "project"
        folder.mkdir(exist_ok=True)
        lines = "\n".join(f'{source} = "{name}"' for source, name in deliveries.items())
        (folder / "inventory.toml").write_text(TOML.format(deliveries=lines), encoding="utf-8")
        return load_config(folder)

    return write


@pytest.fixture
def industry(project, tmp_path):
    """Return a function that delivers an industry table (text or bytes) and returns the config."""

    def deliver(content: str | bytes, name: str = "industry.csv"):
        config = project(industry=name)
        path: Path = config.project_dir / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return config

    return deliver


@pytest.fixture
def work(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    return folder
