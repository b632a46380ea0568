"""Animals: average population, CH4 factors, nitrogen excreted, and the flow of ammoniacal nitrogen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import FactorNotFoundError, SchemaError
from inventory.methods.agriculture import livestock, livestock_ammonia, manure_nitrogen, tan_flow
from inventory.methods.agriculture.tan_flow import TanLosses

PRODUCED, ENTERIC, MANURE = livestock.METHODS
FRACTION = st.floats(0.0, 1.0)


def test_animals_produced_count_for_the_days_that_they_live():
    assert livestock.average_population(730.0, days_alive=182.5) == pytest.approx(365.0, rel=1e-15)


def test_produced_animals_take_the_librarys_factor_per_average_head(
    make_record, make_context, make_library, make_factor
):
    factor = make_factor("pig", 5.0, "kg/head_a", source_category="AG.01.14", species="CH4", basis="emitted")
    record = make_record(
        source_category="AG.01.14", fuel_or_product="pigs", activity_value=36500.0, activity_unit="head",
        parameters={"days_alive": 120.0},
    )  # fmt: skip
    found = PRODUCED.estimate(record, "CH4", make_context(library=make_library([factor])))
    assert found.emission_t == pytest.approx(12000 * 5 / 1000, rel=1e-14)


def test_head_years_with_days_alive_are_refused(make_record, make_context):
    record = make_record(
        source_category="AG.01.14", activity_value=1.0, activity_unit="head_a", parameters={"days_alive": 120.0}
    )
    with pytest.raises(SchemaError, match="days_alive"):
        livestock.heads_of(record)


def test_enteric_ch4_is_the_energy_lost_as_methane(make_record, make_context):
    parameters = {"gross_energy_mj_per_head_d": 55.65, "methane_conversion": 0.06}
    record = make_record(source_category="AG.01.01", activity_value=1000.0, activity_unit="head", parameters=parameters)
    assert ENTERIC.estimate(record, "CH4", make_context()).emission_t == pytest.approx(0.06 * 365, rel=1e-14)


def test_manure_ch4_follows_volatile_solids(make_record, make_context):
    parameters = {"volatile_solids_kg_per_head_d": 0.5, "bo_m3_ch4_per_kg_vs": 0.3, "mcf": 0.4}
    record = make_record(source_category="AG.01.14", activity_value=1000.0, activity_unit="head", parameters=parameters)
    expected_t = 0.5 * 365 * 0.3 * 0.67 * 0.4
    assert MANURE.estimate(record, "CH4", make_context()).emission_t == pytest.approx(expected_t, rel=1e-14)


def test_manure_n2o_adds_the_systems_by_their_shares():
    # 100 t N: 60 % × 0.005 + 40 % × 0.02 = 0.011
    assert manure_nitrogen.n2o_n_of_manure(100.0, [(0.6, 0.005), (0.4, 0.02)]) == pytest.approx(1.1, rel=1e-14)


def test_manure_record_adds_indirect_n2o_where_volatilisation_is_stated(make_record, make_context):
    parameters = {
        "n_excretion_kg_per_head_a": 16.0, "n2o_n_per_manure_n": 0.005, "manure_system_fraction": 0.5,
        "n_volatilised_fraction": 0.4,
    }  # fmt: skip
    record = make_record(source_category="AG.01.14", activity_value=1000.0, activity_unit="head", parameters=parameters)
    found = manure_nitrogen.METHOD.estimate(record, "N2O_N", make_context()).emission_t
    assert found == pytest.approx(8 * (0.005 + 0.4 * 0.01), rel=1e-14)  # 8 t N in the system


def test_tan_is_what_urine_and_faeces_carry_in_the_days_alive():
    pig = tan_flow.Excretion(urine_kg=3.0, faeces_kg=2.0, urine_n=0.004, faeces_n=0.003, urine_tan=0.7, faeces_tan=0.3)
    assert pig.nitrogen_kg == pytest.approx(0.018, rel=1e-14)
    assert tan_flow.tan_excreted(1000.0, pig, days=100.0) == pytest.approx(1.02, rel=1e-14)  # (0.0084 + 0.0018) × 100


def test_stream_loses_ammonia_at_every_stage_from_what_is_left():
    # 100: housing 20; 80: f 10 % = 8; stored 72: NH3 7.2, N2O 3.6, NO 0.72, N2 21.6; left 38.88, spread 50 % of it
    losses = TanLosses(0.2, 0.1, 0.5, storage_n2o=0.05, storage_no=0.01, storage_n2=0.3, immobilised=0.1)
    flow = tan_flow.flow_of_stream(100.0, losses, spread_fraction=0.5)
    left = 72 * (1 - 0.1 - 0.05 - 0.01 - 0.3)
    assert (flow.nh3_n_housing_t, flow.nh3_n_storage_t) == pytest.approx((20.0, 7.2), rel=1e-13)
    assert flow.nh3_n_spreading_t == pytest.approx(left / 4, rel=1e-13)
    assert (flow.n2o_n_t, flow.no_n_t, flow.n2_n_t) == pytest.approx((3.6, 0.72, 21.6), rel=1e-13)
    assert (flow.immobilised_n_t, flow.diverted_n_t, flow.soil_n_t) == pytest.approx((8, left / 2, left / 4), rel=1e-13)
    assert flow.nh3_t == pytest.approx((27.2 + left / 4) * 17 / 14, rel=1e-13)
    assert flow.n2o_t == pytest.approx(3.6 * 44 / 28, rel=1e-13)
    alone_t = tan_flow.nh3_of_tan(
        100.0, housing=0.2, storage=0.1, spreading=0.5, other_storage_loss=0.36, immobilised=0.1, spread_fraction=0.5
    )
    assert alone_t == pytest.approx((27.2 + left / 4) * 17 / 14, rel=1e-13)


@given(tan_t=st.floats(0.0, 1e6), liquid=FRACTION, spread=FRACTION, losses=st.tuples(*[FRACTION] * 7))
def test_all_nitrogen_that_comes_in_goes_out(tan_t, liquid, spread, losses):
    housing, storage, spreading, n2o, no, n2, immobilised = losses
    stored = storage + n2o + no + n2
    scale = max(1.0, stored)  # what leaves the store is at most what was stored
    stream = TanLosses(housing, storage / scale, spreading, n2o / scale, no / scale, n2 / scale, immobilised)
    flow = tan_flow.flow_of_manure(tan_t, liquid_fraction=liquid, liquid=stream, solid=stream, spread_fraction=spread)
    assert flow.leaving_n_t == pytest.approx(tan_t, rel=1e-12, abs=1e-12)
    ways = (
        flow.nh3_n_t,
        flow.n2o_n_t,
        flow.no_n_t,
        flow.n2_n_t,
        flow.immobilised_n_t,
        flow.diverted_n_t,
        flow.soil_n_t,
    )
    assert min(ways) >= -1e-9 * max(tan_t, 1.0)


def test_liquid_and_solid_manure_lose_by_their_own_fractions():
    liquid, solid = TanLosses(0.1, 0.0, 0.0), TanLosses(0.3, 0.0, 0.0)
    flow = tan_flow.flow_of_manure(100.0, liquid_fraction=0.25, liquid=liquid, solid=solid)
    assert flow.nh3_n_t == pytest.approx(25 * 0.1 + 75 * 0.3, rel=1e-14)


def test_guideline_as_printed_gives_the_published_ammonia_of_laying_hens():
    """Liao and Chen 2017: 2712.34 t NH3 of 15.79 million hens; half of the excreta counted liquid, without any loss."""
    fractions = livestock_ammonia.loss_fractions("laying_hens")
    solid = TanLosses(
        *(fractions[f"solid_{loss}"] for loss in ("housing", "storage", "spreading")),
        *(fractions[f"solid_storage_{gas}"] for gas in ("n2o", "no", "n2")),
    ).as_printed()
    tan_t = tan_flow.tan_excreted(15.79e6, livestock_ammonia.excretion_of("laying_hens"))
    flow = tan_flow.flow_of_manure(
        tan_t, liquid_fraction=0.5, liquid=TanLosses(0.0, 0.0, 0.0), solid=solid, spread_fraction=1 - 0.5
    )
    assert flow.nh3_t == pytest.approx(2712.34, rel=0.01)


def pigs(make_record, heads, parameters, **key):
    """Return a record of pigs."""
    parameters = {"manure_liquid_fraction": 0.5, "manure_spread_fraction": 1.0} | parameters
    return make_record(
        **({"source_category": "AG.01.14", "fuel_or_product": "pigs", "activity_unit": "head"} | key),
        activity_value=heads, parameters=parameters,
    )  # fmt: skip


def test_record_of_pigs_follows_the_tables(make_record, make_context):
    """Fractions as printed in tables 1 and 2 of Liao and Chen 2017; half is liquid, everything is spread."""
    tan_t = 1000 * 365 * (3.36 * 0.004 + 2.04 * 0.0034) * 0.7 / 1000
    liquid_left = 0.815 * (1 - 0.038 - 0.0001 - 0.003)
    solid_stored = 0.815 * 0.9
    solid_left = solid_stored * (1 - 0.046 - 0.05 - 0.01 - 0.3)
    liquid = 0.185 + 0.815 * 0.038 + liquid_left * 0.40
    solid = 0.185 + solid_stored * 0.046 + solid_left * 0.81
    expected_t = tan_t * (liquid + solid) / 2 * 17 / 14
    record = pigs(make_record, 1000.0, {})
    assert livestock_ammonia.METHOD.applies(record, "NH3")
    found = livestock_ammonia.METHOD.estimate(record, "NH3", make_context())
    assert found.emission_t == pytest.approx(expected_t, rel=1e-12)
    assert found.confidence == "M"


def test_one_pass_gives_nitrous_oxide_nitrogen_and_what_reaches_the_soil(make_record, make_context):
    record = pigs(make_record, 1000.0, {"tan_kg_per_head_a": 10.0, "manure_liquid_fraction": 0.0})
    flow = livestock_ammonia.flow_of_record(record)
    n2o_n_t = livestock_ammonia.METHOD.estimate(record, "N2O_N", make_context()).emission_t
    assert n2o_n_t == pytest.approx(10 * 0.815 * 0.9 * 0.05, rel=1e-13)
    assert flow.n2o_n_t == n2o_n_t
    assert flow.leaving_n_t == pytest.approx(10.0, rel=1e-13)
    assert flow.soil_n_t == pytest.approx(10 * 0.815 * 0.9 * 0.594 * 0.19, rel=1e-13)


def test_loss_of_the_record_wins_over_the_table(make_record, make_context):
    own = {"tan_loss:solid_housing": 0.0, "manure_liquid_fraction": 0.0}
    record = pigs(make_record, 1000.0, own | {"manure_spread_fraction": 0.0, "tan_kg_per_head_a": 10.0})
    found = livestock_ammonia.METHOD.estimate(record, "NH3_N", make_context()).emission_t
    assert found == pytest.approx(10 * 0.9 * 0.046, rel=1e-13)  # storage only


def test_pigs_produced_count_for_the_days_that_they_live(make_record, make_context):
    produced = pigs(make_record, 3650.0, {"days_alive": 100.0})
    stock = pigs(make_record, 1000.0, {})
    found, expected = (
        livestock_ammonia.METHOD.estimate(record, "NH3", make_context()).emission_t for record in (produced, stock)
    )
    assert found == pytest.approx(expected, rel=1e-13)


def test_sows_take_the_parameters_of_pigs(make_record):
    assert livestock_ammonia.excretion_of("sows") == livestock_ammonia.excretion_of("pigs")


def test_liquid_manure_of_poultry_has_no_losses_and_is_refused(make_record, make_context):
    record = pigs(make_record, 1.0, {}, fuel_or_product="laying_hens", source_category="AG.01.15")
    with pytest.raises(FactorNotFoundError, match="tan_loss:liquid_housing"):
        livestock_ammonia.METHOD.estimate(record, "NH3", make_context())


def test_animal_without_excretion_is_refused(make_record, make_context):
    record = pigs(make_record, 1.0, {}, fuel_or_product="camels", source_category="AG.01.16")
    with pytest.raises(FactorNotFoundError, match="tan_kg_per_head_a"):
        livestock_ammonia.METHOD.estimate(record, "NH3", make_context())


@given(heads=st.floats(1.0, 1e8))
def test_twice_the_animals_give_twice_the_ammonia_bit_for_bit(heads):
    excretion, losses = livestock_ammonia.excretion_of("pigs"), TanLosses(0.185, 0.046, 0.81, 0.05, 0.01, 0.3, 0.1)
    once, twice = (
        tan_flow.flow_of_stream(tan_flow.tan_excreted(number, excretion), losses).nh3_t for number in (heads, 2 * heads)
    )
    assert twice == 2 * once


def test_arrays_of_herds_give_the_bits_of_single_herds(make_record, make_context):
    heads, liquid = np.array([1e3, 2.7e4, 5.0]), np.array([0.0, 0.4, 1.0])
    together = pigs(make_record, heads, {"manure_liquid_fraction": liquid})
    found = livestock_ammonia.METHOD.estimate(together, "NH3", make_context()).emission_t
    alone = [
        livestock_ammonia.METHOD.estimate(
            pigs(make_record, float(number), {"manure_liquid_fraction": float(share)}), "NH3", make_context()
        ).emission_t
        for number, share in zip(heads, liquid, strict=True)
    ]
    assert found.tolist() == alone


def test_losses_of_every_stream_are_fractions_that_leave_something():
    for animal in ("laying_hens", "broilers", "dairy_cattle", "beef_cattle", "pigs"):
        losses = livestock_ammonia.loss_fractions(animal)
        assert all(0.0 <= value <= 1.0 for value in losses.values())
        for form in {name.partition("_")[0] for name in losses}:
            stored = [value for name, value in losses.items() if name.startswith(f"{form}_storage")]
            assert len(stored) == 4
            assert sum(stored) < 1.0
