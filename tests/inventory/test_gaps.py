"""NE of records, NE and NO of silent leaves, IE where the project says so."""

import pandas as pd
import pytest

from inventory.gaps import find_gaps
from inventory.vocabulary import expected_species, load


@pytest.fixture
def gaps():
    ledger = pd.DataFrame({"activity_id": ["a:1"], "source_category": ["FC.01.01"]})
    emissions = pd.DataFrame(
        {"activity_id": ["a:1"] * 3, "species": ["CO2", "Hg", "OC"], "notation_key": ["", "NE", "IE"]}
    )
    said = pd.DataFrame(
        [{"source_category": "IP.05.03", "notation_key": "IE", "missing_input": "", "reason_zh": "含在碳平衡",
          "reason_en": "in the carbon balance"}]
    )  # fmt: skip
    return find_gaps(ledger, emissions, said)


def test_species_without_a_factor_is_a_gap_and_one_counted_elsewhere_is_not(gaps):
    of_record = gaps[gaps["activity_id"] == "a:1"]
    assert of_record["species"].tolist() == ["Hg"]
    assert of_record["notation_key"].tolist() == ["NE"]


def test_leaf_that_the_project_explains_takes_its_key_and_reason(gaps):
    told = gaps[gaps["source_category"] == "IP.05.03"]
    assert set(told["notation_key"]) == {"IE"}
    assert set(told["reason_en"]) == {"in the carbon balance"}


def test_leaf_that_does_not_occur_is_no_and_one_without_activity_is_ne(gaps):
    leaves = load("categories")
    silent = leaves[~leaves["code"].isin(["FC.01.01", "IP.05.03"]) & (leaves["expected_species"] != "")]
    absent = silent.loc[silent["occurs_in_shanghai"] == "no", "code"]
    present = silent.loc[silent["occurs_in_shanghai"] != "no", "code"]
    keys = gaps.groupby("source_category")["notation_key"].agg(set)
    assert len(absent) > 0
    assert all(keys[code] == {"NO"} for code in absent)
    assert all(keys[code] == {"NE"} for code in present)


def test_silent_leaf_answers_for_every_expected_species(gaps):
    told = gaps[gaps["source_category"] == "MB.11.01"]
    assert sorted(told["species"]) == sorted(expected_species("MB.11.01"))
