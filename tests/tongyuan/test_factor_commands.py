"""The command group `tongyuan factors`: answers, exit codes, and a factor from raw tests to effective."""

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from tongyuan.cli import app

EXAMPLE = Path(__file__).parents[2] / "examples" / "shanghai" / "local_factors"
SIGNED = ("--by", "Reviewer", "--reason", "complete")


def call(*arguments):
    return CliRunner().invoke(app, ["factors", *map(str, arguments)])


def answer(*arguments):
    done = call(*arguments, "--json")
    return done.exit_code, json.loads(done.stdout)


def test_list_selects_by_category_species_pack_and_status():
    code, found = answer("list", "--category", "FC.01", "--species", "NOx", "--pack", "tcses-144-2024")
    rows = found["factors"]
    assert code == 0
    assert "EF00002" in {row["factor_id"] for row in rows}
    assert {(row["species"], row["edition"]) for row in rows} == {("NOx", "tcses-144-2024")}
    assert all(row["source_category"].startswith("FC.01") for row in rows)
    unverified = answer("list", "--status", "unverified")[1]["factors"]
    assert {row["edition"] for row in unverified} == {"cn-provincial-2025"}
    assert len(unverified) == 14


def test_show_tells_value_source_printed_value_and_who_falls_back_to_it():
    code, row = answer("show", "EF00002")
    assert (code, row["value"], row["unit"], row["unit_original"]) == (0, "8.96", "g/kg", "g/kg fuel")
    assert (row["source"], row["source_detail"], row["evidence"]) == ("T/CSES 144-2024", "表D.1 注b", "secondary")
    assert "FC.01.01" in row["reached_from"]["source_category"]
    assert "310115" in row["reached_from"]["region_code"]
    assert "raw_coal" in row["reached_from"]["fuel_or_product"]
    assert "natural_gas" not in row["reached_from"]["fuel_or_product"]
    text = call("show", "EF00002").stdout
    assert "数值 value：8.96" in text


def test_show_of_an_unknown_id_is_bad_input():
    code, found = answer("show", "NO_SUCH_ID")
    assert (code, found["problems"][0]["code"]) == (3, "TY4431")


def test_lint_of_the_packs_and_the_example_passes():
    code, found = answer("lint", "--factors", EXAMPLE)
    assert (code, found["ok"], found["problems"]) == (0, True, [])
    assert found["notices"]


def test_lint_of_a_faulty_table_is_bad_input(tmp_path):
    text = EXAMPLE.joinpath("local_factors.csv").read_text(encoding="utf-8")
    tmp_path.joinpath("local_factors.csv").write_text(text.replace("示范复核人", "示范编写人"), encoding="utf-8")
    code, found = answer("lint", "--factors", tmp_path, "--pack", "cn-provincial-2025")
    assert (code, [problem["code"] for problem in found["problems"]]) == (3, ["TY4407"])


def test_diff_needs_two_sides_or_a_folder():
    assert answer("diff", "cn-provincial-2011")[0] == 3


def test_diff_of_two_editions_names_what_changed():
    code, found = answer("diff", "cn-provincial-2011", "cn-provincial-2025")
    kinds = {change["kind"] for change in found["changes"]}
    assert (code, kinds) == (0, {"changed", "removed"})  # the 2025 edition holds no key that 2011 lacks
    assert "leverage" not in found


def test_template_is_not_written_over_a_file(tmp_path):
    file = tmp_path / "tests.xlsx"
    assert answer("template", file)[0] == 0
    size = file.stat().st_size
    assert answer("template", file)[1]["problems"][0]["code"] == "TY4433"
    assert file.stat().st_size == size


def test_wrong_cells_of_a_report_are_named_and_nothing_is_written(tmp_path):
    file = tmp_path / "tests.xlsx"
    call("template", file)
    book = openpyxl.load_workbook(file)
    book["测试结果"].append(["厂", None, "FC.99"])
    book.save(file)
    code, found = answer("import", file, "--out", tmp_path / "local")
    places = [problem["place"].rpartition(" › ")[2] for problem in found["problems"]]
    assert code == 3
    assert places[0] == "C2"
    assert len(places) == 10
    assert not tmp_path.joinpath("local").exists()


@pytest.fixture
def imported(tmp_path):
    """Return the folder with the candidates of the example's report, and their ids by species."""
    code, found = answer("import", EXAMPLE / "demonstration_tests.xlsx", "--out", tmp_path, "--by", "Author")
    assert code == 0
    assert (found["runs"], found["below_limit"]) == (14, 1)
    return tmp_path, {row["species"]: row["factor_id"] for row in found["candidates"]}


def test_factor_goes_from_raw_tests_to_effective_and_superseded(imported):
    folder, ids = imported
    at = (ids["NOx"], "--factors", folder)
    assert answer("approve", *at, *SIGNED)[1]["problems"][0]["code"] == "TY4408"
    assert answer("review", *at, "--by", "Author", "--reason", "mine")[1]["problems"][0]["code"] == "TY4407"
    assert answer("review", *at, *SIGNED)[1]["status"] == "reviewed"
    assert answer("approve", *at, "--by", "Approver", "--reason", "better")[1]["status"] == "effective"
    assert answer("retire", *at, "--by", "Approver", "--reason", "older")[1]["status"] == "superseded"
    (row,) = answer("list", "--factors", folder, "--status", "superseded")[1]["factors"][:1]
    assert (row["factor_id"], row["reviewer"], row["approver"], row["retired_by"]) == (
        ids["NOx"], "Reviewer", "Approver", "Approver",
    )  # fmt: skip


def test_factor_of_two_runs_is_held_until_it_is_signed_off(imported):
    folder, ids = imported
    at = (ids["CO"], "--factors", folder, *SIGNED)
    assert answer("review", *at)[0] == 0
    assert answer("approve", *at)[1]["problems"][0]["code"] == "TY4409"
    assert answer("approve", *at, "--sign-off", "Director")[1]["status"] == "effective"


def test_report_is_not_imported_twice(imported):
    folder, ids = imported
    code, found = answer("import", EXAMPLE / "demonstration_tests.xlsx", "--out", folder)
    assert (code, len(found["problems"])) == (3, len(ids))


def test_example_is_labelled_and_takes_no_part_in_the_totals():
    rows = answer("list", "--factors", EXAMPLE, "--pack", "cn-provincial-2025")[1]["factors"]
    local = [row for row in rows if row["edition"] == "local"]
    assert {row["status"] for row in local} == {"reviewed", "candidate"}
    assert all("虚构" in row["note"] for row in local)
