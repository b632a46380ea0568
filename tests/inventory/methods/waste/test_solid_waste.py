"""Mass balance of landfills, composition of waste, incineration and biological treatment; worked out by hand."""

import numpy as np
import pytest

from inventory.errors import FactorNotFoundError, SchemaError
from inventory.estimation import methods_for
from inventory.methods.waste import waste_carbon
from inventory.methods.waste.biological_treatment import gas_of_biological_treatment
from inventory.methods.waste.incineration_gas import gas_of_incineration, incineration_factor
from inventory.methods.waste.landfill_balance import ch4_of_landfill_balance, ch4_potential
from inventory.methods.waste.waste_composition import carbon_of_composition, doc_of_composition

SITE = {"docf": 0.5, "mcf": 1.0, "ch4_of_gas": 0.5, "recovered_ch4_t": 0.0, "oxidation": 0.1}


def emitted(record, species, context):
    """Return what the method that wins for a record gives."""
    return methods_for(record, species)[0].estimate(record, species, context).emission_t


def test_doc_of_waste_is_the_mean_of_its_fractions():
    assert doc_of_composition({"food": 0.5, "paper": 0.25}) == pytest.approx(0.5 * 0.15 + 0.25 * 0.4, rel=1e-12)


def test_carbon_of_waste_is_fossil_by_plastics_and_part_of_the_textiles():
    fossil, biogenic = carbon_of_composition({"food": 0.5, "plastics": 0.3, "textile": 0.2})
    assert fossil == pytest.approx(0.3 * 0.75 + 0.2 * 0.8 * 0.5 * 0.2, rel=1e-12)
    assert biogenic == pytest.approx(0.5 * 0.4 * 0.38 + 0.2 * 0.8 * 0.5 * 0.8, rel=1e-12)


@pytest.mark.parametrize(("shares", "code"), [({"glass": 0.1}, "TY3601"), ({"food": 60.0}, "TY3602")])
def test_unknown_fractions_and_per_cents_are_refused(shares, code):
    with pytest.raises(SchemaError, match=code):
        doc_of_composition(shares)


def test_carbon_of_waste_that_is_not_all_known_is_refused():
    with pytest.raises(SchemaError, match="other_inert"):
        carbon_of_composition({"plastics": 0.3})


def test_mass_balance_takes_the_recovered_gas_off_before_oxidation():
    l0 = 0.15 * 0.5 * 0.8 * 0.5 * 16 / 12
    assert ch4_potential(0.15, mcf=0.8) == pytest.approx(l0, rel=1e-12)
    found = ch4_of_landfill_balance(1e6, doc=0.15, mcf=0.8, recovered_ch4_t=4000.0, oxidation=0.1)
    assert found == pytest.approx((1e6 * l0 - 4000) * 0.9, rel=1e-12)


def test_a_landfill_record_without_history_is_a_mass_balance(make_record, make_context):
    record = make_record(
        source_category="WT.01.01",
        activity_value=1e5,
        parameters=SITE | {"waste_share:food": 0.5, "waste_share:wood": 0.1},
    )
    assert methods_for(record, "CH4")[0].name == "landfill_mass_balance"
    expected = 1e5 * (0.075 + 0.043) * 0.5 * 0.5 * 16 / 12 * 0.9
    assert emitted(record, "CH4", make_context()) == pytest.approx(expected, rel=1e-12)


def test_a_history_without_a_delay_is_not_silently_balanced(make_record, make_context):
    record = make_record(
        source_category="WT.01.01", parameters=SITE | {"waste_share:food": 1.0, "disposed_t:2020": 1.0}
    )
    with pytest.raises(SchemaError, match="landfill_delay_months"):
        emitted(record, "CH4", make_context())


def test_more_recovery_than_gas_is_refused(make_record, make_context):
    record = make_record(source_category="WT.01.01", parameters=SITE | {"doc": 0.1, "recovered_ch4_t": 1e9})
    with pytest.raises(SchemaError, match="more CH4 is recovered"):
        emitted(record, "CH4", make_context())


def test_fossil_and_biogenic_co2_make_up_the_burnt_carbon():
    given = {"carbon_content": 0.33, "fossil_share_of_carbon": 0.4, "combustion_efficiency": 0.95}
    fossil = waste_carbon.fossil_co2_of_incineration(100.0, **given)
    assert fossil == pytest.approx(100 * 0.33 * 0.4 * 0.95 * 44 / 12, rel=1e-12)
    biogenic = waste_carbon.biogenic_co2_of_incineration(100.0, **given)
    assert fossil + biogenic == pytest.approx(100 * 0.33 * 0.95 * 44 / 12, rel=1e-12)


@pytest.mark.parametrize(
    ("parameters", "name", "fossil"),
    [
        ({"waste_carbon_content": 0.4, "fossil_share_of_carbon": 0.5}, "waste_carbon_content", 0.2),
        ({"waste_share:plastics": 0.2, "waste_share:food": 0.8}, "waste_carbon_composition", 0.2 * 0.75),
    ],
)
def test_records_of_incinerated_waste(make_record, make_context, parameters, name, fossil):
    record = make_record(
        source_category="WT.02.01", activity_value=10.0, parameters=parameters | {"combustion_efficiency": 0.95}
    )
    assert methods_for(record, "CO2")[0].name == name
    assert emitted(record, "CO2", make_context()) == pytest.approx(10 * fossil * 0.95 * 44 / 12, rel=1e-12)


def test_gases_of_incineration_are_grams_per_tonne(make_record, make_context):
    assert gas_of_incineration(1e6, ef_g_per_t=50.0) == pytest.approx(50.0, rel=1e-12)
    record = make_record(
        source_category="WT.02.02",
        activity_value=2e4,
        activity_unit="t_dm",
        parameters={"incineration_ef_g_per_t:N2O": 990.0},
    )
    assert emitted(record, "N2O", make_context()) == pytest.approx(2e4 * 990 / 1e6, rel=1e-12)
    assert incineration_factor("municipal", "CH4", operation="continuous", furnace="stoker") == 0.2
    with pytest.raises(FactorNotFoundError, match="incineration_ef_g_per_t:CH4"):
        incineration_factor("industrial", "CH4")


def test_composting_is_grams_per_kilogram_less_what_is_recovered():
    assert gas_of_biological_treatment(5e4, ef_g_per_kg=4.0, recovered_t=20.0) == pytest.approx(180.0, rel=1e-12)


@pytest.mark.parametrize(
    ("category", "unit", "species", "g_per_kg"),
    [
        ("WT.04.01", "t", "CH4", 4.0),
        ("WT.04.01", "t_dm", "N2O", 0.6),
        ("WT.04.02", "t", "CH4", 0.8),
        ("AG.04.03", "t", "NH3", 0.32),
    ],
)
def test_treatment_falls_back_to_the_default_of_its_basis(make_record, make_context, category, unit, species, g_per_kg):
    record = make_record(source_category=category, fuel_or_product="food_waste", activity_value=1e4, activity_unit=unit)
    assert emitted(record, species, make_context()) == pytest.approx(1e4 * g_per_kg / 1000, rel=1e-12)


def test_a_factor_of_the_library_comes_before_the_default(make_record, make_context, make_library, make_factor):
    factor = make_factor("L", 2.5, "g/kg", source_category="WT.04.01", species="CH4", basis="emitted")
    record = make_record(source_category="WT.04.01", fuel_or_product="food_waste", activity_value=1e4)
    assert emitted(record, "CH4", make_context(make_library([factor]))) == pytest.approx(25.0, rel=1e-12)


def test_digestion_without_an_n2o_factor_stays_without_a_number(make_record, make_context):
    record = make_record(source_category="WT.04.02", fuel_or_product="food_waste")
    assert methods_for(record, "N2O")[0].estimate(record, "N2O", make_context()) is None


def test_recovered_gas_of_a_digester_is_taken_off(make_record, make_context):
    own = {"treatment_ef_g_per_kg:CH4": 60.0, "recovered_ch4_t": 550.0}
    record = make_record(source_category="WT.04.02", fuel_or_product="food_waste", activity_value=1e4, parameters=own)
    assert emitted(record, "CH4", make_context()) == pytest.approx(600 - 550, rel=1e-12)
    plain = make_record(
        source_category="WT.04.02",
        fuel_or_product="food_waste",
        activity_value=1e4,
        parameters={"recovered_ch4_t": 3.0},
    )
    assert emitted(plain, "CH4", make_context()) == pytest.approx(8.0 - 3.0, rel=1e-12)
    greedy = make_record(source_category="WT.04.02", fuel_or_product="food_waste", parameters={"recovered_ch4_t": 3.0})
    with pytest.raises(SchemaError, match="TY3605"):
        emitted(greedy, "CH4", make_context())


def test_arrays_give_the_bits_of_scalars():
    tonnes = np.array([1.0, 3.3, 1e7])
    given = {"doc": 0.15, "mcf": 0.8, "recovered_ch4_t": 0.01, "oxidation": 0.1}
    assert ch4_of_landfill_balance(tonnes, **given).tolist() == [ch4_of_landfill_balance(t, **given) for t in tonnes]
