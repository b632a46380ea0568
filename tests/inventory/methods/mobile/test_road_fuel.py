"""CO2, SO2, closure, electricity and evaporation of road vehicles, by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import FactorNotFoundError
from inventory.methods.mobile import petrol_evaporation, road_fuel

ROAD = {"source_category": "MB.01.01", "fuel_or_product": "gasoline", "activity_value": 1e6, "activity_unit": "vkm"}
ENERGY, SULPHUR = road_fuel.METHODS


def test_co2_of_a_kilometre_comes_from_its_energy(make_record, make_context):
    record = make_record(**ROAD, parameters={"energy_mj_per_km": 2.355})
    found = ENERGY.estimate(record, "CO2", make_context())
    assert found.emission_t == pytest.approx(2.355 * 69.3, rel=1e-12)  # 1e6 km: g/km are t
    electric = make_record(**(ROAD | {"fuel_or_product": "electricity"}), parameters={"energy_mj_per_km": 0.6})
    with pytest.raises(FactorNotFoundError, match="TY4111"):
        ENERGY.estimate(electric, "CO2", make_context())


def test_so2_of_road_fuel_by_mass_ppm(make_record, make_context):
    # 1000 t x 10 ppm = 0.01 t of sulphur
    assert road_fuel.so2_of_road_fuel(1000.0, sulphur_ppm=10.0) == pytest.approx(0.02, rel=1e-12)
    given = {"fuel_sulphur_ppm": 10.0, "specific_fuel_use_kg_per_unit": 0.06}
    found = SULPHUR.estimate(make_record(**ROAD, parameters=given), "SO2", make_context())
    assert found.emission_t == pytest.approx(60.0 * 2 * 10e-6, rel=1e-12)


def test_gases_of_road_diesel_share_its_energy():
    found = road_fuel.gases_of_road_fuel(
        1e5, ncv_gj_per_t=42.652, cc_tc_per_tj=20.2, oxidation_fraction=0.98, ch4_kg_per_tj=3.9, n2o_kg_per_tj=3.9
    )
    assert found["CO2"] == pytest.approx(4265.2 * 20.2 * 0.98 * 44 / 12, rel=1e-12)
    assert found["CH4"] == pytest.approx(4265.2 * 3.9 / 1000, rel=1e-12)
    assert found["CH4"] == found["N2O"]


def test_closure_states_the_fuel_that_no_activity_burns():
    found = road_fuel.closure_with_fuel_sold(80.0, co2_of_fuel_sold_t=100.0)
    assert found == {"difference_t": 20.0, "relative_difference": 0.2}


def test_electric_vehicles_have_no_exhaust_but_a_memo():
    found = road_fuel.electric_vehicle(
        1e6, electricity_kwh_per_km=0.15, grid_co2_kg_per_kwh=0.42, charging_efficiency=0.9
    )
    assert found["exhaust_t"] == 0.0
    assert found["co2_memo_t"] == pytest.approx(1e6 * 0.15 / 0.9 * 0.42 / 1000, rel=1e-12)


@given(st.floats(0.0, 1.0))
def test_a_plug_in_hybrid_lies_between_its_modes(utility):
    assert 0.0 <= road_fuel.plug_in_hybrid_ef(0.05, utility_factor=utility) <= 0.05
    assert road_fuel.plug_in_hybrid_ef(0.05, utility_factor=0.0) == 0.05


def test_nmvoc_is_the_share_of_hydrocarbons_that_is_no_methane():
    assert road_fuel.nmvoc_of_thc(10.0, nmvoc_of_thc_fraction=0.9) == 9.0


def test_petrol_evaporates_by_the_hour_and_by_the_day(make_record, make_context):
    # 12000 km / 30 km/h = 400 h x 11.6 g + 365 d x 6.5 g = 4640 + 2372.5 g per vehicle
    given = {
        "annual_km_per_vehicle": 12000.0, "mean_speed_km_per_h": 30.0, "running_loss_g_per_h": 11.6,
        "parking_loss_g_per_day": 6.5,
    }  # fmt: skip
    record = make_record(
        source_category="MB.01.06",
        fuel_or_product="gasoline",
        activity_value=1e6,
        activity_unit="piece",
        parameters=given,
    )
    found = petrol_evaporation.METHOD.estimate(record, "NMVOC", make_context())
    assert found.emission_t == pytest.approx(4640.0 + 2372.5, rel=1e-12)
