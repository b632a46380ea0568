"""F-gases of electronics and of products: every gas its own species, worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from inventory.errors import FactorNotFoundError, MissingInputError, SchemaError
from inventory.estimation import estimate_record
from inventory.methods.process import electronics, fgas_use
from inventory.vocabulary import load


def fab(make_record, leaf="IP.16.01", amount=10.0, **values):
    return make_record(source_category=leaf, fuel_or_product="process_gas", activity_value=amount, **values)


def emitted(record, context):
    """Return the species of a record that have a number, as the estimation finds them."""
    return {one.species: one.estimate.emission_t for one in estimate_record(record, context) if one.method is not None}


MIXTURE = {"gas_share:CF4": 0.5, "gas_share:C2F6": 0.3, "gas_share:NF3": 0.2}


def test_tier2a_keeps_the_heel_and_adds_by_product_cf4(make_record, make_context):
    found = emitted(fab(make_record, parameters={**MIXTURE, "gas_heel_fraction": 0.1}), make_context())
    assert found["C2F6"] == pytest.approx(3 * 0.9 * 0.6, rel=1e-12)
    assert found["NF3"] == pytest.approx(2 * 0.9 * 0.2, rel=1e-12)
    assert found["CF4"] == pytest.approx(5 * 0.9 * 0.9 + 3 * 0.9 * 0.2 + 2 * 0.9 * 0.09, rel=1e-12)
    assert found["SF6"] == 0.0  # the shares add up to the whole: no SF6 was used


def test_abatement_acts_on_its_share_of_each_gas(make_record, make_context):
    parameters = {
        **MIXTURE, "gas_heel_fraction": 0.1, "abated_gas_share": 0.5, "abated_gas_share:NF3": 1.0,
        "abatement_efficiency:C2F6": 0.8,
    }  # fmt: skip
    found = emitted(fab(make_record, parameters=parameters), make_context())
    assert found["C2F6"] == pytest.approx(2.7 * 0.6 * (1 - 0.5 * 0.8), rel=1e-12)
    assert found["NF3"] == pytest.approx(1.8 * 0.2 * (1 - 0.95), rel=1e-12)
    own_t, of_c2f6_t, of_nf3_t = 4.5 * 0.9 * (1 - 0.5 * 0.9), 2.7 * 0.2 * (1 - 0.5 * 0.9), 1.8 * 0.09 * (1 - 0.9)
    assert found["CF4"] == pytest.approx(own_t + of_c2f6_t + of_nf3_t, rel=1e-12)


def test_remote_plasma_uses_nf3_up(make_record, make_context):
    parameters = {"gas_share:NF3": 1.0, "gas_heel_fraction": 0.0}
    record = fab(make_record, parameters=parameters, size_class="process_remote_plasma")
    assert emitted(record, make_context())["NF3"] == pytest.approx(10 * 0.02, rel=1e-12)


def test_displays_and_cells_have_their_own_use_rates(make_record, make_context):
    parameters = {"gas_share:SF6": 1.0, "gas_heel_fraction": 0.1}
    for leaf, emitted_fraction in (("IP.16.01", 0.2), ("IP.16.02", 0.6), ("IP.16.03", 0.4)):
        found = emitted(fab(make_record, leaf, parameters=parameters), make_context())
        assert found["SF6"] == pytest.approx(9 * emitted_fraction, rel=1e-12)


def test_own_fractions_go_before_the_defaults(make_record, make_context):
    parameters = {
        "gas_share:C2F6": 1.0, "gas_heel_fraction": 0.0, "gas_emitted_fraction:C2F6": 0.5, "byproduct_cf4:C2F6": 0.1,
    }  # fmt: skip
    found = emitted(fab(make_record, parameters=parameters), make_context())
    assert (found["C2F6"], found["CF4"]) == (5.0, 1.0)


def test_gas_without_use_rate_is_refused(make_record, make_context, monkeypatch):
    parameters = {"gas_share:N2O": 1.0, "gas_heel_fraction": 0.0}
    record = fab(make_record, parameters=parameters)
    monkeypatch.setattr(electronics, "_table", dict)
    with pytest.raises(FactorNotFoundError, match="TY3194.*N2O"):
        electronics.METHODS[0].estimate(record, "N2O", make_context())


def test_rates_of_the_2011_guideline_serve_a_record_that_names_its_gases(make_record, make_context, library):
    parameters = {"gas_share:CF4": 0.5, "gas_share:HFC23": 0.1, "gas_share:C2F6": 0.3, "gas_share:SF6": 0.1}
    record = fab(make_record, parameters=parameters, control_path_id="as_surveyed")
    found = emitted(record, make_context(library))
    expected = {"CF4": 5 * 0.4356, "HFC23": 0.2095, "C2F6": 3 * 0.0376, "SF6": 0.1951, "NF3": 0.0}
    assert {species: found[species] for species in expected} == pytest.approx(expected, rel=1e-12)


def test_uncontrolled_record_takes_the_unabated_fraction_of_each_gas(make_record, make_context, library):
    record = fab(make_record, parameters={"gas_share:CF4": 0.5, "gas_share:SF6": 0.5})
    found = emitted(record, make_context(library))
    assert (found["CF4"], found["SF6"]) == pytest.approx((5 * 0.9, 5 * 0.2), rel=1e-12)


def test_own_rate_of_one_gas(make_record, make_context):
    record = fab(make_record, parameters={"gas_share:CF4": 1.0, "gas_emission_rate:CF4": 0.25})
    assert electronics.METHODS[1].estimate(record, "CF4", make_context()).emission_t == 2.5


def test_unnamed_process_gas_is_refused_not_counted_as_every_gas(make_record, make_context, library):
    with pytest.raises(MissingInputError, match="TY3195"):
        electronics.METHODS[1].estimate(fab(make_record), "CF4", make_context(library))
    assert "CF4" not in emitted(fab(make_record), make_context(library))


def test_shares_that_are_not_the_whole_are_refused(make_record, make_context):
    short = fab(make_record, parameters={"gas_share:CF4": 0.5, "gas_heel_fraction": 0.1})
    with pytest.raises(SchemaError, match="TY3192"):
        electronics.METHODS[0].estimate(short, "CF4", make_context())


def test_records_as_an_array_give_the_bits_of_each_alone(make_record, make_context):
    amounts, heels = [1.0, 7.3, 1e4 / 3], [0.1, 0.0, 0.07]
    together = {name: np.full(3, value) for name, value in MIXTURE.items()} | {"gas_heel_fraction": np.array(heels)}
    whole = emitted(fab(make_record, amount=np.array(amounts), parameters=together), make_context())
    for at, (amount, heel) in enumerate(zip(amounts, heels, strict=True)):
        alone = emitted(
            fab(make_record, amount=amount, parameters={**MIXTURE, "gas_heel_fraction": heel}), make_context()
        )
        assert {species: np.broadcast_to(value, 3)[at] for species, value in whole.items()} == alone


def test_doubled_gas_doubles_every_emission_bit_for_bit(make_record, make_context):
    parameters = {**MIXTURE, "gas_heel_fraction": 0.1, "abated_gas_share": 0.37}
    one, two = (emitted(fab(make_record, amount=a, parameters=parameters), make_context()) for a in (1.7, 3.4))
    assert {species: 2 * value for species, value in one.items()} == two


def product(make_record, leaf, name, amount=1000.0, **parameters):
    technology = parameters.pop("technology", "any")
    return make_record(
        source_category=leaf, fuel_or_product=name, activity_value=amount, technology=technology, parameters=parameters
    )


def test_equipment_leaks_when_charged_in_use_and_when_retired():
    found = fgas_use.gas_of_equipment(
        1000.0, annual_leak_fraction=0.05, charged_t=200.0, charge_loss_fraction=0.01,
        retired_charge_t=100.0, residual_charge_fraction=0.8, recovery_fraction=0.25,
    )  # fmt: skip
    assert found == pytest.approx(50 + 2 + 60, rel=1e-12)


def test_mixture_in_room_air_conditioners_leaks_as_two_species(make_record, make_context):
    mixture = {"gas_share:HFC32": 0.5, "gas_share:HFC125": 0.5}
    in_use = product(make_record, "OT.03.02", "refrigerant_bank", **mixture, annual_leak_fraction=0.1)
    assert emitted(in_use, make_context()) == {"HFC32": 50.0, "HFC125": 50.0}
    by_default = product(make_record, "OT.03.02", "refrigerant_bank", **mixture)
    found = emitted(by_default, make_context())
    assert found == pytest.approx({"HFC32": 25.0, "HFC125": 25.0}, rel=1e-12)
    assert fgas_use.METHOD.estimate(by_default, "HFC32", make_context()).tier == "1"


def test_retired_car_air_conditioners_lose_what_is_not_recovered(make_record, make_context):
    record = product(
        make_record, "OT.03.01", "refrigerant_charge", residual_charge_fraction=0.5, gas_recovery_fraction=0.3
    )
    assert emitted(record, make_context())["HFC134a"] == pytest.approx(350, rel=1e-12)


def test_switchgear_is_made_used_and_retired_as_sf6(make_record, make_context, library):
    context = make_context(library)
    made = product(make_record, "OT.03.10", "sf6_used", 100.0)
    used = product(make_record, "OT.03.11", "refrigerant_bank", technology="gis_high_voltage")
    gone = product(
        make_record, "OT.03.11", "refrigerant_charge", residual_charge_fraction=1.0, gas_recovery_fraction=0.9
    )
    found = [emitted(record, context)["SF6"] for record in (made, used, gone)]
    assert found == pytest.approx([8.6, 7.0, 100.0], rel=1e-12)


def test_hfc_production_loses_half_a_per_cent_of_the_named_gas(make_record, make_context):
    record = product(make_record, "IP.13.08", "hfc_product", 20_000.0, **{"gas_share:HFC134a": 1.0})
    found = emitted(record, make_context())
    assert found["HFC134a"] == pytest.approx(100.0, rel=1e-12)
    assert found["HFC32"] == 0.0


def test_mixture_without_composition_is_no_estimate(make_record, make_context):
    record = product(make_record, "OT.03.02", "refrigerant_bank", annual_leak_fraction=0.1)
    assert emitted(record, make_context()) == {}


def test_record_of_two_stages_is_refused(make_record, make_context):
    record = product(make_record, "OT.03.01", "refrigerant_bank", annual_leak_fraction=0.1, charge_loss_fraction=0.01)
    with pytest.raises(SchemaError, match="TY3196"):
        emitted(record, make_context())


def test_aerosols_foam_and_banks_over_the_years():
    assert fgas_use.gas_of_aerosols(100.0, previous_sales_t=80.0) == 90.0
    assert fgas_use.gas_of_closed_foam(100.0, bank_t=1000.0) == pytest.approx(10 + 45, rel=1e-12)
    charged = {2018: 100.0, 2019: 100.0, 2020: 100.0, 2021: 100.0}
    assert fgas_use.bank_of_charges(charged, 2021, lifetime_a=2) == 200.0
    kept = fgas_use.bank_of_charges(charged, 2021, lifetime_a=10, annual_leak_fraction=0.1)
    assert kept == pytest.approx(100 + 90 + 81, rel=1e-12)


@pytest.mark.parametrize("name", ["electronics_gases", "fgas_use_defaults"])
def test_defaults_are_fractions_of_known_codes_with_a_source(name):
    from importlib.resources import files

    table = pd.read_csv(files("inventory.methods.process").joinpath(f"{name}.csv").open(encoding="utf-8"))
    keys = [
        column
        for column in ("source_category", "applies_to", "fuel_or_product", "species", "size_class")
        if column in table
    ]
    assert not table.duplicated(keys).any()
    assert table.sort_values(keys)[keys].equals(table[keys])
    for column in {"emitted_fraction", "byproduct_cf4", "abatement_efficiency", "value"} & set(table):
        assert table[column].between(0, 1).all()
    known = {*load("categories")["code"], *load("technologies")["code"]}
    assert set(table[keys[0]]) <= known
    assert table["source"].str.len().min() > 10
