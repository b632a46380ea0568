"""A table of an agency's database as a delivery: allow-listed, read-only, written down as a CSV snapshot.

No text of a project becomes SQL: tables are reflected by name, statements are built by SQLAlchemy.
"""

from __future__ import annotations

import csv
import hashlib
import re
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from sqlalchemy import REAL, MetaData, Table, func, select, type_coerce
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, NoSuchTableError, SAWarning, SQLAlchemyError
from sqlalchemy.types import Date, DateTime, NullType

from inventory.delivery_spec import DeliverySpec
from inventory.errors import DataSourceError, problem
from sources.archive import Archive, Snapshot
from sources.remote.cell_text import cell_text, single_text
from sources.remote.engines import is_restricted, read_only_engine, snapshot_of
from sources.remote.rules import RemoteUnavailableError, check_sha256

_NAME = re.compile(r"[^\W\d][\w$]*(\.[^\W\d][\w$]*)?")
_VARIABLE = re.compile(r"TONGYUAN_DB_[A-Z0-9_]+")
_CANCELLED = "57014"
_CHUNK_ROWS = 10_000
_DAY_LENGTH = len("2021-01-01")
_KEYS = ("url_env", "allowed", "statement_timeout_s", "max_rows")


@dataclass(frozen=True)
class DatabaseAccess:
    """A section [databases.<name>].

    Attributes
    ----------
    url_env : str
        Environment variable `TONGYUAN_DB_…` that holds the SQLAlchemy URL; passwords stand nowhere else.
    allowed : tuple of str
        Tables and views that may be read, `table` or `schema.table`.
    statement_timeout_s : float
        Longest time of a statement, and of reading a table [s].

    """

    name: str
    url_env: str
    allowed: tuple[str, ...]
    statement_timeout_s: float = 300.0
    max_rows: int = 1_000_000


@dataclass(frozen=True)
class _Request:
    """A table that is wanted, after all checks that need no database."""

    access: DatabaseAccess
    table: str
    watermark: str
    url: URL

    @property
    def name(self) -> str:
        """Name of the delivery."""
        return f"db:{self.access.name}/{self.table}"

    @property
    def shown_url(self) -> str:
        """The URL without its password and options."""
        return unquote(self.url.set(query={}).render_as_string(hide_password=True))

    @property
    def record_name(self) -> str:
        """Document of the archive that tells of earlier snapshots."""
        key = hashlib.sha256(f"{self.shown_url}|{self.table}".encode()).hexdigest()[:24]
        return f"snapshots/db-{key}.json"


def _wrong_keys(raw: Mapping[str, Any], limits: Mapping[str, Any]) -> list[str]:
    """Return the keys of a section that are unknown or hold a value of the wrong kind."""
    allowed = raw.get("allowed")
    wrong = [str(key) for key in raw if key not in _KEYS]
    if not isinstance(raw.get("url_env"), str) or not _VARIABLE.fullmatch(raw["url_env"]):
        wrong.append("url_env")
    if not isinstance(allowed, list) or not allowed or not all(isinstance(each, str) for each in allowed):
        wrong.append("allowed")
    return [*wrong, *(key for key, value in limits.items() if not _is_limit(value))]


def _is_limit(value: object) -> bool:
    """Return whether a value is a number above 0."""
    return isinstance(value, int | float) and not isinstance(value, bool) and not value <= 0


def parse_access(name: str, databases: Mapping[str, Any], *, place: str = "") -> DatabaseAccess:
    """Return the access of a section [databases.<name>].

    Raises
    ------
    DataSourceError
        If there is no such section, a key is unknown, or a value is of the wrong kind; all findings at once.

    """
    raw = databases.get(name)
    if not isinstance(raw, Mapping):
        raise DataSourceError(problem("TY2520", place or f"inventory.toml › databases.{name}", name=name))
    allowed, limits = raw.get("allowed"), {key: raw[key] for key in ("statement_timeout_s", "max_rows") if key in raw}
    wrong = _wrong_keys(raw, limits)
    if wrong or not isinstance(allowed, list):
        known = "、".join(_KEYS)
        raise DataSourceError(
            *(problem("TY2521", f"inventory.toml › databases.{name}.{key}", known=known) for key in wrong)
        )
    return DatabaseAccess(
        name, raw["url_env"], tuple(allowed),
        float(limits.get("statement_timeout_s", 300.0)), int(limits.get("max_rows", 1_000_000)),
    )  # fmt: skip


def pull_table(
    spec: DeliverySpec, *, databases: Mapping[str, Any], archive: Archive, environ: Mapping[str, str]
) -> Snapshot:
    """Return an archived CSV (UTF-8) of a table.

    The whole table is read in one read-only transaction and sorted, so that equal tables are equal files. If the
    spec names a watermark column of dates or times whose maximum, like the row count, is what it was, the last snapshot
    is taken again.

    Parameters
    ----------
    environ : mapping of str to str
        Holds the URL under the name that the section gives.

    Raises
    ------
    DataSourceError
        A table that is not allowed or not there, too many rows, an unreadable value.
    RemoteUnavailableError
        No connection, or no answer in time (exit 4).

    """
    request = _request(spec, databases, environ)
    wanted = check_sha256(spec.sha256, place=request.name)
    ends = time.monotonic() + request.access.statement_timeout_s
    with _translated(request, ends), _connection(request) as (connection, remarks):
        table = _reflected(connection, request)
        state = _state(connection, table, request)
        known = _unchanged(archive, request, state)
        if known:
            return known
        lines = sorted(_lines(connection, table, request, ends))
    if len(lines) != state["rows"]:
        reason = f"{state['rows']} → {len(lines)}：读取期间表有变动 / rows changed while the table was read"
        raise DataSourceError(problem("TY2529", request.name, reason=reason))
    columns = [column.name for column in table.columns]
    return _archived(archive, request, state, csv_lines=[*_header(columns), *lines], wanted=wanted, remarks=remarks)


def _request(spec: DeliverySpec, databases: Mapping[str, Any], environ: Mapping[str, str]) -> _Request:
    """Return the request of a spec, or what forbids it."""
    place = f"db:{spec.database}/{spec.table}"
    access = parse_access(spec.database, databases)
    if not _NAME.fullmatch(spec.table):
        raise DataSourceError(problem("TY2525", place, table=ascii(spec.table)))
    if spec.table not in access.allowed:
        allowed = "、".join(access.allowed)
        raise DataSourceError(problem("TY2524", place, table=spec.table, allowed=allowed, name=access.name))
    try:
        url = make_url(environ.get(access.url_env, ""))
    except (ArgumentError, ValueError):
        # `from None`: the cause would show the address with its password.
        raise RemoteUnavailableError(problem("TY2522", place, variable=access.url_env)) from None
    return _Request(access, spec.table, spec.watermark, url)


@contextmanager
def _connection(request: _Request) -> Iterator[tuple[Connection, tuple[str, ...]]]:
    """Yield a read-only connection, and what to say about it."""
    seconds = request.access.statement_timeout_s
    try:
        engine = read_only_engine(request.url, seconds)
    except (NoSuchModuleError, ImportError) as error:
        raise DataSourceError(problem("TY2531", request.name, reason=_reason(error, request))) from None
    except (OSError, SQLAlchemyError, TypeError) as error:
        raise _unreachable(request, error) from None
    try:
        engine.connect().close()
    except (DBAPIError, OSError, UnicodeDecodeError) as error:
        raise _unreachable(request, error) from None
    remarks: tuple[str, ...] = ()
    if not is_restricted(engine):
        remarks = (f"{request.name}：该数据库不能设为只读会话，请使用只读账号 / use an account that can only read",)
    try:
        with snapshot_of(engine, seconds) as connection:
            yield connection, remarks
    finally:
        engine.dispose()


@contextmanager
def _translated(request: _Request, ends: float) -> Iterator[None]:
    """Turn errors of the database into findings; passwords never stand in them."""
    limit_s = request.access.statement_timeout_s
    try:
        yield
    except NoSuchTableError:
        raise DataSourceError(problem("TY2526", request.name, table=request.table)) from None
    except (DBAPIError, TimeoutError) as error:
        is_cancelled = getattr(getattr(error, "orig", None), "pgcode", "") == _CANCELLED
        if is_cancelled or isinstance(error, TimeoutError) or time.monotonic() > ends:
            raise RemoteUnavailableError(problem("TY2527", request.name, seconds=f"{limit_s:g}")) from None
        raise DataSourceError(problem("TY2529", request.name, reason=_reason(error, request))) from None
    except (SQLAlchemyError, UnicodeDecodeError) as error:
        raise DataSourceError(problem("TY2529", request.name, reason=_reason(error, request))) from None


def _reflected(connection: Connection, request: _Request) -> Table:
    """Return the table as the database describes it."""
    schema, _, name = request.table.rpartition(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # a type that SQLAlchemy does not know is read as text
        return Table(name, MetaData(), schema=schema or None, autoload_with=connection, resolve_fks=False)


def _state(connection: Connection, table: Table, request: _Request) -> dict[str, Any]:
    """Return row count and watermark, after refusing a table that is too long and a watermark that is no time."""
    if request.watermark and request.watermark not in table.columns:
        columns = "、".join(column.name for column in table.columns)
        raise DataSourceError(problem("TY2530", request.name, column=request.watermark, columns=columns))
    if request.watermark and not _is_moment(table, request.watermark):
        kind = str(table.columns[request.watermark].type)
        raise DataSourceError(problem("TY2532", request.name, column=request.watermark, kind=kind))
    rows = int(connection.execute(select(func.count()).select_from(table)).scalar_one())
    if rows > request.access.max_rows:
        raise DataSourceError(problem("TY2528", request.name, limit=request.access.max_rows))
    state: dict[str, Any] = {
        "url": request.shown_url, "table": request.table, "rows": rows,
        "columns": [column.name for column in table.columns], "watermark": request.watermark,
    }  # fmt: skip
    if request.watermark:
        highest = type_coerce(func.max(table.columns[request.watermark]), NullType())
        state["watermark_value"] = cell_text(connection.execute(select(highest)).scalar_one())
    return state


def _is_moment(table: Table, column: str) -> bool:
    """Return whether a column holds days or times of changes: the highest id is the same after an UPDATE."""
    return isinstance(table.columns[column].type, Date | DateTime)


def _unchanged(archive: Archive, request: _Request, state: Mapping[str, Any]) -> Snapshot | None:
    """Return the last snapshot if the watermark says that nothing happened since."""
    history = archive.read_document(request.record_name).get("snapshots", [])
    if not state.get("watermark_value") or not history or any(history[-1].get(key) != state[key] for key in state):
        return None
    last = history[-1]
    # A day says nothing of a change later on the day on which the snapshot was taken.
    if len(state["watermark_value"]) == _DAY_LENGTH and last["fetched_at"][:_DAY_LENGTH] <= state["watermark_value"]:
        return None
    path = archive.find(last["sha256"], ".csv")
    if path is None:
        return None
    said = f"{request.watermark} = {state['watermark_value']}, {state['rows']}"
    zh = f"{request.name}：水位和行数未变（{said} 行），沿用 {last['fetched_at']} 的快照"
    en = f"watermark and row count are unchanged, the snapshot of {last['fetched_at']} is used again"
    return Snapshot(path, request.name, last["sha256"], (f"{zh} / {en}",))


def _lines(connection: Connection, table: Table, request: _Request, ends: float) -> list[str]:
    """Return the rows as lines of a CSV, read chunk by chunk."""
    # NullType: values as the driver gives them; SQLAlchemy would round a NUMERIC(10, 2) of SQLite.
    statement = select(*(type_coerce(column, NullType()) for column in table.columns))
    texts: list[Callable[[object], str]] = [
        single_text if isinstance(column.type, REAL) and connection.dialect.name == "duckdb" else cell_text
        for column in table.columns
    ]
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\n")
    streamed = connection.execution_options(stream_results=True, max_row_buffer=_CHUNK_ROWS)
    for rows in streamed.execute(statement).partitions(_CHUNK_ROWS):
        if time.monotonic() > ends:
            raise TimeoutError
        writer.writerows([text(value) for text, value in zip(texts, row, strict=True)] for row in rows)
    return lines.written


class _Lines:
    """Takes the lines that csv.writer writes, one call per row."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, line: str) -> None:
        """Take a line."""
        self.written.append(line)


def _header(columns: Sequence[str]) -> list[str]:
    """Return the header as a line of a CSV."""
    lines = _Lines()
    csv.writer(lines, lineterminator="\n").writerow(columns)
    return lines.written


def _archived(
    archive: Archive,
    request: _Request,
    state: Mapping[str, Any],
    *,
    csv_lines: Sequence[str],
    wanted: str,
    remarks: tuple[str, ...],
) -> Snapshot:
    """Keep a new snapshot and write down where it is from."""
    path = archive.keep_chunks((line.encode("utf-8") for line in csv_lines), suffix=".csv")
    sha256 = path.name.removesuffix(".csv")
    if wanted and sha256 != wanted:
        raise DataSourceError(problem("TY2544", request.name, expected=wanted, found=sha256))
    record = {**state, "sha256": sha256, "fetched_at": datetime.now(UTC).isoformat(timespec="seconds")}
    with archive.changing_document(request.record_name) as document:
        document.setdefault("snapshots", []).append(record)
    rows = len(csv_lines) - 1
    return Snapshot(path, request.name, sha256, (*remarks, f"{request.name}：已读取 {rows} 行 / {rows} rows read"))


def _unreachable(request: _Request, error: Exception) -> RemoteUnavailableError:
    """Return the error of a database that cannot be connected to."""
    return RemoteUnavailableError(
        problem("TY2523", request.name, url=request.shown_url, reason=_reason(error, request))
    )


def _reason(error: Exception, request: _Request) -> str:
    """Return the first line of what a driver said, without the password."""
    said = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    for secret in {str(request.url.password or ""), *map(str, request.url.query.values())}:
        said = said.replace(secret, "***") if secret else said
    return said.splitlines()[0]
