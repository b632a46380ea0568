import csv
import os
import re
from collections import Counter
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("docs")

REFERENCE = Path(os.environ.get("TONGYUAN_REFERENCE", Path(__file__).parents[3] / "shared"))


def _read(path):
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def references(example):
    return _read(example / "reference_totals.csv")


def test_every_published_row_stands_once_in_a_table(references, generated):
    compared, left_out = generated["validation.md"].split("## 不可比的发表值")
    in_tables = Counter(re.findall(r"^\| `(\w+)`<br>", compared, flags=re.MULTILINE))
    apart = Counter(re.findall(r"^\| `([\w.]+)` \|", left_out, flags=re.MULTILINE))
    assert in_tables == Counter(row["reference_id"] for row in references if row["comparable"] == "yes")
    assert apart == Counter(row["reference_id"] for row in references if row["comparable"] == "no")


def test_every_large_difference_has_a_written_reason(generated, example):
    text = generated["validation.md"]
    written = {row["reference_id"]: row for row in _read(example / "reference_reasons.csv")}
    rows = re.findall(r"^\| `(\w+)`<br>.*? \| ([+-]\d+) % \|", text, flags=re.MULTILINE)
    large = [reference_id for reference_id, percent in rows if abs(int(percent)) >= 15]
    assert len(large) > 10
    for reference_id in large:
        assert len(written[reference_id]["reason_zh"]) > 10, reference_id
        assert len(written[reference_id]["reason_en"]) > 20, reference_id
    assert "reason missing" not in text


def test_every_comparable_row_has_a_number_of_ours(generated):
    shown = re.findall(
        r"^\| `(\w+)`<br>.*? \| [HML] \| [\d.,]+ \S.*? \| (\S+)", generated["validation.md"], flags=re.MULTILINE
    )
    assert len(shown) > 40
    assert [reference_id for reference_id, ours in shown if ours == "—"] == []


def test_reasons_belong_to_comparable_rows(references, example):
    comparable = {row["reference_id"] for row in references if row["comparable"] == "yes"}
    given = Counter(row["reference_id"] for row in _read(example / "reference_reasons.csv"))
    assert set(given) <= comparable
    assert max(given.values()) == 1


def test_every_scope_is_used(references, example):
    used = {row["our_scope"] for row in references if row["comparable"] == "yes"}
    assert used == {row["scope"] for row in _read(example / "reference_scopes.csv")}


def test_document_says_that_nothing_was_tuned_and_that_years_differ(generated):
    text = generated["validation.md"]
    assert "No factor, activity or share was tuned" in text
    assert "Most published values are of other years" in text


@pytest.mark.reference
def test_every_row_of_the_collected_totals_is_in_the_table(references):
    collected = REFERENCE / "data" / "shanghai_2021" / "validation.csv"
    if not collected.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{collected} is missing")
        pytest.skip("1 reference table is absent")
    key = ("value", "year", "confidence")
    ours = Counter((*(row[name] for name in key), row["territory"]) for row in references)
    given = Counter((*(row[name] for name in key), row["scope"]) for row in _read(collected))
    assert given.total() > 50
    assert given - ours == Counter()
