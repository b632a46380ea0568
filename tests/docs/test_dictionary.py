import csv
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.xdist_group("docs")

ROOT = Path(__file__).parents[2]
CONTRACTS = sorted((ROOT / "sql").rglob("*.yml"))
SOURCES = sorted((ROOT / "sources").glob("*/source.toml"))


def _sections(text, level):
    """Return the text under each heading of a level."""
    parts = re.split(rf"^{level} (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_table_of_sql_has_one_section(committed):
    headings = Counter(re.findall(r"^### (\S+)$", committed["tables.md"], flags=re.MULTILINE))
    tables = {path.stem for path in (ROOT / "sql").rglob("*.yml")} | {
        path.stem for path in (ROOT / "sql").rglob("*.sql")
    }
    assert len(tables) > 25
    assert {table: headings[table] for table in sorted(tables)} == dict.fromkeys(sorted(tables), 1)


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.stem)
def test_every_column_stands_in_the_section_of_its_table_in_order(path, committed):
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    section = _sections(committed["tables.md"], "###")[document["table"]]
    found = re.findall(r"^\| `([^`]+)` \| (\w+) \|", section, flags=re.MULTILINE)
    assert found == [(column["name"], column["type"]) for column in document["columns"]]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.parent.name)
def test_every_data_source_has_its_provenance_and_its_raw_table(path, committed):
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    section = _sections(committed["sources.md"], "##")[path.parent.name]
    for said in (document["title"], document["producer"], document["citation"], document["licence"]):
        assert f" | {said} |" in section
    if document.get("required", False):
        assert document["release"]["sha256"][:12] in section
    assert re.findall(r"`([^`]+)`", section) == list(document["columns"])
    raw = _sections(committed["tables.md"], "###")[f"raw_{path.parent.name}"]
    assert re.findall(r"`([^`]+)`", raw)[: len(document["columns"])] == list(document["columns"])


def test_ratings_count_every_row_of_the_delivered_tables(committed, example):
    for path in sorted((example / "tables").glob("*.csv")):
        source_id = path.stem
        with path.open(encoding="utf-8-sig", newline="") as handle:
            given = Counter(row["confidence"] for row in csv.DictReader(handle))
        cells = [str(given[rating] or "—") for rating in "HML"]
        assert f"| {source_id} | {' | '.join(cells)} | {given.total()} |" in committed["sources.md"]
