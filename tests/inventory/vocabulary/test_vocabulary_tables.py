"""The vocabulary and the packs as tables: unique codes, closed references, one parent per scheme, exact units.

Files are read with the standard library, not with the code that uses them.
"""

from __future__ import annotations

import csv
import itertools
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path

import pytest

import inventory

VOCABULARY = Path(inventory.__file__).parent / "vocabulary"
PACKS = sorted(path.parent for path in (Path(inventory.__file__).parent / "factors" / "packs").glob("*/pack.toml"))
TABLES = Path(__file__).parents[3] / "examples" / "shanghai" / "tables"
CODED = (
    "species", "fuels", "products", "units", "factor_units", "technologies", "controls", "regions", "surrogates",
    "temporal_profile_ids", "size_classes", "categories", "category_branches",
)  # fmt: skip
ALIASED = ("species", "fuels", "products", "units", "factor_units", "technologies", "controls")
SCHEMES = ("tcses8", "class10", "ipcc2006", "crt", "cn_provincial", "nfr14", "gnfr", "snap97", "meic")
GHG_ROLES = {"total", "memo_int_aviation", "memo_int_marine", "memo_import_power", "memo_biomass", "none"}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def table(name: str) -> list[dict[str, str]]:
    found = rows(VOCABULARY / f"{name}.csv")
    assert found, name
    return found


def codes(name: str) -> set[str]:
    return {row["code"] for row in table(name)}


def parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def aliases(name: str) -> list[tuple[str, str]]:
    """Return (alias, code) of a table."""
    return [(alias, row["code"]) for row in table(name) for alias in parts(row["aliases"])]


def packed(name: str) -> list[dict[str, str]]:
    """Return the rows of a table in all packs, with the pack."""
    return [row | {"pack": pack.name} for pack in PACKS if (pack / name).is_file() for row in rows(pack / name)]


@pytest.mark.parametrize("name", CODED)
def test_codes_are_filled_and_unique(name):
    found = Counter(row["code"] for row in table(name))
    assert [code for code, times in found.items() if times > 1 or not code.strip()] == []


@pytest.mark.parametrize("name", ALIASED)
def test_an_alias_means_one_code(name):
    owners = defaultdict(set)
    for alias, code in aliases(name):
        owners[alias].add(code)
    assert {alias: owner for alias, owner in owners.items() if len(owner) > 1} == {}


@pytest.mark.parametrize("name", ["units", "fuels", "technologies"])
def test_an_alias_is_never_the_code_of_another_row(name):
    known = codes(name)
    assert [(alias, code) for alias, code in aliases(name) if alias in known and alias != code] == []


def test_fuels_and_products_share_no_code():
    assert codes("fuels") & codes("products") - {"any"} == set()


@pytest.mark.parametrize("name", ["fuels", "technologies", "regions", "products"])
def test_fallback_chains_end_in_known_codes_without_coming_back(name):
    known = codes(name) | (codes("fuels") if name == "products" else set())
    for row in table(name):
        steps = [step for step, _ in itertools.groupby([row["code"], *parts(row["fallback_chain"])])]
        assert set(steps) <= known, row["code"]
        assert len(steps) == len(set(steps)), row["code"]


@pytest.mark.parametrize(("name", "root"), [("fuels", "any"), ("technologies", "any"), ("regions", "INT")])
def test_a_chain_that_reaches_the_root_ends_there(name, root):
    for row in table(name):
        steps = parts(row["fallback_chain"])
        assert root not in steps[:-1], row["code"]


def test_a_region_climbs_to_its_parents_up_to_the_world():
    parent = {row["code"]: row["parent"] for row in table("regions")}
    for code in parent:
        climbed = [code]
        while parent[climbed[-1]]:
            climbed.append(parent[climbed[-1]])
            assert len(climbed) < 10, code
        assert climbed[-1] == "INT", code


def test_factors_of_units_are_exact_fractions():
    for row in table("units"):
        if row["status"] == "refused":
            assert row["factor_to_base"] == "", row["code"]
            assert row["conditions"], row["code"]
        else:
            assert Fraction(row["factor_to_base"]) > 0, row["code"]


def test_a_base_unit_is_its_own_base():
    units = {row["code"]: row for row in table("units")}
    bases = {row["base_unit"] for row in units.values() if row["status"] != "refused"}
    for base in bases & set(units):
        assert (units[base]["base_unit"], Fraction(units[base]["factor_to_base"])) == (base, 1), base
    assert bases - set(units) <= {"m3_per_d", "1"}


def test_units_of_one_base_have_one_dimension():
    dimensions = defaultdict(set)
    for row in table("units"):
        if row["status"] != "refused":
            dimensions[row["base_unit"]].add(row["dimension"])
    assert {base: found for base, found in dimensions.items() if len(found) > 1} == {}


def test_factors_of_factor_units_are_exact_fractions_or_absent():
    for row in table("factor_units"):
        assert row["factor_to_kg_per_base"] == "" or Fraction(row["factor_to_kg_per_base"]) > 0, row["code"]


def test_a_leaf_has_exactly_one_listed_parent_in_every_scheme():
    listed = {(row["scheme"], row["code"]) for row in table("scheme_codes")}
    for row in table("categories"):
        for scheme in SCHEMES:
            assert row[scheme], (row["code"], scheme)
            assert not set(row[scheme]) & set(";,/ "), (row["code"], scheme)
            assert (scheme, row[scheme]) in listed, (row["code"], scheme)


def test_the_leaves_of_each_scheme_code_are_counted_right():
    counted = Counter((scheme, row[scheme]) for row in table("categories") for scheme in SCHEMES)
    listed = {(row["scheme"], row["code"]): int(row["leaves"]) for row in table("scheme_codes")}
    assert {key: number for key, number in listed.items() if counted[key] != number} == {}


def test_a_leaf_refers_to_known_codes_only():
    known = {
        "default_surrogate": codes("surrogates"), "default_temporal_profile": codes("temporal_profile_ids"),
        "default_technology": codes("technologies") | {""}, "activity_owner": codes("categories") | {""},
        "ghg_role": GHG_ROLES, "geometry": {"point", "line", "area"}, "in_airshed": {"yes", "no"},
        "occurs_in_shanghai": {"yes", "no", "unknown"},
    }  # fmt: skip
    species, branches = codes("species"), codes("category_branches")
    for row in table("categories"):
        wrong = [column for column, allowed in known.items() if row[column] not in allowed]
        assert wrong == [], row["code"]
        assert set(parts(row["expected_species"])) <= species, row["code"]
        assert row["code"].rsplit(".", 1)[0] in branches, row["code"]


def test_a_leaf_with_greenhouse_gases_has_a_role_in_their_total():
    gases = {"CO2", "CH4", "N2O", "SF6", "NF3"}
    silent = [row["code"] for row in table("categories") if row["ghg_role"] == "none"]
    emitting = {row["code"] for row in table("categories") if gases & set(parts(row["expected_species"]))}
    assert emitting & set(silent) == set()


def test_branches_climb_to_all():
    parent = {row["code"]: row["parent"] for row in table("category_branches")}
    for code in parent:
        climbed = code
        for _ in range(5):
            climbed = parent.get(climbed, "")
            if climbed in {"", "ALL"}:
                break
        assert climbed in {"", "ALL"}, code


def test_aliases_of_the_example_lead_to_known_codes():
    known = {
        "fuel": codes("fuels"), "category": codes("categories") | codes("category_branches"),
        "technology": codes("technologies"), "balance_flow": {"none"}, "indicator": {"none"},
    }  # fmt: skip
    found = table("aliases")
    assert [row for row in found if row["code"] not in known[row["kind"]]] == []
    assert len({(row["context"], row["name"]) for row in found}) == len(found)


def test_every_fuel_and_flow_name_of_the_energy_balance_resolves():
    named = {(row["context"], row["name"]) for row in table("aliases")}
    for column in ("fuel", "fuel_zh", "item", "item_zh"):
        delivered = {row[column] for row in rows(TABLES / "energy_balance.csv")}
        assert {name for name in delivered if (f"energy_balance.csv/{column}", name) not in named} == set(), column


def test_every_unit_of_the_energy_balance_is_a_unit_of_the_vocabulary():
    known = {alias for alias, _ in aliases("units")} | codes("units")
    assert {row["unit"] for row in rows(TABLES / "energy_balance.csv")} <= known


def test_the_sixteen_districts_of_the_example_are_regions():
    districts = {row["gb_code"] for row in rows(TABLES / "districts.csv")}
    assert len(districts) == 16
    assert districts <= codes("regions")


FACTOR_KEY = (
    "pack", "source_category", "fuel_or_product", "technology", "control", "size_class", "species", "region_code",
    "basis", "unit",
)  # fmt: skip


def test_there_are_four_packs():
    names = ["cn-provincial-2011", "cn-provincial-2025", "ipcc-2006", "tcses-144-2024"]
    assert [pack.name for pack in PACKS] == names


def test_factors_refer_to_known_codes_only():
    known = {
        "source_category": codes("categories") | codes("category_branches"),
        "fuel_or_product": codes("fuels") | codes("products"), "technology": codes("technologies"),
        "control": codes("controls"), "size_class": codes("size_classes"), "species": codes("species"),
        "unit": codes("factor_units"), "region_code": codes("regions"),
        "basis": {"generated", "emitted", "parameter", "limit"},
    }  # fmt: skip
    wrong = [
        (row["pack"], row["factor_id"], column, row[column])
        for row in packed("emission_factors.csv")
        for column, allowed in known.items()
        if row[column] not in allowed
    ]
    assert wrong == []


def test_an_effective_factor_has_a_value_a_source_and_a_basis_that_can_be_used():
    effective = [row for row in packed("emission_factors.csv") if row["status"] == "effective"]
    assert len(effective) > 1000
    for row in effective:
        assert float(row["value"]) >= 0, row["factor_id"]
        assert row["source"], row["factor_id"]
        assert row["basis"] in {"generated", "emitted"}, row["factor_id"]


def test_factor_ids_are_unique_over_all_packs():
    found = Counter(row["factor_id"] for row in packed("emission_factors.csv"))
    assert [factor for factor, times in found.items() if times > 1] == []


def test_at_most_one_factor_is_effective_for_a_key_at_a_time():
    groups = defaultdict(list)
    for row in packed("emission_factors.csv"):
        if row["status"] == "effective":
            groups[tuple(row[column] for column in FACTOR_KEY)].append(row)
    both = [
        (first["factor_id"], second["factor_id"])
        for members in groups.values()
        for first, second in itertools.combinations(members, 2)
        if max(int(first["year_from"] or 0), int(second["year_from"] or 0))
        <= min(int(first["year_to"] or 9999), int(second["year_to"] or 9999))
    ]
    assert both == []


def test_control_efficiencies_are_fractions_of_known_controls_and_species():
    for row in packed("controls.csv"):
        assert row["control"] in codes("controls"), row["control_id"]
        assert row["species"] in codes("species") | {"PM2.5-10"}, row["control_id"]
        assert row["region_code"] in codes("regions"), row["control_id"]
        assert 0 <= float(row["efficiency_fraction"]) <= 1, row["control_id"]


def test_fuel_properties_are_of_known_fuels_and_physical():
    for row in packed("fuel_properties.csv"):
        assert row["fuel"] in codes("fuels"), row["property_id"]
        assert row["ncv"] == "" or float(row["ncv"]) > 0, row["property_id"]
        assert row["oxidation_fraction"] == "" or 0 < float(row["oxidation_fraction"]) <= 1, row["property_id"]


def test_species_ratios_name_known_codes_and_one_ratio_each():
    ratios = packed("species_ratios.csv")
    key = ("pack", "source_category", "fuel_or_product", "from_species", "to_species")
    keys = Counter(tuple(row[column] for column in key) for row in ratios)
    assert [key for key, times in keys.items() if times > 1] == []
    for row in ratios:
        assert row["to_species"] in codes("species")
        assert float(row["ratio"]) >= 0
        assert row["source"]


def test_a_temporal_profile_gives_each_of_its_steps_once():
    profiles = packed("temporal_profiles.csv")
    keys = Counter((row["pack"], row["temporal_profile_id"], row["kind"], row["index"]) for row in profiles)
    assert [key for key, times in keys.items() if times > 1] == []
    assert {row["temporal_profile_id"] for row in profiles} <= codes("temporal_profile_ids")
    assert all(float(row["fraction"]) >= 0 for row in profiles)


def test_temporal_profiles_are_whole_and_sum_to_one_within_their_published_rounding():
    length = {"month_of_year": 12, "day_of_week": 7, "hour_of_day": 24}
    groups = defaultdict(list)
    for row in packed("temporal_profiles.csv"):
        groups[row["pack"], row["temporal_profile_id"], row["kind"]].append(float(row["fraction"]))
    for (_, profile, kind), fractions in groups.items():
        assert len(fractions) == length[kind], (profile, kind)
        assert abs(sum(fractions) - 1) < 0.02, (profile, kind)
