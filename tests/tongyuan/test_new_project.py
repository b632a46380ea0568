"""A new project: complete, loadable, and never half-written or over something else."""

from __future__ import annotations

import openpyxl
import pytest

from inventory.config import load_config, require_project_tables
from inventory.errors import DataSourceError, ReleaseError
from sources.registry import all_sources
from tongyuan import new_project
from tongyuan.new_project import create_project


def test_a_new_project_can_be_loaded_and_its_workbooks_are_templates(tmp_path):
    paths = create_project(tmp_path / "新项目")
    assert paths[0].name == "inventory.toml"
    assert all(path.is_file() for path in paths)
    config = load_config(tmp_path / "新项目")
    require_project_tables(tmp_path / "新项目")
    assert set(config.deliveries) == {name for name, source in all_sources().items() if source.is_required}
    for source_id, spec in config.deliveries.items():
        book = openpyxl.load_workbook(tmp_path / "新项目" / spec.file[0], read_only=True)
        stamps = [row[0] for row in book["_template"].iter_rows(values_only=True)]
        assert source_id in stamps
        book.close()
    assert "请改" in config.title_zh
    assert [path.name for path in tmp_path.iterdir()] == ["新项目"]


def test_an_empty_folder_is_filled(tmp_path):
    create_project(tmp_path)
    assert {"inventory.toml", "README.md", "workbooks"} <= {path.name for path in tmp_path.iterdir()}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(DataSourceError, match="TY2105") as caught:
        create_project(tmp_path)
    assert caught.value.exit_code == 3
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_of_that_name_is_left_alone(tmp_path):
    (tmp_path / "name").write_text("x", encoding="utf-8")
    with pytest.raises(DataSourceError, match="TY2107"):
        create_project(tmp_path / "name")
    assert (tmp_path / "name").read_text(encoding="utf-8") == "x"


@pytest.mark.parametrize("name", ["new", "."])
def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch, name):
    def no_space(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(new_project, "fill_template", no_space)
    with pytest.raises(ReleaseError, match="No space left") as caught:
        create_project(tmp_path / name)
    assert caught.value.exit_code == 4
    assert list(tmp_path.iterdir()) == []
