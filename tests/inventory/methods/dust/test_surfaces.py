"""Dust of stockpiles, bare soil and building sites worked out by hand."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.methods.dust import METHODS, construction, soil_erosion, stockpile_erosion, stockpile_handling
from inventory.methods.dust.construction import dust_of_construction
from inventory.methods.dust.soil_erosion import climate_factor, dust_of_bare_soil, precipitation_evaporation_index
from inventory.methods.dust.stockpile_erosion import (
    dust_of_pile_erosion,
    erosion_potential_g_per_m2,
    friction_velocity_of_wind,
)
from inventory.methods.dust.stockpile_handling import dust_of_handling
from inventory.vocabulary import load


def test_handling_at_the_reference_wind_and_moisture_emits_1_6_grams_times_k():
    found = dust_of_handling(1e6, k=0.35, wind_speed_m_per_s=2.2, moisture_fraction=0.02)
    assert found == pytest.approx(0.35 * 0.0016 * 1000, rel=1e-12)


def test_handling_powers_of_wind_and_moisture():
    # 2^1.3 = 2.4622888, 2^1.4 = 2.6390158
    found = dust_of_handling(1e6, k=1.0, wind_speed_m_per_s=4.4, moisture_fraction=0.04)
    assert found == pytest.approx(1.6 * 2.4622888 / 2.6390158, rel=1e-7)


@pytest.mark.parametrize(("species", "k"), [("TSP", 0.74), ("PM10", 0.35), ("PM2.5", 0.053)])
def test_handling_record_gives_three_sizes(make_record, make_context, species, k):
    parameters = {"wind_speed_m_per_s": 2.2, "moisture_fraction": 0.02}
    record = make_record(source_category="DU.03.01", activity_value=100.0, activity_unit="wan_t", parameters=parameters)
    found = stockpile_handling.METHOD.estimate(record, species, make_context())
    assert found.emission_t == pytest.approx(k * 1.6, rel=1e-12)


def test_no_erosion_up_to_the_threshold_and_58_plus_25_one_metre_per_second_above():
    found = erosion_potential_g_per_m2(np.array([0.5, 1.02, 2.02]), threshold_m_per_s=1.02)
    assert found.tolist()[:2] == [0.0, 0.0]
    assert found[2] == pytest.approx(83.0)


def test_friction_velocity_is_5_per_cent_of_the_wind_at_10_m_as_printed():
    assert friction_velocity_of_wind(1.0) == pytest.approx(0.053, abs=0.0005)


def test_friction_velocity_of_e_roughness_lengths_is_0_4_of_the_wind():
    assert friction_velocity_of_wind(5.0, height_m=np.e * 0.2, roughness_length_m=0.2) == pytest.approx(2.0)


def test_pile_erosion_is_area_times_potential_times_disturbances():
    found = dust_of_pile_erosion(1e4, k=0.5, friction_velocity_m_per_s=1.52, threshold_m_per_s=1.02, disturbances=12.0)
    assert found == pytest.approx(1e4 * 0.5 * (58 / 4 + 25 / 2) * 12 / 1e6, rel=1e-12)


@pytest.mark.parametrize(("species", "k"), [("TSP", 1.0), ("PM10", 0.5), ("PM2.5", 0.075)])
def test_pile_record_takes_its_friction_velocity_from_the_wind(make_record, make_context, species, k):
    # 20 m/s over z0 = 10/e m: u* = 8; threshold 7: 58 + 25 = 83 g/m2; 1 ha, 3 times
    parameters = {
        "wind_10m_m_per_s": 20.0, "roughness_length_m": 10 / np.e, "threshold_friction_velocity_m_per_s": 7.0,
        "disturbances_per_a": 3.0,
    }  # fmt: skip
    record = make_record(source_category="DU.03.02", activity_value=1.0, activity_unit="ha", parameters=parameters)
    found = stockpile_erosion.METHOD.estimate(record, species, make_context())
    assert found.emission_t == pytest.approx(1e4 * k * 83 * 3 / 1e6, rel=1e-9)


def test_calm_weather_erodes_nothing(make_record, make_context):
    parameters = {"wind_10m_m_per_s": 3.0, "threshold_friction_velocity_m_per_s": 1.02, "disturbances_per_a": 3.0}
    record = make_record(source_category="DU.03.02", activity_unit="ha", parameters=parameters)
    for species in ("TSP", "PM10", "PM2.5"):
        assert stockpile_erosion.METHOD.estimate(record, species, make_context()).emission_t == 0.0


SOIL = {
    "soil_erodibility_t_per_ha_a": 100.0, "soil_roughness_factor": 0.5, "unsheltered_width_factor": 0.7,
    "vegetation_cover_factor": 0.6, "climate_factor": 0.02,
}  # fmt: skip


def test_soil_dust_is_the_product_of_its_factors():
    # 10 ha × 0.3 × 100 × 0.5 × 0.7 × 0.6 × 0.02
    assert dust_of_bare_soil(1e5, k=0.3, **SOIL) == pytest.approx(10 * 0.3 * 100 * 0.0042, rel=1e-12)


@pytest.mark.parametrize(("species", "share"), [("TSP", 1.0), ("PM10", 0.3), ("PM2.5", 0.05)])
def test_soil_record_gives_three_sizes(make_record, make_context, species, share):
    record = make_record(source_category="DU.04.01", activity_value=10.0, activity_unit="ha", parameters=SOIL)
    found = soil_erosion.METHOD.estimate(record, species, make_context())
    assert found.emission_t == pytest.approx(10 * share * 0.42, rel=1e-12)


def test_climate_factor_grows_with_the_cube_of_the_wind():
    assert climate_factor(2.0, pe_index=10.0) == pytest.approx(0.504 * 8 / 100, rel=1e-12)


def test_pe_index_of_22_mm_at_0_degrees_in_each_month():
    assert precipitation_evaporation_index([22.0] * 12, [0.0] * 12) == pytest.approx(12 * 3.16)


def test_hard_frost_counts_as_minus_2_degrees():
    # 1.8 × (−2) + 22 = 18.4
    assert precipitation_evaporation_index([18.4] * 12, [-25.0] * 12) == pytest.approx(12 * 3.16)


def test_construction_is_area_times_months_times_the_published_factor_less_watering():
    assert dust_of_construction(100.0, months=12.0) == pytest.approx(3228.0)
    watered = dust_of_construction(100.0, months=12.0, size_share=0.49, control_efficiency=0.75)
    assert watered == pytest.approx(3228.0 * 0.49 / 4)


def test_the_published_factor_is_1_2_short_tons_per_acre():
    assert pytest.approx(1.2 * 0.90718474 / 0.40468564, abs=0.005) == construction.TSP_T_PER_HA_MONTH


def test_watered_site_gives_three_sizes_in_order(make_record, make_context, make_paths):
    removals = {("site_paving_watering", "PM2.5"): (0.67, "H"), ("site_paving_watering", "PM2.5-10"): (0.83, "H")}
    context = make_context(paths=make_paths(removals=removals))
    record = make_record(
        source_category="DU.02.01", activity_value=2e4, activity_unit="m2", control_path_id="site_paving_watering",
        parameters={"construction_months": 6.0},
    )  # fmt: skip
    tsp, pm10, fine = (construction.METHOD.estimate(record, s, context).emission_t for s in ("TSP", "PM10", "PM2.5"))
    generated_t = 2 * 6 * 2.69
    assert tsp == pytest.approx(generated_t * 0.33)
    assert pm10 == pytest.approx(generated_t * (0.1 * 0.33 + 0.39 * 0.17))
    assert fine == pytest.approx(generated_t * 0.1 * 0.33)
    assert fine < pm10 < tsp


def test_a_site_in_hectare_months_is_left_to_the_library(make_record):
    record = make_record(source_category="DU.02.01", activity_unit="ha_month", parameters={})
    assert [method.name for method in METHODS if method.applies(record, "TSP")] == []


RECORDS = {
    "DU.01.01": ("vkm", {"silt_load_g_per_m2": 0.3, "vehicle_weight_t": 2.1, "wet_days_per_a": 120.0}),
    "DU.01.02": ("vkm", {"surface_silt_fraction": 0.08, "vehicle_weight_t": 18.0}),
    "DU.02.01": ("ha", {"construction_months": 7.0}),
    "DU.03.01": ("t", {"wind_speed_m_per_s": 3.1, "moisture_fraction": 0.048}),
    "DU.03.02": ("m2", {"wind_10m_m_per_s": 30.0, "threshold_friction_velocity_m_per_s": 1.02, "disturbances_per_a": 9.0}),
    "DU.04.01": ("ha", SOIL),
}  # fmt: skip


@pytest.mark.parametrize("category", RECORDS)
def test_every_leaf_of_dust_has_its_method_and_arrays_give_the_same_bits(make_record, make_context, category):
    unit, parameters = RECORDS[category]
    one = make_record(source_category=category, activity_unit=unit, activity_value=7.3, parameters=parameters)
    (method,) = [method for method in METHODS if method.applies(one, "PM10")]
    many = make_record(
        source_category=category, activity_unit=unit, activity_value=np.full(9, 7.3),
        parameters={name: np.full(9, value) for name, value in parameters.items()},
    )  # fmt: skip
    for species in method.species:
        alone = float(method.estimate(one, species, make_context()).emission_t)
        together = np.broadcast_to(method.estimate(many, species, make_context()).emission_t, (9,))
        assert alone > 0
        assert together.tolist() == [alone] * 9


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amount=st.floats(1e-6, 1e9),
    category=st.sampled_from(sorted(RECORDS)),
    species=st.sampled_from(["TSP", "PM10", "PM2.5"]),
)
def test_dust_doubles_bit_for_bit_with_its_activity(make_record, make_context, amount, category, species):
    unit, parameters = RECORDS[category]
    one, two = (
        make_record(source_category=category, activity_unit=unit, activity_value=value, parameters=parameters)
        for value in (amount, 2 * amount)
    )
    (method,) = [method for method in METHODS if method.applies(one, species)]
    assert (
        method.estimate(two, species, make_context()).emission_t
        == 2 * method.estimate(one, species, make_context()).emission_t
    )


def test_every_parameter_of_a_method_is_described():
    described = set(load("parameters")["code"])
    assert {name for method in METHODS for name in (*method.needs, *method.optional)} <= described
