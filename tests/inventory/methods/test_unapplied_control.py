"""A named control is applied where the value is generated, and told where the value contains it already."""

import pytest

from inventory.estimation import estimate_record
from inventory.factors.abatement import library_controls

STATION = {"vapour_pressure_kpa": 30.0, "filling_recovery": 0.95, "refuelling_recovery": 0.85}
FLARE = {"flare_voc_fraction": 0.5, "flare_ch4_fraction": 0.2, "carbon_fraction": 0.8, "sulphur_fraction": 0.01}
SCREENED = {"operating_hours": 8000.0, "leak_threshold_ppm": 10000.0, "count_leaking:valve_gas": 2.0,
            "count_sound:valve_gas": 100.0}  # fmt: skip
REPAIRED = {"operating_hours": 8000.0, "repaired_fraction": 0.6}


@pytest.fixture
def estimate(make_record, make_context, library):
    """Return a function that estimates one species of a record, with the controls of the library."""

    def run(species, **record):
        found = estimate_record(make_record(**record), make_context(library, library_controls(library)))
        return next(one for one in found if one.species == species)

    return run


@pytest.mark.parametrize(
    ("control", "record"),
    [
        ("vapour_stage_1+vapour_stage_2",
         {"source_category": "ST.01.01", "fuel_or_product": "gasoline", "activity_unit": "m3", "parameters": STATION}),
        ("vru", {"source_category": "IP.10.06", "fuel_or_product": "any", "parameters": FLARE}),
        ("ldar", {"source_category": "IP.10.02", "fuel_or_product": "any", "activity_unit": "piece",
                  "parameters": SCREENED}),
        ("ldar", {"source_category": "IP.10.02", "fuel_or_product": "any", "activity_unit": "component",
                  "parameters": REPAIRED}),
    ],
    ids=["petrol_station", "flare", "component_screening", "leak_repair"],
)  # fmt: skip
def test_value_that_contains_the_control_says_that_it_was_not_applied(estimate, control, record):
    plain = estimate("NMVOC", **record)
    named = estimate("NMVOC", control_path_id=control, **record)
    other = estimate("NMVOC", control_path_id="scr", **record)
    assert plain.estimate.emission_t > 0.0
    assert named.estimate.emission_t == plain.estimate.emission_t
    assert named.estimate.fallback_chain.startswith(f"control not applied: {control}, ")
    assert plain.estimate.fallback_chain == other.estimate.fallback_chain == ""


def test_factor_per_energy_of_the_record_is_controlled(estimate):
    """1000 t × 20 GJ/t × 100 kg/TJ / 10^6 = 2 t; lnb_scr takes 0.64 of it (table A.1)."""
    record = {"activity_value": 1000.0, "parameters": {"ef_kg_per_tj:NOx": 100.0, "ncv_gj_per_unit": 20.0}}
    assert estimate("NOx", **record).estimate.emission_t == pytest.approx(2.0, rel=1e-12)
    controlled = estimate("NOx", control_path_id="lnb_scr", **record).estimate
    assert controlled.emission_t == pytest.approx(2.0 * 0.36, rel=1e-12)
    assert controlled.control_efficiency == pytest.approx(0.64)


def test_paint_by_area_is_controlled(estimate):
    """1000 m2 × 0.5 kg/m2 × 0.2 / 1000 = 0.1 t; a catalytic oxidiser takes 0.85 of it (table A.1)."""
    record = {"source_category": "SV.04.01", "fuel_or_product": "any", "activity_unit": "m2", "activity_value": 1000.0,
              "parameters": {"paint_kg_per_m2": 0.5, "voc_fraction": 0.2}}  # fmt: skip
    assert estimate("NMVOC", **record).estimate.emission_t == pytest.approx(0.1, rel=1e-12)
    controlled = estimate("NMVOC", control_path_id="catalytic_oxidation", **record).estimate
    assert controlled.emission_t == pytest.approx(0.1 * 0.15, rel=1e-12)


def test_sulphur_of_a_flare_is_controlled(estimate):
    """10 t × 2 × 0.01 = 0.2 t; limestone takes 0.8 of it (table A.1)."""
    record = {"source_category": "IP.10.06", "fuel_or_product": "any", "activity_value": 10.0, "parameters": FLARE}
    assert estimate("SO2", **record).estimate.emission_t == pytest.approx(0.2, rel=1e-12)
    controlled = estimate("SO2", control_path_id="fgd_limestone", **record).estimate
    assert controlled.emission_t == pytest.approx(0.04, rel=1e-12)


def test_control_of_unknown_removal_gives_a_missing_species_with_the_reason(estimate):
    found = estimate("SO2", control_path_id="fgd_any", parameters={"sulphur_fraction": 0.007})
    assert found.notation_key == "NE"
    assert "no removal of SO2 by the control fgd_any is known" in found.estimate.fallback_chain
