"""Deliveries as agencies have them make the same release as clean tables, through the command line, and say what was read.

Both projects are synthetic: tests/projects/README.md. Expected values are read back with DuckDB, pandas and pyproj.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pyproj
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.apt, pytest.mark.xdist_group("agency")]

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = "TONGYUAN_DB_BUREAU"
SERIES = ("cems", "ais")
"""Not copied into the store; core_delivery counts their rows."""

FORMS = {
    "energy_balance": "in/能源平衡表.xlsx", "industry": "in/工业产量.xls", "vehicles": "in/机动车.csv",
    "waste": "in/废弃物.csv", "land": "in/土地.ods", "towns": "in/街镇.gpkg", "facilities": "db:bureau/permit.facility",
    "vessel_register": "in/船舶登记.tsv", "release_points": "in/排放口.geojson",
    "mobile_assumptions": "in/移动源假设.csv", "facility_identifiers": "in/企业标识.xlsx", "cems": "in/cems/合成电力一厂-DA001-2021.csv",
}  # fmt: skip


def load_agency():
    """Return tests/projects/agency.py."""
    spec = importlib.util.spec_from_file_location("agency", ROOT / "tests" / "projects" / "agency.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


agency = load_agency()


@dataclass(frozen=True)
class Built:
    """A project, what the build answered, and its release."""

    project: Path
    answer: dict
    manifest: dict

    def query(self, sql):
        """Return rows of the release's store."""
        store = Path(self.answer["release_dir"], "inventory.duckdb")
        with duckdb.connect(str(store), read_only=True) as connection:
            return connection.sql(sql).df()

    def messages(self, step):
        """Return what a step said."""
        return "\n".join(
            message for each in self.answer["steps"] if each["step"] == step for message in each["messages"]
        )


def as_postgres(command):
    """Run a command as the user postgres: the server refuses root; others run it as themselves."""
    command_line = ["su", "postgres", "-c", command] if os.geteuid() == 0 else ["sh", "-c", command]
    subprocess.run(command_line, check=True, capture_output=True, timeout=120)


@contextmanager
def postgres_server():
    """Start a PostgreSQL server and yield the address of a database."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Debian package postgresql is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    binaries, home = found[-1].parent, Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    as_postgres(f"{binaries}/initdb -D {home}/data -U keeper --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync")
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off"
    as_postgres(f"{binaries}/pg_ctl -D {home}/data -o '{options}' -l {home}/log -w start")
    try:
        yield f"postgresql+psycopg2://keeper@127.0.0.1:{port}/postgres"
    finally:
        as_postgres(f"{binaries}/pg_ctl -D {home}/data -m immediate -w stop")
        shutil.rmtree(home, ignore_errors=True)


def run_tongyuan(*arguments, cwd):
    """Run the command line."""
    return subprocess.run(
        [sys.executable, "-m", "tongyuan", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )


def build(project):
    """Build a project through the command line."""
    done = run_tongyuan("build", str(project), "--out", f"{project}-out", "--json", cwd=project.parent)
    assert done.returncode == 0, done.stderr[-3000:]
    answer = json.loads(done.stdout)
    manifest = json.loads(Path(answer["release_dir"], "manifest.json").read_text(encoding="utf-8"))
    return Built(project, answer, manifest)


@pytest.fixture(scope="module")
def projects(tmp_path_factory):
    """Both projects, built side by side; the database is gone afterwards."""
    folder = tmp_path_factory.mktemp("agency")
    with postgres_server() as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, url)
        made = [agency.clean_project(folder / "clean"), agency.agency_project(folder / "agency", VARIABLE)]
        with ThreadPoolExecutor(2) as pool:
            return dict(zip(("clean", "agency"), pool.map(build, made), strict=True))


@pytest.fixture(scope="module")
def delivered(projects):
    """The release of the agency's forms."""
    return projects["agency"]


def test_the_release_is_the_same_whatever_the_form_and_order_of_rows(projects):
    clean, other = (projects[name].manifest for name in ("clean", "agency"))
    assert clean["tables"] == other["tables"]
    assert projects["clean"].answer["content_hash"] == projects["agency"].answer["content_hash"]
    assert projects["clean"].answer["input_hash"] != projects["agency"].answer["input_hash"]


@pytest.mark.parametrize("source_id", [name for name in FORMS if name not in SERIES])
def test_rows_come_from_the_form_that_was_delivered(delivered, source_id):
    files = delivered.query(f"select distinct origin_file from raw_{source_id}")["origin_file"].tolist()
    assert FORMS[source_id] in files
    assert len(files) == 1


def test_every_delivered_row_is_used_in_both_forms(projects):
    in_tables = {
        path.stem: len(pd.read_csv(path, dtype=str)) for path in (projects["clean"].project / "tables").glob("*.csv")
    }
    for built in projects.values():
        rows = built.query("from core_delivery").set_index("source_id")
        assert rows["used"].to_dict() == in_tables
        assert (rows["quarantined"] == 0).all()
        assert (rows["rows_in"] == rows["used"] + rows["rejected"]).all()
        assert built.query("from core_quarantine").empty
    logs = sorted((projects["agency"].project / "in" / "ais").iterdir())
    n_lines = sum(len(path.read_bytes().splitlines()) for path in logs)
    ais = projects["agency"].query("from core_delivery where source_id = 'ais'").iloc[0]
    assert ais["files"] == len(logs) == 2
    assert ais["rows_in"] == n_lines
    assert ais["rejected"] == n_lines - in_tables["ais"]


def test_measurements_say_whether_they_are_used_and_why(delivered):
    rows = delivered.query(
        "select name_zh, outlet.*, is_valid, is_used, species, m.reason_en, m.measured_t from core_measured_emission m"
        " join core_facility using (facility_id), lateral (select split_part(m.release_point_id, ':', 2) as o) outlet"
    ).set_index(["name_zh", "o", "species"])
    for species in ("SO2", "NOx", "PM10", "PM2.5", "CO2"):
        for outlet in ("DA001", "DA002"):
            valid = rows.loc[(agency.MEASURED, outlet, species)]
            assert valid["is_used"]
            assert valid["reason_en"] == "a valid measurement in place of the estimate"
        failing = rows.loc[(agency.FAILING, "DA001", species)]
        assert not failing["is_valid"]
        assert not failing["is_used"]
        assert failing["reason_en"].startswith("capture below 75 %: Q2 ")
    dust = rows.loc[(agency.MEASURED, "DA001", "TSP")]
    assert (dust["is_valid"], dust["is_used"]) == (True, False)
    assert rows.loc[(agency.MEASURED, "DA001", "PM10"), "measured_t"] == pytest.approx(0.9 * dust["measured_t"])


def test_measured_so2_is_the_facilitys_emission(projects, delivered):
    hours = pd.read_csv(projects["clean"].project / "tables" / "cems.csv")
    expected_t = [
        so2_of_year(stack) for (name, _), stack in hours.groupby(["企业名称", "排放口编号"]) if name == agency.MEASURED
    ]
    found = delivered.query(
        f"""select e.method, e.emission_t from core_emission e join core_activity a using (activity_id)
        join core_facility f on f.facility_id = a.facility_id
        where f.name_zh = '{agency.MEASURED}' and e.species = 'SO2' and e.emission_t is not null"""
    )
    assert set(found["method"]) == {"continuous_monitoring"}
    assert len(expected_t) == 2
    assert math.fsum(found["emission_t"]) == pytest.approx(sum(expected_t), rel=1e-9)
    other = delivered.query(
        f"""select distinct e.method from core_emission e join core_activity a using (activity_id)
        join core_facility f on f.facility_id = a.facility_id
        where f.name_zh = '{agency.FAILING}' and e.species = 'SO2' and e.emission_t is not null"""
    )
    assert "continuous_monitoring" not in set(other["method"])


def so2_of_year(stack):
    """Return the SO2 of 2021 [t]: days of 18 valid hours, others as the mean of the same quarter and weekday."""
    stamp = pd.to_datetime(stack["监测时间(时段开始)"])
    stack = stack[stamp.dt.year == 2021]
    mass_t = (stack["SO2实测浓度(mg/m3)"] * stack["标态烟气流量(m3/h)"] * 1e-9).where(stack["数据标记"] == "N")
    days = mass_t.mask(stack["数据标记"] == "F", 0.0).groupby(stamp.dt.date).agg(["sum", "count"])
    days.index = pd.to_datetime(days.index)
    day_t = (days["sum"] * 24 / days["count"]).where(days["count"] >= 18)
    filled = day_t.fillna(day_t.groupby([days.index.quarter, days.index.dayofweek]).transform("mean"))
    return filled.sum()


def test_ships_on_the_grid_sum_to_the_ledger(delivered):
    ledger = delivered.query(
        """select a.source_category, e.species, e.emission_t, g.outside,
        coalesce((select sum(weight) from grid_weight w where w.allocation_id = a.allocation_id), 0) as inside
        from core_activity a join core_emission e using (activity_id) join grid_allocation g using (allocation_id)
        where a.source_id = 'ais' and a.in_airshed and e.emission_t is not null"""
    )
    mass = delivered.query("from out_mass_balance").set_index(["source_category", "species"])
    assert set(ledger["source_category"]) == {"MB.08.01", "MB.08.02", "MB.09.02"}
    for key, rows in ledger.groupby(["source_category", "species"]):
        total_t = math.fsum(rows["emission_t"])
        assert mass.loc[key, "emission_t"] == pytest.approx(total_t, rel=1e-12)
        assert mass.loc[key, "cells_t"] == pytest.approx(math.fsum(rows["emission_t"] * rows["inside"]), rel=1e-9)
        assert mass.loc[key, "outside_t"] == pytest.approx(math.fsum(rows["emission_t"] * rows["outside"]), rel=1e-9)
        assert mass.loc[key, "unallocated_t"] == 0.0
    nox = mass.loc[(slice(None), "NOx"), :].loc[["MB.08.01", "MB.08.02"]]
    assert (nox["outside_t"] > 0).all()
    assert (nox["cells_t"] > 0).all()


def test_ships_emit_where_their_positions_are(projects, delivered):
    positions = pd.read_csv(projects["clean"].project / "tables" / "ais.csv")
    x, y = pyproj.Transformer.from_crs(4326, 4510, always_xy=True).transform(positions["lon"], positions["lat"])
    ix, iy = np.floor((x - 290_000) / 1000).astype(int), np.floor((y - 3_380_000) / 1000).astype(int)
    near = {(i + di, j + dj) for i, j in set(zip(ix, iy, strict=True)) for di in (-1, 0, 1) for dj in (-1, 0, 1)}
    cells = delivered.query(
        """select distinct ix, iy from grid_weight join grid_cell using (cell_id)
        where allocation_id in (select allocation_id from core_activity where source_id = 'ais')"""
    )
    lit = set(cells.itertuples(index=False, name=None))
    assert lit <= near
    inside = (ix >= 0) & (ix < 150) & (iy >= 0) & (iy < 155)
    assert 0 < inside.sum() < len(inside)
    assert set(zip(ix[inside], iy[inside], strict=True)) <= lit


def test_calls_are_not_counted_beside_positions(delivered):
    by_source = delivered.query(
        "select source_id, count(*) as n from core_activity where source_category[:5] in ('MB.08', 'MB.09')"
        " and boundary = 'in_domain' group by source_id"
    )
    assert by_source["source_id"].tolist() == ["ais"]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("pull.vehicles", "in/机动车.csv：编码 / encoding GB18030"),
        ("pull.vessel_register", "in/船舶登记.tsv：编码 / encoding UTF-16"),
        ("pull.cems", "编码 / encoding GB18030 × 6"),
        ("pull.energy_balance", "格的全角数字或千位分隔符已规范"),
        ("pull.facilities", "db:bureau/permit.facility：已读取 114 行"),
        ("pull.facilities", "undeclared columns, not read: updated_at"),
        ("pull.industry", ".xls 没有校验和"),
        ("pull.ais", "passed over: ship data × "),
        ("pull.ais", "passed over: repeated message × "),
        ("estimate", "ships by AIS instead of calls: fuel"),
        ("estimate", "[TY3270] MB.09.03"),
        ("estimate", "[TY3272] MB.08.01"),
        ("estimate", "[TY3271] ais：AIS 只在 2 天有报文，全年 365 天"),
    ],
)
def test_messages_name_what_was_read_otherwise_than_it_stands(delivered, step, said):
    assert said in delivered.messages(step)


def test_clean_tables_need_no_such_message(projects):
    assert not any("编码" in projects["clean"].messages(f"pull.{source_id}") for source_id in FORMS)
    assert "已规范" not in projects["clean"].messages("pull.energy_balance")


def test_a_spoiled_cell_is_named_and_marked_in_every_form(delivered, tmp_path):
    project = tmp_path / "spoiled"
    shutil.copytree(delivered.project, project)
    settings = project / "inventory.toml"
    text = settings.read_text(encoding="utf-8")
    database = next(line for line in text.splitlines() if line.startswith("facilities = "))
    settings.write_text(text.replace(database, 'facilities = "tables/facilities.csv"'), encoding="utf-8")
    spoil_xls(project / "in" / "工业产量.xls")
    spoil_csv(project / "in" / "机动车.csv")
    spoil_layer(project / "in" / "街镇.gpkg")
    done = run_tongyuan("check", str(project), cwd=tmp_path)
    assert done.returncode == 3, done.stderr[-3000:]
    assert [line for line in done.stderr.splitlines() if line.startswith("[")] == [
        "[IN303] in/工业产量.xls › 产量 › C5 (value)", "[IN303] in/街镇.gpkg › 街镇 › 8 › value",
        "[IN303] in/机动车.csv › 5 › value",
    ]  # fmt: skip
    marked = {path.name for path in (tmp_path / "marked").iterdir()}
    assert marked == {"工业产量.marked.xlsx", "机动车.marked.xlsx", "街镇.marked.xlsx"}
    for name, sheet, cell in (("工业产量", "产量", "C5"), ("机动车", "机动车", "F5")):
        found = openpyxl.load_workbook(tmp_path / "marked" / f"{name}.marked.xlsx")[sheet][cell]
        assert found.value == "约3"
        assert found.fill.start_color.rgb == "FFFF9B9B"
        assert "IN303" in found.comment.text
    listed = openpyxl.load_workbook(tmp_path / "marked" / "街镇.marked.xlsx")
    assert any("IN303" in str(cell.value) for row in listed["问题清单"].iter_rows() for cell in row)


def spoil_xls(path):
    """Make the third column of row 5 a text that is no number."""
    import python_calamine
    import xlwt

    rows = python_calamine.load_workbook(str(path)).get_sheet_by_name("产量").to_python()
    rows[4][2] = "约3"
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("产量")
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    book.save(str(path))


def spoil_csv(path):
    """Make the value of row 5 a text that is no number."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="gb18030")
    table.loc[3, "数值"] = "约3"
    table.to_csv(path, index=False, encoding="gb18030")


def spoil_layer(path):
    """Make the residents of the seventh town, below a header row the eighth, a text that is no number."""
    import geopandas

    towns = geopandas.read_file(path, layer="街镇")
    towns["value"] = towns["value"].astype(str)
    towns.loc[6, "value"] = "约3"
    path.unlink()
    towns.to_file(path, layer="街镇", driver="GPKG")
