"""The archive of deliveries: by content, written once."""

from __future__ import annotations

import hashlib
import stat

import pytest

from inventory.errors import DataSourceError
from sources.archive import Archive, file_suffix

CONTENT = b"item,value\ncement,380\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def archive(tmp_path):
    return Archive.of(tmp_path / "out")


@pytest.fixture
def delivered(tmp_path):
    path = tmp_path / "产量.CSV"
    path.write_bytes(CONTENT)
    return path


def test_a_delivery_lies_under_its_hash_and_cannot_be_written(archive, delivered):
    kept = archive.keep(delivered)
    assert kept == archive.root / SHA256[:2] / f"{SHA256}.csv"
    assert (kept.read_bytes(), delivered.read_bytes()) == (CONTENT, CONTENT)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o444


def test_a_file_that_is_there_is_not_written_again(archive, delivered):
    first = archive.keep(delivered).stat()
    second = archive.keep(delivered).stat()
    assert (first.st_ino, first.st_mtime_ns) == (second.st_ino, second.st_mtime_ns)


def test_a_changed_delivery_leaves_the_earlier_one(archive, delivered):
    first = archive.keep(delivered)
    delivered.write_bytes(CONTENT + b"lime,1\n")
    assert archive.keep(delivered) != first
    assert first.read_bytes() == CONTENT


def test_a_damaged_file_is_not_found_and_kept_beside_the_new_one(archive, delivered):
    kept = archive.keep(delivered)
    kept.chmod(0o644)
    kept.write_bytes(b"x")
    assert archive.find(SHA256, ".csv") is None
    archive.keep(delivered)
    assert archive.find(SHA256, ".csv") == kept
    assert kept.with_name(f"{kept.name}.damaged-1").read_bytes() == b"x"


def test_nothing_unfinished_stays_when_a_copy_fails(archive):
    def chunks():
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        archive.keep_chunks(chunks(), suffix=".csv")
    assert [path for path in archive.root.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("sha256", "suffix"),
    [("../../x", ""), (SHA256[:63], ""), (SHA256, "/../x"), (SHA256, ".a/b"), (SHA256.upper(), "")],
)
def test_no_other_place_can_be_named(archive, sha256, suffix):
    with pytest.raises(ValueError, match="not a hash"):
        archive.path_of(sha256, suffix)


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.csv", ".csv"),
        ("a.XLSX", ".xlsx"),
        ("2021.ais.nmea.gz", ".nmea.gz"),
        ("a", ""),
        ("a.工作表", ""),
        ("a.b c", ""),
        ("v1.2.csv", ".csv"),
    ],
)
def test_only_plain_suffixes_are_kept(name, suffix):
    assert file_suffix(name) == suffix


def test_a_document_is_read_back_and_a_missing_one_is_empty(archive):
    assert archive.read_document("accepted.json") == {}
    archive.write_document("accepted.json", {"310000": {"水泥": [1]}})
    assert archive.read_document("accepted.json") == {"310000": {"水泥": [1]}}


@pytest.mark.parametrize("text", ["{", "[]", ""])
def test_a_damaged_document_is_an_error_and_no_empty_one(archive, text):
    archive.write_document("accepted.json", {})
    archive.root.joinpath("accepted.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataSourceError, match="TY2501"):
        archive.read_document("accepted.json")
