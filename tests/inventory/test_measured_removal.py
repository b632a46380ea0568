"""A removal measured at the plant: for its species, for the parts of PM2.5, and never for a train that is not there."""

import pytest


def test_measured_removal_of_fine_particles_holds_for_their_parts(make_record, make_context):
    record = make_record(parameters={"removal:PM2.5": 0.99})
    for species in ("PM2.5", "BC", "OC", "PM2.5-10"):
        assert make_context().control(record, species).efficiency == 0.99


def test_own_measurement_of_a_part_comes_first(make_record, make_context):
    record = make_record(parameters={"removal:PM2.5": 0.99, "removal:BC": 0.5})
    assert make_context().control(record, "BC").efficiency == 0.5


def test_measured_removal_of_pm10_stands_for_its_fine_and_coarse_part(make_record, make_context):
    record = make_record(parameters={"removal:PM10": 0.9})
    found = make_context().controlled_by_size(record, generated_fine_t=1.0, generated_pm10_t=5.0)
    assert found.emission_t == pytest.approx(0.5, rel=1e-12)


def test_capture_without_a_train_is_not_read(make_record, make_context):
    from inventory.activity_record import ReadParameters

    parameters = ReadParameters({"control_capture": 0.5})
    record = make_record(parameters=parameters)
    assert make_context().control(record, "SO2").efficiency == 0.0
    assert parameters.read == set()
