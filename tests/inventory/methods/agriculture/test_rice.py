"""CH4 of rice fields, worked out by hand."""

import numpy as np
import pytest

from inventory.errors import SchemaError
from inventory.methods.agriculture import rice

REGIME = {"cultivation_days": 100.0, "water_scaling": 0.6}


def test_a_season_is_area_times_seasonal_factor():
    assert rice.ch4_of_rice_season(1000.0, ef_kg_per_ha=215.5) == pytest.approx(215.5, rel=1e-15)


def test_flooded_field_without_amendment_gives_the_baseline():
    assert rice.ch4_of_rice(1000.0, days=100.0) == pytest.approx(1000 * 100 * 1.30 / 1000, rel=1e-15)


def test_amendments_are_added_up_before_the_power_is_taken():
    # 1 + 4 × 1.0 + 10 × 0.05 + 5 × 0.29 = 6.95
    found = rice.amendment_scaling([(4.0, 1.0), (10.0, 0.05), (5.0, 0.29)])
    assert found == pytest.approx(6.95**0.59, rel=1e-14)


def test_record_takes_conversion_factors_of_its_amendments_from_the_table(make_record, make_context):
    parameters = REGIME | {"preseason_scaling": 0.68, "amendment_t_per_ha:straw_shortly_before": 5.0}
    record = make_record(source_category="AG.03.01", activity_value=2.0, activity_unit="km2", parameters=parameters)
    assert rice.METHOD.applies(record, "CH4")
    expected_t = 200 * 100 * 1.30 * 0.6 * 0.68 * 6**0.59 / 1000  # 2 km2 = 200 ha; 1 + 5 × 1.0 = 6
    assert rice.METHOD.estimate(record, "CH4", make_context()).emission_t == pytest.approx(expected_t, rel=1e-14)


def test_conversion_factor_of_the_record_wins_over_the_table(make_record, make_context):
    parameters = REGIME | {"amendment_t_per_ha:compost": 10.0, "amendment_conversion:compost": 0.1}
    record = make_record(source_category="AG.03.01", activity_value=1.0, activity_unit="ha", parameters=parameters)
    expected_t = 100 * 1.30 * 0.6 * 2**0.59 / 1000
    assert rice.METHOD.estimate(record, "CH4", make_context()).emission_t == pytest.approx(expected_t, rel=1e-14)


def test_unknown_amendment_is_refused_with_the_known_ones(make_record, make_context):
    record = make_record(
        source_category="AG.03.01", activity_unit="ha", parameters=REGIME | {"amendment_t_per_ha:biochar": 1.0}
    )
    with pytest.raises(SchemaError, match=r"biochar[\s\S]*green_manure"):
        rice.METHOD.estimate(record, "CH4", make_context())


def test_arrays_give_the_bits_of_numbers():
    areas, rates = np.array([1.0, 3.3, 1e5]), np.array([0.0, 2.5, 7.1])
    together = rice.ch4_of_rice(areas, days=120.0, water_scaling=0.52, amendments=[(rates, 0.29)])
    alone = [
        rice.ch4_of_rice(float(area), days=120.0, water_scaling=0.52, amendments=[(np.array([rate]), 0.29)])[0]
        for area, rate in zip(areas, rates, strict=True)
    ]
    assert together.tolist() == alone
