"""Each rule finds what breaks it and nothing else."""

from dataclasses import replace

import pandas as pd
import pytest

from inventory.checks import RULES
from inventory.checks.element_rules import carbon_out, sulphur_out
from inventory.checks.emission_rules import carbon_share, finite_or_key, negative, size_order
from inventory.checks.findings import CoreTables, load_rules
from inventory.checks.ledger_rules import duplicate_key, expected_species, facts_balance, fuel_closure
from inventory.gaps import find_gaps

NATURAL = {
    "facility_id": "", "region_code": "310000", "release_point_id": "", "technology": "any", "control_path_id": "none",
    "size_class": "any", "boundary": "in_domain", "period_start": "2021-01-01", "period_end": "2021-12-31",
}  # fmt: skip
NO_SAID = pd.DataFrame(columns=["source_category", "notation_key", "missing_input", "reason_zh", "reason_en"])


@pytest.fixture
def tables(library):
    """Return a small ledger in which every rule holds: 10 t of coal burned, and a road dust record."""
    activities = pd.DataFrame(
        [
            NATURAL | {"activity_id": "coal", "source_id": "x", "source_category": "FC.06.01", "fuel_or_product": "raw_coal",
                       "activity_value": 10.0, "activity_unit": "t", "in_airshed": True, "ghg_role": "total",
                       "balance_group": "", "included_species": "", "included_in": "", "name_zh": "煤"},
            NATURAL | {"activity_id": "petrol", "source_id": "x", "source_category": "MB.01.01",
                       "fuel_or_product": "gasoline", "activity_value": 100.0, "activity_unit": "vkm", "in_airshed": True,
                       "ghg_role": "total", "balance_group": "", "included_species": "", "included_in": "",
                       "name_zh": "车"},
            NATURAL | {"activity_id": "outside", "source_id": "x", "source_category": "MB.01.01",
                       "fuel_or_product": "gasoline", "boundary": "fuel_sold_outside", "activity_value": 1.0,
                       "activity_unit": "t", "in_airshed": False, "ghg_role": "total", "balance_group": "",
                       "included_species": "", "included_in": "", "name_zh": "域外"},
        ]
    )  # fmt: skip
    parameters = pd.DataFrame(
        [
            {"activity_id": "coal", "name": "sulphur_fraction", "value": 0.006, "confidence": "L"},
            {"activity_id": "petrol", "name": "specific_fuel_use_kg_per_unit", "value": 50.0, "confidence": "L"},
        ]
    )
    numbers = {"CO2": 19.0, "SO2": 0.1, "PM10": 0.03, "PM2.5": 0.02, "BC": 0.005, "OC": 0.01, "CO": 0.2}
    rows = [{"activity_id": "coal", "species": s, "emission_t": v, "notation_key": ""} for s, v in numbers.items()]
    rows += [
        {"activity_id": key, "species": s, "emission_t": float("nan"), "notation_key": "NE"}
        for key, missing in (
            ("coal", ("CH4", "N2O", "NOx", "NMVOC", "Hg")),
            ("petrol", ("SO2", "NOx", "CO", "NMVOC", "NH3", "PM10", "PM2.5", "BC", "OC", "CO2", "CH4", "N2O")),
            ("outside", ("CO2", "CH4", "N2O")),
        )
        for s in missing
    ]
    emissions = pd.DataFrame(rows).assign(method="factor", fallback_chain="")
    about = activities[["activity_id", "source_category", "name_zh", "ghg_role", "balance_group"]]
    balance = pd.DataFrame(
        [
            {"step": "estimate", "measure": "facts", "amount_in": 5.0, "used": 2.0, "not_an_activity": 2.0,
             "quarantined": 1.0, "rejected": 0.0},
            {"step": "estimate", "measure": "fuel sold gasoline MB.01.01", "amount_in": 6.0, "used": 6.0,
             "not_an_activity": 0.0, "quarantined": 0.0, "rejected": 0.0},
        ]
    )  # fmt: skip
    gaps = find_gaps(activities, emissions, NO_SAID)
    return CoreTables(activities, parameters, emissions.merge(about, on="activity_id"), gaps, balance, library)


def emission(tables, species, value, **more):
    """Return the tables with one emission of the coal record changed."""
    frame = tables.emissions.copy()
    chosen = (frame["activity_id"] == "coal") & (frame["species"] == species)
    assert chosen.sum() == 1
    for name, entry in {"emission_t": value, **more}.items():
        frame.loc[chosen, name] = entry
    return replace(tables, emissions=frame)


def ids(findings):
    """Return rule and severity of findings."""
    return [(finding.rule_id, finding.severity) for finding in findings]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_sound_ledger_has_no_finding(rule, tables):
    assert ids(rule(tables)) == []


def test_lost_fact_is_found(tables):
    balance = tables.balance.assign(used=[1.0, 6.0])
    assert ids(facts_balance(replace(tables, balance=balance))) == [("facts_balance", "error")]


@pytest.mark.parametrize(
    "change",
    [{"emission_t": float("inf")}, {"emission_t": float("nan")}, {"notation_key": "NE"}, {"notation_key": "0"}],
)
def test_number_and_key_exclude_each_other(tables, change):
    value = change.get("emission_t", 0.1)
    more = {name: entry for name, entry in change.items() if name != "emission_t"}
    assert ids(finite_or_key(emission(tables, "SO2", value, **more))) == [("finite_or_key", "error")]


def test_negative_emission_is_found_and_a_removal_is_not(tables):
    assert ids(negative(emission(tables, "SO2", -0.1))) == [("negative", "error")]
    assert ids(negative(emission(tables, "CO2", -0.1, method="forest_growth"))) == []
    assert ids(negative(emission(tables, "CO2", -0.1, ghg_role="memo_import_power"))) == []


def test_plant_that_lets_out_more_carbon_than_it_takes_in_is_found(tables):
    wrong = emission(tables, "CO2", -0.1, method="mass_balance", balance_group="works")
    assert ids(negative(wrong)) == [("negative_balance", "error")]


def test_fine_particles_heavier_than_coarse_ones_are_found(tables):
    assert ids(size_order(emission(tables, "PM2.5", 0.031))) == [("size_order", "error")]
    assert ids(size_order(emission(tables, "PM2.5", 0.03))) == []


@pytest.mark.parametrize(("carbon", "found"), [(0.011, 1), (0.01, 0)])
def test_black_and_organic_carbon_together_stay_below_fine_particles(tables, carbon, found):
    assert len(ids(carbon_share(emission(tables, "BC", carbon)))) == found


def test_record_without_fine_particles_is_not_compared(tables):
    frame = tables.emissions[tables.emissions["species"] != "PM2.5"]
    assert ids(carbon_share(replace(tables, emissions=frame))) == []


def test_doubled_record_is_found_by_id_and_by_natural_key(tables):
    twice = pd.concat([tables.activities, tables.activities.head(1)])
    assert len(ids(duplicate_key(replace(tables, activities=twice)))) == 2
    renamed = pd.concat([tables.activities, tables.activities.head(1).assign(activity_id="other")])
    assert len(ids(duplicate_key(replace(tables, activities=renamed)))) == 1
    emissions = pd.concat([tables.emissions, tables.emissions.head(1)])
    assert len(ids(duplicate_key(replace(tables, emissions=emissions)))) == 1


def test_silent_species_of_a_record_and_of_a_leaf_are_found(tables):
    dropped = tables.emissions[~((tables.emissions["activity_id"] == "coal") & (tables.emissions["species"] == "CO"))]
    found = list(expected_species(replace(tables, emissions=dropped)))
    assert [finding.place for finding in found] == ["coal FC.06.01 煤 CO"]
    without_leaf = tables.gaps[tables.gaps["source_category"] != "MB.11.01"]
    assert len(ids(expected_species(replace(tables, gaps=without_leaf)))) > 5


def test_fuel_that_is_not_used_up_is_found(tables):
    activities = tables.activities.copy()
    activities.loc[activities["activity_id"] == "petrol", "activity_value"] = 99.0
    assert ids(fuel_closure(replace(tables, activities=activities))) == [("fuel_closure", "error")]


def test_much_fuel_used_elsewhere_is_a_notice(tables):
    activities = tables.activities.copy()
    activities.loc[activities["activity_id"] == "petrol", "activity_value"] = 60.0  # 3 t of 6 t
    activities.loc[activities["activity_id"] == "outside", "activity_value"] = 3.0
    found = list(fuel_closure(replace(tables, activities=activities)))
    assert ids(found) == [("fuel_elsewhere", "notice")]
    assert found[0].value == pytest.approx(0.5)


FUEL_CARBON_T = 10 * 20.908 * 26.37 / 1000


@pytest.mark.parametrize(
    ("co_t", "expected"),
    [
        (0.2, []),
        (28 / 12 * 0.2 * FUEL_CARBON_T, [("carbon_out", "notice")]),
        (28 / 12 * 0.8 * FUEL_CARBON_T, [("carbon_out", "error")]),
    ],
)
def test_carbon_that_leaves_was_in_the_fuel(tables, co_t, expected):
    assert ids(carbon_out(emission(tables, "CO", co_t))) == expected


def test_co2_alone_never_holds_more_carbon_than_the_fuel(tables):
    assert ids(carbon_out(emission(tables, "CO2", 44 / 12 * FUEL_CARBON_T * 1.001))) == [("carbon_co2", "error")]
    assert ids(carbon_out(emission(tables, "CO2", 44 / 12 * FUEL_CARBON_T * 0.94))) == []


@pytest.mark.parametrize(("so2_t", "found"), [(10 * 0.006 * 2, 0), (10 * 0.006 * 2.001, 1)])
def test_sulphur_that_leaves_was_in_the_fuel(tables, so2_t, found):
    assert len(ids(sulphur_out(emission(tables, "SO2", so2_t)))) == found


def test_every_limit_has_words_and_a_code_of_its_own_rule():
    rules = load_rules()
    codes = {}
    for (rule_id, severity), limit in rules.items():
        assert severity in {"error", "notice"}
        assert limit.message_zh
        assert limit.message_en
        assert codes.setdefault(limit.code, rule_id) == rule_id
