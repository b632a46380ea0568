"""Addresses: what is allowed, limits, cut transfers, checksums, the archive."""

from __future__ import annotations

import hashlib
import shutil
import socket
import ssl
import subprocess
import time

import pytest

from inventory.errors import DataSourceError
from sources.remote.http import fetch
from sources.remote.rules import NetworkRules, RemoteUnavailableError, check_url, parse_network, resolve_host
from tests.sources.remote.conftest import page

CONTENT = b"item,value\ncement,380\n" * 20_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def rules(**own):
    return NetworkRules(
        **{"allowed_hosts": frozenset({"127.0.0.1"}), "allow_private_addresses": True, "timeout_s": 20.0} | own
    )


def refusal(*args, error=DataSourceError, **kwargs):
    with pytest.raises(error) as caught:
        fetch(*args, **kwargs)
    (found,) = caught.value.problems
    return found


def test_a_file_is_fetched_checked_and_archived_under_its_hash(server, archive):
    server.pages["/industry.csv"] = page(CONTENT)
    found = fetch(f"{server.address}/industry.csv", SHA256, rules=rules(), archive=archive)
    assert found.path == archive.root / SHA256[:2] / f"{SHA256}.csv"
    assert found.path.read_bytes() == CONTENT
    assert (found.sha256, found.name) == (SHA256, f"{server.address}/industry.csv")


def test_nothing_is_asked_when_the_file_is_in_the_archive(server, archive):
    server.pages["/industry.csv"] = page(CONTENT)
    first = fetch(f"{server.address}/industry.csv", SHA256, rules=rules(), archive=archive)
    again = fetch(f"{server.address}/industry.csv", SHA256, rules=NetworkRules(), archive=archive)
    assert (again.path, len(server.requests)) == (first.path, 1)
    assert "没有联网" in again.remarks[0]


def test_a_damaged_file_of_the_archive_is_fetched_again_and_kept_aside(server, archive):
    server.pages["/industry.csv"] = page(CONTENT)
    path = fetch(f"{server.address}/industry.csv", SHA256, rules=rules(), archive=archive).path
    path.chmod(0o644)
    path.write_bytes(b"damaged")
    again = fetch(f"{server.address}/industry.csv", SHA256, rules=rules(), archive=archive)
    assert again.path.read_bytes() == CONTENT
    assert path.with_name(f"{path.name}.damaged-1").read_bytes() == b"damaged"


def test_a_cut_transfer_goes_on_where_it_stopped(server, archive):
    server.pages["/industry.csv"] = page(CONTENT, cut=100_000)
    found = fetch(f"{server.address}/industry.csv", SHA256, rules=rules(), archive=archive)
    assert found.path.read_bytes() == CONTENT
    (_, first), (_, second) = server.requests
    assert "range" not in first
    assert 0 < int(second["range"].removeprefix("bytes=").rstrip("-")) <= 100_000
    assert second["if-range"] == '"v1"'


def test_a_file_that_changed_between_two_parts_is_read_anew(server, archive):
    other = CONTENT.replace(b"380", b"381")
    cut = page(CONTENT, cut=100_000)

    def serve(handler):
        (cut if len(server.requests) == 1 else page(other, etag='"v2"'))(handler)

    server.pages["/industry.csv"] = serve
    assert fetch(f"{server.address}/industry.csv", rules=rules(), archive=archive).path.read_bytes() == other


def test_a_part_without_validator_is_not_continued(server, archive):
    server.pages["/industry.csv"] = page(CONTENT, cut=100_000, etag="")
    assert fetch(f"{server.address}/industry.csv", SHA256, rules=rules(), archive=archive).sha256 == SHA256
    assert "range" not in server.requests[1][1]


def test_a_server_that_answers_only_a_piece_of_the_rest_is_asked_for_the_remainder(server, archive):
    def serve(handler):
        start = int(handler.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        body = CONTENT[start : start + 200_000] if start else CONTENT
        handler.send_response(206 if start else 200)
        handler.send_header("Content-Length", str(len(body)))
        handler.send_header("ETag", '"v1"')
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{start + len(body) - 1}/{len(CONTENT)}")
        handler.end_headers()
        handler.wfile.write(body if start else body[:100_000])
        handler.wfile.flush()
        handler.close_connection = True

    server.pages["/industry.csv"] = serve
    assert fetch(f"{server.address}/industry.csv", rules=rules(), archive=archive).path.read_bytes() == CONTENT


def test_a_busy_server_is_asked_again(server, archive):
    busy = page(b"", status=503)

    def serve(handler):
        (busy if len(server.requests) == 1 else page(CONTENT))(handler)

    server.pages["/industry.csv"] = serve
    assert fetch(f"{server.address}/industry.csv", SHA256, rules=rules(), archive=archive).sha256 == SHA256


def test_a_refusal_of_the_server_is_named_and_not_repeated(server, archive):
    server.pages["/industry.csv"] = page(b"no", status=403)
    found = refusal(f"{server.address}/industry.csv", SHA256, rules=rules(), archive=archive)
    assert (found.code, found.message_zh) == ("TY2542", "服务器拒绝：HTTP 403")
    assert len(server.requests) == 1


def test_a_wrong_checksum_is_refused_and_the_part_is_forgotten(server, archive):
    server.pages["/industry.csv"] = page(CONTENT)
    for _ in range(2):
        found = refusal(f"{server.address}/industry.csv", "0" * 64, rules=rules(), archive=archive)
        assert (found.code, SHA256 in found.message_zh) == ("TY2544", True)
    assert list(archive.root.rglob("*.csv")) == []
    assert all("range" not in headers for _, headers in server.requests)


def test_what_is_no_checksum_is_refused(server, archive):
    assert refusal(f"{server.address}/a.csv", "abc", rules=rules(), archive=archive).code == "TY2545"


def test_a_file_that_says_it_is_too_large_is_not_read(server, archive):
    server.pages["/industry.csv"] = page(CONTENT)
    found = refusal(f"{server.address}/industry.csv", SHA256, rules=rules(max_bytes=1000), archive=archive)
    assert (found.code, "1000" in found.message_zh) == ("TY2543", True)


def chunked(handler, chunks, wait_s=0.0):
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for chunk in chunks:
        handler.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        handler.wfile.flush()
        time.sleep(wait_s)
    handler.wfile.write(b"0\r\n\r\n")


def test_a_file_that_grows_too_large_is_stopped(server, archive):
    server.pages["/industry.csv"] = lambda handler: chunked(handler, [b"x" * 1000] * 1000)
    found = refusal(f"{server.address}/industry.csv", rules=rules(max_bytes=5000), archive=archive)
    assert found.code == "TY2543"
    assert max(path.stat().st_size for path in archive.root.rglob("*") if path.is_file()) <= 5000


def test_a_slow_server_is_left_at_the_time_limit(server, archive):
    server.pages["/industry.csv"] = lambda handler: chunked(handler, [b"x"] * 100, wait_s=0.1)
    began = time.monotonic()
    found = refusal(
        f"{server.address}/industry.csv", rules=rules(timeout_s=1.0), archive=archive, error=RemoteUnavailableError
    )
    assert (found.code, RemoteUnavailableError.exit_code) == ("TY2541", 4)
    assert time.monotonic() - began < 3


def test_headers_that_drip_are_left_at_the_time_limit(server, archive):
    def serve(handler):
        for byte in b"HTTP/1.1 200 OK\r\nX-Filler: " + b"a" * 200:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(0.05)

    server.pages["/industry.csv"] = serve
    began = time.monotonic()
    refusal(f"{server.address}/industry.csv", rules=rules(timeout_s=1.0), archive=archive, error=RemoteUnavailableError)
    assert time.monotonic() - began < 3


def test_an_end_that_cannot_be_told_from_a_cut_needs_a_checksum(server, archive):
    def serve(handler):
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(CONTENT)
        handler.close_connection = True

    server.pages["/industry.csv"] = serve
    assert refusal(f"{server.address}/industry.csv", rules=rules(), archive=archive).code == "TY2546"
    assert fetch(f"{server.address}/industry.csv", SHA256, rules=rules(), archive=archive).sha256 == SHA256


def test_compressed_content_is_refused(server, archive):
    server.pages["/industry.csv"] = page(CONTENT, **{"Content-Encoding": "gzip"})
    assert refusal(f"{server.address}/industry.csv", rules=rules(), archive=archive).code == "SC903"


def test_a_redirect_on_the_same_host_is_followed(server, archive):
    server.pages["/old.csv"] = page(b"", status=302, Location="/new.csv")
    server.pages["/new.csv"] = page(CONTENT)
    assert fetch(f"{server.address}/old.csv", SHA256, rules=rules(), archive=archive).sha256 == SHA256


@pytest.mark.parametrize(
    "location",
    [
        "http://localhost:9/x",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "//evil.example/x",
    ],
)
def test_a_redirect_to_what_is_not_allowed_is_refused(server, archive, location):
    server.pages["/old.csv"] = page(b"", status=302, Location=location)
    assert refusal(f"{server.address}/old.csv", rules=rules(), archive=archive).code == "SC903"
    assert len(server.requests) == 1


def test_redirects_in_a_circle_end(server, archive):
    server.pages["/old.csv"] = page(b"", status=302, Location="/old.csv")
    assert refusal(f"{server.address}/old.csv", rules=rules(), archive=archive).code == "SC903"
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    "own",
    [{"allowed_hosts": frozenset()}, {"allowed_hosts": frozenset({"localhost"})}, {"allow_private_addresses": False}],
)
def test_no_request_is_sent_unless_host_and_address_are_allowed(server, archive, own):
    assert refusal(f"{server.address}/a.csv", rules=rules(**own), archive=archive).code == "SC903"
    assert server.requests == []


def test_a_port_can_be_named_with_the_host(server, archive):
    server.pages["/a.csv"] = page(CONTENT)
    named = server.address.removeprefix("http://")
    assert fetch(f"{server.address}/a.csv", SHA256, rules=rules(allowed_hosts=frozenset({named})), archive=archive)
    other = rules(allowed_hosts=frozenset({"127.0.0.1:1"}))
    assert refusal(f"{server.address}/b.csv", rules=other, archive=archive).code == "SC903"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://data.example/a",
        "file:///etc/passwd",
        "http://user:pw@data.example/a",
        "http://data.example.evil/a",
        "http:///a",
        "data.example/a",
        "http://[::1",
        "http://data.example:99999/",
    ],
)
def test_other_addresses_are_refused_before_any_look_up(url, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a name was looked up"))
    with pytest.raises(DataSourceError, match="SC903"):
        check_url(url, NetworkRules(frozenset({"data.example"})), place="x")


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_a_name_that_leads_to_an_inner_address_is_refused(address, monkeypatch):
    public_first = [(0, 0, 0, "", ("93.184.215.14", 80)), (0, 0, 0, "", (address, 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: public_first)
    with pytest.raises(DataSourceError, match="SC903"):
        resolve_host("data.example", 80, NetworkRules(), place="x")


def test_the_connection_goes_to_the_address_that_was_checked(server, archive, monkeypatch):
    server.pages["/a.csv"] = page(CONTENT)
    port = int(server.address.rsplit(":", 1)[1])
    answers = [[(0, 0, 0, "", ("127.0.0.1", port))], [(0, 0, 0, "", ("10.9.9.9", port))]]
    real = socket.getaddrinfo

    def look_up(host, *args, **kwargs):
        return answers.pop(0) if host == "data.example" else real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    named = rules(allowed_hosts=frozenset({"data.example"}))
    assert fetch(f"http://data.example:{port}/a.csv", SHA256, rules=named, archive=archive).sha256 == SHA256
    assert len(answers) == 1
    assert server.requests[0][1]["host"] == f"data.example:{port}"


@pytest.fixture
def encrypted(server, tmp_path):
    """Offer the server's pages over TLS as data.example; return port and certificate."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = ["-subj", "/CN=data.example", "-addext", "subjectAltName=DNS:data.example"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, *subject]
    subprocess.run(made, check=True, capture_output=True, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.httpd.socket = context.wrap_socket(server.httpd.socket, server_side=True)
    return server.httpd.server_address[1], certificate


@pytest.mark.parametrize("host", ["data.example", "other.example"])
def test_a_certificate_is_checked_against_the_name_of_the_host(server, encrypted, archive, monkeypatch, host):
    port, certificate = encrypted
    server.pages["/a.csv"] = page(CONTENT)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda name, *rest, **how: real("127.0.0.1", *rest, **how))
    url, named = f"https://{host}:{port}/a.csv", rules(allowed_hosts=frozenset({host}), timeout_s=3.0)
    if host == "data.example":
        assert fetch(url, SHA256, rules=named, archive=archive).sha256 == SHA256
    else:
        found = refusal(url, SHA256, rules=named, archive=archive, error=RemoteUnavailableError)
        assert (found.code, "certificate" in found.message_en) == ("TY2541", True)
        assert server.requests == []


def test_a_certificate_that_nobody_vouches_for_is_refused(server, encrypted, archive, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda name, *rest, **how: real("127.0.0.1", *rest, **how))
    named = rules(allowed_hosts=frozenset({"data.example"}), timeout_s=3.0)
    url = f"https://data.example:{encrypted[0]}/a.csv"
    assert refusal(url, SHA256, rules=named, archive=archive, error=RemoteUnavailableError).code == "TY2541"
    assert server.requests == []


def test_a_server_that_is_not_there_is_exit_4(archive):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/a.csv"
        found = refusal(url, rules=rules(timeout_s=2.0), archive=archive, error=RemoteUnavailableError)
    assert found.code == "TY2541"


@pytest.mark.parametrize(
    "raw",
    [
        {"allowed_hosts": "data.example"},
        {"allowed_hosts": ["*.example"]},
        {"allowed_hosts": ["http://a"]},
        {"max_bytes": "1"},
        {"timeout_s": 0},
        {"timeout_s": float("nan")},
        {"allow_private_addresses": 1},
    ],
)
def test_rules_that_cannot_be_read_are_refused(raw):
    with pytest.raises(DataSourceError, match="TY2521"):
        parse_network(raw)


def test_without_a_section_nothing_is_allowed():
    assert parse_network({}).allowed_hosts == frozenset()
