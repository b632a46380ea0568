"""Road classes and months of a record: the corrections are averaged, not the conditions."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.methods.mobile.on_road_conditions import corrections_of, names_carried
from inventory.methods.mobile.on_road_corrected import METHOD
from inventory.methods.mobile.on_road_corrections import VehicleKey

ABOUT = {
    "source_category": "MB.02.04", "fuel_or_product": "diesel", "technology": "china_4", "activity_value": 1e6,
    "activity_unit": "vkm",
}  # fmt: skip
KEY = VehicleKey("MB.02.04", "diesel", "china_4", "NOx")
ROADS = {
    "mean_speed_km_per_h:expressway": 50.0, "distance_fraction:expressway": 0.4,
    "mean_speed_km_per_h:street": 22.0, "distance_fraction:street": 0.1,
    "mean_speed_km_per_h:suburban": 38.0, "distance_fraction:suburban": 0.5,
}  # fmt: skip
MONTHS = {
    "air_temperature_c:01": 5.0, "relative_humidity:01": 0.7, "air_temperature_c:04": 15.0, "relative_humidity:04": 0.7,
    "air_temperature_c:07": 28.0, "relative_humidity:07": 0.7,
}  # fmt: skip


@pytest.fixture
def context(make_context, make_library, make_factor):
    key = {"source_category": "MB.02.04", "fuel_or_product": "diesel", "technology": "china_4", "basis": "emitted"}
    return make_context(make_library([make_factor("F1", 5.0, "g/vkm", **key)]))


def with_detail(context, detail):
    """Return the context with what the library says about the conditions of F1."""
    rows = pd.DataFrame({"factor_id": ["F1"], "source_detail": [detail]})
    return replace(context, library=replace(context.library, factors=rows, cache={}))


def test_speeds_of_road_classes_weigh_by_distance(make_record):
    found = dict(corrections_of(make_record(**ABOUT, parameters=ROADS), KEY))
    assert found["speed"] == pytest.approx(0.4 * 0.60 + 0.1 * 1.12 + 0.5 * 0.91, rel=1e-12)


def test_months_count_alike_and_join_temperature_with_humidity(make_record):
    found = dict(corrections_of(make_record(**ABOUT, parameters=MONTHS), KEY))
    # cold 1.06 x damp 0.94; mild 1 x 0.94; hot 1.15 x damp above 24 C 0.88
    assert found == {"weather": pytest.approx((1.06 * 0.94 + 0.94 + 1.15 * 0.88) / 3, rel=1e-12)}


def test_mean_speed_is_not_the_speed_of_the_mean(make_record):
    roads = dict(corrections_of(make_record(**ABOUT, parameters=ROADS), KEY))["speed"]
    mean_speed = 1.0 / (0.4 / 50 + 0.1 / 22 + 0.5 / 38)
    single = dict(corrections_of(make_record(**ABOUT, parameters={"mean_speed_km_per_h": mean_speed}), KEY))["speed"]
    assert single == 0.91
    assert roads < single


def test_shares_that_lose_kilometres_are_refused(make_record):
    record = make_record(**ABOUT, parameters=ROADS | {"distance_fraction:street": 0.2})
    with pytest.raises(SchemaError, match="TY3118"):
        dict(corrections_of(record, KEY))


def test_months_without_their_humidity_are_refused(make_record):
    given = {name: value for name, value in MONTHS.items() if name != "relative_humidity:04"}
    with pytest.raises(SchemaError, match="TY3119"):
        dict(corrections_of(make_record(**ABOUT, parameters=given), KEY))


def test_a_factor_of_one_speed_takes_no_correction_for_speed(make_record):
    record = make_record(**ABOUT, size_class="speed_050_kmh", parameters=ROADS)
    assert dict(corrections_of(record, KEY)) == {}


def test_conditions_are_found_by_their_bare_name(make_record):
    record = make_record(**ABOUT, parameters=MONTHS | {"load_fraction": 0.5, "specific_fuel_use_kg_per_unit": 0.3})
    assert set(names_carried(record)) == {*MONTHS, "load_fraction"}


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ("", 5.0 * 0.60 * 1.21),
        ("base EF: 15C, 50% RH, <1500 m, 30 km/h", 5.0 * 0.60 * 1.21),
        ("base 30 km/h", 5.0 * 0.60),
        ("slope 0, load 0", 5.0),
    ],
)
def test_a_factor_is_corrected_only_from_the_conditions_that_it_states(make_record, context, detail, expected):
    record = make_record(**ABOUT, parameters={"mean_speed_km_per_h": 50.0, "load_fraction": 0.75})
    found = METHOD.estimate(record, "NOx", with_detail(context, detail))
    assert found.emission_t == pytest.approx(expected, rel=1e-12)


def test_the_confidence_is_that_of_the_weakest_condition(make_record, context):
    record = make_record(
        **ABOUT, parameters=ROADS, parameter_confidence=dict.fromkeys(ROADS, "M") | {"distance_fraction:street": "L"}
    )
    assert METHOD.estimate(record, "NOx", context).confidence == "L"


def test_many_records_give_the_same_bits_as_one(make_record, context):
    speeds = np.array([15.0, 50.0])
    about = ABOUT | {"activity_value": np.array([1e6, 2e6])}
    given = ROADS | {"mean_speed_km_per_h:expressway": speeds}
    arrays = {name: np.broadcast_to(np.asarray(value), (2,)).copy() for name, value in given.items()}
    together = METHOD.estimate(make_record(**about, parameters=arrays), "NOx", context).emission_t
    single = [
        METHOD.estimate(
            make_record(**(ABOUT | {"activity_value": vkm}), parameters=ROADS | {"mean_speed_km_per_h:expressway": v}),
            "NOx", context,
        ).emission_t
        for vkm, v in zip([1e6, 2e6], speeds.tolist(), strict=True)
    ]  # fmt: skip
    assert together.tolist() == single


def test_the_packs_china_6_factor_is_corrected_for_speed_alone(make_record, make_context, library):
    about = ABOUT | {"technology": "china_6"}
    plain = make_record(**about, parameters={})
    record = make_record(**about, parameters={"mean_speed_km_per_h": 50.0, "load_fraction": 1.0})
    base = METHOD.estimate(replace(plain, parameters={"altitude_m": 0.0}), "NOx", make_context(library))
    found = METHOD.estimate(record, "NOx", make_context(library))
    assert found.emission_t == pytest.approx(0.60 * base.emission_t, rel=1e-12)
    assert "load: the factor is not stated for it, not corrected" in found.fallback_chain
