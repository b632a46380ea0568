"""The packs as they are delivered: codes, units, and rows that must not be there."""

import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.factors.library import load_library, pack_about, pack_names


def test_packs_load_without_findings_and_ids_are_unique_in_each(library):
    doubled = library.factors[library.factors.duplicated(["edition", "factor_id"])]
    assert doubled.empty
    assert set(library.factors["edition"]) == set(library.packs)


def test_unknown_pack_is_refused_with_the_known_ones():
    with pytest.raises(SchemaError, match="tcses-144-2024"):
        load_library(("no-such-pack",))


def test_every_pack_says_what_it_is():
    for pack in pack_names():
        assert {"title", "kind", "citation"} <= set(pack_about(pack))


def test_implausible_voc_factors_of_light_fuels_are_left_out(library):
    values = pd.to_numeric(library.factors["value"])
    fuels = library.factors["fuel_or_product"].isin(["lng", "lpg", "petroleum_coke"])
    per_mass = library.factors["unit"] == "g/kg"
    wrong = library.factors[fuels & per_mass & (library.factors["species"] == "NMVOC") & (values > 1)]
    assert wrong.empty


def test_old_sulphur_is_left_out(library):
    values = pd.to_numeric(library.factors["value"])
    diesel = (library.factors["fuel_or_product"] == "diesel") & (library.factors["species"] == "SO2")
    assert values[diesel & (library.factors["unit"] == "g/kg")].max() <= 0.02


def test_species_ratios_are_fractions_with_a_source(library):
    for ratios in library.ratios.values():
        for ratio in ratios:
            assert 0 < ratio.ratio <= 1
            assert ratio.source


def test_carbon_of_a_fuel_is_below_its_mass(library):
    for fuel in library.fuels.values():
        if fuel.ncv_unit == "GJ/t":
            assert fuel.ncv * fuel.cc_tc_per_tj / 1000 <= 0.95, fuel.fuel
