"""The DAG is wiring: it imports lightly, runs the steps in their order, and builds what the command line builds."""

import ast
import copy
import csv
import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tests.dags.conftest import DAGS, ROOT, airflow_environment

pytestmark = [pytest.mark.airflow, pytest.mark.filterwarnings("ignore")]

GROUPS = ("statistical", "point", "mobile", "spatial")
CHAIN = ("stage", "estimate", "check", "allocate", "profile", "assemble", "publish")
DAG_FILES = sorted(DAGS.glob("*.py"))
BIN = Path(sys.executable).parent
LIGHT_IMPORT = """
import socket, sys, time
import airflow.sdk
def refuse(*args): raise OSError("no network while a DAG is parsed")
socket.socket.connect = refuse
sys.path.insert(0, sys.argv[1])
before, started = set(sys.modules), time.perf_counter()
import build_inventory
seconds = time.perf_counter() - started
loaded = {name.split(".")[0] for name in set(sys.modules) - before}
heavy = {"pandas", "numpy", "duckdb", "geopandas", "rasterio", "sqlalchemy", "grids", "sources", "tongyuan"}
print(seconds, *sorted(loaded & heavy))
"""


@pytest.fixture(scope="module")
def bag(airflow_home):
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(str(DAGS))


@pytest.fixture(scope="module")
def dag(bag):
    return bag.dags["build_inventory"]


@pytest.fixture(scope="module")
def airflow_run(tmp_path_factory):
    """Run the DAG in a new AIRFLOW_HOME and an empty releases folder."""
    folder = tmp_path_factory.mktemp("dag_run")
    environment = airflow_environment(folder / "home") | {"NO_COLOR": "1", "COLUMNS": "400"}
    conf = json.dumps({"out": str(folder / "releases")})
    subprocess.run(
        [BIN / "airflow", "db", "migrate"], env=environment, cwd=folder, check=True, capture_output=True, timeout=200
    )
    ran = subprocess.run(
        [BIN / "airflow", "dags", "test", "build_inventory", "-c", conf],
        env=environment, cwd=folder, check=False, capture_output=True, text=True, timeout=500,
    )  # fmt: skip
    return ran, folder / "releases"


def test_dags_import_without_errors(bag):
    assert bag.import_errors == {}
    assert list(bag.dags) == ["build_inventory"]


def test_every_group_of_sources_is_listed_then_pulled_then_staged(dag):
    for group in GROUPS:
        assert dag.task_dict[f"list_{group}"].downstream_task_ids == {f"pull_{group}"}
        assert dag.task_dict[f"pull_{group}"].downstream_task_ids == {"stage"}
        assert dag.task_dict[f"pull_{group}"].is_mapped
    assert dag.task_dict["stage"].upstream_task_ids == {f"pull_{group}" for group in GROUPS}


def test_steps_after_the_pull_form_one_chain(dag):
    following = {name: dag.task_dict[name].downstream_task_ids for name in CHAIN}
    assert following == {name: {after} for name, after in pairwise(CHAIN)} | {"publish": set()}


def test_dag_runs_every_step_of_the_command_line_and_no_other(dag):
    from tongyuan.steps import STEPS

    assert ("pull", *CHAIN) == STEPS
    assert set(dag.task_dict) == {*CHAIN} | {f"{verb}_{group}" for verb in ("list", "pull") for group in GROUPS}


def test_a_failed_task_fails_the_run(dag):
    rules = {name: task.trigger_rule.value for name, task in dag.task_dict.items()}
    assert rules.pop("stage") == "none_failed"
    assert set(rules.values()) == {"all_success"}
    assert [task.task_id for task in dag.task_dict.values() if not task.downstream_task_ids] == ["publish"]


def test_only_one_run_at_a_time(dag):
    assert dag.max_active_runs == 1


def test_retries_wait_longer_each_time(dag):
    for task in dag.task_dict.values():
        assert task.retries == 2
        assert task.retry_exponential_backoff == 2.0


def test_only_what_may_pass_by_itself_is_tried_again(dag):
    from airflow.sdk import RetryAction

    from inventory import errors

    policy = dag.task_dict["estimate"].retry_policy
    problem = errors.Problem("TY0000", "here", "错", "wrong")
    passing = [errors.ReleaseError(problem), PermissionError(), TimeoutError(), MemoryError()]
    lasting = [
        errors.DataSourceError(problem),
        errors.SchemaError(problem),
        errors.ConservationError(problem),
        KeyError(),
    ]
    assert {policy.evaluate(error, 1, 2).action for error in passing} == {RetryAction.RETRY}
    assert {policy.evaluate(error, 1, 2).action for error in lasting} == {RetryAction.FAIL}


def test_publish_announces_the_release_as_an_asset(dag):
    assert [(asset.name, asset.uri) for asset in dag.task_dict["publish"].outlets] == [
        ("tongyuan_release", "x-tongyuan://releases/current")
    ]


@pytest.mark.parametrize("wrong", [{"year": 1900}, {"year": 2101}, {"year": "2021"}, {"project": None}, {"out": ""}])
def test_parameters_outside_their_range_are_refused(dag, wrong):
    from airflow.sdk.exceptions import ParamValidationError

    params = copy.deepcopy(dag.params)
    with pytest.raises(ParamValidationError):
        params.update(wrong)


@pytest.mark.parametrize("right", [{"year": None}, {"year": 2000}, {"year": 2100}, {"project": "p"}])
def test_parameters_inside_their_range_are_taken(dag, right):
    params = copy.deepcopy(dag.params)
    params.update(right)
    assert params.validate() == {"project": "", "year": None, "out": "releases"} | right


@pytest.mark.parametrize("path", DAG_FILES, ids=lambda path: path.name)
def test_dag_files_are_short_and_only_call_steps(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    members = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert len(text.splitlines()) <= 80
    assert {*members, *names} <= {
        "__future__",
        "logging",
        "datetime",
        "typing",
        "airflow.sdk",
        "_defaults",
        "tongyuan.steps",
    }
    assert not [s for s in strings if re.search(r"\b(select|insert|update|create table)\b", s, re.IGNORECASE)]


def test_parsing_needs_neither_network_nor_heavy_libraries(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", LIGHT_IMPORT, DAGS], env=airflow_environment(tmp_path), cwd=tmp_path,
        check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    seconds, *heavy = ran.stdout.split()
    assert heavy == []
    assert float(seconds) < 2


@pytest.mark.slow
def test_airflow_builds_the_same_content_as_the_command_line(airflow_run, tmp_path):
    ran, releases = airflow_run
    assert ran.returncode == 0, ran.stdout[-3000:]
    built = subprocess.run(
        [BIN / "tongyuan", "build", "--out", tmp_path / "releases", "--json"],
        cwd=tmp_path, check=False, capture_output=True, text=True, timeout=500,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr[-3000:]
    assert _content_hash(releases) == _content_hash(tmp_path / "releases")


@pytest.mark.slow
def test_every_pulled_source_logs_the_rows_of_its_delivery(airflow_run):
    ran, _ = airflow_run
    logged = dict(re.findall(r"pull: (\w+) = (\d+) rows", ran.stdout + ran.stderr))
    assert {source: int(rows) for source, rows in logged.items()} == {
        path.stem: _data_rows(path) for path in (ROOT / "examples" / "shanghai" / "tables").glob("*.csv")
    }


def _content_hash(releases):
    """Return the content hash in the only manifest of a releases folder."""
    (manifest,) = releases.glob("*/manifest.json")
    return json.loads(manifest.read_text(encoding="utf-8"))["content_hash"]


def _data_rows(path):
    """Count the rows below the header with the standard library's reader."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return sum(1 for _ in csv.reader(handle)) - 1
