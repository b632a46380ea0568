"""inventory.toml: unknown and missing keys, all at once."""

import shutil

import pytest

from inventory.config import load_config
from inventory.errors import SchemaError


@pytest.fixture
def project(tmp_path, example_config):
    shutil.copy(example_config.project_dir / "inventory.toml", tmp_path)
    return tmp_path


def edit(project, *changes):
    """Replace text in inventory.toml."""
    path = project / "inventory.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def test_the_example_is_read_with_its_workbooks(project):
    config = load_config(project)
    assert (config.region_code, config.inventory_year) == ("310000", 2021)
    assert (config.grid.ny, config.grid.nx) == (155, 150)
    assert config.packs == ("cn-provincial-2011", "tcses-144-2024", "ipcc-2006")
    assert all(name.startswith("workbooks/") for spec in config.deliveries.values() for name in spec.file)
    assert (config.period_start.isoformat(), config.period_end.isoformat()) == ("2021-01-01", "2021-12-31")


def test_year_of_the_caller_takes_the_place_of_the_file(project):
    assert load_config(project, 2022).inventory_year == 2022


def test_unknown_and_missing_keys_are_told_at_once(project):
    edit(project, ("cell_size_m = 1000", "cell_size = 1000"), ('headline = "AR5GWP100"', ""), ("[packs]", "[packes]"))
    with pytest.raises(SchemaError) as error:
        load_config(project)
    found = {(problem.code, problem.place.split(" › ")[1]) for problem in error.value.problems}
    assert {("TY1003", "grid.cell_size"), ("TY1003", "packes"), ("TY1004", "grid.cell_size_m"), ("TY1004", "gwp.headline"),
            ("TY1004", "packs.ghg"), ("TY1004", "packs.ap"), ("TY1004", "packs.fallback")} == found  # fmt: skip


def test_missing_file_and_broken_syntax_are_told(tmp_path, project):
    with pytest.raises(SchemaError, match="TY1001"):
        load_config(tmp_path / "nowhere")
    edit(project, ("[grid]", "[grid"))
    with pytest.raises(SchemaError, match="TY1002"):
        load_config(project)


def test_grid_id_changes_with_the_grid_only(project):
    first = load_config(project).grid.grid_id
    edit(project, ("inventory_year = 2021", "inventory_year = 2022"))
    assert load_config(project).grid.grid_id == first
    edit(project, ("nx = 150", "nx = 151"))
    assert load_config(project).grid.grid_id != first
