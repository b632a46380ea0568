"""Tables of databases: SQLite and DuckDB files, and a PostgreSQL server that the tests start."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inventory.delivery_spec import DeliverySpec
from inventory.errors import DataSourceError
from sources.remote.database import pull_table
from sources.remote.engines import read_only_engine, snapshot_of
from sources.remote.rules import RemoteUnavailableError

RARE = "水泥㮾𠮷"
"""Characters of GB18030's two- and four-byte areas, one of them outside the basic plane."""


def rows_of(snapshot) -> list[list[str]]:
    """Return the cells of a snapshot, read back by Python's csv."""
    with snapshot.path.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


class Bureau:
    """A database of a test, as a project names it."""

    def __init__(self, url: str, archive, **access) -> None:
        self.environ = {"TONGYUAN_DB_BUREAU": url}
        self.access = {"url_env": "TONGYUAN_DB_BUREAU", "allowed": ["output"]} | access
        self.archive = archive

    def pull(self, table="output", **spec):
        delivery = DeliverySpec(database="bureau", table=table, **spec)
        return pull_table(delivery, databases={"bureau": self.access}, archive=self.archive, environ=self.environ)

    def refusal(self, table="output", error=DataSourceError, **spec):
        with pytest.raises(error) as caught:
            self.pull(table, **spec)
        (found,) = caught.value.problems
        return found


@pytest.fixture
def lite(tmp_path, archive):
    """Return a bureau with a SQLite file of three rows, and the file."""
    path = tmp_path / "局 data.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "create table output (item text, value numeric(10,2), year integer, changed date);"
            "insert into output values ('steel', 1577.064, 2021, '2022-02-01');"
            "insert into output values ('cement', 380, 2021, '2022-01-01');"
            "insert into output values ('glass', null, 2021, null);"
            "create table salaries (name text);"
        )
    connection.close()
    bureau = Bureau(f"sqlite:///{path}", archive)
    bureau.path = path
    return bureau


def execute(path, statement):
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


def test_a_table_is_a_sorted_csv_in_the_archive_and_nothing_is_rounded(lite):
    snapshot = lite.pull()
    assert rows_of(snapshot) == [
        ["item", "value", "year", "changed"],
        ["cement", "380", "2021", "2022-01-01"],
        ["glass", "", "2021", ""],
        ["steel", "1577.064", "2021", "2022-02-01"],
    ]
    assert snapshot.name == "db:bureau/output"
    content = snapshot.path.read_bytes()
    assert snapshot.sha256 == hashlib.sha256(content).hexdigest() == snapshot.path.stem


def test_the_order_of_rows_does_not_change_the_snapshot(lite):
    first = lite.pull()
    execute(lite.path, "create table copy as select * from output order by item desc")
    execute(lite.path, "drop table output")
    execute(lite.path, "alter table copy rename to output")
    assert lite.pull().sha256 == first.sha256


def test_a_record_says_where_a_snapshot_is_from(lite):
    snapshot = lite.pull()
    (record,) = lite.archive.root.joinpath("snapshots").glob("db-*.json")
    (entry,) = json.loads(record.read_text(encoding="utf-8"))["snapshots"]
    assert (entry["table"], entry["rows"], entry["sha256"]) == ("output", 3, snapshot.sha256)
    assert entry["url"] == f"sqlite:///{lite.path}"


def test_an_unchanged_watermark_takes_the_last_snapshot_again(lite):
    first = lite.pull(watermark="changed")
    again = lite.pull(watermark="changed")
    assert again.path == first.path
    assert "沿用" in again.remarks[0]
    assert "changed = 2022-02-01, 3 行" in again.remarks[0]


@pytest.mark.parametrize(
    "statement",
    [
        "update output set value = 381, changed = '2022-03-01' where item = 'cement'",
        "insert into output values ('lime', 1, 2021, '2022-01-15')",
        "delete from output where item = 'cement'",
        "alter table output add column unit text",
    ],
)
def test_a_whole_new_snapshot_is_taken_when_watermark_rows_or_columns_change(lite, statement):
    first = lite.pull(watermark="changed")
    execute(lite.path, statement)
    again = lite.pull(watermark="changed")
    assert again.sha256 != first.sha256
    assert first.path.is_file()


@pytest.mark.parametrize(("column", "kind"), [("year", "INTEGER"), ("item", "TEXT"), ("value", "NUMERIC(10, 2)")])
def test_a_watermark_that_an_update_leaves_alike_is_refused(lite, column, kind):
    found = lite.refusal(watermark=column)
    assert found.code == "TY2532"
    assert f"水位列 {column} 的类型是 {kind}" in found.message_zh


def test_a_day_is_not_over_while_its_snapshot_is_taken(lite):
    today = datetime.now(UTC).date().isoformat()
    execute(lite.path, f"update output set changed = '{today}' where item = 'cement'")
    first = lite.pull(watermark="changed")
    execute(lite.path, "update output set value = 381 where item = 'cement'")
    assert lite.pull(watermark="changed").sha256 != first.sha256


def test_a_lost_snapshot_is_taken_anew(lite):
    first = lite.pull(watermark="changed")
    first.path.unlink()
    assert lite.pull(watermark="changed").path.read_bytes().startswith(b"item,")


def test_a_watermark_that_is_no_column_is_named(lite):
    found = lite.refusal(watermark="stamp")
    assert (found.code, "item、value、year、changed" in found.message_zh) == ("TY2530", True)


def test_a_table_that_is_not_on_the_list_is_refused(lite):
    found = lite.refusal("salaries")
    assert (found.code, found.place) == ("TY2524", "db:bureau/salaries")


@pytest.mark.parametrize(
    "name",
    [
        "output; drop table output",
        'output"',
        "output--",
        "output'",
        "(select 1)",
        "a.b.c",
        "",
        "output x",
        "output/**/",
        "1output",
    ],
)
def test_names_that_could_be_sql_are_refused_even_if_listed(lite, name):
    lite.access["allowed"] = [name]
    assert lite.refusal(name).code == "TY2525"
    assert len(rows_of(Bureau(lite.environ["TONGYUAN_DB_BUREAU"], lite.archive).pull())) == 4


def test_a_listed_table_that_is_not_there_is_named(lite):
    lite.access["allowed"] = ["gone"]
    assert lite.refusal("gone").code == "TY2526"


def test_too_many_rows_are_refused(lite):
    lite.access["max_rows"] = 2
    assert (lite.refusal().code, list(lite.archive.root.rglob("*.csv"))) == ("TY2528", [])


def test_a_view_is_read_like_a_table(lite):
    execute(lite.path, "create view y2021 as select item, value from output where year = 2021 and value is not null")
    lite.access["allowed"] = ["y2021"]
    assert rows_of(lite.pull("y2021")) == [["item", "value"], ["cement", "380"], ["steel", "1577.064"]]


def test_a_query_without_end_is_cancelled_at_its_time(lite):
    execute(
        lite.path,
        "create view endless as with recursive n(i) as (select 1 union all select i + 1 from n) select i from n",
    )
    lite.access |= {"allowed": ["endless"], "statement_timeout_s": 0.5}
    began = time.monotonic()
    found = lite.refusal("endless", error=RemoteUnavailableError)
    assert (found.code, "0.5 秒" in found.message_zh) == ("TY2527", True)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_file_database_refuses_to_write(tmp_path, kind):
    import duckdb
    import sqlalchemy

    path = tmp_path / "a.db"
    maker = (sqlite3 if kind == "sqlite" else duckdb).connect(str(path))
    maker.execute("create table t (a integer)")
    maker.close()
    engine = read_only_engine(sqlalchemy.make_url(f"{kind}:///{path}"), 5.0)
    for statement in ("insert into t values (1)", "drop table t", "create table u (a integer)"):
        with snapshot_of(engine, 5.0) as connection, pytest.raises(sqlalchemy.exc.DBAPIError, match=r"(?i)read.?only"):
            connection.exec_driver_sql(statement)


def test_a_file_that_is_not_there_is_not_created(tmp_path, archive):
    bureau = Bureau(f"sqlite:///{tmp_path / 'none.db'}", archive)
    assert bureau.refusal(error=RemoteUnavailableError).code == "TY2523"
    assert not tmp_path.joinpath("none.db").exists()


def test_a_duckdb_table_keeps_numbers_of_four_bytes_short(tmp_path, archive):
    import duckdb

    path = tmp_path / "a.duckdb"
    with duckdb.connect(str(path)) as maker:
        maker.execute("create table output (a float, b double, c decimal(18, 2), d date, e timestamp, f boolean)")
        maker.execute("insert into output values (121.6, 0.1, 1577.06, '2021-03-01', '2021-03-01 08:00:00', true)")
    row = rows_of(Bureau(f"duckdb:///{path}", archive).pull())[1]
    assert row == ["121.6", "0.1", "1577.06", "2021-03-01", "2021-03-01 08:00:00", "true"]


def test_a_duckdb_query_is_cancelled_at_its_time(tmp_path, archive):
    import duckdb

    path = tmp_path / "a.duckdb"
    with duckdb.connect(str(path)) as maker:
        maker.execute("create view output as select sum(a.i * b.i) s from range(10000000) a(i), range(10000000) b(i)")
    bureau = Bureau(f"duckdb:///{path}", archive, statement_timeout_s=1.0)
    assert bureau.refusal(error=RemoteUnavailableError).code == "TY2527"


@pytest.mark.parametrize("value", [None, "", "no address", "postgresql+psycopg2://u:top-secret@h:port/x"])
def test_a_missing_or_wrong_address_is_exit_4_and_not_shown(lite, value):
    lite.environ = {} if value is None else {"TONGYUAN_DB_BUREAU": value}
    found = lite.refusal(error=RemoteUnavailableError)
    assert (found.code, RemoteUnavailableError.exit_code) == ("TY2522", 4)
    assert "top-secret" not in str(found)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("url_env", "HOME"),
        ("url_env", "sqlite:///a.db"),
        ("allowed", []),
        ("allowed", "output"),
        ("max_rows", 0),
        ("url", "x"),
    ],
)
def test_a_section_that_cannot_be_read_is_refused(lite, key, value):
    lite.access[key] = value
    found = lite.refusal()
    assert (found.code, found.place) == ("TY2521", f"inventory.toml › databases.bureau.{key}")


def test_a_section_that_is_not_there_is_named(lite):
    with pytest.raises(DataSourceError, match="TY2520"):
        pull_table(DeliverySpec(database="x", table="t"), databases={}, archive=lite.archive, environ={})


def test_an_unknown_driver_is_named(archive):
    assert Bureau("nosuchbase://u:top-secret@h/x", archive).refusal().code == "TY2531"


@pytest.fixture(scope="module")
def agency(postgres):
    """Return the URL of a read-only account of a PostgreSQL database with an agency's tables."""
    import sqlalchemy

    admin = sqlalchemy.create_engine(f"{postgres}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in (
            "create role reader login password 'top-secret'",
            "create database agency",
            "create database old encoding 'SQL_ASCII' template template0 lc_collate 'C' lc_ctype 'C'",
        ):
            connection.exec_driver_sql(statement)
    admin.dispose()
    owner = sqlalchemy.create_engine(f"{postgres}/agency")
    with owner.begin() as connection:
        for statement in (
            'create schema "统计"',
            'create table "统计"."产品产量" ("产品" text, "产量" numeric(18,4), rate double precision, small real,'
            " year int, day date, at timestamptz, note text, more jsonb)",
            f"""insert into "统计"."产品产量" values ('{RARE}', 1577.06, 0.1, 121.6, 2021, '2021-03-01',"""
            """ '2021-03-01 08:00:00+08', 'a, "b"\nc', '{"乙": 1}'), ('钢', null, 1e300, null, 2021, null, null, '', null)""",
            'create table "统计"."工资" (name text)',
            "create table output (item text)",
            "create view slow as select pg_sleep(20)::text as nap",
            "create table forbidden (a int)",
            'grant usage on schema "统计" to reader',
            'grant select, insert, update, delete on all tables in schema "统计" to reader',
            "grant select, insert on output, slow to reader",
        ):
            connection.exec_driver_sql(statement)
    owner.dispose()
    return postgres.replace("keeper@", "reader:top-secret@") + "/agency"


@pytest.mark.apt
@pytest.mark.parametrize("encoding", ["", "?client_encoding=gb18030"])
def test_a_postgresql_table_with_chinese_names_is_read_as_it_is(agency, archive, encoding):
    bureau = Bureau(agency + encoding, archive, allowed=["统计.产品产量"])
    header, first, second = rows_of(bureau.pull("统计.产品产量"))
    assert header == ["产品", "产量", "rate", "small", "year", "day", "at", "note", "more"]
    assert first[:6] == [RARE, "1577.0600", "0.1", "121.6", "2021", "2021-03-01"]
    assert first[6].startswith("2021-03-01 ")
    assert first[7:] == ['a, "b"\nc', '{"乙": 1}']
    assert second == ["钢", "", "1e+300", "", "2021", "", "", "", ""]


@pytest.mark.apt
def test_bytes_of_gb18030_in_a_database_without_encoding_need_a_word_and_survive(postgres, agency, archive):
    import psycopg2

    with psycopg2.connect(postgres.replace("+psycopg2", "") + "/old") as connection:
        connection.set_client_encoding("SQL_ASCII")
        statement = b"create table output (item text); insert into output values (E'"
        escaped = "".join(f"\\x{byte:02x}" for byte in RARE.encode("gb18030")).encode()
        connection.cursor().execute(statement + escaped + b"'); grant select on output to reader")
    connection.close()
    url = agency.replace("/agency", "/old")
    found = Bureau(url, archive).refusal()
    assert (found.code, "client_encoding=gb18030" in found.remedy_zh) == ("TY2529", True)
    assert rows_of(Bureau(f"{url}?client_encoding=gb18030", archive).pull()) == [["item"], [RARE]]


@pytest.mark.apt
def test_an_account_that_may_write_still_cannot(agency):
    import sqlalchemy

    engine = read_only_engine(sqlalchemy.make_url(agency), 5.0)
    for statement in ("insert into output values ('x')", "delete from output", "create table t (a int)"):
        with snapshot_of(engine, 5.0) as connection, pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only"):
            connection.exec_driver_sql(statement)
    with snapshot_of(engine, 5.0) as connection:
        assert connection.exec_driver_sql("select count(*) from output").scalar_one() == 0
    engine.dispose()


@pytest.mark.apt
def test_tables_outside_the_list_are_refused_in_their_schema_too(agency, archive):
    bureau = Bureau(agency, archive, allowed=["统计.产品产量", "output"])
    assert [bureau.refusal(name).code for name in ("统计.工资", "工资", "产品产量", "pg_catalog.pg_authid")] == [
        "TY2524"
    ] * 4


@pytest.mark.apt
def test_a_slow_view_is_cancelled_by_the_server(agency, archive):
    bureau = Bureau(agency, archive, allowed=["slow"], statement_timeout_s=1.0)
    began = time.monotonic()
    assert bureau.refusal("slow", error=RemoteUnavailableError).code == "TY2527"
    assert time.monotonic() - began < 5


@pytest.mark.apt
def test_a_table_that_the_account_may_not_read_is_a_finding(agency, archive):
    found = Bureau(agency, archive, allowed=["forbidden"]).refusal("forbidden")
    assert (found.code, "permission denied" in found.message_en) == ("TY2529", True)


@pytest.mark.apt
def test_a_table_of_the_example_comes_back_from_the_server_cell_by_cell(postgres, agency, archive):
    import sqlalchemy

    path = Path(__file__).parents[3] / "examples" / "shanghai" / "tables" / "industry.csv"
    with path.open(encoding="utf-8-sig", newline="") as handle:
        header, *rows = csv.reader(handle)
    kinds = {"value": "numeric", "year": "integer"}
    owner = sqlalchemy.create_engine(f"{postgres}/agency")
    with owner.begin() as connection:
        columns = ", ".join(name + " " + kinds.get(name, "text") for name in header)
        connection.exec_driver_sql(f"create table industry ({columns})")
        marks = ", ".join(["%s"] * len(header))
        for row in rows:
            connection.exec_driver_sql(f"insert into industry values ({marks})", tuple(cell or None for cell in row))
        connection.exec_driver_sql("grant select on industry to reader")
    owner.dispose()
    back = rows_of(Bureau(agency, archive, allowed=["industry"]).pull("industry"))
    assert back[0] == header
    assert sorted(back[1:]) == sorted(rows)


@pytest.mark.apt
def test_the_password_is_nowhere_in_the_archive_or_in_errors(agency, archive):
    Bureau(agency, archive).pull()
    assert b"top-secret" not in b"".join(path.read_bytes() for path in archive.root.rglob("*") if path.is_file())
    closed = agency.rsplit(":", 1)[0] + ":1/agency"
    found = Bureau(closed, archive).refusal(error=RemoteUnavailableError)
    assert found.code == "TY2523"
    odd = Bureau(f"{agency}?top-secret=1", archive).refusal(error=RemoteUnavailableError)
    assert "top-secret" not in str(found) + str(odd).replace("top-secret=1", "")
    assert "127.0.0.1:1/agency" in found.message_zh


@pytest.mark.apt
def test_a_server_table_with_a_watermark_is_read_once(agency, archive):
    bureau = Bureau(agency, archive, allowed=["统计.产品产量"])
    first = bureau.pull("统计.产品产量", watermark="day")
    again = bureau.pull("统计.产品产量", watermark="day")
    assert (again.path, "day = 2021-03-01" in again.remarks[0]) == (first.path, True)


def test_environment_variables_are_taken_from_the_argument_alone(lite, monkeypatch):
    monkeypatch.setitem(os.environ, "TONGYUAN_DB_BUREAU", lite.environ["TONGYUAN_DB_BUREAU"])
    lite.environ = {}
    assert lite.refusal(error=RemoteUnavailableError).code == "TY2522"
