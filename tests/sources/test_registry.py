"""Data sources: provenance complete, the example's files are the registered ones, a new source is a new folder."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

import sources
from inventory.config import load_config
from inventory.errors import DataSourceError
from inventory.warehouse import read_table
from sources import registry
from sources.contract import extract, open_delivery, pull, table_sha256
from sources.registry import all_sources, find_source

EXAMPLE = Path(__file__).parents[2] / "examples" / "shanghai"
FOLDERS = sorted(path.parent.name for path in Path(sources.__file__).parent.glob("*/source.toml"))
REQUIRED = sorted(source.source_id for source in all_sources().values() if source.is_required)


@pytest.fixture(scope="module")
def config():
    return load_config(EXAMPLE)


def test_the_registry_holds_exactly_the_folders_with_a_source_toml():
    assert len(FOLDERS) > len(REQUIRED) == 17
    assert list(all_sources()) == FOLDERS


def test_the_example_delivers_every_required_source(config):
    assert sorted(config.deliveries) == REQUIRED


def test_no_source_could_take_the_tables_of_another_for_its_own():
    assert [(a, b) for a in FOLDERS for b in FOLDERS if b.startswith(f"{a}_")] == []


@pytest.mark.parametrize("source_id", FOLDERS)
def test_provenance_is_complete(source_id):
    text = files("sources").joinpath(source_id, "source.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    for field in ("title", "group", "producer", "citation", "licence", "version"):
        assert document[field].strip(), field
    if source_id in REQUIRED:
        assert document["published"]
        assert date.fromisoformat(document["accessed"])
        assert document["columns"]["source"]["required"]
        assert document["columns"]["confidence"].items() >= {"type": "rating", "required": True}.items()


@pytest.mark.parametrize("source_id", REQUIRED)
def test_the_example_delivers_the_registered_release_row_by_row(config, source_id):
    """The workbooks hold the reviewed tables, letter for letter; [release] is the checksum of the table as CSV."""
    source = find_source(source_id)
    reviewed = EXAMPLE / "tables" / source.release_file
    content = reviewed.read_bytes()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (source.release_size, source.release_sha256)
    extraction = extract(open_delivery(config, source_id))
    assert extraction.problems == ()
    assert table_sha256(extraction.frame, source) == source.release_sha256
    with reviewed.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    declared = [column.name for column in source.columns if not column.optional]
    assert extraction.frame[declared].to_dict("records") == [{name: row[name] for name in declared} for row in rows]
    assert extraction.rows_in == len(rows) + extraction.rejected


NEW_SOURCE = """
title = "District heating"
group = "statistical"
producer = "a utility"
citation = "annual report 2021"
licence = "facts"
version = "2021"
published = "2022"
accessed = "2026-01-31"
url_main = ""
url_download = ""
required = true

[release]
file = "heat.csv"
sha256 = "00"
size = 1

[columns]
station = {type = "text", required = true}
heat = {type = "number"}
"""


@pytest.fixture
def new_folder(tmp_path, monkeypatch):
    """A folder of sources/ with one new source."""
    folder = tmp_path / "more" / "heating"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text('"""District heating."""\n', encoding="utf-8")
    (folder / "extract.py").write_text(
        "from sources.reading.table import read_delivered_table as extract\n__all__ = ['extract']\n", encoding="utf-8"
    )
    (folder / "source.toml").write_text(NEW_SOURCE, encoding="utf-8")
    (folder / "station_map.csv").write_text("delivered,code\n北站,N\n", encoding="utf-8")
    monkeypatch.setattr(registry, "files", lambda _: folder.parent)
    monkeypatch.setattr(sources, "__path__", [*sources.__path__, str(folder.parent)])
    all_sources.cache_clear()
    yield folder
    all_sources.cache_clear()


def test_a_new_source_is_its_folder_and_nothing_else(new_folder, project, work):
    config = project(heating="heat.csv")
    (config.project_dir / "heat.csv").write_text("station,heat\n北站,12.5\n", encoding="utf-8")
    assert list(all_sources()) == ["heating"]
    assert pull(config, work).counts == {"heating": 1}
    assert read_table("raw_heating", work)["station"].tolist() == ["北站"]
    assert read_table("raw_heating_station_map", work).to_dict("records") == [{"delivered": "北站", "code": "N"}]


@pytest.mark.parametrize(
    ("line", "said"),
    [('sha256 = "00"', "release.sha256"), ('licence = "facts"', "licence"), ("size = 1", "release.size")],
)
def test_a_source_without_checksum_or_licence_does_not_run(new_folder, line, said):
    (new_folder / "source.toml").write_text(NEW_SOURCE.replace(line, ""), encoding="utf-8")
    with pytest.raises(DataSourceError, match=said) as caught:
        all_sources()
    assert caught.value.problems[0].place == "sources/heating/source.toml"


def test_an_unknown_column_type_is_refused(new_folder):
    (new_folder / "source.toml").write_text(NEW_SOURCE.replace('"number"', '"numeral"'), encoding="utf-8")
    with pytest.raises(DataSourceError, match="numeral"):
        all_sources()


def test_an_unknown_source_is_named_with_those_there_are():
    with pytest.raises(DataSourceError, match="TY2009") as caught:
        find_source("energy")
    assert "energy_balance" in str(caught.value)
