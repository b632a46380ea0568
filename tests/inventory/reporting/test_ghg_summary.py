from __future__ import annotations

import csv
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.reporting.ghg_summary import build_ghg_summary

NO_GAPS = pd.DataFrame(
    columns=["source_category", "activity_id", "species", "notation_key", "reason_zh", "reason_en", "missing_input"]
)


def read_csv(package, name):
    with files(package).joinpath(name).open("r", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


ROWS = read_csv("inventory.reporting", "ghg_summary_rows__cn_provincial_2011.csv")
CATEGORIES = read_csv("inventory.vocabulary", "categories.csv")
LEAF_NUMBERS = {int(row["row_number"]) for row in ROWS if row["kind"] == "leaf" and row["ghg_role"] == "total"}


def frames(*records):
    """Ledger and emissions of (category, role, {species: tonnes or key}); a key may say 'IE in <category>'."""
    ledger, emissions = [], []
    for number, (category, role, amounts) in enumerate(records):
        ledger.append({"activity_id": f"a{number}", "source_category": category, "ghg_role": role})
        for species, amount in amounts.items():
            is_key = isinstance(amount, str)
            key, _, where = amount.partition(" in ") if is_key else ("", "", "")
            emissions.append({
                "activity_id": f"a{number}", "species": species, "emission_t": np.nan if is_key else float(amount),
                "notation_key": key, "included_in": where,
            })  # fmt: skip
    return pd.DataFrame(ledger), pd.DataFrame(emissions)


def summarise(*records, gaps=NO_GAPS, gwp_set="SARGWP100"):
    table = build_ghg_summary(*frames(*records), gaps, gwp_set=gwp_set)
    return table.set_index("row_label")


def keys_of(row):
    return dict(pair.split(":") for pair in row["notation"].split(";"))


def test_every_total_leaf_of_the_vocabulary_lands_in_exactly_one_leaf_row():
    for leaf in (category for category in CATEGORIES if category["ghg_role"] == "total"):
        homes = [
            row["row_label"]
            for row in ROWS
            if leaf["cn_provincial"] in row["cn_codes"].split(";") or leaf["code"] in row["categories"].split(";")
        ]
        assert len(homes) == 1, f"{leaf['code']}: {homes}"


def test_every_row_says_where_it_is_from():
    assert all(row["citation"] and row["confidence"] in "ABCDE" for row in ROWS)


@pytest.mark.parametrize(("gas", "column"), [("CO2", "co2_wan_t"), ("CH4", "ch4_wan_t"), ("N2O", "n2o_wan_t")])
def test_leaf_rows_add_up_to_all_emissions_of_the_total_exactly(gas, column):
    leaves = [category["code"] for category in CATEGORIES if category["ghg_role"] == "total"]
    records = [(code, "total", {gas: 10_000 * (number + 1)}) for number, code in enumerate(leaves)]
    memo = [("MB.10.06", "memo_int_aviation", {gas: 7e9}), ("FC.01.01", "none", {gas: 5e9})]
    table = build_ghg_summary(*frames(*records, *memo), NO_GAPS, gwp_set="SARGWP100")
    expected = len(leaves) * (len(leaves) + 1) / 2
    assert table.loc[table["row_number"].isin(LEAF_NUMBERS), column].sum() == expected
    assert table.loc[0, column] == expected


def test_parents_are_the_sums_of_their_children():
    records = [(category["code"], "total", {"CO2": 20_000, "CH4": 10_000, "N2O": 30_000}) for category in CATEGORIES
               if category["ghg_role"] == "total"]  # fmt: skip
    table = build_ghg_summary(*frames(*records), NO_GAPS, gwp_set="SARGWP100").set_index("row_number")
    for row in (row for row in ROWS if row["kind"] == "sum" and row["ghg_role"] == "total"):
        children = table.loc[[int(number) for number in row["sums_rows"].split(";")]]
        for column in ("co2_wan_t", "ch4_wan_t", "n2o_wan_t", "ghg_wan_t_co2e"):
            assert table.loc[int(row["row_number"]), column] == children[column].sum()


def test_total_with_land_use_is_the_total_without_it_less_the_removal():
    table = summarise(("FC.01.01", "total", {"CO2": 90_000}), ("LU.01.01", "total", {"CO2": -20_000}))
    assert table.loc["总量（不包括土地利用变化与林业）", "co2_wan_t"] == 9
    assert table.loc["总量（包括土地利用变化与林业）", "co2_wan_t"] == 7
    assert table.loc["乔木林", "co2_wan_t"] == -2


@pytest.mark.parametrize(("gwp_set", "expected"), [("SARGWP100", 1 + 2 * 21 + 3 * 310), ("AR5", 1 + 2 * 28 + 3 * 265)])
def test_co2e_weighs_methane_and_nitrous_oxide_with_the_named_set(gwp_set, expected):
    table = summarise(("FC.01.01", "total", {"CO2": 10_000, "CH4": 20_000, "N2O": 30_000}), gwp_set=gwp_set)
    assert table.loc["能源工业", "ghg_wan_t_co2e"] == expected
    assert set(table["gwp_set"]) == {"SARGWP100" if gwp_set == "SARGWP100" else "AR5GWP100"}


def test_fluorinated_gases_stand_as_co2e_and_one_without_a_gwp_is_not_estimated():
    table = summarise(("IP.16.01", "total", {"HFC23": 10, "CF4": 100, "SF6": 1, "HFC245fa": 5}))
    row = table.loc["10.半导体生产过程"]
    assert row["hfcs_wan_t_co2e"] == pytest.approx(10 * 11_700 / 1e4)
    assert row["pfcs_wan_t_co2e"] == pytest.approx(100 * 6_500 / 1e4)
    assert row["sf6_wan_t_co2e"] == pytest.approx(23_900 / 1e4)
    assert row["ghg_wan_t_co2e"] == pytest.approx((10 * 11_700 + 100 * 6_500 + 23_900) / 1e4)
    assert keys_of(row)["HFCs"] == "NE"


def test_bunkers_and_imported_power_stand_below_the_line_only():
    table = summarise(
        ("MB.10.03", "memo_int_aviation", {"CO2": 10_000}), ("MB.10.06", "memo_int_aviation", {"CO2": 30_000}),
        ("MB.08.03", "memo_int_marine", {"CO2": 50_000}), ("OT.04.01", "memo_import_power", {"CO2": 70_000}),
    )  # fmt: skip
    assert table.loc[["国际航空", "国际航海", "信息项：调入（出）电力间接排放"], "co2_wan_t"].tolist() == [4, 5, 7]
    assert table.loc["信息项：国际燃料舱", "co2_wan_t"] == 9
    assert table.loc[~table["is_memo"], "co2_wan_t"].isna().all()


def test_biogenic_co2_is_a_memo_item_whatever_the_role_of_its_record():
    table = summarise(("WT.02.01", "total", {"CO2": 10_000, "CO2_BIO": 20_000}), ("BB.01.01", "none", {"CO2_BIO": 1e4}))
    assert table.loc["总量（包括土地利用变化与林业）", ["co2_wan_t", "ghg_wan_t_co2e"]].tolist() == [1, 1]
    memo = table.loc["信息项：生物质CO2（生物成因）"]
    assert memo["co2_wan_t"] == 3
    assert keys_of(memo)["GHG"] == "NA"


def test_plant_and_manure_gases_share_their_guideline_row():
    table = summarise(
        ("WT.03.01", "total", {"CH4": 20_000, "N2O": "IE in WT.03.03"}), ("WT.03.03", "total", {"N2O": 10_000}),
        ("AG.01.11", "total", {"CH4": 40_000, "N2O": 30_000}),
    )  # fmt: skip
    assert table.loc["2.废水", ["ch4_wan_t", "n2o_wan_t"]].tolist() == [2, 1]
    assert table.loc["4.动物粪便管理系统", ["ch4_wan_t", "n2o_wan_t"]].tolist() == [4, 3]
    assert "N2O" not in keys_of(table.loc["2.废水"])


def test_a_gas_counted_in_another_row_is_named_as_included_elsewhere():
    table = summarise(("FC.01.07", "total", {"CO2": "IE in IP.04.03 (CO2)"}), ("IP.04.03", "total", {"CO2": 10_000}))
    assert np.isnan(table.loc["能源工业", "co2_wan_t"])
    assert keys_of(table.loc["能源工业"])["CO2"] == "IE"
    assert table.loc["工业和建筑业", "co2_wan_t"] == 1


def test_a_missing_number_is_a_key_and_never_zero():
    gaps = pd.DataFrame([
        {"source_category": "LU.01.02", "activity_id": "", "species": "CO2", "notation_key": "NE"},
        {"source_category": "IP.08.01", "activity_id": "", "species": "CO2", "notation_key": "NO"},
    ])  # fmt: skip
    table = summarise(("FC.01.01", "total", {"CO2": 10_000, "CH4": "NE"}), gaps=gaps)
    numbers = table.select_dtypes("float")
    assert not (numbers == 0).any().any()
    assert keys_of(table.loc["经济林"])["CO2"] == "NE"
    assert keys_of(table.loc["1.水泥生产过程"])["CO2"] == "NO"
    assert keys_of(table.loc["能源工业"])["CH4"] == "NE"
    assert keys_of(table.loc["1.稻田"]) == {
        "CO2": "NA", "CH4": "NE", "N2O": "NA", "HFCs": "NA", "PFCs": "NA", "SF6": "NA", "GHG": "NE",
    }  # fmt: skip


def test_every_empty_cell_has_a_key():
    table = summarise(("FC.01.01", "total", {"CO2": 10_000}))
    columns = {"co2_wan_t": "CO2", "ch4_wan_t": "CH4", "n2o_wan_t": "N2O", "hfcs_wan_t_co2e": "HFCs",
               "pfcs_wan_t_co2e": "PFCs", "sf6_wan_t_co2e": "SF6", "ghg_wan_t_co2e": "GHG"}  # fmt: skip
    for _, row in table.iterrows():
        for column, gas in columns.items():
            assert np.isfinite(row[column]) or gas in keys_of(row)


def test_a_number_that_leaves_something_out_keeps_its_key():
    table = summarise(("MB.01.01", "total", {"CH4": 10_000}), ("MB.02.02", "total", {"CH4": "NE"}))
    for label in ("交通运输", "能源活动总计", "总量（包括土地利用变化与林业）"):
        assert table.loc[label, "ch4_wan_t"] == 1
        assert keys_of(table.loc[label])["CH4"] == "NE"


def test_nitrogen_trifluoride_has_no_column_and_says_so():
    table = summarise(("IP.16.01", "total", {"NF3": 10}))
    assert keys_of(table.loc["总量（包括土地利用变化与林业）"])["NF3"] == "NA"


def test_records_count_wherever_they_are_emitted():
    table = summarise(("MB.10.01", "total", {"CO2": 10_000}), ("MB.10.04", "total", {"CO2": 30_000}))
    assert table.loc["交通运输", "co2_wan_t"] == 4


def test_a_record_of_the_total_without_a_row_stops_with_its_category():
    with pytest.raises(SchemaError, match=r"DU\.01\.01.*total"):
        summarise(("DU.01.01", "total", {"CO2": 10_000}))
