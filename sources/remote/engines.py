"""Connections to databases that can read and nothing else, for a limited time.

Knows how each kind of database is told so; what is read: database.py.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.pool import NullPool

_CONNECT_S = 10
_STEPS_BETWEEN_CLOCKS = 10_000


def read_only_engine(url: URL, timeout_s: float) -> Engine:
    """Return an engine whose connections refuse to write and cancel long statements.

    Parameters
    ----------
    timeout_s : float
        Longest time of one statement [s].

    Raises
    ------
    FileNotFoundError
        If the file of a SQLite or DuckDB database is not there: none is created.

    """
    kind = url.get_backend_name()
    if kind == "sqlite":
        return create_engine(url, creator=_sqlite_creator(url, timeout_s), poolclass=NullPool)
    if kind == "duckdb":
        _existing(url)
        safe = {"enable_external_access": "false", "autoinstall_known_extensions": "false"}
        return create_engine(url, connect_args={"read_only": True, "config": safe}, poolclass=NullPool)
    engine = create_engine(url, connect_args=_connect_args(url), poolclass=NullPool)
    statements = _session_statements(engine, timeout_s)

    @event.listens_for(engine, "connect")
    def _restrict(connection: Any, _: object) -> None:  # noqa: ANN401 - a driver's connection
        """Make a new session read-only."""
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
        connection.commit()

    return engine


def is_restricted(engine: Engine) -> bool:
    """Return whether the database itself refuses to write, or only we do not ask it to."""
    return engine.dialect.name in {"sqlite", "duckdb"} or bool(_session_statements(engine, 1.0))


@contextmanager
def snapshot_of(engine: Engine, timeout_s: float) -> Iterator[Connection]:
    """Yield a connection on which all statements see one state of the database; nothing is ever committed."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        timer = threading.Timer(timeout_s, _interrupt, [connection]) if engine.dialect.name == "duckdb" else None
        if timer:
            timer.start()
        try:
            yield connection
        finally:
            if timer:
                timer.cancel()
            connection.rollback()


def _session_statements(engine: Engine, timeout_s: float) -> tuple[str, ...]:
    """Return what makes a session read-only and short; nothing for databases that we do not know."""
    milliseconds = int(timeout_s * 1000)
    read_only = "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
    if engine.dialect.name == "postgresql":
        return read_only, f"SET statement_timeout = {milliseconds}"
    if engine.dialect.name == "mariadb":
        return "SET SESSION TRANSACTION READ ONLY", f"SET SESSION max_statement_time = {timeout_s:.3f}"
    if engine.dialect.name == "mysql":
        return "SET SESSION TRANSACTION READ ONLY", f"SET SESSION max_execution_time = {milliseconds}"
    return ()


def _connect_args(url: URL) -> dict[str, Any]:
    """Return arguments of the driver: do not wait for ever, and speak UTF-8 unless the address says otherwise."""
    if url.get_driver_name() not in {"psycopg2", "psycopg"}:
        return {}
    speaks = {} if "client_encoding" in url.query else {"client_encoding": "utf8"}
    return {"connect_timeout": _CONNECT_S, **speaks}


def _sqlite_creator(url: URL, timeout_s: float) -> Callable[[], sqlite3.Connection]:
    """Return a function that opens a SQLite file for reading."""
    path = _existing(url)

    def connect() -> sqlite3.Connection:
        """Open the file; the clock starts now."""
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=min(timeout_s, _CONNECT_S))
        connection.isolation_level = None
        connection.execute("PRAGMA query_only = ON")
        ends = time.monotonic() + timeout_s
        connection.set_progress_handler(lambda: time.monotonic() > ends, _STEPS_BETWEEN_CLOCKS)
        return connection

    return connect


def _existing(url: URL) -> Path:
    """Return the file of a database."""
    path = Path(url.database or "")
    if not path.is_file():
        message = f"no such file: {path}"
        raise FileNotFoundError(message)
    return path


def _interrupt(connection: Connection) -> None:
    """Cancel what a DuckDB connection does."""
    driver: Any = connection.connection.driver_connection
    driver.interrupt()
