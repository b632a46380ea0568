"""N2O and NO of soils, crop residues, NH3 of fertiliser, urea and lime, worked out by hand."""

import pytest

from inventory.errors import FactorNotFoundError
from inventory.methods.agriculture import ammonia, carbonates, crop_residue, soil_nitrogen

DIRECT, INDIRECT, NO = soil_nitrogen.METHODS
FERTILISER, EXCRETA = ammonia.METHODS


def test_direct_n2o_counts_every_nitrogen_input_alike():
    found = soil_nitrogen.direct_n2o_n(100.0, manure_n_t=50.0, residue_n_t=30.0, mineralised_n_t=20.0, n2o_n_per_n=0.01)
    assert found == pytest.approx(2.0, rel=1e-14)  # 200 × 0.01


@pytest.mark.parametrize(("species", "expected"), [("N2O_N", 10.9), ("N2O", 10.9 * 44 / 28)])
def test_direct_n2o_of_a_record_is_reached_as_nitrogen_and_as_gas(make_record, make_context, species, expected):
    record = make_record(
        source_category="AG.02.01", activity_value=1000.0, activity_unit="t_n", parameters={"n2o_n_per_n": 0.0109}
    )
    assert DIRECT.estimate(record, species, make_context()).emission_t == pytest.approx(expected, rel=1e-14)


def test_provincial_indirect_n2o_adds_deposition_and_leaching():
    # deposited 400 × 20 % + 1000 × 10 % = 180; leached 1000 × 20 % = 200: 180 × 0.01 + 200 × 0.0075 = 3.3
    assert soil_nitrogen.indirect_n2o_n_provincial(1000.0, animal_n_t=400.0) == pytest.approx(3.3, rel=1e-14)


def test_nitrogen_that_has_volatilised_already_is_not_scaled_again():
    # 1000 × 10 % + 80 = 180: the same as 400 t of animals at 20 %
    assert soil_nitrogen.indirect_n2o_n_provincial(1000.0, volatilised_n_t=80.0) == pytest.approx(3.3, rel=1e-14)


def test_two_ipcc_records_give_the_provincial_form(make_record, make_context):
    def n2o_n(amount, volatilised, leached):
        parameters = {"n_volatilised_fraction": volatilised, "n_leached_fraction": leached}
        record = make_record(
            source_category="AG.02.02", activity_value=amount, activity_unit="t_n", parameters=parameters
        )
        return INDIRECT.estimate(record, "N2O_N", make_context()).emission_t

    assert n2o_n(1000.0, 0.1, 0.2) + n2o_n(400.0, 0.2, 0.0) == pytest.approx(3.3, rel=1e-14)


def test_soil_no_counts_as_no2(make_record, make_context):
    record = make_record(
        source_category="AG.02.01", activity_value=1400.0, activity_unit="t_n", parameters={"no_n_per_n": 0.01}
    )
    assert NO.estimate(record, "NOx", make_context()).emission_t == pytest.approx(46.0, rel=1e-14)


def test_residue_nitrogen_counts_straw_returned_and_all_roots():
    # dry 80, above and harvest 160, straw 80 of which half returns, roots 16: (40 + 16) × 0.01
    rice = crop_residue.ResidueCoefficients(dry_fraction=0.8, harvest_index=0.5, root_ratio=0.1, residue_n=0.01)
    assert crop_residue.residue_nitrogen(100.0, rice, returned_fraction=0.5) == pytest.approx(0.56, rel=1e-14)


def test_residue_nitrogen_of_rice_takes_the_coefficients_of_the_table():
    # 0.855 / 0.489 × (1 − 0.489) + 0.855 / 0.489 × 0.125, × 0.00753
    expected = 0.855 / 0.489 * (0.511 + 0.125) * 0.00753
    found = crop_residue.residue_nitrogen_of_crop(1.0, crop="rice", returned_fraction=1.0)
    assert found == pytest.approx(expected, rel=1e-14)


def test_unlisted_crop_is_refused_with_the_listed_ones():
    with pytest.raises(FactorNotFoundError, match=r"quinoa[\s\S]*rapeseed"):
        crop_residue.coefficients_of("quinoa")


def test_ipcc_residue_leaves_out_what_is_removed_or_burnt():
    # (100 × (1 − 0.3 − 0.2)) × 0.006 + 100 × 0.2 × 0.009
    found = crop_residue.residue_nitrogen_ipcc(
        100.0, above_ground_n=0.006, removed_fraction=0.3, burnt_fraction=0.2, root_ratio=0.2, below_ground_n=0.009
    )
    assert found == pytest.approx(0.3 + 0.18, rel=1e-14)


def test_residues_of_a_harvest_give_direct_n2o(make_record, make_context):
    parameters = {
        "dry_matter_fraction": 0.8, "harvest_index": 0.5, "root_ratio": 0.1, "residue_n_fraction": 0.01,
        "residue_returned_fraction": 0.5, "n2o_n_per_n": 0.0109,
    }  # fmt: skip
    record = make_record(source_category="AG.02.05", activity_value=100.0, parameters=parameters)
    found = crop_residue.METHOD.estimate(record, "N2O", make_context()).emission_t
    assert found == pytest.approx(0.56 * 0.0109 * 44 / 28, rel=1e-14)


def test_fertiliser_ammonia_takes_its_corrections(make_record, make_context):
    parameters = {"nh3_n_per_n": 0.1, "rate_correction": 1.2, "placement_correction": 0.5, "ph_correction": 2.0}
    record = make_record(source_category="AG.02.01", activity_value=140.0, activity_unit="t_n", parameters=parameters)
    assert FERTILISER.estimate(record, "NH3", make_context()).emission_t == pytest.approx(
        20.4, rel=1e-14
    )  # 14 × 1.2 × 17/14
    assert FERTILISER.estimate(record, "NH3_N", make_context()).emission_t == pytest.approx(16.8, rel=1e-14)


def test_excreta_count_only_persons_without_a_sewered_toilet(make_record, make_context, make_library, make_factor):
    factor = make_factor("nh3", 0.787, "kg/person_a", source_category="AG.04.04", species="NH3", basis="emitted")
    record = make_record(
        source_category="AG.04.04", fuel_or_product="rural_population", activity_value=10000.0, activity_unit="person",
        parameters={"uncollected_fraction": 0.2},
    )  # fmt: skip
    found = EXCRETA.estimate(record, "NH3", make_context(library=make_library([factor])))
    assert found.emission_t == pytest.approx(0.2 * 7.87, rel=1e-14)


def test_areas_compost_and_persons_are_activity_times_factor():
    assert ammonia.nh3_of_area(500.0, ef_kg_per_ha_a=1.8) == pytest.approx(0.9, rel=1e-14)
    assert ammonia.nh3_of_compost(2000.0, ef_kg_per_t=0.32) == pytest.approx(0.64, rel=1e-14)
    assert ammonia.nh3_of_excreta(1000.0, ef_kg_per_person_a=0.787) == pytest.approx(0.787, rel=1e-14)


def test_urea_and_lime_give_their_carbon_as_co2():
    assert carbonates.co2_of_urea(300.0) == pytest.approx(220.0, rel=1e-14)  # 300 × 0.2 × 44/12
    assert carbonates.co2_of_lime(100.0, dolomite_t=300.0) == pytest.approx(187.0, rel=1e-14)  # (12 + 39) × 44/12


def test_urea_record_takes_the_carbon_that_it_states(make_record, make_context):
    record = make_record(
        source_category="AG.02.03",
        activity_value=0.3,
        activity_unit="kt",
        parameters={"carbonate_carbon_fraction": 0.2},
    )
    assert carbonates.METHOD.estimate(record, "CO2", make_context()).emission_t == pytest.approx(220.0, rel=1e-14)
