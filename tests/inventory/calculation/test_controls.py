"""Controls from the table to the emission, with the factors and removals of the packs."""

import pytest

from inventory import estimate
from inventory.errors import SchemaError
from tests.inventory.calculation.conftest import rows_of


@pytest.fixture
def emission(plain):
    """Return a function that estimates one record of 1000 t and returns one species as a row."""

    def run(species, **cells):
        found = estimate(rows_of(plain(**{"technology": "", "activity_value": 1000} | cells)))
        return found[(found["activity_id"] == "A") & (found["species"] == species)].iloc[0]

    return run


def test_station_takes_the_row_of_its_control_and_not_of_its_default_technology(emission):
    """SUP0502: 0.35 g/kg; without recovery 3.243 g/kg."""
    found = emission("NMVOC", source_category="ST.01.01", fuel_or_product="gasoline", control="vapour_stages_1_2_3")
    assert (found["emission_t"], found["factor_id"]) == (pytest.approx(0.35), "SUP0502")


def test_incinerator_takes_the_row_of_its_flue_gas_cleaning(emission):
    """SUP0114: 0.5 g/kg."""
    found = emission(
        "NOx", source_category="WT.02.01", fuel_or_product="municipal_waste", control="incinerator_full_apc"
    )
    assert (found["emission_t"], found["factor_id"]) == (pytest.approx(0.5), "SUP0114")


def test_power_station_takes_the_row_of_ultra_low_emission(emission):
    """SUP0160: 0.3 g/kg; 7.21 g/kg before control."""
    found = emission("NOx", source_category="FC.01.01", control="ultra_low")
    assert (found["emission_t"], found["factor_id"]) == (pytest.approx(0.3), "SUP0160")


def test_ultra_low_without_a_row_is_its_train(emission):
    """1000 t × 2 × 0.007 = 14 t of SO2, of which 0.985 is removed."""
    found = emission("SO2", source_category="FC.01.01", control="ultra_low", sulphur_fraction="0.007")
    assert found["emission_t"] == pytest.approx(14 * 0.015, rel=1e-9)


def test_generator_whose_particles_are_stated_as_pm10_alone_is_computed(emission):
    """EF03472: 1.338 g/kWh of PM10; PM2.5 is 0.95 of it."""
    cells = {"source_category": "MB.12.02", "fuel_or_product": "diesel", "activity_unit": "kWh",
             "size_class": "hp_le_600"}  # fmt: skip
    assert emission("PM10", **cells)["emission_t"] == pytest.approx(1.338e-3, rel=1e-12)
    assert emission("PM2.5", **cells)["emission_t"] == pytest.approx(1.338e-3 * 0.95, rel=1e-12)


def test_train_that_counts_one_control_twice_is_refused_with_its_row(emission):
    with pytest.raises(SchemaError, match="scr_ule and scr are one control"):
        emission("NOx", control="lnb+scr_ule+scr")
