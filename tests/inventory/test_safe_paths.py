"""Which paths a project may name."""

from __future__ import annotations

import pytest

from inventory.errors import SchemaError
from inventory.safe_paths import require_inside, require_plain


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "项目 1"
    folder.joinpath("tables").mkdir(parents=True)
    folder.joinpath("tables", "a.csv").write_text("x", encoding="utf-8")
    tmp_path.joinpath("secret.csv").write_text("x", encoding="utf-8")
    return folder


def refusal(project, text, **how):
    with pytest.raises(SchemaError) as caught:
        require_inside(project, text, **how)
    (found,) = caught.value.problems
    return found


@pytest.mark.parametrize(
    "text",
    [
        "tables/a.csv",
        "tables\\a.csv",
        "./tables/../tables/a.csv",
        "tables/不在.csv",
        "tables/*.csv",
        "表 1/a..b.csv",
        "console.csv",
        "com10.csv",
    ],
)
def test_paths_inside_the_project_are_taken(project, text):
    assert require_inside(project, text).is_relative_to(project)


def test_the_path_is_resolved(project):
    assert require_inside(project, "tables\\..\\tables/a.csv") == project / "tables" / "a.csv"


def test_an_absolute_path_inside_the_project_is_taken(project):
    assert require_inside(project, str(project / "tables" / "a.csv")) == project / "tables" / "a.csv"


@pytest.mark.parametrize(
    "text",
    [
        "../secret.csv", "tables/../../secret.csv", "..\\secret.csv", "/etc/passwd", "~/a.csv", "~root/a.csv", "", "  ",
        "a\0.csv", "a\n.csv", "\\\\server\\share\\a.csv", "//server/share/a.csv", "C:\\data\\a.csv", "C:a.csv",
        "CON", "nul", "tables/NUL.csv", "com1.txt", "LPT9", "aux .csv", "COM¹", "a.csv:stream", "x" * 300 + ".csv", "a/" * 3000,
    ],
)  # fmt: skip
def test_what_leads_outside_or_is_no_file_is_sc902(project, text):
    assert refusal(project, text).code == "SC902"


@pytest.mark.parametrize(
    "text",
    [
        "http://data.example/a.csv", "HTTPS://data.example/a.csv", "ftp://h/a", "s3://bucket/a.csv", "file:///etc/passwd",
        "file:/etc/passwd", " http://h/a", "/vsicurl/http://h/a.tif", "/vsizip/a.zip/b.shp", "/VSIS3/b/a", "\\vsicurl\\x",
        "/vsistdin/", "gs://b/a", "PG:host=h", "jdbc:x",
    ],
)  # fmt: skip
def test_an_address_or_virtual_path_is_sc903(project, text):
    assert refusal(project, text).code == "SC903"
    with pytest.raises(SchemaError, match="SC903"):
        require_plain(text)


def test_a_link_that_leaves_the_project_is_refused_and_one_that_stays_is_taken(project):
    project.joinpath("out.csv").symlink_to(project.parent / "secret.csv")
    project.joinpath("up").symlink_to(project.parent)
    project.joinpath("in.csv").symlink_to(project / "tables" / "a.csv")
    assert refusal(project, "out.csv").code == "SC902"
    assert refusal(project, "up/secret.csv").code == "SC902"
    assert require_inside(project, "in.csv") == project / "tables" / "a.csv"


def test_links_in_a_circle_are_refused(project):
    project.joinpath("a").symlink_to(project / "b")
    project.joinpath("b").symlink_to(project / "a")
    assert refusal(project, "a").code == "SC902"


def test_a_project_behind_a_link_is_the_same_project(project, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(project)
    assert require_inside(link, "tables/a.csv") == project / "tables" / "a.csv"


def test_a_folder_whose_name_begins_alike_is_outside(project):
    project.with_name("项目 1b").mkdir()
    assert refusal(project, "../项目 1b/a.csv").code == "SC902"


@pytest.mark.parametrize("root", ["..", "absolute"])
def test_a_declared_folder_outside_is_allowed(project, root):
    roots = [str(project.parent) if root == "absolute" else root]
    assert require_inside(project, "../secret.csv", roots=roots) == project.parent / "secret.csv"
    assert refusal(project, "/etc/passwd", roots=roots).code == "SC902"


def test_the_finding_stands_where_the_path_is_written_and_shows_no_control_characters(project):
    assert (
        refusal(project, "/etc/passwd", place="inventory.toml › deliveries.x").place == "inventory.toml › deliveries.x"
    )
    assert refusal(project, "a\0\x1b[31m.csv").place == "a\\x00\\x1b[31m.csv"


def test_an_absolute_path_on_the_command_line_is_fine(tmp_path):
    assert require_plain(str(tmp_path / "out")) == tmp_path / "out"


@pytest.mark.parametrize("text", ["~/out", "a\0b", "\\\\server\\share", "NUL"])
def test_what_is_no_path_is_refused_on_the_command_line_too(text):
    with pytest.raises(SchemaError, match="SC902"):
        require_plain(text)
