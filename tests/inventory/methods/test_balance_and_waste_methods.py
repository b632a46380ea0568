"""Carbon balances, landfill, wastewater, incineration, forest and supplied factors, worked out by hand."""

import math

import pytest

from inventory.errors import SchemaError
from inventory.methods import supplied_factor
from inventory.methods.land_use import forest_growth
from inventory.methods.process import mass_balance
from inventory.methods.waste import first_order_decay, waste_carbon, wastewater

LANDFILL = {
    "doc": 0.15, "docf": 0.5, "mcf": 0.8, "decay_rate": 0.1, "ch4_of_gas": 0.5, "recovered_ch4_t": 0.0, "oxidation": 0.0,
}  # fmt: skip


@pytest.mark.parametrize(("sign", "expected"), [(1.0, 44 / 12), (-1.0, -44 / 12)])
def test_balance_term_is_signed_carbon_as_co2(make_record, make_context, sign, expected):
    record = make_record(
        source_category="IP.04.03", balance_group="works", activity_value=4.0,
        parameters={"carbon_fraction": 0.25, "sign": sign},
    )  # fmt: skip
    assert mass_balance.METHOD.applies(record, "CO2")
    assert mass_balance.METHOD.estimate(record, "CO2", make_context()).emission_t == pytest.approx(expected, rel=1e-12)


def test_landfill_of_three_years_decays_from_the_year_after_disposal(make_record, make_context):
    history = {f"disposed_t:{year}": 1e6 for year in (2018, 2019, 2020, 2021)}
    record = make_record(source_category="WT.01.01", parameters=LANDFILL | history)
    kept = math.exp(-0.1)
    stored = 1e6 * 0.15 * 0.5 * 0.8 * (1 + kept + kept**2)  # deposits of 2018 to 2020 at the start of 2021
    expected_t = stored * (1 - kept) * 0.5 * 16 / 12
    assert first_order_decay.METHOD.estimate(record, "CH4", make_context()).emission_t == pytest.approx(
        expected_t, rel=1e-12
    )


def test_waste_of_the_year_itself_does_not_decay_yet(make_record, make_context):
    record = make_record(parameters=LANDFILL | {"disposed_t:2021": 1e6})
    assert first_order_decay.METHOD.estimate(record, "CH4", make_context()).emission_t == 0.0


def test_recovered_gas_is_taken_off_before_the_cover_oxidises_the_rest(make_record, make_context):
    plain = make_record(parameters=LANDFILL | {"disposed_t:2020": 1e6})
    generated_t = first_order_decay.METHOD.estimate(plain, "CH4", make_context()).emission_t
    recovered = {"recovered_ch4_t": 500.0, "oxidation": 0.1}
    record = make_record(parameters=LANDFILL | {"disposed_t:2020": 1e6} | recovered)
    found = first_order_decay.METHOD.estimate(record, "CH4", make_context())
    assert found.emission_t == pytest.approx((generated_t - 500) * 0.9, rel=1e-12)


def test_wastewater_ch4_is_the_organic_load_removed_times_bo_and_mcf(make_record, make_context):
    record = make_record(
        source_category="WT.03.01", fuel_or_product="wastewater", activity_value=1e6, activity_unit="m3",
        parameters={"cod_removed_kg_per_unit": 0.5, "bod_per_cod": 0.43, "bo_kg_ch4_per_kg_bod": 0.6, "mcf": 0.165},
    )  # fmt: skip
    expected_t = 1e6 * 0.5 * 0.43 * 0.6 * 0.165 / 1000
    assert wastewater.METHOD.estimate(record, "CH4", make_context()).emission_t == pytest.approx(expected_t, rel=1e-12)


def test_incinerated_waste_keeps_fossil_and_biogenic_carbon_apart(make_record, make_context):
    parameters = {"fossil_carbon_fraction": 0.16, "biogenic_carbon_fraction": 0.17, "combustion_efficiency": 0.95}
    record = make_record(source_category="WT.02.01", activity_value=100.0, parameters=parameters)
    fossil = waste_carbon.METHODS[0].estimate(record, "CO2", make_context()).emission_t
    biogenic = waste_carbon.METHODS[0].estimate(record, "CO2_BIO", make_context()).emission_t
    assert fossil == pytest.approx(100 * 0.16 * 0.95 * 44 / 12, rel=1e-12)
    assert biogenic == pytest.approx(100 * 0.17 * 0.95 * 44 / 12, rel=1e-12)


def test_growing_forest_is_a_removal_in_co2_not_in_carbon(make_record, make_context):
    parameters = {"growth_rate": 0.05, "wood_density": 0.4, "biomass_expansion": 1.8, "carbon_fraction": 0.5}
    record = make_record(source_category="LU.01.01", activity_value=1000.0, activity_unit="m3", parameters=parameters)
    expected_t = -1000 * 0.05 * 0.4 * 1.8 * 0.5 * 44 / 12
    assert forest_growth.METHOD.estimate(record, "CO2", make_context()).emission_t == pytest.approx(
        expected_t, rel=1e-12
    )


def test_supplied_factor_is_per_unit_of_the_activity_and_takes_no_control(make_record, make_context, make_paths):
    paths = make_paths(removals={("scr_ule", "NOx"): (0.85, "M")})
    record = make_record(activity_value=2000.0, control_path_id="scr_ule", parameters={"ef_kg_per_unit:NOx": 0.3})
    found = supplied_factor.METHOD.estimate(record, "NOx", make_context(paths=paths))
    assert found.emission_t == pytest.approx(2000 * 0.3 / 1000, rel=1e-15)
    assert found.control_efficiency == 0.0


def test_missing_method_parameter_is_named_with_its_record(make_record, make_context):
    record = make_record(activity_id="waste:7", parameters={"fossil_carbon_fraction": 0.1})
    with pytest.raises(SchemaError, match=r"waste:7.*\n.*combustion_efficiency"):
        waste_carbon.METHODS[0].estimate(record, "CO2", make_context())
