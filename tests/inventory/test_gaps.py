"""NE of records, NE and NO of silent leaves, IE where the project says so, and notes that are stale or empty words."""

import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.gaps import UNEXPLAINED_EN, find_gaps
from inventory.vocabulary import expected_species, load

LEDGER = pd.DataFrame(
    {
        "activity_id": ["a:1", "a:2"],
        "source_category": ["FC.01.01", "IP.04.03"],
        "fuel_or_product": ["raw_coal", "coke"],
        "technology": ["pulverised_coal_boiler", "any"],
    }
)
EMISSIONS = pd.DataFrame(
    {
        "activity_id": ["a:1"] * 3, "species": ["CO2", "Hg", "OC"], "notation_key": ["", "NE", "IE"],
        "fallback_chain": "",
    }
)  # fmt: skip


def note(code, key="NE", **more):
    """Return a note with every column of missing_inputs.csv."""
    blank = dict.fromkeys(
        ("species", "included_in", "missing_input", "reason_zh", "reason_en", "source", "confidence"), ""
    )
    return blank | {"source_category": code, "notation_key": key} | more


def gaps_of(*notes):
    """Return the gaps of the small ledger with these notes."""
    return find_gaps(LEDGER, EMISSIONS, pd.DataFrame(list(notes)))


def problems_of(*notes):
    """Return code and place of the problems that these notes raise."""
    with pytest.raises(SchemaError) as caught:
        gaps_of(*notes)
    return [(problem.code, problem.place) for problem in caught.value.problems]


@pytest.fixture
def gaps():
    return gaps_of(
        note("IP.05.03", "IE", included_in="IP.04.03", reason_zh="含在碳平衡", reason_en="in the carbon balance")
    )


def test_species_without_a_factor_is_a_gap_and_one_counted_elsewhere_is_not(gaps):
    of_record = gaps[gaps["activity_id"] == "a:1"]
    assert of_record["species"].tolist() == ["Hg"]
    assert of_record["notation_key"].tolist() == ["NE"]


def test_missing_factor_names_species_fuel_and_technology(gaps):
    row = gaps[gaps["activity_id"] == "a:1"].iloc[0]
    for column in ("reason_zh", "reason_en", "missing_input"):
        assert "Hg" in row[column]
    for column in ("reason_zh", "reason_en"):
        assert "raw_coal × pulverised_coal_boiler" in row[column]
    assert row["confidence"] == ""


def test_note_on_a_species_explains_the_records_that_lack_it_and_nothing_else():
    told = gaps_of(
        note("FC.01.01", species="Hg", reason_zh="煤样未测汞", reason_en="coal not analysed", confidence="L")
    )
    of_record = told[told["activity_id"] == "a:1"]
    assert of_record["reason_en"].tolist() == ["coal not analysed"]
    assert of_record["notation_key"].tolist() == ["NE"]
    assert (told["reason_en"] == "coal not analysed").sum() == 1


def test_leaf_that_the_project_explains_takes_its_key_reason_and_holder(gaps):
    told = gaps[gaps["source_category"] == "IP.05.03"]
    assert set(told["notation_key"]) == {"IE"}
    assert set(told["reason_en"]) == {"in the carbon balance"}
    assert set(told["included_in"]) == {"IP.04.03"}


def test_note_on_species_precedes_the_note_on_their_leaf():
    told = gaps_of(note("MB.12.02"), note("MB.12.02", "IE", species="CO2;CH4", included_in="FC.01"))
    keys = told[told["source_category"] == "MB.12.02"].set_index("species")["notation_key"].to_dict()
    assert [keys.pop("CO2"), keys.pop("CH4")] == ["IE", "IE"]
    assert set(keys) == set(expected_species("MB.12.02")) - {"CO2", "CH4"}
    assert set(keys.values()) == {"NE"}


def test_leaf_without_a_note_is_no_where_it_does_not_occur_and_else_stands_unexplained(gaps):
    leaves = load("categories")
    unsaid = [*LEDGER["source_category"], "IP.05.03"]
    silent = leaves[~leaves["code"].isin(unsaid) & (leaves["expected_species"] != "")]
    absent = silent.loc[silent["occurs_in_shanghai"] == "no", "code"]
    present = silent.loc[silent["occurs_in_shanghai"] != "no", "code"]
    keys = gaps.groupby("source_category")["notation_key"].agg(set)
    words = gaps.groupby("source_category")["reason_en"].agg(set)
    assert len(absent) > 0
    assert all(keys[code] == {"NO"} for code in absent)
    assert all(keys[code] == {"NE"} and words[code] == {UNEXPLAINED_EN} for code in present)


def test_silent_leaf_answers_for_every_expected_species(gaps):
    told = gaps[gaps["source_category"] == "MB.11.01"]
    assert sorted(told["species"]) == sorted(expected_species("MB.11.01"))


def test_note_on_a_leaf_that_has_records_is_stale():
    assert problems_of(note("FC.01.01")) == [("TY3025", "missing_inputs.csv › FC.01.01")]


@pytest.mark.parametrize("holder", ["", "IP.04.01", "IP.04.03;IP.04.01"])
def test_ie_without_a_record_that_holds_it_is_refused(holder):
    assert problems_of(note("IP.05.03", "IE", included_in=holder)) == [("TY3026", "missing_inputs.csv › IP.05.03")]


@pytest.mark.parametrize(
    ("wrong", "code", "place"),
    [
        (note("IP.99.99"), "TY3023", "IP.99.99"),
        (note("IP.16.01", "XX"), "TY3028", "IP.16.01"),
        (note("IP.08.02", species="CO2"), "TY3027", "IP.08.02 CO2"),
    ],
)
def test_note_that_would_be_lost_is_refused(wrong, code, place):
    assert problems_of(wrong) == [(code, f"missing_inputs.csv › {place}")]


def test_all_wrong_notes_are_told_in_one_pass():
    found = problems_of(note("IP.99.99"), note("FC.01.01"), note("IP.16.01"), note("IP.16.01"))
    assert [code for code, _ in found] == ["TY3023", "TY3025", "TY3029"]


def test_file_with_the_five_old_columns_is_read():
    old = {
        "source_category": "IP.16.01",
        "notation_key": "NE",
        "missing_input": "x",
        "reason_zh": "y",
        "reason_en": "z",
    }
    told = gaps_of(old)
    assert set(told.loc[told["source_category"] == "IP.16.01", "reason_en"]) == {"z"}


def test_reason_that_a_method_gave_is_told_in_place_of_a_missing_factor():
    told = EMISSIONS.assign(fallback_chain="没有去除量 / the removed mass is unknown")
    gaps = find_gaps(LEDGER, told, pd.DataFrame([note("MB.12.02")]))
    of_record = gaps[(gaps["activity_id"] == "a:1") & (gaps["species"] == "Hg")]
    assert of_record[["reason_zh", "reason_en"]].to_numpy().tolist() == [["没有去除量", "the removed mass is unknown"]]
