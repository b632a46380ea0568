"""The library of a run: ids, the 2025 edition, the library of a release, and the schemes of the categories."""

import csv
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from inventory.errors import ReleaseError, SchemaError
from inventory.exact_sum import exact_group_sum, exact_sum
from inventory.factors.library import load_library, load_library_from_release, pack_about, unverified_rows
from inventory.factors.pack_tables import pack_table
from inventory.factors.selection import fuel_carbon
from inventory.vocabulary import load
from inventory.vocabulary.gwp import is_gwp_set

PACKS = ("cn-provincial-2011", "tcses-144-2024", "ipcc-2006")
WITH_2025 = ("cn-provincial-2025", *PACKS)
SCHEMES = ("tcses8", "class10", "ipcc2006", "crt", "cn_provincial", "nfr14", "gnfr", "snap97", "meic")
PACK_2025 = Path(__file__).parents[3] / "inventory" / "factors" / "packs" / "cn-provincial-2025"


def rows_of(name):
    with (PACK_2025 / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_id_of_a_local_row_that_a_pack_has_already_is_refused_with_both_places(local_row, local_folder):
    with pytest.raises(SchemaError, match=r"EF00002[\s\S]*local、tcses-144-2024"):
        load_library(PACKS, local=local_folder(local_row("EF00002")))


def test_pack_named_twice_is_refused_for_its_ids():
    with pytest.raises(SchemaError) as error:
        load_library(("cn-provincial-2025", "cn-provincial-2025"))
    places = {problem.place for problem in error.value.problems}
    assert {"factor_id › P25_FUEL005", "property_id › P25_FP005"} <= places


def test_ids_of_factors_and_properties_are_unique_over_all_packs(library):
    both = load_library(WITH_2025)
    ids = [*both.factors["factor_id"], *both.fuel_properties["property_id"]]
    assert len(ids) == len(set(ids))
    assert len(both.factors) == len(library.factors) + 14


def test_wrong_local_rows_are_told_in_one_pass(local_row, local_folder):
    folder = local_folder(local_row("L1", source="", value="-1"), local_row("L2", species="XX", year_to="20x5"))
    with pytest.raises(SchemaError) as error:
        load_library(PACKS, local=folder)
    assert len(error.value.problems) == 4
    assert {problem.place for problem in error.value.problems} == {"local_factors.csv › L1", "local_factors.csv › L2"}


def test_every_cell_of_the_2025_edition_is_unverified_and_not_opened():
    names = [path.name for path in PACK_2025.glob("*.csv")]
    assert len(names) == 6
    for name in names:
        assert {(row["status"], row["evidence"]) for row in rows_of(name)} == {("unverified", "not opened")}, name
    about = pack_about("cn-provincial-2025")
    assert (about["status"], about["gwp_set"]) == ("unverified", "AR5GWP100")
    assert is_gwp_set(about["gwp_set"])


def test_co2_factors_of_the_2025_edition_are_its_own_carbon():
    """kg CO2 per GJ = CC [t C/TJ] × OF × 44/12; per mass or volume × NCV: the printed 1.172864 t/t of lignite."""
    fuels = {row["fuel"]: row for row in rows_of("fuel_properties.csv")}
    for row in rows_of("emission_factors.csv"):
        fuel = fuels[row["fuel_or_product"]]
        per_gj = float(fuel["cc_tc_per_tj"]) * float(fuel["oxidation_fraction"]) * 44 / 12
        assert float(row["value"]) == pytest.approx(per_gj, rel=1e-6)
        assert float(row["value_original"]) == pytest.approx(per_gj * float(fuel["ncv"]) / 1000, rel=1e-6)
    assert float(fuels["lignite"]["ncv"]) * 28.0 * 0.96 * 44 / 12 / 1000 == pytest.approx(1.172864, abs=1e-9)


def test_unverified_rows_that_a_run_uses_are_listed_and_no_others():
    library = load_library(WITH_2025)
    used = ["P25_FUEL005", "P25_FP004", "EF00002", "FP001"]
    assert fuel_carbon(library, "bituminous_coal", "310000").property_id == "P25_FP004"
    found = unverified_rows(library, used)
    assert list(zip(found["row_id"], found["kind"], strict=True)) == [
        ("P25_FP004", "fuel_property"), ("P25_FUEL005", "factor"),
    ]  # fmt: skip
    assert set(found["edition"]) == {"cn-provincial-2025"}
    assert set(found["evidence"]) == {"not opened"}


def test_a_run_of_verified_packs_uses_no_unverified_row(library):
    used = [*library.factors["factor_id"], *library.fuel_properties["property_id"]]
    assert unverified_rows(library, used).empty


def test_every_code_of_the_provincial_scheme_is_a_row_of_the_2025_structure():
    structure = [row["code"] for row in rows_of("categories.csv")]
    assert len(structure) == len(set(structure)) == 59
    assert set(load("categories")["cn_provincial"]) - {"none"} <= set(structure)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_leaf_has_exactly_one_code_of_the_scheme_and_totals_agree(scheme):
    """Leaf number i emits 0.1 × i t: 0.1 is no binary fraction, so the sums agree only if no leaf is lost or doubled."""
    leaves, codes = load("categories"), load("scheme_codes")
    known = codes[codes["scheme"] == scheme].set_index("code")["leaves"].astype(int)
    own = leaves[scheme]
    assert known.index.is_unique
    assert set(own) == set(known.index)
    assert dict(own.value_counts()) == dict(known)
    assert not own.str.contains("[;,/ ]").any()
    emission_t = [0.1 * number for number in range(1, len(leaves) + 1)]
    by_code = exact_group_sum(emission_t, pd.factorize(own)[0], len(known))
    assert exact_sum(by_code) == pytest.approx(0.1 * len(leaves) * (len(leaves) + 1) / 2, rel=1e-14)


@pytest.fixture
def release(tmp_path):
    """Folder with a store of a release that used two factors, one of them local, and one fuel property."""
    factor = {
        "factor_id": "EF1", "edition": "no-longer-there", "source_category": "FC.03", "fuel_or_product": "coal",
        "technology": "any", "control": "none", "size_class": "any", "species": "NOx", "value": 0.1 + 0.2,
        "unit": "g/kg", "basis": "generated", "year_from": "2020", "year_to": "", "region_code": "CN", "tier": "2",
        "uncertainty_pct": 30.0, "distribution": "normal", "source": "book", "evidence": "read", "confidence": "H",
        "status": "effective", "note": "",
    }  # fmt: skip
    local = factor | {"factor_id": "L1", "edition": "local", "species": "CO", "value": 2.0, "uncertainty_pct": None}
    property_ = {
        "property_id": "FP001", "edition": "no-longer-there", "fuel": "raw_coal", "ncv": 20.0, "ncv_unit": "GJ/t",
        "cc_tc_per_tj": 25.0, "oxidation_fraction": 0.9, "source": "book", "confidence": "A",
    }  # fmt: skip
    control = {
        "control": "scr", "species": "NOx", "removal": 0.8, "source": "", "confidence": "M",
    }  # fmt: skip
    ratio = {
        "source_category": "MB.01", "fuel_or_product": "gasoline", "from_species": "THC", "to_species": "NMVOC",
        "ratio": 0.9, "source": "book", "confidence": "M",
    }  # fmt: skip
    about = {"name": ["packs"], "value": ['["no-longer-there", "cn-provincial-2011"]']}
    with duckdb.connect(str(tmp_path / "inventory.duckdb")) as connection:
        for table, frame in (
            ("core_emission_factor", pd.DataFrame([factor, local])), ("core_fuel_property", pd.DataFrame([property_])),
            ("core_control", pd.DataFrame([control])), ("core_species_ratio", pd.DataFrame([ratio])),
            ("out_about", pd.DataFrame(about)),
        ):  # fmt: skip
            connection.from_df(frame).create(table)
    return tmp_path


def test_release_gives_back_its_rows_after_its_pack_is_gone(release):
    library = load_library_from_release(release)
    (pack_row,) = library.by_species["NOx", "FC.03"]
    (local_row,) = library.by_species["CO", "FC.03"]
    assert (pack_row.value, pack_row.pack_rank, local_row.pack_rank) == (0.1 + 0.2, 0, -1)
    assert library.packs == ("no-longer-there", "cn-provincial-2011")
    assert list(library.controls[["control", "kind", "efficiency_fraction"]].iloc[0]) == ["scr", "removal", "0.8"]


def test_pinned_property_comes_before_the_pack_and_the_pack_fills_the_rest(release):
    library = load_library_from_release(release)
    assert library.fuels["raw_coal"].ncv == 20.0
    gas = pack_table(PACKS, "fuel_properties.csv").set_index("property_id").loc["FP037"]
    assert library.fuels["natural_gas"].ncv == float(gas["ncv"])


def test_folder_without_store_is_no_release(tmp_path):
    with pytest.raises(ReleaseError, match="TY4404"):
        load_library_from_release(tmp_path)
