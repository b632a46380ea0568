"""Every expected species has a number or a key; what another record holds is IE."""

import pandas as pd
import pytest

from inventory.estimation import estimate_emissions
from inventory.vocabulary import expected_species


def ledger(**changes) -> pd.DataFrame:
    """Return a ledger of one coal record."""
    row = {
        "activity_id": "a:1", "source_category": "FC.03.13", "fuel_or_product": "raw_coal", "technology": "any",
        "control_path_id": "none", "size_class": "any", "region_code": "310000", "activity_value": 10.0,
        "activity_unit": "t", "in_airshed": True, "balance_group": "", "included_species": "", "included_in": "",
    }  # fmt: skip
    return pd.DataFrame([row | changes])


def parameters(**values) -> pd.DataFrame:
    """Return the parameters of the record."""
    rows = [{"activity_id": "a:1", "name": name, "value": value, "confidence": "M"} for name, value in values.items()]
    return pd.DataFrame(rows, columns=["activity_id", "name", "value", "confidence"])


@pytest.fixture
def context(library, make_context):
    return make_context(library)


def test_every_expected_species_has_exactly_a_number_or_a_key(context):
    found = estimate_emissions(ledger(), parameters(), context)
    assert sorted(found["species"]) == sorted(expected_species("FC.03.13"))
    assert (found["emission_t"].notna() == (found["notation_key"] == "")).all()


def test_species_without_a_factor_is_ne_and_not_zero(context):
    gas = ledger(fuel_or_product="natural_gas", activity_unit="sm3_20")
    found = estimate_emissions(gas, parameters(), context).set_index("species")
    assert found.loc["Hg", "notation_key"] == "NE"
    assert pd.isna(found.loc["Hg", "emission_t"])


def test_species_of_another_record_is_ie_and_says_where(context):
    change = {"included_species": "CO2;SO2", "included_in": "IP.04.03"}
    found = estimate_emissions(ledger(**change), parameters(), context).set_index("species")
    for species in ("CO2", "SO2"):
        assert found.loc[species, "notation_key"] == "IE"
        assert found.loc[species, "included_in"] == "IP.04.03"
    assert found.loc["CH4", "included_in"] == ""


def test_outside_the_airshed_only_greenhouse_gases_count(context):
    change = {"source_category": "MB.10.04", "fuel_or_product": "jet_kerosene", "in_airshed": False}
    found = estimate_emissions(ledger(**change), parameters(), context)
    assert set(found["species"]) == {"CO2", "CH4", "N2O"}


def test_supplied_factor_beats_the_library(context):
    found = estimate_emissions(ledger(), parameters(**{"ef_kg_per_unit:NOx": 7.0}), context).set_index("species")
    assert found.loc["NOx", "emission_t"] == pytest.approx(10 * 7 / 1000, rel=1e-15)
    assert found.loc["NOx", "method"] == "supplied_factor"


def test_exported_power_is_negative(context):
    change = {
        "source_category": "OT.04.01",
        "fuel_or_product": "electricity",
        "activity_unit": "kWh",
        "in_airshed": False,
    }
    given = parameters(factor_region=310000.0, sign=-1.0)
    found = estimate_emissions(ledger(**change), given, context)
    assert found.loc[found["species"] == "CO2", "emission_t"].iloc[0] < 0
