"""What controls use and give off, by stoichiometry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.methods.abatement import ammonia_slip, auxiliary_power, denitrification, desulphurisation

OF_REMOVED, OF_FUEL = desulphurisation.METHODS


def test_ten_thousand_tonnes_of_so2_give_6875_tonnes_of_co2():
    assert desulphurisation.co2_of_desulphurisation(10_000.0) == pytest.approx(6875.0, rel=1e-12)
    assert desulphurisation.co2_of_desulphurisation(10_000.0, carbonate_share=0.0) == 0.0


@given(st.floats(0.0, 1e7))
def test_calcium_carbonate_closes_over_co2_and_gypsum(so2_t):
    # CaCO3 + SO2 + O/2 = CaSO4 + CO2: 100 + 64 + 16 = 136 + 44
    limestone_t = desulphurisation.limestone_of_desulphurisation(so2_t)
    assert limestone_t * 44 / 100 == pytest.approx(desulphurisation.co2_of_desulphurisation(so2_t))


def test_excess_and_impurity_raise_the_limestone_only():
    # 64 t SO2 need 100 t CaCO3; 3 % more, 90 % pure
    found = desulphurisation.limestone_of_desulphurisation(64.0, calcium_per_sulphur=1.03, purity=0.9)
    assert found == pytest.approx(103 / 0.9, rel=1e-12)


def test_co2_of_the_so2_itself_or_of_what_a_fuel_gave_off(make_record, make_context):
    itself = make_record(
        source_category="IP.20.01", fuel_or_product="so2_removed", activity_value=640.0,
        parameters={"so2_removed_t_per_unit": 1.0},
    )  # fmt: skip
    assert OF_REMOVED.estimate(itself, "CO2", make_context()).emission_t == pytest.approx(440.0, rel=1e-12)
    coal = make_record(
        source_category="IP.20.01", activity_value=1e6,
        parameters={
            "sulphur_fraction": 0.006, "sulphur_retention": 0.15, "so2_removal": 0.8, "control_operation": 0.98,
        },
    )  # fmt: skip
    removed_t = 10_200 * 0.8 * 0.98
    assert OF_FUEL.estimate(coal, "CO2", make_context()).emission_t == pytest.approx(removed_t * 44 / 64, rel=1e-12)


def test_urea_takes_up_two_nox_and_gives_one_co2(make_record, make_context):
    # 92 t NO2 : 60 t urea : 44 t CO2, or 34 t NH3
    assert denitrification.urea_of_denitrification(92.0) == pytest.approx(60.0, rel=1e-12)
    assert denitrification.nh3_of_denitrification(92.0) == pytest.approx(34.0, rel=1e-12)
    assert denitrification.co2_of_urea(60.0) == pytest.approx(44.0, rel=1e-12)
    assert denitrification.co2_of_denitrification(92.0, stoichiometric_ratio=1.5) == pytest.approx(66.0, rel=1e-12)
    record = make_record(
        source_category="IP.20.02", activity_value=1e6,
        parameters={"nox_removed_t_per_unit": 0.0046, "urea_share": 0.25},
    )  # fmt: skip
    found = denitrification.METHOD.estimate(record, "CO2", make_context())
    assert found.emission_t == pytest.approx(4600 * 44 / 92 / 4, rel=1e-12)


def test_slip_by_factor_and_by_concentration(make_record, make_context):
    assert ammonia_slip.nh3_of_slip(1e6, slip_g_per_kg=0.16) == pytest.approx(160.0, rel=1e-12)
    record = make_record(
        source_category="FC.01.01", activity_value=1e6,
        parameters={"nh3_slip_mg_per_m3": 2.5, "flue_gas_nm3_per_kg": 8.0, "removal:NH3": 0.5},
    )  # fmt: skip
    # 2.5 mg/m3 × 8 m3/kg = 20 mg/kg, and no control behind it
    assert ammonia_slip.METHOD.estimate(record, "NH3", make_context()).emission_t == pytest.approx(20.0, rel=1e-12)


def test_energy_of_controls():
    assert auxiliary_power.memo_co2_of_power(1000.0, power_kwh_per_unit=600.0, grid_kg_co2_per_kwh=0.5) == 300.0
    # 10^6 m3 × 0.036 GJ/m3 × 56.1 kg/GJ
    gas_t = auxiliary_power.co2_of_oxidiser_fuel(1e6, ncv_gj_per_sm3=0.036, ef_kg_co2_per_gj=56.1)
    assert gas_t == pytest.approx(2019.6, rel=1e-12)
    assert auxiliary_power.co2_of_oxidised_voc(12.0, carbon_fraction=0.5) == pytest.approx(22.0, rel=1e-12)
