"""Servers that the tests start themselves: PostgreSQL of Debian, HTTP, an S3 store."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sources.archive import Archive


@pytest.fixture
def archive(tmp_path):
    return Archive.of(tmp_path / "out")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def as_postgres(command: str) -> None:
    """Run a command as the user postgres: the server refuses root; others run it as themselves."""
    command_line = ["su", "postgres", "-c", command] if os.geteuid() == 0 else ["sh", "-c", command]
    subprocess.run(command_line, check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """Start a PostgreSQL server and yield the URL of its superuser (without database)."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Debian package postgresql is not installed")
    binaries, port = found[-1].parent, free_port()
    home = Path(tempfile.mkdtemp(prefix="pg-"))  # short, for its socket, and not below a folder of root alone
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    as_postgres(f"{binaries}/initdb -D {home}/data -U keeper --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync")
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off"
    as_postgres(f"{binaries}/pg_ctl -D {home}/data -o '{options}' -l {home}/log -w start")
    yield f"postgresql+psycopg2://keeper@127.0.0.1:{port}"
    as_postgres(f"{binaries}/pg_ctl -D {home}/data -m immediate -w stop")
    shutil.rmtree(home, ignore_errors=True)


class Site:
    """What a test server offers, and what was asked of it."""

    def __init__(self) -> None:
        self.pages: dict[str, object] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []


@pytest.fixture
def server():
    """Yield a local HTTP/1.1 server and its address; a page is a function of the handler."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            site.requests.append((self.path, {key.lower(): value for key, value in self.headers.items()}))
            site.pages[self.path](self)

        def log_message(self, *_):
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            """Clients that hang up are part of the tests."""

    httpd = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    site.httpd = httpd
    site.address = f"http://127.0.0.1:{httpd.server_address[1]}"
    yield site
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def page(content: bytes, *, cut: int = 0, etag: str = '"v1"', status: int = 200, **headers: str):
    """Return a page that states its length; `cut` bytes are sent the first time, then the line is dropped."""
    cuts = [cut] if cut else []

    def serve(handler):
        start = 0
        asked = handler.headers.get("Range", "")
        if asked and handler.headers.get("If-Range") == etag:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        body = content[start:]
        handler.send_response(206 if start else status)
        handler.send_header("Content-Length", str(len(body)))
        if etag:
            handler.send_header("ETag", etag)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        if cuts:
            handler.wfile.write(body[: cuts.pop()])
            handler.wfile.flush()
            handler.close_connection = True
            return
        handler.wfile.write(body)

    return serve
