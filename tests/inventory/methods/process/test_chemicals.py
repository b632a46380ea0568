"""Acids with destruction, HFC-23, ammonia, feed carbon and catalyst coke, each worked out by hand."""

import pytest

from inventory.errors import SchemaError
from inventory.methods.process import abated_product, ammonia, process_carbon


def nitric(make_record, **values):
    defaults = {"source_category": "IP.13.02", "fuel_or_product": "nitric_acid", "activity_value": 10_000.0}
    return make_record(**(defaults | values))


def test_destruction_counts_only_while_it_runs():
    found = abated_product.gas_of_abated_product(
        10_000.0, ef_kg_per_t=13.9, removal_fraction=0.85, utilisation_fraction=0.9
    )
    assert found == pytest.approx(10_000 * 13.9 / 1000 * (1 - 0.85 * 0.9), rel=1e-12)


def test_library_factor_of_the_technology_is_destroyed_in_part(make_record, make_context, library):
    record = nitric(
        make_record, technology="nitric_high_pressure", parameters={"removal:N2O": 0.85, "control_operation": 0.9}
    )
    assert abated_product.METHOD.applies(record, "N2O")
    found = abated_product.METHOD.estimate(record, "N2O", make_context(library))
    assert found.emission_t == pytest.approx(139 * (1 - 0.765), rel=1e-12)
    assert found.control_efficiency == pytest.approx(0.765, rel=1e-12)


def test_own_factor_of_adipic_acid_needs_no_library(make_record, make_context):
    record = nitric(
        make_record, source_category="IP.13.03", fuel_or_product="adipic_acid",
        parameters={"removal:N2O": 0.9, "generated_ef_kg_per_t:N2O": 300.0},
    )  # fmt: skip
    found = abated_product.METHOD.estimate(record, "N2O", make_context())
    assert found.emission_t == pytest.approx(10_000 * 0.3 * 0.1, rel=1e-12)


def test_factor_that_holds_the_reduction_already_is_not_reduced_again(make_record, make_context, library):
    record = nitric(make_record, technology="nitric_high_pressure_nscr", parameters={"removal:N2O": 0.85})
    with pytest.raises(SchemaError, match="TY3191"):
        abated_product.METHOD.estimate(record, "N2O", make_context(library))


def test_hfc23_of_hcfc22_after_destruction(make_record, make_context, library):
    record = nitric(
        make_record, source_category="IP.13.07", fuel_or_product="hcfc22_product", parameters={"removal:HFC23": 0.99}
    )
    found = abated_product.METHOD.estimate(record, "HFC23", make_context(library))
    assert found.emission_t == pytest.approx(10_000 * 0.0292 * 0.01, rel=1e-12)


def test_ammonia_is_the_carbon_of_its_fuel_less_co2_for_urea(make_record, make_context):
    parameters = {"fuel_gj_per_t_product": 37.5, "cc_tc_per_tj": 15.3, "recovered_co2_t_per_t": 0.5}
    record = make_record(
        source_category="IP.13.01", fuel_or_product="ammonia", activity_value=1000.0, parameters=parameters
    )
    expected_t = 1000 * 37.5 * 15.3 / 1000 * 44 / 12 - 500
    found = ammonia.METHOD.estimate(record, "CO2", make_context())
    assert found.emission_t == pytest.approx(expected_t, rel=1e-12)
    european_mean = ammonia.co2_of_ammonia(1.0, fuel_gj_per_t=37.5, cc_tc_per_tj=15.3)
    assert european_mean == pytest.approx(2.104, rel=1e-3)  # IPCC 2006 table 3.1


def test_feed_carbon_not_in_products_becomes_co2(make_record, make_context):
    parameters = {"feed_carbon_fraction": 0.85, "carbon_kept_fraction": 0.9}
    record = make_record(source_category="IP.11.01", activity_value=100.0, parameters=parameters)
    found = process_carbon.METHODS[0].estimate(record, "CO2", make_context())
    assert found.emission_t == pytest.approx(8.5 * 44 / 12, rel=1e-12)


def test_coke_on_the_catalyst_is_burned(make_record, make_context):
    parameters = {"coke_yield": 0.05, "coke_carbon_fraction": 0.93, "coke_burned_fraction": 0.98}
    record = make_record(
        source_category="FC.05.02", fuel_or_product="fcc_feed", activity_value=1000.0, parameters=parameters
    )
    found = process_carbon.METHODS[1].estimate(record, "CO2", make_context())
    assert found.emission_t == pytest.approx(1000 * 0.05 * 0.93 * 0.98 * 44 / 12, rel=1e-12)
