"""Carbon, sulphur and ash of a fuel, each worked out by hand."""

import pytest

from inventory.errors import SchemaError
from inventory.factors.library import FuelProperty
from inventory.methods.stationary import feedstock_carbon, fuel_ash, fuel_carbon, fuel_sulphur

COAL = FuelProperty("P1", "raw_coal", 20.908, "GJ/t", 26.37, 0.94, "A")
GAS = FuelProperty("P2", "natural_gas", 389.31, "GJ/wan_sm3_20", 15.3, 0.99, "A")
COAL_CARBON_T = 20.908 * 26.37 / 1000  # t C per t
GAS_CARBON_T = 389.31 / 10_000 * 15.3 / 1000  # t C per m3


@pytest.fixture
def context(make_context, make_library):
    return make_context(make_library(fuels={"raw_coal": COAL, "natural_gas": GAS}))


def test_co2_is_mass_times_ncv_times_carbon_times_oxidation_times_44_over_12(make_record, context):
    record = make_record(activity_value=1000.0)
    found = fuel_carbon.METHOD.estimate(record, "CO2", context)
    assert found.emission_t == pytest.approx(1000 * COAL_CARBON_T * 0.94 * 44 / 12, rel=1e-12)
    assert found.factor_id == "P1"


def test_co2_of_a_kilometre_comes_from_its_specific_fuel_use(make_record, context):
    record = make_record(
        source_category="MB.02.04", activity_value=2000.0, activity_unit="vkm",
        parameters={"specific_fuel_use_kg_per_unit": 0.5},
    )  # fmt: skip
    assert fuel_carbon.METHOD.applies(record, "CO2")
    assert fuel_carbon.METHOD.estimate(record, "CO2", context).emission_t == pytest.approx(
        COAL_CARBON_T * 0.94 * 44 / 12
    )


def test_gas_by_mass_needs_its_density_because_its_heating_value_is_by_volume(make_record, context):
    given = {"specific_fuel_use_kg_per_unit": 0.3}
    record = make_record(
        source_category="MB.01.05", fuel_or_product="cng", activity_value=1000.0, activity_unit="vkm", parameters=given
    )
    with pytest.raises(SchemaError, match="TY3102"):
        fuel_carbon.METHOD.estimate(record, "CO2", context)
    dense = make_record(
        source_category="MB.01.05", fuel_or_product="cng", activity_value=1000.0, activity_unit="vkm",
        parameters=given | {"density_kg_per_sm3": 0.75},
    )  # fmt: skip
    volume_sm3 = 1000 * 0.3 / 0.75
    expected = volume_sm3 * GAS_CARBON_T * 0.99 * 44 / 12
    assert fuel_carbon.METHOD.estimate(dense, "CO2", context).emission_t == pytest.approx(expected, rel=1e-12)


def test_biomass_and_products_have_no_fossil_co2_method(make_record, context):
    biogas = make_record(fuel_or_product="biogas", activity_unit="sm3_20")
    assert fuel_carbon.METHOD.estimate(biogas, "CO2", context) is None
    assert not fuel_carbon.METHOD.applies(make_record(source_category="IP.04.01", fuel_or_product="pig_iron"), "CO2")
    assert not fuel_carbon.METHOD.applies(make_record(), "CH4")


def test_feedstock_emits_the_part_of_its_carbon_that_is_not_stored(make_record, context):
    record = make_record(source_category="IP.18.03", activity_value=100.0, parameters={"emitted_carbon_fraction": 0.6})
    found = feedstock_carbon.METHOD.estimate(record, "CO2", context)
    assert found.emission_t == pytest.approx(100 * COAL_CARBON_T * 0.6 * 44 / 12, rel=1e-12)


def test_so2_is_twice_the_sulphur_that_is_neither_retained_nor_removed(make_record, make_context, make_paths):
    paths = make_paths([("fgd", 1, "fgd_limestone_ule", 1.0, 0.98)], {("fgd_limestone_ule", "SO2"): (0.8, "M")})
    record = make_record(
        activity_value=1e6, control_path_id="fgd",
        parameters={"sulphur_fraction": 0.006, "sulphur_retention": 0.15},
    )  # fmt: skip
    found = fuel_sulphur.METHOD.estimate(record, "SO2", make_context(paths=paths))
    generated_t = 1e6 * 2 * 0.006 * 0.85
    assert found.emission_t == pytest.approx(generated_t * (1 - 0.8 * 0.98), rel=1e-12)


ASH = {
    "ash_fraction": 0.12, "ash_retention": 0.25, "pm25_of_fly_ash": 0.06, "pm10_of_fly_ash": 0.23,
    "bc_of_pm25": 0.002, "oc_of_pm25": 0.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("species", "expected_t"),
    [
        ("PM2.5", 1000 * 0.12 * 0.75 * 0.06 * (1 - 0.9)),
        ("PM10", 1000 * 0.12 * 0.75 * (0.06 * (1 - 0.9) + (0.23 - 0.06) * (1 - 0.99))),
        ("BC", 1000 * 0.12 * 0.75 * 0.06 * (1 - 0.9) * 0.002),
        ("OC", 0.0),
    ],
)
def test_particles_are_fly_ash_by_size_with_fine_and_coarse_removed_apart(
    make_record, make_context, make_paths, species, expected_t
):
    removals = {("bag", "PM2.5"): (0.9, "M"), ("bag", "PM2.5-10"): (0.99, "M")}
    record = make_record(activity_value=1000.0, control_path_id="bag", parameters=ASH)
    found = fuel_ash.METHOD.estimate(record, species, make_context(paths=make_paths(removals=removals)))
    assert found.emission_t == pytest.approx(expected_t, rel=1e-12)


def test_coal_record_moves_so2_particles_and_co2_together(make_record, context):
    parameters = ASH | {"sulphur_fraction": 0.006}
    one, two = (make_record(activity_value=value, parameters=parameters) for value in (3.0, 6.0))
    for method, species in ((fuel_carbon, "CO2"), (fuel_sulphur, "SO2"), (fuel_ash, "PM2.5"), (fuel_ash, "PM10")):
        small = method.METHOD.estimate(one, species, context).emission_t
        assert small > 0
        assert method.METHOD.estimate(two, species, context).emission_t == 2 * small
