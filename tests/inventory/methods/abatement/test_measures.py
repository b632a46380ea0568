"""Trains of controls, sizes of units, and fuels that replace one another."""

import numpy as np
import pytest

from inventory.errors import SchemaError
from inventory.methods.abatement import control_train, fuel_switch, power_unit_size


def test_combined_row_beats_the_product():
    found = control_train.train_removal("lnb+scr", species="NOx", removals={"lnb": 0.22, "scr": 0.42})
    assert found.removal == pytest.approx(0.64, rel=1e-12)
    assert found.product_of_steps == pytest.approx(1 - 0.78 * 0.58, rel=1e-12)


def test_controls_without_a_combined_row_are_multiplied():
    found = control_train.train_removal(
        "sncr+scr", species="NOx", removals={"sncr": 0.3, "scr": 0.5}, capture=0.8, operation=0.5
    )
    assert found.removal == found.product_of_steps == pytest.approx(1 - (1 - 0.12) * (1 - 0.2), rel=1e-12)


def test_own_combined_row_replaces_the_published_one():
    found = control_train.train_removal("lnb+scr", species="NOx", removals={"lnb_scr": 0.9})
    assert found.removal == pytest.approx(0.9, rel=1e-12)


def test_size_classes_meet_at_100_and_300_megawatts():
    found = power_unit_size.size_class_of_unit(np.array([100.0, 100.01, 299.9, 300.0, 600.0]))
    assert found.tolist() == ["mw_le_100", "mw_100_300", "mw_100_300", "mw_ge_300", "mw_ge_300"]
    assert str(power_unit_size.size_class_of_unit(50.0)) == "mw_le_100"


def test_nox_of_units_is_looked_up_by_their_size():
    found = power_unit_size.nox_g_per_kg_of_unit(np.array([[600.0, 100.0], [200.0, 300.0]]))
    assert found.tolist() == [[7.21, 8.96], [8.19, 7.21]]


@pytest.mark.parametrize("capacity", [0.0, np.nan, [300.0, -1.0]])
def test_unit_without_capacity_has_no_size(capacity):
    with pytest.raises(SchemaError, match="TY3171"):
        power_unit_size.size_class_of_unit(np.asarray(capacity))


COAL = {"CO2": 2000.0, "NOx": 7.5, "SO2": 10.2}  # kg per t of coal at 20 GJ/t
GAS = {"CO2": 2.0, "NOx": 0.002, "SO2": 0.0}  # kg per m3 of gas at 0.04 GJ/m3


def test_gas_of_the_same_heat_moves_every_species():
    found = fuel_switch.switch_at_equal_heat(
        1000.0, old_ncv_gj_per_unit=20.0, new_ncv_gj_per_unit=0.04, old_ef_kg_per_unit=COAL, new_ef_kg_per_unit=GAS
    )
    assert found.new_amount == pytest.approx(500_000.0, rel=1e-12)
    assert found.reduction_t["CO2"] == pytest.approx(2000 - 1000, rel=1e-12)
    assert found.reduction_t["NOx"] == pytest.approx(7.5 - 1.0, rel=1e-12)
    assert found.reduction_t["SO2"] == pytest.approx(10.2, rel=1e-12)


def test_better_burner_needs_less_of_the_new_fuel():
    found = fuel_switch.switch_at_equal_heat(
        1000.0, old_ncv_gj_per_unit=20.0, new_ncv_gj_per_unit=0.04, old_ef_kg_per_unit=COAL, new_ef_kg_per_unit=GAS,
        new_efficiency_per_old=1.25,
    )  # fmt: skip
    assert found.new_energy_gj == pytest.approx(16_000.0, rel=1e-12)
    assert found.reduction_t["CO2"] == pytest.approx(2000 - 800, rel=1e-12)


def test_species_known_of_one_fuel_only_is_not_taken_for_zero():
    with pytest.raises(SchemaError, match="Hg"):
        fuel_switch.switch_at_equal_heat(
            1.0, old_ncv_gj_per_unit=20.0, new_ncv_gj_per_unit=0.04, old_ef_kg_per_unit=COAL | {"Hg": 1e-4},
            new_ef_kg_per_unit=GAS,
        )  # fmt: skip
