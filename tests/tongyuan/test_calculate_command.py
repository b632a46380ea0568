"""`tongyuan calculate`: answers, exit codes, and the library of a release that gives its own bits again."""

import csv
import json

import pytest
from typer.testing import CliRunner

from inventory.by_products import estimate_ledger
from inventory.config import load_config
from inventory.factors.abatement import load_control_paths
from inventory.factors.library import load_library_from_release, read_release
from inventory.methods.context import MethodContext
from inventory.warehouse import all_contracts
from tests.tongyuan.conftest import ROOT, run_tongyuan
from tongyuan.cli import app
from tongyuan.content_hash import table_hash

ROW = {
    "activity_id": "A", "source_category": "FC.03.13", "fuel_or_product": "raw_coal",
    "technology": "grate_boiler_mechanical", "control": "", "activity_value": "1000", "activity_unit": "t",
    "inventory_year": "2021", "region_code": "310000",
}  # fmt: skip


@pytest.fixture
def activity(tmp_path):
    """Return a writer of one record; names given change it."""

    def write(**changes):
        row = ROW | changes
        path = tmp_path / "activity.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows([list(row), list(row.values())])
        return path

    return write


def call(*arguments):
    done = CliRunner().invoke(app, ["calculate", *map(str, arguments)])
    return done.exit_code, done


def test_emissions_are_written_and_counted(activity, tmp_path):
    code, done = call(activity(), "--out", tmp_path / "out.csv", "--gwp", "AR5", "--json")
    answer = json.loads(done.stdout)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert code == 0
    assert (answer["ok"], answer["activities"], answer["emissions"]) == (True, 1, len(rows))
    assert answer["missing"] == sum(not row["emission_t"] for row in rows)
    (nox,) = [row for row in rows if row["species"] == "NOx"]
    assert float(nox["emission_t"]) == 1000 * 4.0 / 1000
    assert {row["gwp_set"] for row in rows} == {"", "AR5GWP100"}


def test_text_answer_names_the_file(activity, tmp_path):
    code, done = call(activity(), "--out", tmp_path / "out.parquet")
    assert code == 0
    assert str(tmp_path / "out.parquet") in done.stdout


def test_packs_are_taken_in_the_order_given(activity, tmp_path):
    """Anthracite: 26.7 GJ/t of ipcc-2006, 20.908 GJ/t of the provincial guideline."""
    named = {"ipcc-2006": "FP051", "cn-provincial-2011": "FP002"}
    for first, other in (tuple(named), tuple(reversed(named))):
        call(activity(fuel_or_product="anthracite"), "--out", tmp_path / "o.csv", "--pack", first, "--pack", other)
        with (tmp_path / "o.csv").open(encoding="utf-8-sig", newline="") as handle:
            (co2,) = [row for row in csv.DictReader(handle) if row["species"] == "CO2"]
        assert co2["factor_id"] == named[first]


def test_bad_input_is_told_in_both_languages_with_exit_code_3(activity, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("old", encoding="utf-8")
    code, done = call(activity(activity_value="-1", region_code="上海", activity_unit="方"), "--out", out)
    assert code == 3
    assert out.read_text(encoding="utf-8") == "old"
    for place in ("activity_value", "region_code", "activity_unit"):
        assert f"activity.csv › 2 › {place}" in done.stderr
    assert "near to it" in done.stderr
    assert "相近" in done.stderr


def test_bad_input_as_json_lists_every_problem(activity, tmp_path):
    code, done = call(activity(activity_value="x", technology="nothing"), "--out", tmp_path / "o.csv", "--json")
    answer = json.loads(done.stdout)
    assert (code, answer["ok"], answer["exit_code"]) == (3, False, 3)
    assert {problem["code"] for problem in answer["problems"]} == {"TY2313", "TY2316"}
    assert not (tmp_path / "o.csv").exists()


@pytest.mark.parametrize("options", [(), ("--out", "x.csv")])
def test_call_without_activity_or_output_is_a_usage_error(options, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call(*options)[0] == 2


def test_unknown_pack_set_and_missing_file_are_bad_input(activity, tmp_path):
    out = ("--out", tmp_path / "o.csv")
    assert call(activity(), *out, "--pack", "none")[0] == 3
    assert call(activity(), *out, "--gwp", "AR99")[0] == 3
    assert call(tmp_path / "none.csv", *out)[0] == 3


def test_output_that_cannot_be_written_is_an_environment_error(activity, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert call(activity(), "--out", tmp_path / "file" / "out.csv")[0] == 4


def test_template_is_written_once(tmp_path):
    path = tmp_path / "new" / "模板.xlsx"
    assert call("--template", path)[0] == 0
    assert path.is_file()
    assert call("--template", path)[0] == 3


def test_command_works_in_a_process_of_its_own(activity, tmp_path):
    done = run_tongyuan("calculate", str(activity()), "--out", "out.csv", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.fixture(scope="session")
def again(release):
    """Emissions by the library that the release pinned, and those of the release."""
    tables = read_release(release.path, ("core_activity", "core_activity_parameter", "core_emission"))
    library = load_library_from_release(release.path)
    project = ROOT / "examples" / "shanghai"
    context = MethodContext(library, load_control_paths(library, project), load_config(project).inventory_year)
    parents = tables["core_activity"][tables["core_activity"]["parent_activity_id"] == ""]
    _, emissions = estimate_ledger(parents, tables["core_activity_parameter"], context)
    return emissions, tables["core_emission"]


def digest(emissions):
    return table_hash(emissions, all_contracts()["core_emission"])


def without_vehicles(emissions):
    return emissions[~emissions["activity_id"].str.startswith("vehicles:")]


@pytest.mark.slow
def test_library_of_a_release_gives_all_but_road_vehicles_again(again):
    emissions, released = map(without_vehicles, again)
    assert len(released) > 2000
    assert digest(emissions) == digest(released)


@pytest.mark.slow
def test_library_of_a_release_gives_the_hash_of_its_emissions_again(again):
    emissions, released = again
    assert digest(emissions) == digest(released)
