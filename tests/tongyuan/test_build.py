"""The promise of the main job: one command, the same bits, nothing lost, steps skipped by hash."""

import json
import os
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from tests.projects.tables import deliver_tables
from tests.tongyuan.conftest import ROOT, run_tongyuan

EXAMPLE = ROOT / "examples" / "shanghai"


def _without_raw_times(answer):
    return {key: answer[key] for key in ("release_id", "content_hash", "totals", "co2e")}


def test_the_example_builds_every_file_of_a_release(built):
    folder, answer = built
    names = set(json.loads((folder / answer["release_id"] / "manifest.json").read_text("utf-8"))["files"])
    assert {"inventory.duckdb", "emission.gpkg", "emission.nc", "summary.xlsx", "map_sheet.png"} <= names
    assert any(name.startswith("cog/") and name.endswith(".tif") for name in names)
    assert (folder / "current").read_text("utf-8").strip() == answer["release_id"]
    assert not list(folder.glob("*/.*.tmp"))


@pytest.mark.slow
def test_a_second_build_skips_every_step_and_says_so(built):
    folder, first = built
    done = run_tongyuan("build", "--out", str(folder), "--json", cwd=folder)
    second = json.loads(done.stdout)
    assert all(step["skipped"] for step in second["steps"])
    assert _without_raw_times(second) == _without_raw_times(first)
    words = run_tongyuan("build", "--out", str(folder), cwd=folder)
    assert "跳过" in words.stdout
    assert len(words.stdout.strip().splitlines()) <= 42


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {
            "TZ": "UTC",
            "LANG": "C",
            "LC_ALL": "C",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONHASHSEED": "1",
        },
        {"TZ": "Asia/Shanghai", "LANG": "zh_CN.UTF-8", "OMP_NUM_THREADS": "2", "PYTHONHASHSEED": "2"},
    ],
)
def test_clock_locale_and_threads_do_not_change_the_content_hash(built, tmp_path, settings):
    done = run_tongyuan("build", "--out", str(tmp_path), "--json", cwd=tmp_path, environment={**os.environ, **settings})
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["content_hash"] == built[1]["content_hash"]


@pytest.mark.slow
def test_shuffled_rows_do_not_change_the_content_hash(built, tmp_path):
    project = tmp_path / "shuffled"
    shutil.copytree(EXAMPLE, project)
    deliver_tables(project)
    for path in sorted((project / "tables").glob("*.csv")):
        rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        rows.sample(frac=1, random_state=7).to_csv(path, index=False)
    done = run_tongyuan("build", str(project), "--out", str(tmp_path / "out"), "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["content_hash"] == built[1]["content_hash"]


def test_mass_is_conserved_for_every_category_and_species(built):
    folder, _ = built
    balance = pd.read_parquet(next((folder / ".work").glob("*/out_mass_balance.parquet")))
    parts = balance["cells_t"] + balance["outside_t"] + balance["unallocated_t"]
    assert len(balance) > 500
    assert ((parts - balance["emission_t"]).abs() <= 1e-12 * balance["emission_t"].abs().clip(lower=1e-9)).all()


def test_a_project_that_is_not_there_ends_with_3_and_names_it(tmp_path):
    done = run_tongyuan("build", "nowhere", "--out", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 3
    assert "nowhere" in done.stderr
    assert "TY1000" in done.stderr


def test_a_wrong_option_ends_with_2(tmp_path):
    assert run_tongyuan("build", "--yeer", "2021", cwd=tmp_path).returncode == 2


def test_bad_cells_of_several_files_are_reported_together_and_nothing_is_published(tmp_path):
    project = tmp_path / "bad"
    shutil.copytree(EXAMPLE, project)
    deliver_tables(project)
    for name in ("industry", "waste"):
        path = project / "tables" / f"{name}.csv"
        rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        rows.loc[0, "value"] = "about ten"
        rows.to_csv(path, index=False)
    done = run_tongyuan("build", str(project), "--out", str(tmp_path / "out"), cwd=tmp_path)
    assert done.returncode == 3
    assert "industry.csv" in done.stderr
    assert "waste.csv" in done.stderr
    assert not (tmp_path / "out" / "current").exists()


@pytest.mark.slow
def test_the_wheel_builds_the_example_outside_the_checkout(built, tmp_path):
    wheels = tmp_path / "wheels"
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    target = tmp_path / "site"
    wheel = next(wheels.glob("*.whl"))
    shutil.unpack_archive(wheel, target, format="zip")
    # The checkout is installed in editable mode; -S with an explicit path proves that only the wheel is used.
    site = next(path for path in sys.path if path.endswith("site-packages"))
    code = (
        f"import sys; sys.path[:0] = [{str(target)!r}, {site!r}]; import tongyuan, inventory; "
        f"assert tongyuan.__file__.startswith({str(target)!r}), tongyuan.__file__; "
        "from tongyuan.cli import app; app()"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, "build", "--out", str(tmp_path / "out"), "--json"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["content_hash"] == built[1]["content_hash"]


@pytest.mark.slow
def test_another_approval_number_is_another_release(built, tmp_path):
    project = tmp_path / "approved"
    shutil.copytree(EXAMPLE, project)
    deliver_tables(project)
    path = project / "inventory.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("未送审：示例图，不得公开发布", "沪S〔2021〕000号"), "utf-8")
    assert path.read_text("utf-8") != text
    done = run_tongyuan("build", str(project), "--out", str(tmp_path / "out"), "--json", cwd=tmp_path)
    answer = json.loads(done.stdout)
    assert answer["release_id"] != built[1]["release_id"]
    assert answer["totals"] == built[1]["totals"]


@pytest.mark.parametrize(
    ("table", "column", "value", "expected"),
    [
        ("facilities", "lon", "131.5983", "GE505"),
        ("industry", "value", "-1941.43", "IN302"),
    ],
)
@pytest.mark.slow
def test_slips_that_would_move_a_total_are_refused(tmp_path, table, column, value, expected):
    project = tmp_path / "slip"
    shutil.copytree(EXAMPLE, project)
    deliver_tables(project)
    path = project / "tables" / f"{table}.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    chosen = rows.index[rows["value"] == "1941.43"] if table == "industry" else rows.index[:1]
    rows.loc[chosen, column] = value
    rows.to_csv(path, index=False)
    done = run_tongyuan("build", str(project), "--out", str(tmp_path / "out"), cwd=tmp_path)
    assert done.returncode == 3
    assert expected in done.stderr
    assert f"{table}.csv" in done.stderr
    assert not (tmp_path / "out" / "current").exists()


def test_a_year_without_data_says_which_years_there_are(tmp_path):
    done = run_tongyuan("build", "--year", "2020", "--out", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 3
    assert "TY3024" in done.stderr
    assert "2021" in done.stderr
