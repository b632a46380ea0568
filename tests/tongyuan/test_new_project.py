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


def test_every_optional_source_stands_there_as_a_line_that_counts_without_its_mark(tmp_path):
    create_project(tmp_path / "p")
    settings = tmp_path / "p" / "inventory.toml"
    text = settings.read_text(encoding="utf-8")
    optional = {name for name, source in all_sources().items() if not source.is_required}
    lines = {line.split(" = ")[0].removeprefix("# ") for line in text.splitlines() if line.startswith("# ")}
    assert optional >= {"cems", "ais", "district_polygons", "release_points"}
    assert optional <= lines
    uncommented = [line.removeprefix("# ") if line.split(" = ")[0].removeprefix("# ") in optional else line
                   for line in text.splitlines()]  # fmt: skip
    settings.write_text("\n".join(uncommented), encoding="utf-8")
    config = load_config(tmp_path / "p")
    assert set(config.deliveries) == set(all_sources())
    assert config.deliveries["district_polygons"].crs == "EPSG:4490"


def test_new_projects_ask_authorities_that_exist(tmp_path):
    create_project(tmp_path / "p")
    names = {path.stem for path in (tmp_path / "p" / "workbooks").iterdir()}
    assert names == {
        "交通委", "住建与绿化市容部门", "农业农村委", "清单编制组", "生态环境局", "统计局", "规划资源局",
    }  # fmt: skip


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
