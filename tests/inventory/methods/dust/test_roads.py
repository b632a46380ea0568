"""Road dust worked out by hand from the printed equations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import SchemaError
from inventory.methods.dust import METHODS
from inventory.methods.dust.paved_roads import METHOD, SHORT_TONS_PER_TONNE, dust_of_paved_road
from inventory.methods.dust.sized_dust import size_multiplier
from inventory.methods.dust.unpaved_roads import METHODS as UNPAVED
from inventory.methods.dust.unpaved_roads import (
    dust_of_unpaved_road,
    industrial_road_factor_g_per_vkm,
    public_road_factor_g_per_vkm,
    unpaved_road_constants,
)

INDUSTRIAL, PUBLIC = UNPAVED
ROAD = {"silt_load_g_per_m2": 1.0, "vehicle_weight_t": 1 / SHORT_TONS_PER_TONNE}
"""1 g/m2 and one short ton: both powers are 1, the factor is k."""


def road_record(make_record, **values):
    given_values = {"source_category": "DU.01.01", "fuel_or_product": "paved_road", "activity_unit": "vkm"}
    return make_record(**(given_values | {"activity_value": 1e6, "parameters": ROAD} | values))


def test_one_gram_per_m2_and_one_short_ton_emit_k_grams_per_vkm():
    found = dust_of_paved_road(1e6, k_g_per_vkm=0.62, silt_load_g_per_m2=1.0, vehicle_weight_short_tons=1.0)
    assert found == pytest.approx(0.62, rel=1e-15)


def test_silt_and_weight_act_by_their_printed_powers():
    # 0.2^0.91 = e^(0.91 × −1.6094379) = e^−1.4645885 = 0.2311732; 2.5^1.02 = e^(1.02 × 0.9162907) = e^0.9346165 = 2.5462373
    found = dust_of_paved_road(1e6, k_g_per_vkm=0.62, silt_load_g_per_m2=0.2, vehicle_weight_short_tons=2.5)
    assert found == pytest.approx(0.62 * 0.2311732 * 2.5462373, rel=1e-5)


def test_a_wet_day_counts_a_quarter_less():
    kept = {"k_g_per_vkm": 1.0, "silt_load_g_per_m2": 1.0, "vehicle_weight_short_tons": 1.0, "period_days": 365.0}
    assert dust_of_paved_road(1e6, wet_days=365.0, **kept) == pytest.approx(3 / 4)
    assert dust_of_paved_road(1e6, wet_days=73.0, **kept) == pytest.approx(1 - 1 / 20)


def test_a_short_ton_is_2000_pounds():
    assert pytest.approx(1000 / (2000 * 0.45359237), rel=1e-12) == SHORT_TONS_PER_TONNE


@pytest.mark.parametrize(("species", "expected_t"), [("TSP", 3.23), ("PM10", 0.62), ("PM2.5", 0.15)])
def test_one_record_gives_three_sizes(make_record, make_context, species, expected_t):
    found = METHOD.estimate(road_record(make_record), species, make_context())
    assert found.emission_t == pytest.approx(expected_t, rel=1e-12)
    assert found.confidence == "M"  # of the parameters; the multipliers are H


def test_days_of_the_year_are_those_of_the_inventory_year(make_record, make_context):
    record = road_record(make_record, parameters=ROAD | {"wet_days_per_a": 122.0})
    leap = METHOD.estimate(record, "PM10", make_context(year=2024)).emission_t
    assert leap == pytest.approx(0.62 * (1 - 122 / (4 * 366)), rel=1e-12)
    common = METHOD.estimate(record, "PM10", make_context(year=2021)).emission_t
    assert common == pytest.approx(0.62 * (1 - 122 / (4 * 365)), rel=1e-12)


def test_the_records_own_multiplier_comes_first(make_record, make_context):
    record = road_record(make_record, parameters=ROAD | {"k:PM10": 0.5})
    assert METHOD.estimate(record, "PM10", make_context()).emission_t == pytest.approx(0.5)
    assert METHOD.estimate(record, "PM2.5", make_context()).emission_t == pytest.approx(0.15)


def test_watering_removes_fine_and_coarse_dust_apart(make_record, make_context, make_paths):
    paths = make_paths(removals={("paved_watering", "PM2.5"): (0.46, "H"), ("paved_watering", "PM2.5-10"): (0.58, "H")})
    record = road_record(make_record, control_path_id="paved_watering")
    found = METHOD.estimate(record, "PM10", make_context(paths=paths)).emission_t
    assert found == pytest.approx(0.15 * 0.54 + 0.47 * 0.42, rel=1e-12)


def test_tonnes_are_no_vehicle_kilometres(make_record, make_context):
    with pytest.raises(SchemaError, match="TY3103"):
        METHOD.estimate(road_record(make_record, activity_unit="t"), "PM10", make_context())


@given(distance=st.floats(1e-3, 1e12), silt=st.floats(0.01, 10), weight=st.floats(0.5, 40))
def test_paved_road_dust_doubles_bit_for_bit_with_its_traffic(distance, silt, weight):
    road = {"k_g_per_vkm": 0.62, "silt_load_g_per_m2": silt, "vehicle_weight_short_tons": weight}
    assert dust_of_paved_road(2 * distance, **road) == 2 * dust_of_paved_road(distance, **road)


def test_arrays_give_the_same_bits_as_numbers():
    silt, weight = np.linspace(0.01, 5, 97), np.linspace(0.7, 33, 97)
    found = dust_of_paved_road(3e7, k_g_per_vkm=0.62, silt_load_g_per_m2=silt, vehicle_weight_short_tons=weight)
    one_by_one = [
        dust_of_paved_road(3e7, k_g_per_vkm=0.62, silt_load_g_per_m2=float(s), vehicle_weight_short_tons=float(w))
        for s, w in zip(silt, weight, strict=True)
    ]
    assert found.tolist() == one_by_one


@pytest.mark.parametrize(("species", "k"), [("TSP", 4.9), ("PM10", 1.5), ("PM2.5", 0.15)])
def test_industrial_road_of_12_per_cent_silt_and_3_short_tons_emits_k_pounds_per_mile(species, k):
    found = industrial_road_factor_g_per_vkm(0.12, vehicle_weight_short_tons=3.0, species=species)
    assert found == pytest.approx(k * 281.9, rel=1e-12)


def test_industrial_powers_of_silt_and_weight():
    # (24/12)^0.9 = e^(0.9 × 0.6931472) = 1.8660660; (48/3)^0.45 = 2^1.8 = 3.4822022
    found = industrial_road_factor_g_per_vkm(0.24, vehicle_weight_short_tons=48.0)
    assert found == pytest.approx(281.9 * 1.5 * 1.8660660 * 3.4822022, rel=1e-6)


@pytest.mark.parametrize(
    ("species", "pounds"), [("TSP", 6 - 0.00047), ("PM10", 1.8 - 0.00047), ("PM2.5", 0.18 - 0.00036)]
)
def test_public_road_at_the_reference_point_emits_k_less_the_exhaust(species, pounds):
    found = public_road_factor_g_per_vkm(0.12, speed_mph=30.0, surface_moisture_fraction=0.005, species=species)
    assert found == pytest.approx(281.9 * pounds, rel=1e-12)


def test_public_road_slower_and_wetter_raises_less():
    # √(7.5/30) = 1/2; (16/0.5)^0.2 = 32^0.2 = 2
    found = public_road_factor_g_per_vkm(0.12, speed_mph=7.5, surface_moisture_fraction=0.16)
    assert found == pytest.approx(281.9 * (1.8 / 4 - 0.00047), rel=1e-12)


def test_a_clean_public_road_raises_nothing_rather_than_less():
    assert public_road_factor_g_per_vkm(0.0, speed_mph=30.0, surface_moisture_fraction=0.005) == 0.0


def test_no_dust_from_unpaved_roads_on_wet_days():
    assert dust_of_unpaved_road(1e6, factor_g_per_vkm=100.0, wet_days=73.0) == pytest.approx(80.0)
    assert dust_of_unpaved_road(1e6, factor_g_per_vkm=100.0, wet_days=365.0) == 0.0


def unpaved_record(make_record, parameters):
    return make_record(source_category="DU.01.02", activity_unit="wan_vkm", activity_value=1.0, parameters=parameters)


def test_industrial_record(make_record, make_context):
    parameters = {"surface_silt_fraction": 0.12, "vehicle_weight_t": 3 / SHORT_TONS_PER_TONNE, "k:PM10": 2.0}
    record = unpaved_record(make_record, parameters)
    assert INDUSTRIAL.estimate(record, "PM10", make_context()).emission_t == pytest.approx(2.0 * 281.9 * 1e4 / 1e6)
    assert INDUSTRIAL.estimate(record, "TSP", make_context()).emission_t == pytest.approx(4.9 * 281.9 * 1e4 / 1e6)


def test_public_record_with_speed_in_km_per_h_and_rain(make_record, make_context):
    parameters = {
        "surface_silt_fraction": 0.12, "vehicle_speed_km_per_h": 30 * 1.609344, "surface_moisture_fraction": 0.005,
        "wet_days_per_a": 73.0,
    }  # fmt: skip
    found = PUBLIC.estimate(unpaved_record(make_record, parameters), "PM2.5", make_context())
    assert found.emission_t == pytest.approx((0.18 - 0.00036) * 281.9 * 0.8 / 100, rel=1e-12)
    assert found.confidence == "M"


def test_a_road_with_speed_and_moisture_is_public_even_where_its_weight_is_known(make_record):
    everything = dict.fromkeys(
        ("surface_silt_fraction", "vehicle_weight_t", "vehicle_speed_km_per_h", "surface_moisture_fraction"), 1.0
    )
    record = unpaved_record(make_record, everything)
    applying = [method for method in METHODS if method.applies(record, "PM10")]
    assert max(applying, key=lambda method: len(method.needs)) is PUBLIC
    assert len({len(method.needs) for method in applying}) == len(applying)


@pytest.mark.parametrize(
    "equation", ["paved_road", "construction", "soil_erosion", "stockpile_erosion", "stockpile_handling"]
)
def test_multipliers_grow_with_the_size(equation):
    sizes = [size_multiplier(equation, species).k for species in ("PM2.5", "PM10", "TSP")]
    assert sizes == sorted(sizes)
    assert sizes[0] > 0


@pytest.mark.parametrize("form", ["industrial", "public"])
def test_unpaved_multipliers_grow_with_the_size(form):
    sizes = [unpaved_road_constants(form, species).k_lb_per_vmt for species in ("PM2.5", "PM10", "TSP")]
    assert sizes == sorted(sizes)
