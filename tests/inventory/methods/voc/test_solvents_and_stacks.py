"""Solvents, coatings, stacks and service trades on hand-worked numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import SchemaError
from inventory.methods.voc import architectural_paint, controlled_voc, dry_cleaning, petrol_station, solvent

FRACTION = st.floats(0.0, 1.0)
AMOUNT = st.floats(0.0, 1e9)


def test_device_removes_what_is_captured_while_it_runs():
    # 1000 t × 5 kg/t = 5 t; 0.9 × 0.8 × 0.5 = 0.36 of it is removed
    found = controlled_voc.voc_of_activity(1000.0, ef_kg_per_unit=5.0, removal=0.9, capture=0.8, operation=0.5)
    assert found == pytest.approx(5.0 * 0.64, rel=1e-12)


def test_composite_form_has_no_hood():
    assert controlled_voc.voc_of_activity(1000.0, ef_kg_per_unit=5.0, removal=0.9, operation=0.5) == pytest.approx(2.75)


@given(AMOUNT, FRACTION, FRACTION, FRACTION)
def test_emitted_and_removed_make_up_what_was_generated(generated_t, removal, capture, operation):
    emitted_t = controlled_voc.voc_after_control(generated_t, removal=removal, capture=capture, operation=operation)
    assert emitted_t + generated_t * removal * capture * operation == pytest.approx(generated_t)
    assert 0.0 <= emitted_t <= generated_t


def test_solvent_that_is_recovered_does_not_reach_the_device():
    # 100 t × 0.4 = 40 t VOC, a quarter goes off as waste solvent, half of the other 30 t is destroyed
    assert solvent.voc_of_solvent(100.0, voc_fraction=0.4, recovered_fraction=0.25, removal=0.5) == pytest.approx(15.0)


def test_coatings_add_up_whatever_their_order():
    ef = {"water": 50.0, "solvent": 420.0, "thinner": 1000.0}
    one = solvent.voc_of_coatings({"water": 100.0, "solvent": 10.0, "thinner": 1.0}, ef_g_per_kg=ef, removal=0.5)
    two = solvent.voc_of_coatings({"thinner": 1.0, "solvent": 10.0, "water": 100.0}, ef_g_per_kg=ef, removal=0.5)
    assert one == two == pytest.approx((5.0 + 4.2 + 1.0) / 2, rel=1e-12)


def test_coating_without_a_factor_is_named():
    with pytest.raises(SchemaError, match="powder"):
        solvent.voc_of_coatings({"water": 1.0, "powder": 1.0}, ef_g_per_kg={"water": 50.0})


def test_array_of_solvents_has_the_bits_of_each_number():
    amounts = np.array([1.1, 22.22, 333.333])
    given = {"voc_fraction": 0.45, "removal": 0.94, "capture": 0.9, "operation": 0.95}
    together = solvent.voc_of_solvent(amounts, **given)
    assert [solvent.voc_of_solvent(float(one), **given) for one in amounts] == together.tolist()


def test_solvent_record_goes_through_its_control_train(make_record, make_context, make_paths):
    paths = make_paths([("rto", 1, "rto", 0.9, 0.95)], {("rto", "NMVOC"): (0.94, "H")})
    record = make_record(
        source_category="SV.01.02", fuel_or_product="ship_paint", activity_value=200.0, control_path_id="rto",
        parameters={"voc_fraction": 0.45},
    )  # fmt: skip
    assert solvent.METHOD.applies(record, "NMVOC")
    found = solvent.METHOD.estimate(record, "NMVOC", make_context(paths=paths))
    assert found.emission_t == pytest.approx(90.0 * (1 - 0.94 * 0.9 * 0.95), rel=1e-12)


def test_stack_record_goes_through_its_control_train(make_record, make_context):
    record = make_record(
        source_category="IP.11.01", activity_value=2000.0,
        parameters={"voc_generated_kg_per_unit": 1.5, "removal:NMVOC": 0.8, "control_capture": 0.5},
    )  # fmt: skip
    assert controlled_voc.METHOD.estimate(record, "NMVOC", make_context()).emission_t == pytest.approx(3.0 * 0.6)


def test_dry_cleaning_keeps_the_residue(make_record, make_context):
    assert dry_cleaning.voc_of_dry_cleaning(10.0, residue_fraction=0.2) == pytest.approx(8.0)
    assert dry_cleaning.voc_of_textile_cleaned(100.0, ef_g_per_kg=40.0, removal=0.5) == pytest.approx(2.0)
    record = make_record(source_category="SV.05.01", activity_value=10.0, parameters={"still_residue_fraction": 0.2})
    assert dry_cleaning.METHOD.estimate(record, "NMVOC", make_context()).emission_t == pytest.approx(8.0)


def test_paint_of_a_million_square_metres(make_record, make_context):
    # 80 g/L at 1.6 kg/L is 0.05 kg/kg; 10^6 m2 × 0.4 kg/m2 × 0.05 = 20 000 kg
    assert architectural_paint.voc_fraction_of(80.0, density_kg_per_l=1.6) == pytest.approx(0.05)
    record = make_record(
        source_category="SV.04.01", activity_value=100.0, activity_unit="wan_m2",
        parameters={"paint_kg_per_m2": 0.4, "voc_fraction": 0.05},
    )  # fmt: skip
    assert architectural_paint.METHOD.estimate(record, "NMVOC", make_context()).emission_t == pytest.approx(20.0)


def test_petrol_station_without_recovery_loses_66_g_per_m3_and_kpa():
    # 24 filling + 37 refuelling + 3 breathing + 2 spillage
    assert petrol_station.voc_of_petrol_station(1e6, vapour_pressure_kpa=30.0) == pytest.approx(66 * 30, rel=1e-12)


def test_recovery_of_petrol_vapour_leaves_spillage(make_record, make_context):
    # 24 × 0.05 + 37 × 0.15 + 3 + 2 = 11.75 g/(m3 kPa); 750 t at 0.75 t/m3 is 1000 m3
    record = make_record(
        source_category="ST.01.01", fuel_or_product="gasoline", activity_value=750.0,
        parameters={
            "vapour_pressure_kpa": 30.0, "filling_recovery": 0.95, "refuelling_recovery": 0.85,
            "liquid_density_t_per_m3": 0.75,
        },
    )  # fmt: skip
    found = petrol_station.METHOD.estimate(record, "NMVOC", make_context())
    assert found.emission_t == pytest.approx(11.75 * 30 * 1000 * 1e-6, rel=1e-12)
