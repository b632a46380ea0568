"""Clinker, carbonates, glass, steel, aluminium and plant balances, each worked out by hand."""

import numpy as np
import pytest

from inventory.errors import ConservationError, FactorNotFoundError
from inventory.methods.process import aluminium, carbonates, clinker, glass, plant_carbon, product_factor, steelmaking
from inventory.methods.process.plant_carbon import CarbonFlow


def test_product_times_factor():
    found = product_factor.emission_of_product(np.array([1.0, 2.0]), ef_t_per_t=0.683)
    assert found.tolist() == [product_factor.emission_of_product(amount, ef_t_per_t=0.683) for amount in (1.0, 2.0)]
    assert found[1] == pytest.approx(1.366, rel=1e-15)


def test_clinker_of_carbide_slag_emits_nothing(make_record, make_context, library):
    assert clinker.co2_of_clinker(500.0, carbide_slag_clinker_t=50.0) == pytest.approx(450 * 0.538, rel=1e-12)
    record = make_record(
        source_category="IP.08.01", fuel_or_product="clinker", activity_value=500.0,
        parameters={"carbide_slag_clinker_share": 0.1},
    )  # fmt: skip
    found = clinker.METHODS[0].estimate(record, "CO2", make_context(library))
    assert found.emission_t == pytest.approx(450 * 0.538, rel=1e-12)  # the factor of the pack cn-provincial-2011
    assert (found.method, found.factor_id) == ("", "GIPPU001")


def test_own_clinker_factor_goes_before_the_library(make_record, make_context):
    parameters = {"carbide_slag_clinker_share": 0.0, "clinker_ef_t_per_t": 0.525}
    record = make_record(source_category="IP.08.01", activity_value=2.0, activity_unit="kt", parameters=parameters)
    assert clinker.METHODS[0].estimate(record, "CO2", make_context()).emission_t == pytest.approx(1050, rel=1e-12)
    unknown = make_record(source_category="IP.08.01", parameters={"carbide_slag_clinker_share": 0.0})
    assert clinker.METHODS[0].estimate(unknown, "CO2", make_context()) is None


def test_oxides_of_clinker_give_the_ipcc_factor(make_record, make_context):
    assert clinker.clinker_factor_of_oxides(0.65) == pytest.approx(0.52, abs=1e-3)  # IPCC 2006: 0.51 × 1.02
    parameters = {"clinker_cao_fraction": 0.6, "clinker_mgo_fraction": 0.02, "kiln_dust_correction": 1.0}
    record = make_record(source_category="IP.08.01", activity_value=100.0, parameters=parameters)
    expected_t = 100 * (0.6 * 44.01 / 56.08 + 0.02 * 44.01 / 40.30)
    assert clinker.METHODS[1].estimate(record, "CO2", make_context()).emission_t == pytest.approx(expected_t, rel=1e-12)


@pytest.mark.parametrize(
    ("code", "carbonate_g_per_mol", "co2_per_formula"),
    [
        ("calcite", 40.078 + 60.009, 1), ("magnesite", 24.305 + 60.009, 1), ("dolomite", 64.383 + 120.018, 2),
        ("siderite", 55.845 + 60.009, 1), ("rhodochrosite", 54.938 + 60.009, 1), ("soda_ash", 106.07, 1),  # molar mass of IPCC 2006 table 2.1; 105.99 today
        ("potassium_carbonate", 78.197 + 60.009, 1), ("lithium_carbonate", 13.88 + 60.009, 1),
        ("barium_carbonate", 137.327 + 60.009, 1), ("strontium_carbonate", 87.62 + 60.009, 1),
        ("sodium_bicarbonate", 22.990 + 1.008 + 60.009, 0.5),
    ],
)  # fmt: skip
def test_ratios_are_stoichiometric(code, carbonate_g_per_mol, co2_per_formula):
    ratio = carbonates.carbonate_ratio(code)
    assert ratio == pytest.approx(co2_per_formula * 44.009 / carbonate_g_per_mol, rel=2e-4)


def test_material_of_several_carbonates(make_record, make_context):
    parameters = {
        "carbonate_fraction:calcite": 0.9, "carbonate_fraction:magnesite": 0.05, "calcined_fraction:magnesite": 0.5,
    }  # fmt: skip
    record = make_record(
        source_category="IP.09.09", fuel_or_product="limestone", activity_value=1000.0, parameters=parameters
    )
    expected_t = 1000 * (0.9 * 0.43971 + 0.05 * 0.52197 * 0.5)
    assert carbonates.METHOD.estimate(record, "CO2", make_context()).emission_t == pytest.approx(expected_t, rel=1e-12)
    plain = make_record(source_category="IP.09.09", fuel_or_product="limestone")
    assert carbonates.METHOD.estimate(plain, "CO2", make_context()) is None


def test_unknown_carbonate_is_refused_with_the_known_ones():
    with pytest.raises(FactorNotFoundError, match="granite(.|\n)*calcite"):
        carbonates.carbonate_ratio("granite")


def test_cullet_brings_no_carbonate(make_record, make_context):
    record = make_record(
        source_category="IP.09.01", fuel_or_product="flat_glass", activity_value=1000.0,
        parameters={"cullet_fraction": 0.25},
    )  # fmt: skip
    assert glass.METHOD.estimate(record, "CO2", make_context()).emission_t == pytest.approx(
        1000 * 0.2 * 0.75, rel=1e-12
    )


def test_steel_is_flux_and_the_carbon_that_pig_iron_loses(make_record, make_context):
    found = steelmaking.co2_of_steel(100.0, dolomite_t=50.0, pig_iron_t=1000.0, steel_t=1100.0)
    decarburised_t = (1000 * 0.041 - 1100 * 0.00248) * 44 / 12
    assert found == pytest.approx(43 + 23.7 + decarburised_t, rel=1e-12)
    record = make_record(
        source_category="IP.05.03", fuel_or_product="pig_iron", activity_value=1000.0,
        parameters={
            "pig_iron_carbon_fraction": 0.041, "steel_carbon_fraction": 0.00248, "steel_t_per_t_pig_iron": 1.1,
        },
    )  # fmt: skip
    estimate = steelmaking.METHOD.estimate(record, "CO2", make_context())
    assert estimate.emission_t == pytest.approx(decarburised_t, rel=1e-12)


def test_anode_effects_and_anodes_of_aluminium(make_record, make_context):
    assert aluminium.pfc_of_aluminium(1000.0, ef_kg_per_t=0.0888) == pytest.approx(0.0888, rel=1e-12)
    parameters = {
        "cf4_slope": 0.143, "anode_effect_min_per_cell_day": 0.5, "c2f6_per_cf4": 0.121,
        "anode_t_per_t": 0.42, "anode_carbon_fraction": 0.97,
    }  # fmt: skip
    record = make_record(source_category="IP.14.01", activity_value=1e6, parameters=parameters)
    pfc, anodes = aluminium.METHODS
    assert pfc.estimate(record, "CF4", make_context()).emission_t == pytest.approx(71.5, rel=1e-12)
    assert pfc.estimate(record, "C2F6", make_context()).emission_t == pytest.approx(71.5 * 0.121, rel=1e-12)
    expected_t = 1e6 * 0.42 * 0.97 * 44 / 12
    assert anodes.estimate(record, "CO2", make_context()).emission_t == pytest.approx(expected_t, rel=1e-12)


WORKS = [
    CarbonFlow("coking_coal", "input", 100.0), CarbonFlow("coke", "input", 20.0),
    CarbonFlow("crude_steel", "output", 2.0), CarbonFlow("coke_oven_gas", "output", 18.0),
]  # fmt: skip


def test_plant_emits_the_carbon_that_does_not_leave_it():
    assert plant_carbon.co2_of_plant(WORKS) == pytest.approx(100 * 44 / 12, rel=1e-12)


@pytest.mark.parametrize("emitted_carbon_t", [100.0, 94.1, 105.9])
def test_balance_closes_with_another_estimate_within_the_stated_share(emitted_carbon_t):
    emitted_co2_t = emitted_carbon_t * 44 / 12
    assert plant_carbon.co2_of_plant(WORKS, emitted_co2_t=emitted_co2_t) == pytest.approx(100 * 44 / 12)


@pytest.mark.parametrize("emitted_carbon_t", [93.0, 107.0])
def test_open_balance_is_refused_with_what_is_missing(emitted_carbon_t):
    with pytest.raises(ConservationError, match=r"works(.|\n)*5\.83%"):
        plant_carbon.co2_of_plant(WORKS, emitted_co2_t=emitted_carbon_t * 44 / 12, place="works")


def test_more_carbon_out_than_in_is_refused():
    with pytest.raises(ConservationError, match="TY3190"):
        plant_carbon.co2_of_plant([CarbonFlow("coke", "input", 1.0), CarbonFlow("coal_tar", "output", 1.01)])


@pytest.mark.parametrize(
    ("gas", "why"), [("coke_oven_gas", "is an output and burned again"), ("blast_furnace_gas", "already in the inputs")]
)
def test_works_gas_that_is_burned_with_its_own_co2_is_refused(gas, why):
    with pytest.raises(ConservationError, match=f"TY3189.*{gas}(.|\n)*{why}"):
        plant_carbon.co2_of_plant([*WORKS, CarbonFlow(gas, "own_combustion", 5.0)])


def test_bought_gas_burned_beside_the_balance_is_no_double_count():
    assert plant_carbon.co2_of_plant([*WORKS, CarbonFlow("natural_gas", "own_combustion", 5.0)]) > 0


def test_flows_of_a_ledger_tell_gas_that_is_booked_in_the_balance_from_gas_that_is_not(make_record):
    term = {"balance_group": "works", "source_category": "IP.04.03"}
    records = [
        make_record(**term, fuel_or_product="coke", activity_value=10.0, parameters={"sign": 1.0, "carbon_fraction": 0.8}),
        make_record(**term, fuel_or_product="coal_tar", parameters={"sign": -1.0, "carbon_fraction": 0.7}),
        make_record(
            balance_group="works", fuel_or_product="blast_furnace_gas", included_species=frozenset({"CO2"}),
            activity_unit="sm3_20",
        ),
        make_record(balance_group="other", fuel_or_product="converter_gas", activity_unit="sm3_20"),
    ]  # fmt: skip
    flows = plant_carbon.flows_of_records(records, "works")
    assert flows == [CarbonFlow("coke", "input", 8.0), CarbonFlow("coal_tar", "output", 0.7)]
    doubled = make_record(balance_group="works", fuel_or_product="converter_gas", activity_unit="sm3_20")
    found = plant_carbon.double_counted_gases(
        plant_carbon.flows_of_records([*records, doubled], "works"), place="works"
    )
    assert [problem.place for problem in found] == ["works › converter_gas"]
