"""Files from http and https addresses: limits, resumed downloads, checksums, snapshots in the archive.

Which addresses are allowed: rules.py. How connections are made: connection.py.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import httpcore
import httpx

from inventory.errors import DataSourceError, problem
from sources.archive import Archive, Snapshot, file_sha256, file_suffix
from sources.remote.connection import Deadline, open_pool
from sources.remote.rules import NetworkRules, RemoteUnavailableError, check_sha256, check_url, refused

_ATTEMPTS = 4
_FIRST_WAIT_S = 0.5
_MAX_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_TRY_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_FAULTS = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)


@dataclass(frozen=True)
class _Download:
    """One file that is wanted, and how."""

    url: str
    name: str
    sha256: str
    rules: NetworkRules
    deadline: Deadline
    part: Path

    @property
    def validator_path(self) -> Path:
        """Return the file that keeps the validator of the part."""
        return self.part.with_suffix(".validator")


class _TryAgain(Exception):  # noqa: N818 - no error yet
    """The server's answer is a reason to ask once more."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer)


def fetch(url: str, sha256: str = "", *, rules: NetworkRules, archive: Archive, name: str = "") -> Snapshot:
    """Return an archived copy of a file on a server.

    With a checksum whose file is in the archive no request is sent. A cut transfer goes on where it stopped if the
    server can (Range with If-Range), also in a later build.

    Parameters
    ----------
    url : str
        Its host is one of `rules.allowed_hosts`; every redirect is checked the same way.
    sha256 : str
        Checksum that the file must have; without it the length that the server states must hold.
    name : str
        Shown in its place where the address carries a signature.

    Raises
    ------
    DataSourceError
        Not allowed, refused by the server, too large, wrong checksum.
    RemoteUnavailableError
        Not reachable, or not within the time limit (exit 4).

    """
    shown = name or url
    wanted, suffix = check_sha256(sha256, place=shown), _suffix(url)
    known = archive.find(wanted, suffix) if wanted else None
    if known:
        return Snapshot(known, shown, wanted, (f"{shown}：取自存档，没有联网 / from the archive, nothing was fetched",))
    check_url(url, rules, place=shown)
    part = archive.private_file(hashlib.sha256(shown.encode()).hexdigest()[:24] + ".part")
    download = _Download(url, shown, wanted, rules, Deadline.after(rules.timeout_s), part)
    with _locked(part):
        _download(download)
        found = file_sha256(part)
        if wanted and found != wanted:
            _discard(download)
            raise DataSourceError(problem("TY2544", shown, expected=wanted, found=found))
        kept, size = archive.keep(part, suffix=suffix), part.stat().st_size
        _discard(download)
    _write_record(archive, download, sha256=found, size=size)
    return Snapshot(kept, shown, found, (f"{shown}：已下载 {size} 字节 / {size} bytes fetched",))


def _download(download: _Download) -> None:
    """Fill the part file; try again after cuts and when the server is busy."""
    for attempt in range(_ATTEMPTS):
        try:
            _attempt(download)
        except (*_FAULTS, _TryAgain) as error:
            wait_s = _FIRST_WAIT_S * 2**attempt
            left_s = download.deadline.at_s - time.monotonic()
            if attempt == _ATTEMPTS - 1 or left_s <= wait_s:
                reason = str(error) or type(error).__name__
                raise RemoteUnavailableError(problem("TY2541", download.name, reason=reason)) from error
            time.sleep(wait_s)
        else:
            return


def _attempt(download: _Download) -> None:
    """Follow redirects to the file and read it."""
    url = check_url(download.url, download.rules, place=download.name)
    with open_pool(download.rules, download.deadline, place=download.name) as pool:
        for _ in range(_MAX_REDIRECTS + 1):
            following = _asked(pool, url, download)
            if following is None:
                return
            url = following
    raise refused(download.name, "重定向太多", "it redirects too often")


def _asked(pool: httpcore.ConnectionPool, url: httpx.URL, download: _Download) -> httpx.URL | None:
    """Send one request: return where it is redirected to, None when the file has been read."""
    with pool.stream("GET", _target(url), headers=_headers(url, download)) as response:
        if response.status in _REDIRECTS:
            return _redirected(url, response, download)
        _receive(response, download)
    return None


def _target(url: httpx.URL) -> httpcore.URL:
    """Return an address as httpcore takes it."""
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def _headers(url: httpx.URL, download: _Download) -> list[tuple[str, str]]:
    """Return the headers of a request; the rest of a file is asked for only if it is still the same one."""
    headers = [
        ("Host", url.netloc.decode("ascii")), ("User-Agent", "tongyuan"), ("Accept", "*/*"),
        ("Accept-Encoding", "identity"),
    ]  # fmt: skip
    here, validator = _size(download.part), _validator(download)
    if here and validator:
        headers += [("Range", f"bytes={here}-"), ("If-Range", validator)]
    return headers


def _redirected(url: httpx.URL, response: httpcore.Response, download: _Download) -> httpx.URL:
    """Return where a redirect leads, if that is allowed."""
    location = _header(response, "location")
    if not location:
        raise DataSourceError(problem("TY2542", download.name, status=response.status))
    try:
        joined = str(url.join(location))
    except httpx.InvalidURL as error:
        raise refused(download.name, "重定向地址无效", "it redirects to an invalid address") from error
    target = check_url(joined, download.rules, place=f"{download.name} → {_without_query(joined)}")
    if url.scheme == "https" and target.scheme == "http":
        raise refused(download.name, "从 https 重定向到 http", "it redirects from https to http")
    return target


def _receive(response: httpcore.Response, download: _Download) -> None:
    """Write the body of a response behind what is there, or anew."""
    if response.status == 416:  # the part is longer than the file: it is another file now
        _discard(download)
    answer = f"HTTP {response.status}"
    if response.status in {416, *_TRY_AGAIN}:
        raise _TryAgain(answer)
    here = _size(download.part)
    if response.status not in {200, 206} or (response.status == 206 and not _continues(response, here)):
        _discard(download)
        raise DataSourceError(problem("TY2542", download.name, status=response.status))
    start = here if response.status == 206 else 0
    _check_length(response, start, download)
    if start == 0:
        _note_validator(response, download)
    with download.part.open("r+b") as handle:
        handle.truncate(start)
        handle.seek(start)
        _copy(response, handle, download)
    total = _header(response, "content-range").rpartition("/")[2]
    if response.status == 206 and total.isdecimal() and _size(download.part) != int(total):
        raise _TryAgain(answer)


def _copy(response: httpcore.Response, handle: IO[bytes], download: _Download) -> None:
    """Write a body; stop at the limits."""
    for chunk in response.iter_stream():
        if handle.tell() + len(chunk) > download.rules.max_bytes:
            handle.truncate(0)
            raise DataSourceError(problem("TY2543", download.name, limit=download.rules.max_bytes))
        handle.write(chunk)
        download.deadline.left()


def _check_length(response: httpcore.Response, start: int, download: _Download) -> None:
    """Refuse a body that is too long, or whose end could not be told from a cut."""
    stated = _header(response, "content-length")
    if stated.isdecimal() and start + int(stated) > download.rules.max_bytes:
        raise DataSourceError(problem("TY2543", download.name, limit=download.rules.max_bytes))
    if _header(response, "content-encoding").lower() not in {"", "identity"}:
        raise refused(download.name, "服务器只给压缩的内容", "the server sends nothing but compressed content")
    has_end = stated.isdecimal() or "chunked" in _header(response, "transfer-encoding").lower()
    if not has_end and not download.sha256:
        raise DataSourceError(problem("TY2546", download.name))


def _continues(response: httpcore.Response, here: int) -> bool:
    """Return whether a partial response goes on where the part ends."""
    return here > 0 and _header(response, "content-range").startswith(f"bytes {here}-")


def _header(response: httpcore.Response, name: str) -> str:
    """Return a header of a response, empty where there is none."""
    found = [value for key, value in response.headers if key.lower() == name.encode()]
    return str(found[0].decode("latin-1")).strip() if found else ""


def _note_validator(response: httpcore.Response, download: _Download) -> None:
    """Keep what tells whether the file is still the same; a weak ETag does not."""
    etag = _header(response, "etag")
    validator = etag if etag.startswith('"') else _header(response, "last-modified")
    download.validator_path.write_text(
        json.dumps({"url": _without_query(download.url), "validator": validator}), encoding="utf-8"
    )


def _validator(download: _Download) -> str:
    """Return the validator of the part, if it is of this address."""
    try:
        document = json.loads(download.validator_path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return ""
    is_same = document.get("url") == _without_query(download.url)
    return str(document.get("validator", "")) if is_same else ""


def _discard(download: _Download) -> None:
    """Forget the part."""
    download.validator_path.unlink(missing_ok=True)
    with download.part.open("r+b") as handle:
        handle.truncate(0)


def _size(path: Path) -> int:
    """Return the bytes of a file."""
    return path.stat().st_size


@contextmanager
def _locked(part: Path) -> Iterator[None]:
    """Hold a part file alone; another build that fetches the same waits."""
    with part.open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _suffix(url: str) -> str:
    """Return the suffix of the file that an address names."""
    return file_suffix(_without_query(url).rsplit("/", 1)[-1])


def _without_query(url: str) -> str:
    """Return an address without query and fragment, where secrets may stand."""
    return url.split("#", 1)[0].split("?", 1)[0]


def _write_record(archive: Archive, download: _Download, *, sha256: str, size: int) -> None:
    """Write down where an archived file came from, behind earlier records of the same name."""
    key = hashlib.sha256(download.name.encode()).hexdigest()[:24]
    record = {"name": download.name, "sha256": sha256, "size": size, "fetched_at": datetime.now(UTC).isoformat()}
    with archive.changing_document(f"snapshots/http-{key}.json") as document:
        document.setdefault("snapshots", []).append(record)
