"""CH4, N2O, NH3 and NMVOC of wastewater; worked out by hand."""

import numpy as np
import pytest

from inventory.errors import SchemaError
from inventory.estimation import methods_for
from inventory.methods.waste import wastewater as water
from inventory.methods.waste import wastewater_nitrogen as nitrogen
from inventory.methods.waste.wastewater_air import emission_of_water


def emitted(record, species, context):
    """Return what the method that wins for a record gives."""
    return methods_for(record, species)[0].estimate(record, species, context).emission_t


def test_sludge_is_taken_off_the_load_and_recovery_off_the_gas():
    found = water.ch4_of_wastewater(1e6, bo_kg_ch4_per_kg=0.25, mcf=0.5, sludge_kg=2e5, recovered_ch4_t=30.0)
    assert found == pytest.approx(800_000 * 0.25 * 0.5 / 1000 - 30, rel=1e-12)


def test_bod_of_a_population_is_of_365_days():
    assert water.bod_of_population(1000.0, bod_g_per_person_day=40.0) == pytest.approx(14_600.0, rel=1e-12)


def test_ch4_of_a_septic_tank():
    found = water.ch4_of_septic_tank(1e6, bod_mg_per_l=200.0, mcf=0.5)
    assert found == pytest.approx(1e6 * 0.2 * 0.6 * 0.5 / 1000, rel=1e-12)


COD = {"cod_removed_kg_per_unit": 0.5, "bod_per_cod": 0.4, "bo_kg_ch4_per_kg_bod": 0.6, "mcf": 0.2}


@pytest.mark.parametrize(
    ("category", "amount", "unit", "parameters", "name", "expected_t"),
    [
        ("WT.03.01", 1e6, "m3", COD | {"recovered_ch4_t": 4.0}, "wastewater_organic_load", 1e6 * 0.5 * 0.4 * 0.6 * 0.2 / 1000 - 4),
        ("WT.03.01", 10.0, "wan_person", {"bod_g_per_person_day": 40.0, "bo_kg_ch4_per_kg_bod": 0.6, "mcf": 0.1,
         "industrial_bod_factor": 1.25}, "wastewater_population", 1e5 * 14.6 * 1.25 * 0.06 / 1000),
        ("WT.03.01", 1e6, "m3", {"bod_mg_per_l": 150.0, "bo_kg_ch4_per_kg_bod": 0.6, "mcf": 0.3}, "wastewater_bod", 27.0),
        ("WT.03.02", 400.0, "t", {"bo_kg_ch4_per_kg_cod": 0.25, "mcf": 0.5, "sludge_cod_kg": 1e5}, "wastewater_cod", 37.5),
        ("WT.03.02", 1e6, "m3", {"bo_kg_ch4_per_kg_cod": 0.25, "mcf": 0.5, "cod_mg_per_l": 400.0}, "wastewater_cod", 50.0),
    ],
)  # fmt: skip
def test_ch4_by_what_the_record_knows(make_record, make_context, category, amount, unit, parameters, name, expected_t):
    record = make_record(
        source_category=category,
        fuel_or_product="wastewater",
        activity_value=amount,
        activity_unit=unit,
        parameters=parameters,
    )
    assert methods_for(record, "CH4")[0].name == name
    assert emitted(record, "CH4", make_context()) == pytest.approx(expected_t, rel=1e-12)


def test_more_recovery_than_gas_is_refused(make_record, make_context):
    record = make_record(source_category="WT.03.01", activity_unit="m3", parameters=COD | {"recovered_ch4_t": 4.0})
    with pytest.raises(SchemaError, match="TY3606"):
        emitted(record, "CH4", make_context())


def test_n2o_of_discharge_by_protein():
    found = nitrogen.n2o_of_population(
        1e6, protein_kg_per_person_a=30.0, non_consumed_factor=1.4, sludge_nitrogen_kg=4e5
    )
    expected = (1e6 * 30 * 0.16 * 1.4 * 1.25 - 4e5) * 0.005 * 44 / 28 / 1000
    assert found == pytest.approx(expected, rel=1e-12)


def test_n2o_of_plants():
    assert nitrogen.n2o_of_plants(1e6, plant_share=0.5) == pytest.approx(1e6 * 0.5 * 1.25 * 3.2 / 1e6, rel=1e-12)
    found = nitrogen.n2o_of_influent(1e6, n2o_n_per_influent_nitrogen=0.016)
    assert found == pytest.approx(16 * 44 / 28, rel=1e-12)


def test_what_plants_emit_is_not_discharged(make_record, make_context):
    parameters = {"protein_kg_per_person_a": 30.0, "non_consumed_protein_factor": 1.4, "plant_population_share": 0.5}
    record = make_record(source_category="WT.03.03", activity_value=1e6, activity_unit="person", parameters=parameters)
    plants = 2.0  # 1e6 × 0.5 × 1.25 × 3.2 g
    discharged_kg = 1e6 * 30 * 0.16 * 1.4 * 1.25 - plants * 1000 * 28 / 44
    expected = plants + discharged_kg * 0.005 * 44 / 28 / 1000
    assert emitted(record, "N2O", make_context()) == pytest.approx(expected, rel=1e-12)


def test_n2o_of_the_nitrogen_that_a_plant_receives(make_record, make_context):
    parameters = {"nitrogen_mg_per_l": 30.0, "n2o_n_per_influent_nitrogen": 0.016}
    record = make_record(source_category="WT.03.01", activity_value=1e6, activity_unit="m3", parameters=parameters)
    assert emitted(record, "N2O", make_context()) == pytest.approx(30 * 0.016 * 44 / 28, rel=1e-12)


def test_more_nitrogen_in_sludge_than_in_water_is_refused(make_record, make_context):
    parameters = {"protein_kg_per_person_a": 30.0, "non_consumed_protein_factor": 1.4, "sludge_nitrogen_kg": 1e9}
    record = make_record(source_category="WT.03.03", activity_unit="person", parameters=parameters)
    with pytest.raises(SchemaError, match="TY3607"):
        emitted(record, "N2O", make_context())


def test_air_pollutants_follow_the_water_of_a_record_that_counts_load(
    make_record, make_context, make_library, make_factor
):
    factor = make_factor(
        "W", 1.5e-5, "kg/m3", source_category="WT.03", species="NMVOC", basis="emitted", fuel_or_product="wastewater"
    )
    record = make_record(
        source_category="WT.03.02", fuel_or_product="cod_load", activity_value=400.0, parameters={"wastewater_m3": 2e9}
    )
    assert emitted(record, "NMVOC", make_context(make_library([factor]))) == pytest.approx(30.0, rel=1e-12)
    assert emission_of_water(2e9, ef_g_per_m3=0.015) == pytest.approx(30.0, rel=1e-12)


def test_arrays_give_the_bits_of_scalars():
    people = np.array([1.0, 3.3e5, 2.487e7])
    given = {"protein_kg_per_person_a": 36.0, "non_consumed_factor": 1.5}
    together = nitrogen.n2o_of_population(people, **given)
    assert together.tolist() == [nitrogen.n2o_of_population(p, **given) for p in people]
