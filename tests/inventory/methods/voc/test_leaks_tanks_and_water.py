"""Leaks, tanks, loading, water and flares on hand-worked numbers."""

import numpy as np
import pytest

from inventory.errors import FactorNotFoundError, SchemaError
from inventory.methods.voc import cooling_water, equipment_leaks, fixed_roof_tank, flare, loading, tanks, vapour
from inventory.methods.voc.tables import table
from inventory.methods.voc.wastewater_collection import voc_of_wastewater, wastewater_factor_kg_per_m3

AVERAGE, SCREENING, REPAIR = equipment_leaks.METHODS


def test_component_factors_are_per_hour_so_hours_are_not_divided_by_8760():
    counts = {"valve_gas": 1000.0, "flange": 5000.0}
    # 5.97 + 9.15 kg/h over 8000 h
    assert equipment_leaks.voc_of_components(counts, hours=8000.0) == pytest.approx(120.96, rel=1e-12)


def test_component_factors_are_those_of_the_pack(library):
    rows = {row.factor_id: row.value for row in library.by_species["NMVOC", "IP.10.02"]}
    for row in table("components").values():
        factor_id = row["average_source"].partition("(")[2].rstrip(")")
        assert float(row["average_kg_per_h"]) == rows[factor_id], row["code"]


def test_unknown_component_is_named():
    with pytest.raises(SchemaError, match="hatch"):
        equipment_leaks.voc_of_components({"hatch": 1.0}, hours=1.0)


def test_components_of_two_plants(make_record, make_context):
    record = make_record(
        source_category="IP.10.02", activity_value=2.0, activity_unit="piece",
        parameters={"operating_hours": 1000.0, "count:pump_light_liquid": 10.0, "count:compressor_gas": 1.0},
    )  # fmt: skip
    found = AVERAGE.estimate(record, "NMVOC", make_context())
    assert found.emission_t == pytest.approx(2 * (0.199 + 0.228), rel=1e-12)


def test_one_leaking_valve_outweighs_hundreds_of_sound_ones(make_record, make_context):
    record = make_record(
        source_category="IP.10.02", activity_unit="piece",
        parameters={
            "operating_hours": 1000.0, "leak_threshold_ppm": 10000.0, "count_leaking:valve_gas": 1.0,
            "count_sound:valve_gas": 100.0,
        },
    )  # fmt: skip
    assert SCREENING.estimate(record, "NMVOC", make_context()).emission_t == pytest.approx(0.0782 + 0.0131, rel=1e-12)


def test_screening_factors_hold_for_their_own_leak_definition_only(make_record, make_context):
    parameters = {"operating_hours": 1000.0, "leak_threshold_ppm": 500.0}
    record = make_record(source_category="IP.10.02", activity_unit="piece", parameters=parameters)
    with pytest.raises(SchemaError, match="TY3152"):
        SCREENING.estimate(record, "NMVOC", make_context())


def test_repaired_leaks_do_not_count(make_record, make_context):
    assert equipment_leaks.voc_of_leaks(50.0, repaired=40.0, hours=8000.0) == pytest.approx(22.0, rel=1e-12)
    record = make_record(
        source_category="IP.10.02", activity_value=50.0, activity_unit="component",
        parameters={"operating_hours": 8000.0, "repaired_fraction": 0.8},
    )  # fmt: skip
    assert REPAIR.estimate(record, "NMVOC", make_context()).emission_t == pytest.approx(22.0, rel=1e-12)


def test_tank_loses_by_throughput_and_by_standing(make_record, make_context):
    # (0.2 kg/t × 10 000 t + 4 × 500 kg) / 1000 = 4 t; 1 − 0.9 × 0.5 = 0.55
    found = tanks.voc_of_tanks(
        1e4, k1_kg_per_t=0.2, tank_count=4.0, k2_kg_per_tank=500.0, removal=0.9, capture=1.0, operation=0.5
    )
    assert found == pytest.approx(2.2, rel=1e-12)
    record = make_record(
        source_category="ST.02.01", activity_value=1e4,
        parameters={"tank_k1_kg_per_t": 0.2, "tank_k2_kg_per_tank": 500.0, "tank_count": 4.0},
    )  # fmt: skip
    assert tanks.METHOD.estimate(record, "NMVOC", make_context()).emission_t == pytest.approx(4.0, rel=1e-12)


def test_saturated_vapour_is_an_ideal_gas():
    # one mole at 0 °C and one atmosphere fills 22.414 L: 64 g of petrol vapour in it are 2.855 kg/m3
    found = vapour.vapour_kg_per_m3(101.325, molar_mass_g_per_mol=64.0, temperature_k=273.15)
    assert found == pytest.approx(64 / 22.414, rel=1e-4)


def test_loading_loss_is_the_american_formula_in_si_units():
    # 12.46 × S × P × M / T lb per 1000 gal with 5 psia, 520 °R
    american = 12.46 * 0.6 * 5.0 * 66.0 / 520.0 * 0.45359237 / 3.785411784
    found = loading.loading_loss_kg_per_m3(
        5.0 * 6.894757, saturation_factor=0.6, molar_mass_g_per_mol=66.0, temperature_k=520.0 / 1.8
    )
    assert found == pytest.approx(american, rel=1e-3)


def test_vent_saturation_is_the_american_formula_in_si_units():
    found = vapour.saturation_of_vent(5.0 * 6.894757293168, vapour_space_height_m=10.0 * 0.3048)
    assert found == pytest.approx(1 / (1 + 0.053 * 5 * 10), rel=1e-12)


@pytest.mark.parametrize(("turnovers", "expected"), [(12.0, 1.0), (36.0, 1.0), (60.0, 240 / 360), (180.0, 1 / 3)])
def test_many_turnovers_leave_the_vapour_unsaturated(turnovers, expected):
    assert vapour.turnover_factor(turnovers) == pytest.approx(expected, rel=1e-12)


def test_vent_that_holds_the_daily_swing_does_not_breathe():
    swing = {"temperature_k": 300.0, "vapour_pressure_kpa": 1.325, "vapour_pressure_range_kpa": 0.5}
    # 6/300 + (0.5 − 5.5)/100 < 0; with 0.5 kPa of vent range 0.02 remain
    assert vapour.expansion_factor(6.0, vent_range_kpa=5.5, **swing) == 0.0
    assert vapour.expansion_factor(6.0, vent_range_kpa=0.5, **swing) == pytest.approx(0.02, rel=1e-12)


TANK = {
    "vapour_pressure_kpa": 8.314462618, "vapour_molar_mass_g_per_mol": 60.0, "liquid_temperature_k": 300.0,
    "vapour_temperature_range_k": 6.0, "vapour_pressure_range_kpa": 0.5, "vent_range_kpa": 0.5,
    "vapour_space_height_m": 4.0, "tank_diameter_m": 10.0, "tank_volume_m3": 1000.0, "tank_count": 2.0,
}  # fmt: skip


def test_fixed_roof_tanks_stand_and_work(make_record, make_context):
    record = make_record(
        source_category="ST.02.01", fuel_or_product="gasoline", activity_value=120_000.0, activity_unit="m3",
        parameters=TANK,
    )  # fmt: skip
    density = 60 / 300  # P = R: kg/m3
    saturation = 1 / (1 + 0.053 / (6.894757293168 * 0.3048) * 8.314462618 * 4)
    standing_kg = 2 * 365 * (np.pi / 4 * 100 * 4) * density * (6 / 300) * saturation
    working_kg = 120_000 * density * 240 / 360  # 60 turnovers
    found = fixed_roof_tank.METHOD.estimate(record, "NMVOC", make_context())
    assert found.emission_t == pytest.approx((standing_kg + working_kg) / 1000, rel=1e-12)


def test_crude_oil_gives_three_quarters_of_the_working_loss(make_record, make_context):
    still = TANK | {"vapour_temperature_range_k": 0.0}
    key = {"source_category": "ST.02.01", "activity_value": 24_000.0, "activity_unit": "m3", "parameters": still}
    crude, other = (
        fixed_roof_tank.METHOD.estimate(make_record(fuel_or_product=oil, **key), "NMVOC", make_context()).emission_t
        for oil in ("crude_oil", "gasoline")
    )
    assert other == pytest.approx(24_000 * 0.2 / 1000, rel=1e-12)
    assert crude == pytest.approx(0.75 * other, rel=1e-12)


def test_loading_record_by_saturation_factor(make_record, make_context):
    record = make_record(
        source_category="ST.02.02", fuel_or_product="gasoline", activity_value=1e4, activity_unit="m3",
        parameters={
            "saturation_factor": loading.saturation_factor_of("road_rail_submerged_dedicated"),
            "vapour_pressure_kpa": 8.314462618, "vapour_molar_mass_g_per_mol": 60.0, "liquid_temperature_k": 300.0,
            "removal:NMVOC": 0.95,
        },
    )  # fmt: skip
    found = loading.METHOD.estimate(record, "NMVOC", make_context())
    assert found.emission_t == pytest.approx(1e4 * 0.6 * 0.2 / 1000 * 0.05, rel=1e-9)


def test_loading_by_factor_after_recovery():
    assert loading.voc_of_loading(1e6, ef_kg_per_m3=1.624, removal=0.95, capture=0.9) == pytest.approx(1624 * 0.145)


def test_cooling_water_by_default_factor():
    assert cooling_water.voc_of_cooling_water(5e8) == pytest.approx(620.0, rel=1e-12)


def test_water_gives_off_what_it_lost(make_record, make_context):
    record = make_record(
        source_category="IP.10.05", activity_value=100.0, activity_unit="wan_m3",
        parameters={"voc_inlet_mg_per_l": 1.5, "voc_outlet_mg_per_l": 0.5},
    )  # fmt: skip
    assert cooling_water.METHOD.estimate(record, "NMVOC", make_context()).emission_t == pytest.approx(1.0, rel=1e-12)


def test_water_that_gains_voc_is_refused(make_record, make_context):
    parameters = {"voc_inlet_mg_per_l": 0.5, "voc_outlet_mg_per_l": 1.5}
    record = make_record(source_category="IP.10.05", activity_unit="m3", parameters=parameters)
    with pytest.raises(SchemaError, match="TY3153"):
        cooling_water.METHOD.estimate(record, "NMVOC", make_context())


@pytest.mark.parametrize(("treatment", "expected_t"), [("uncovered", 600.0), ("covered", 420.0), ("other", 5.0)])
def test_cover_of_wastewater_decides(treatment, expected_t):
    ef = wastewater_factor_kg_per_m3(f"wastewater_{treatment}")
    assert voc_of_wastewater(1e6, ef_kg_per_m3=ef) == pytest.approx(expected_t, rel=1e-12)


def test_unknown_treatment_of_wastewater_is_refused():
    with pytest.raises(FactorNotFoundError, match="TY3154"):
        wastewater_factor_kg_per_m3("lagoon")


def test_flare_closes_the_carbon_of_its_gas():
    # 100 t gas, carbon 0.75: 80 % leave as CO2, 20 % unburned
    co2_t = flare.co2_of_flare(100.0, carbon_fraction=0.75)
    assert co2_t == pytest.approx(60 * 44 / 12, rel=1e-12)
    assert co2_t * 12 / 44 + flare.voc_of_flare(75.0) == pytest.approx(75.0, rel=1e-12)


@pytest.mark.parametrize(
    ("species", "expected_t"),
    [
        ("NMVOC", 100 * 0.5 * 0.2), ("CH4", 100 * 0.3 * 0.2), ("CO2", 100 * 0.7 * 0.8 * 44 / 12), ("SO2", 100 * 2 * 0.01),
        ("NOx", 100 * 48 * 0.0325 / 1000), ("CO", 100 * 48 * 0.148 / 1000),
    ],
)  # fmt: skip
def test_flare_record_gives_every_species(make_record, make_context, species, expected_t):
    record = make_record(
        source_category="IP.10.06", fuel_or_product="refinery_gas", activity_value=100.0,
        parameters={
            "flare_voc_fraction": 0.5, "flare_ch4_fraction": 0.3, "carbon_fraction": 0.7, "sulphur_fraction": 0.01,
            "ncv_gj_per_unit": 48.0,
        },
    )  # fmt: skip
    assert flare.METHOD.applies(record, species)
    assert flare.METHOD.estimate(record, species, make_context()).emission_t == pytest.approx(expected_t, rel=1e-12)


def test_flare_without_sulphur_leaves_so2_to_the_library(make_record, make_context):
    parameters = {"flare_voc_fraction": 0.5, "flare_ch4_fraction": 0.3, "carbon_fraction": 0.7}
    record = make_record(source_category="IP.10.06", parameters=parameters)
    assert flare.METHOD.estimate(record, "SO2", make_context()) is None
