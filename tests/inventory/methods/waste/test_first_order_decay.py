"""Landfills by first-order decay: delay, fractions, and what else one run gives; worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import SchemaError
from inventory.estimation import methods_for
from inventory.methods.waste.first_order_decay import WasteStream, ch4_of_landfill, ch4_of_streams, decomposed_carbon
from inventory.methods.waste.landfill_gas import (
    LandfillGas,
    ch4_of_landfill_gas,
    co2_of_landfill_gas,
    nmvoc_of_landfill,
)

SITE = {"docf": 0.5, "mcf": 1.0, "ch4_of_gas": 0.5, "recovered_ch4_t": 0.0, "oxidation": 0.0}


def emitted(record, species, context):
    """Return what the method that wins for a record gives."""
    return methods_for(record, species)[0].estimate(record, species, context).emission_t


def test_without_delay_waste_decays_for_half_of_the_year_of_its_disposal():
    stream = WasteStream({2020: 1000.0}, 0.1, 0.2)
    assert decomposed_carbon(stream, 2020, delay_months=0.0) == pytest.approx(100 * (1 - math.exp(-0.1)), rel=1e-12)
    of_2021 = 100 * (math.exp(-0.1) - math.exp(-0.3))
    assert decomposed_carbon(stream, 2021, delay_months=0.0) == pytest.approx(of_2021, rel=1e-12)


def test_the_default_delay_starts_the_decay_on_the_first_day_of_the_next_year():
    stream = WasteStream({2020: 1000.0}, 0.1, 0.2)
    assert decomposed_carbon(stream, 2020) == 0.0
    assert decomposed_carbon(stream, 2021) == pytest.approx(100 * (1 - math.exp(-0.2)), rel=1e-12)


def test_three_months_of_delay_leave_a_quarter_of_a_year_to_decay():
    stream = WasteStream({2020: 1000.0}, 0.1, 0.2)
    assert decomposed_carbon(stream, 2020, delay_months=3.0) == pytest.approx(100 * (1 - math.exp(-0.05)), rel=1e-12)


@pytest.mark.parametrize("delay", [-1.0, 7.0])
def test_a_delay_outside_half_a_year_is_refused(delay):
    with pytest.raises(SchemaError, match="TY3603"):
        decomposed_carbon(WasteStream({2020: 1.0}, 0.1, 0.1), 2021, delay_months=delay)


@given(delay=st.floats(0.0, 6.0), rate=st.floats(0.01, 1.0))
def test_all_carbon_decomposes_in_the_end(delay, rate):
    stream = WasteStream({2000: 1000.0}, 0.1, rate)
    years = range(2000, 2061)
    left = 100 * math.exp(-rate * (60.5 - delay / 12))
    total = sum(decomposed_carbon(stream, year, delay_months=delay) for year in years)
    assert total + left == pytest.approx(100, rel=1e-9)


def test_fractions_decay_each_at_its_own_rate():
    food, wood = WasteStream({2020: 600.0}, 0.15 * 0.5, 0.185), WasteStream({2020: 100.0}, 0.43 * 0.5, 0.03)
    expected = (45.0 * (1 - math.exp(-0.185)) + 21.5 * (1 - math.exp(-0.03))) * 0.5 * 16 / 12
    found = ch4_of_streams([food, wood], 2021, ch4_of_gas=0.5, recovered_ch4_t=1.0, oxidation=0.1)
    assert found == pytest.approx((expected - 1.0) * 0.9, rel=1e-12)


def test_a_record_takes_doc_and_decay_of_its_fractions_from_the_table(make_record, make_context):
    parameters = SITE | {
        "landfill_delay_months": 6.0, "waste_share:food": 0.6, "waste_share:wood": 0.1, "waste_share:plastics": 0.3,
        "disposed_t:2019": 1000.0, "disposed_t:2020": 1000.0,
    }  # fmt: skip
    record = make_record(source_category="WT.01.01", parameters=parameters)
    carbon = sum(
        1000 * share * doc * 0.5 * (1 - math.exp(-k)) * (1 + math.exp(-k))
        for share, doc, k in ((0.6, 0.15, 0.185), (0.1, 0.43, 0.03))
    )
    assert methods_for(record, "CH4")[0].name == "first_order_decay_of_fractions"
    assert emitted(record, "CH4", make_context(year=2021)) == pytest.approx(carbon * 0.5 * 16 / 12, rel=1e-12)


def test_a_record_may_bring_its_own_decay_of_a_fraction(make_record, make_context):
    parameters = SITE | {
        "landfill_delay_months": 6.0, "waste_share:food": 1.0, "decay_rate:food": 0.4, "doc:food": 0.1, "disposed_t:2020": 1e3,
    }  # fmt: skip
    record = make_record(source_category="WT.01.01", parameters=parameters)
    expected = 1000 * 0.1 * 0.5 * (1 - math.exp(-0.4)) * 0.5 * 16 / 12
    assert emitted(record, "CH4", make_context(year=2021)) == pytest.approx(expected, rel=1e-12)


def test_doc_and_composition_together_are_refused(make_record, make_context):
    parameters = SITE | {"doc": 0.1, "decay_rate": 0.1, "waste_share:food": 1.0, "disposed_t:2020": 1.0}
    record = make_record(source_category="WT.01.01", parameters=parameters)
    with pytest.raises(SchemaError, match="both doc and a composition"):
        emitted(record, "CH4", make_context())


def test_carbon_of_ch4_and_co2_is_the_carbon_that_decomposed():
    gas = LandfillGas(120.0, 0.55, 10.0)
    carbon = ch4_of_landfill_gas(gas, oxidation=0.1) * 12 / 16 + co2_of_landfill_gas(gas, oxidation=0.1) * 12 / 44
    assert carbon == pytest.approx(120.0, rel=1e-12)


def test_co2_holds_the_gas_s_own_the_burnt_and_the_oxidised():
    gas = LandfillGas(12.0, 0.5, 2.0)  # generated CH4 8 t
    expected = 6.0 * 44 / 12 + (2.0 + 0.1 * 6.0) * 44 / 16
    assert co2_of_landfill_gas(gas, oxidation=0.1) == pytest.approx(expected, rel=1e-12)


def test_nmvoc_follows_the_gas_that_is_not_recovered():
    gas = LandfillGas(12.0, 0.5, 2.0)
    cubic_metres = 6000 / 0.67 / 0.5
    assert nmvoc_of_landfill(gas, nmvoc_g_per_m3=5.0) == pytest.approx(cubic_metres * 5.0 / 1e6, rel=1e-12)


def test_one_run_gives_three_species(make_record, make_context):
    own = {"doc": 0.12, "decay_rate": 0.1, "disposed_t:2020": 2000.0, "nmvoc_g_per_m3_landfill_gas": 5.65}
    record = make_record(source_category="WT.01.01", parameters=SITE | own)
    context = make_context(year=2021)
    carbon = 2000 * 0.06 * (1 - math.exp(-0.1))
    assert emitted(record, "CH4", context) == pytest.approx(carbon * 0.5 * 16 / 12, rel=1e-12)
    assert emitted(record, "CO2_BIO", context) == pytest.approx(carbon * 0.5 * 44 / 12, rel=1e-12)
    ch4_kg = carbon * 0.5 * 16 / 12 * 1000
    assert emitted(record, "NMVOC", context) == pytest.approx(ch4_kg / 0.67 / 0.5 * 5.65 / 1e6, rel=1e-12)


def test_arrays_give_the_bits_of_scalars():
    amounts = np.array([1e3, 2e5, 7.7e6])
    given = {"degradable_fraction": 0.07, "decay_rate_per_a": 0.09, "ch4_of_gas": 0.5, "oxidation": 0.1}
    together = ch4_of_landfill({2019: amounts, 2020: amounts / 3}, 2021, **given)
    alone = [ch4_of_landfill({2019: a, 2020: a / 3}, 2021, **given) for a in amounts]
    assert together.tolist() == alone
