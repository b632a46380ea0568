import csv
import re
from collections import Counter

import pandas as pd
import pytest

from docs.coverage import leaf_coverage
from inventory.gaps import UNEXPLAINED_EN

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


def _silent(text):
    """Return the rows of leaves that have no number, or lack one of a species."""
    return [row for row in _rows(text) if row[2].startswith(("NE", "IE", "NO", "部分"))]


def test_a_leaf_without_numbers_has_a_reason_that_is_a_sentence_in_both_languages(generated):
    silent = _silent(generated["coverage.md"])
    assert len(silent) > 50
    for row in silent:
        chinese = re.findall(r"[\u4e00-\u9fff]", row[7])
        english = re.findall(r"[A-Za-z]{2,}", row[7])
        assert len(chinese) >= 12, row
        assert len(english) >= 8, row


def test_no_reason_is_an_empty_phrase(generated):
    empty = (
        "activity data",
        "活动水平 /",
        "没有活动水平",
        "not implemented",
        "未实现",
        "没有数据",
        UNEXPLAINED_EN,
        "词表注明",
    )
    assert [
        row[0] for row in _silent(generated["coverage.md"]) for words in empty if words in f"{row[7]} {row[8]}"
    ] == []


def test_a_leaf_that_is_not_estimated_names_the_missing_input_and_its_keeper(generated):
    told = [row for row in _rows(generated["coverage.md"]) if row[2].startswith(("NE", "部分"))]
    assert [row[0] for row in told if row[8] == "—"] == []
    unnamed = [row[0] for row in told if row[2].startswith("NE") and " / " not in row[8]]
    assert unnamed == []


def test_a_leaf_counted_elsewhere_names_the_leaf_that_has_records(generated):
    rows = {row[0]: row for row in _rows(generated["coverage.md"])}
    elsewhere = [row for row in rows.values() if row[2].startswith("IE")]
    assert len(elsewhere) > 10
    for row in elsewhere:
        holders = re.findall(r"[A-Z]{2}\.\d\d(?:\.\d\d)?", row[7].split("：")[0])
        assert holders, row
        assert all(any(code.startswith(h) and rows[code][4] != "—" for code in rows) for h in holders), row


def test_counts_by_status_are_printed_and_add_up(generated):
    text = generated["coverage.md"]
    printed = dict(
        re.findall(r"(estimated|partly NE|NE|IE|NO) (\d+)(?=[,.])", text.split("281 leaves: ")[1].split("\n")[0])
    )
    counted = Counter(
        {"已估算": "estimated", "部分": "partly NE", "NE": "NE", "IE": "IE", "NO": "NO"}[
            re.match(r"已估算|部分|NE|IE|NO", row[2]).group()
        ]
        for row in _rows(text)
    )
    assert {name: int(count) for name, count in printed.items()} == dict(counted)
    assert sum(counted.values()) == 281


def test_notes_of_the_example_are_rated_and_say_what_they_rest_on(example):
    with (example / "missing_inputs.csv").open(encoding="utf-8-sig", newline="") as handle:
        notes = list(csv.DictReader(handle))
    assert {note["confidence"] for note in notes} <= {"H", "M", "L"}
    assert {note["notation_key"] for note in notes} <= {"NE", "NO", "IE"}
    assert [note["source_category"] for note in notes if note["notation_key"] != "NE" and not note["source"]] == []
    assert [
        note["source_category"] for note in notes if note["notation_key"] == "NE" and not note["missing_input"]
    ] == []


def _by_hand(notation_keys, gap_keys=()):
    """Return the coverage of IP.01.01 with one record whose species have these notation keys."""
    ledger = pd.DataFrame(
        {"activity_id": ["a"], "source_category": ["IP.01.01"], "fuel_or_product": ["coke_product"]}
    ).head(1 if notation_keys else 0)
    emissions = pd.DataFrame(
        [
            {"activity_id": "a", "species": f"S{i}", "notation_key": key, "method": "factor" if not key else "",
             "factor_id": "F1" if not key else "", "tier": "2" if not key else "",
             "included_in": "IP.04.03" if key == "IE" else ""}
            for i, key in enumerate(notation_keys)
        ],
        columns=["activity_id", "species", "notation_key", "method", "factor_id", "tier", "included_in"],
    )  # fmt: skip
    gaps = pd.DataFrame(
        [
            {"source_category": "IP.01.01", "activity_id": "", "species": f"S{i}", "notation_key": key,
             "included_in": "IP.04.03" if key == "IE" else "", "reason_zh": "因为", "reason_en": "because",
             "missing_input": "m", "source": "", "confidence": "L"}
            for i, key in enumerate(gap_keys)
        ],
        columns=["source_category", "activity_id", "species", "notation_key", "included_in", "reason_zh", "reason_en",
                 "missing_input", "source", "confidence"],
    )  # fmt: skip
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


def test_species_without_a_factor_are_named_with_their_product():
    leaf = _by_hand(["", "NE", "NE"])
    assert leaf.missing == ("因子 / factor: S1, S2",)
    assert [reason.split(": ")[1] for reason in leaf.reasons] == ["coke_product S1, S2"]
    assert (leaf.factors, leaf.methods, leaf.tiers, leaf.activities) == (1, ("factor",), ("2",), 1)


def test_species_of_records_that_are_counted_elsewhere_name_the_place():
    assert _by_hand(["", "IE"]).reasons == ("IE：S1 计在 / counted in IP.04.03",)


def test_reason_names_its_species_only_where_they_differ():
    assert _by_hand([], ["NE", "NE"]).reasons == ("NE：因为。<br>because. (L)",)
    assert _by_hand([], ["IE", "NE"]).reasons == (
        "IE S0 → IP.04.03：因为。<br>because. (L)", "NE S1：因为。<br>because. (L)",
    )  # fmt: skip
    assert _by_hand([], ["NE"]).missing == ("m",)
