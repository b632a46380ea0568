import csv
import re
from collections import Counter

import pandas as pd
import pytest

from docs.coverage import leaf_coverage

pytestmark = pytest.mark.xdist_group("docs")


def _rows(text):
    """Return the cells of every leaf row of the document."""
    lines = [line for line in text.splitlines() if re.match(r"\| [A-Z]{2}\.\d\d\.\d\d \|", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def _vocabulary(example):
    path = example.parents[1] / "inventory" / "vocabulary" / "categories.csv"
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return {row["code"]: row["zh"] for row in csv.DictReader(handle)}


def test_every_leaf_appears_exactly_once_with_its_chinese_name(committed, example):
    rows = _rows(committed["coverage.md"])
    leaves = _vocabulary(example)
    assert len(leaves) == 281
    assert Counter(row[0] for row in rows) == Counter(leaves.keys())
    assert {row[0]: row[1] for row in rows} == leaves


def test_every_leaf_stands_under_its_class(committed):
    for section in re.split(r"^## ", committed["coverage.md"], flags=re.MULTILINE)[1:]:
        assert {row[0][:2] for row in _rows(section)} == {section[:2]}


def test_record_counts_add_up_to_the_ledger(generated, work):
    counted = sum(int(row[4]) for row in _rows(generated["coverage.md"]) if row[4] != "—")
    assert counted == len(pd.read_parquet(work / "core_activity.parquet", columns=["activity_id"]))


def test_a_leaf_without_numbers_says_what_is_missing(generated):
    silent = [row for row in _rows(generated["coverage.md"]) if row[2].startswith(("NE", "IE", "部分"))]
    assert len(silent) > 50
    assert [row[0] for row in silent if row[7] == "—"] == []


def _by_hand(notation_keys, gap_keys=()):
    """Return the coverage of IP.01.01 with one record whose species have these notation keys."""
    ledger = pd.DataFrame({"activity_id": ["a"], "source_category": ["IP.01.01"]}).head(1 if notation_keys else 0)
    emissions = pd.DataFrame(
        [
            {"activity_id": "a", "species": f"S{i}", "notation_key": key, "method": "factor" if not key else "",
             "factor_id": "F1" if not key else "", "tier": "2" if not key else ""}
            for i, key in enumerate(notation_keys)
        ],
        columns=["activity_id", "species", "notation_key", "method", "factor_id", "tier"],
    )  # fmt: skip
    gaps = pd.DataFrame(
        [
            {"source_category": "IP.01.01", "notation_key": key, "reason_zh": "", "reason_en": "", "missing_input": "m"}
            for key in gap_keys
        ],
        columns=["source_category", "notation_key", "reason_zh", "reason_en", "missing_input"],
    )
    return next(leaf for leaf in leaf_coverage(ledger, emissions, gaps) if leaf.code == "IP.01.01")


@pytest.mark.parametrize(
    ("notation_keys", "gap_keys", "status"),
    [
        (["", ""], [], "estimated"),
        (["", "IE"], [], "estimated"),
        (["", "NE"], [], "partly NE"),
        (["NE", "NE"], [], "NE"),
        (["IE", "IE"], [], "IE"),
        (["IE", "NE"], [], "NE"),
        ([], ["NO", "NO"], "NO"),
        ([], ["NE"], "NE"),
        ([], ["IE"], "IE"),
    ],
)
def test_status_follows_the_species(notation_keys, gap_keys, status):
    assert _by_hand(notation_keys, gap_keys).status == status


def test_species_without_factor_and_named_inputs_are_both_listed():
    leaf = _by_hand(["", "NE", "NE"], ["NE"])
    assert leaf.missing == ("因子 / factor: S1, S2", "m")
    assert (leaf.factors, leaf.methods, leaf.tiers, leaf.activities) == (1, ("factor",), ("2",), 1)
