"""One coal record by hand; what doubling, potentials and uncertainty do to it."""

import math

import numpy as np
import pytest

from inventory import estimate
from inventory.calculation.emission_table import COLUMNS
from tests.inventory.calculation.conftest import rows_of

TEXTS = [name for name in COLUMNS if name not in {"emission_t", "uncertainty_low", "uncertainty_high", "co2e_t"}]
AMOUNTS = ["emission_t", "uncertainty_low", "uncertainty_high", "co2e_t"]

FINE_PASSED = (1 - 0.57) * (1 - 0.93)
COARSE_PASSED = (1 - 0.75) * (1 - 0.98)
FINE_T = 10_000 * 0.2 * (1 - 0.85) * 0.07
PM10_T = 10_000 * 0.2 * (1 - 0.85) * 0.2
BY_HAND = {
    "SO2": 10_000 * 2 * 0.006 * (1 - 0.15) * (1 - 0.8),
    "PM2.5": FINE_T * FINE_PASSED,
    "PM10": FINE_T * FINE_PASSED + (PM10_T - FINE_T) * COARSE_PASSED,
    "BC": FINE_T * 0.1 * FINE_PASSED,
    "OC": FINE_T * 0.05 * FINE_PASSED,
    "CO2": 10_000 * 20.908 * 26.37 / 1000 * 0.94 * 44 / 12,
}
"""FGD takes 80 % of SO2, 57 % of fine and 75 % of coarse particles, ESP 93 % and 98 % (T/CSES 144-2024, table A.1)."""


def by_species(found, activity_id="A"):
    return found[found["activity_id"] == activity_id].set_index("species")


@pytest.fixture
def coal_estimate(coal):
    return by_species(estimate(rows_of(coal())))


def test_columns_are_exactly_those_of_the_contract(coal):
    assert tuple(estimate(rows_of(coal())).columns) == (
        "activity_id", "species", "emission_t", "notation_key", "factor_id", "ef_value", "ef_unit",
        "control_efficiency", "method", "tier", "uncertainty_low", "uncertainty_high", "gwp_set", "co2e_t", "citation",
        "fallback",
    )  # fmt: skip


@pytest.mark.parametrize("species", BY_HAND)
def test_emission_of_the_coal_record_is_that_by_hand(coal_estimate, species):
    assert coal_estimate.loc[species, "emission_t"] == pytest.approx(BY_HAND[species], rel=1e-12)
    assert coal_estimate.loc[species, "notation_key"] == ""


def test_amounts_by_hand_are_the_printed_ones():
    assert {name: round(value, 6) for name, value in BY_HAND.items()} == {
        "SO2": 20.4, "PM2.5": 0.6321, "PM10": 0.8271, "BC": 0.06321, "OC": 0.031605, "CO2": 19002.988488,
    }  # fmt: skip


def test_control_efficiency_is_that_of_the_train(coal_estimate):
    assert coal_estimate.loc["SO2", "control_efficiency"] == pytest.approx(0.8, rel=1e-15)
    assert coal_estimate.loc["PM2.5", "control_efficiency"] == pytest.approx(1 - FINE_PASSED, rel=1e-15)
    assert coal_estimate.loc["PM10", "control_efficiency"] == pytest.approx(1 - BY_HAND["PM10"] / PM10_T, rel=1e-14)
    assert coal_estimate.loc["CO2", "control_efficiency"] == 0.0


def test_implied_factor_is_the_emission_before_control_per_activity(coal_estimate):
    assert coal_estimate.loc["SO2", "ef_value"] == pytest.approx(2 * 0.006 * 0.85 * 1000, rel=1e-12)
    assert coal_estimate.loc["SO2", "ef_unit"] == "kg/t"


def test_printed_factor_stands_with_its_unit_and_citation(plain):
    nox = by_species(estimate(rows_of(plain(technology="grate_boiler_mechanical")))).loc["NOx"]
    assert (nox["factor_id"], nox["ef_value"], nox["ef_unit"], nox["method"]) == ("EF00385", 4.0, "g/kg", "factor")
    assert nox["emission_t"] == pytest.approx(10_000 * 4.0 / 1000, rel=1e-15)
    assert nox["citation"].startswith("T/CSES 144-2024")
    assert nox["fallback"] == "region 310000→CN; category FC.03.13→FC.03; fuel_or_product raw_coal→coal"


def test_doubling_the_tonnes_doubles_all_amounts_bit_for_bit_and_nothing_else(coal):
    found = estimate(rows_of(coal(activity_uncertainty_pct="7")), gwp_set="AR5GWP100")
    doubled = estimate(rows_of(coal(activity_value="20000", activity_uncertainty_pct="7")), gwp_set="AR5GWP100")
    assert len(found) > 11
    for name in AMOUNTS:
        np.testing.assert_array_equal(doubled[name].to_numpy(), 2.0 * found[name].to_numpy())
    for name in TEXTS:
        assert doubled[name].astype(object).tolist() == pytest.approx(
            found[name].astype(object).tolist(), abs=0, nan_ok=True
        )


def test_co2e_is_empty_without_a_set(coal_estimate):
    assert coal_estimate["co2e_t"].isna().all()
    assert (coal_estimate["gwp_set"] == "").all()


def test_co2e_by_ar5_is_mass_times_the_value_of_the_package(coal):
    globalwarmingpotentials = pytest.importorskip("globalwarmingpotentials")
    found = by_species(estimate(rows_of(coal()), gwp_set="AR5"))
    for species in ("CH4", "N2O"):
        value = float(globalwarmingpotentials.data["AR5GWP100"][species])
        assert found.loc[species, "co2e_t"] == found.loc[species, "emission_t"] * value
    assert (float(globalwarmingpotentials.data["AR5GWP100"]["CH4"]), found.loc["CO2", "gwp_set"]) == (28.0, "AR5GWP100")
    assert found.loc["CO2", "co2e_t"] == found.loc["CO2", "emission_t"]
    assert found.loc[["SO2", "NOx", "PM2.5"], "co2e_t"].isna().all()
    assert (found.loc[["SO2", "NOx", "PM2.5"], "gwp_set"] == "").all()


def test_biogenic_carbon_dioxide_has_no_co2e(plain):
    straw = plain(source_category="FC.07.01", fuel_or_product="crop_straw", technology="")
    found = by_species(estimate(rows_of(straw | {"ef_kg_per_unit:CO2_BIO": "1500"}), gwp_set="AR5"))
    assert found.loc["CO2_BIO", "emission_t"] == 10_000 * 1500 / 1000
    assert math.isnan(found.loc["CO2_BIO", "co2e_t"])
    assert found.loc["CO2_BIO", "gwp_set"] == ""


def test_species_without_a_factor_is_ne_and_has_no_number_at_all(plain):
    """The greenhouse gas guideline has carbon of coal, and no factor of SO2."""
    found = by_species(estimate(rows_of(plain(technology="")), packs=["cn-provincial-2011"], gwp_set="AR5"))
    missing = found[found["notation_key"] != ""]
    assert "SO2" in missing.index
    assert "CO2" not in missing.index
    assert set(missing["notation_key"]) == {"NE"}
    assert missing[["emission_t", "ef_value", "uncertainty_low", "uncertainty_high", "co2e_t"]].isna().all(axis=None)
    assert found.loc[found["notation_key"] == "", "emission_t"].notna().all()


def test_zero_activity_is_zero_and_not_missing(coal):
    found = by_species(estimate(rows_of(coal(activity_value="0"))))
    assert found.loc["SO2", "emission_t"] == 0.0
    assert found.loc["SO2", "notation_key"] == ""


def bounds(found, species):
    row = by_species(found).loc[species]
    return row["uncertainty_low"] / row["emission_t"], row["uncertainty_high"] / row["emission_t"]


def test_normal_factor_has_symmetric_bounds(plain):
    """EF00385, NOx of mechanical grate boilers: normal, 30 %."""
    found = estimate(rows_of(plain(technology="grate_boiler_mechanical")))
    assert bounds(found, "NOx") == (pytest.approx(0.7, rel=1e-12), pytest.approx(1.3, rel=1e-12))


def test_lognormal_factor_has_bounds_of_one_ratio(plain):
    """EF00384, CO of mechanical grate boilers: lognormal, 60 %."""
    found = estimate(rows_of(plain(technology="grate_boiler_mechanical")))
    assert bounds(found, "CO") == (pytest.approx(1 / 1.6, rel=1e-12), pytest.approx(1.6, rel=1e-12))


def test_uncertainty_of_the_activity_is_combined_by_the_root_of_squares(plain):
    found = estimate(rows_of(plain(technology="grate_boiler_mechanical", activity_uncertainty_pct="40")))
    assert bounds(found, "NOx") == (pytest.approx(0.5, rel=1e-12), pytest.approx(1.5, rel=1e-12))
    half = math.hypot(0.6, 0.4)
    assert bounds(found, "CO") == (pytest.approx(1 / (1 + half), rel=1e-12), pytest.approx(1 + half, rel=1e-12))
