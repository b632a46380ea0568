"""What changed in the tables of a project since its last release is said, whatever the order of lines."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tongyuan.project_changes import keep_project_tables, project_changes


@pytest.fixture
def config(tmp_path):
    """A project of one map and a local factor, as far as the comparison looks."""
    project = tmp_path / "project"
    (project / "local").mkdir(parents=True)
    (project / "map.csv").write_text("a,1\nb,2\n", encoding="utf-8")
    (project / "local" / "local_factors.csv").write_text("f,3\n", encoding="utf-8")
    return SimpleNamespace(project_dir=project, region_code="310000", local_factors=project / "local")


def test_nothing_published_and_nothing_changed_say_nothing(config, tmp_path):
    assert project_changes(config, tmp_path / "out") == []
    keep_project_tables(config, tmp_path / "out")
    assert project_changes(config, tmp_path / "out") == []


def test_the_order_of_lines_says_nothing(config, tmp_path):
    keep_project_tables(config, tmp_path / "out")
    (config.project_dir / "map.csv").write_text("b,2\na,1\n", encoding="utf-8")
    assert project_changes(config, tmp_path / "out") == []


def test_a_changed_line_of_a_map_and_of_a_local_factor_is_shown(config, tmp_path):
    keep_project_tables(config, tmp_path / "out")
    (config.project_dir / "map.csv").write_text("a,1\nb,7\n", encoding="utf-8")
    (config.local_factors / "local_factors.csv").write_text("f,30\n", encoding="utf-8")
    said = project_changes(config, tmp_path / "out")
    assert [sentence.split("：")[0] for sentence in said] == ["[W207] local/local_factors.csv", "[W207] map.csv"]
    assert "+ b,7" in said[1]
    assert "− b,2" in said[1]


def test_a_new_table_is_no_change_of_an_old_one(config, tmp_path):
    keep_project_tables(config, tmp_path / "out")
    (config.project_dir / "more.csv").write_text("x\n", encoding="utf-8")
    assert project_changes(config, tmp_path / "out") == []
