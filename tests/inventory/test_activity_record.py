"""What a record offers to formulas and factors: work is not fuel energy, a heating value multiplies fuel only."""

import pytest

from inventory.errors import SchemaError
from inventory.methods.stationary import fuel_carbon


@pytest.mark.parametrize(("unit", "kwh"), [("kWh", 1.0), ("MWh", 1e3), ("wan_kWh", 1e4), ("yi_kWh", 1e8)])
def test_every_unit_of_work_is_offered_per_kwh_and_never_as_energy(make_record, unit, kwh):
    record = make_record(source_category="MB.05.01", fuel_or_product="diesel", activity_value=2.0, activity_unit=unit)
    assert record.amounts == {"kg per kWh": pytest.approx(2 * kwh, rel=1e-15)}
    assert not record.is_fuel_energy


def test_work_of_an_engine_without_its_fuel_has_no_co2(make_record, make_context, library):
    work = make_record(source_category="MB.05.01", fuel_or_product="diesel", activity_unit="wan_kWh")
    assert fuel_carbon.METHOD.estimate(work, "CO2", make_context(library)) is None


def test_normal_cubic_metre_of_fuel_gas_is_its_volume_at_20_degrees(make_record):
    record = make_record(fuel_or_product="natural_gas", activity_value=27315.0, activity_unit="nm3_0")
    assert record.amounts["kg per sm3_20"] == pytest.approx(29315.0, rel=1e-15)
    assert record.amounts["kg per nm3_0"] == 27315.0


@pytest.mark.parametrize("unit", ["GJ", "tce", "vkm", "kWh"])
def test_heating_value_multiplies_fuel_only(make_record, unit):
    record = make_record(activity_unit=unit, parameters={"ncv_gj_per_unit": 20.9})
    with pytest.raises(SchemaError, match="TY3108"):
        _ = record.own_energy_gj


def test_own_heating_value_times_fuel_is_its_energy(make_record):
    record = make_record(activity_value=10.0, activity_unit="t", parameters={"ncv_gj_per_unit": 20.9})
    assert record.own_energy_gj == 209.0
    assert make_record().own_energy_gj is None
