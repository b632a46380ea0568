"""Exact unit factors, refused units, and warming potentials that are never guessed."""

from fractions import Fraction

import pytest

from inventory.errors import SchemaError, UnitError
from inventory.vocabulary.gwp import gwp, gwp_set_name
from inventory.vocabulary.units import convert, factor_unit, resolve_unit


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (3.0, "10^4 t", "t", 30_000.0),
        (2.0, "10^8 m3", "sm3_20", 2e8),
        (5.0, "kt", "t", 5000.0),
        (7.0, "万架次", "lto", 35_000.0),
    ],
)
def test_conversion_is_the_exact_factor(value, source, target, expected):
    assert convert(value, source, target) == expected


@pytest.mark.parametrize("unit", ["方", "标方", "卡", "ton"])
def test_ambiguous_unit_is_refused(unit):
    with pytest.raises(UnitError, match="TY1202"):
        resolve_unit(unit)


def test_unknown_unit_and_other_dimension_are_refused():
    with pytest.raises(UnitError, match="TY1201"):
        resolve_unit("furlong")
    with pytest.raises(UnitError, match="TY1203"):
        convert(1.0, "t", "kWh")


def test_factor_unit_says_its_mass_per_base_exactly():
    assert factor_unit("g/GJ").kg_per_base == Fraction(1, 1000)
    assert factor_unit("g/GJ").base == "kg per GJ"
    with pytest.raises(UnitError, match="TY1204"):
        factor_unit("g/fortnight")


@pytest.mark.parametrize(
    ("species", "gwp_set", "expected"),
    [
        ("CH4", "SARGWP100", 21.0), ("N2O", "SARGWP100", 310.0), ("CH4", "AR5GWP100", 28.0), ("N2O", "AR5GWP100", 265.0),
        ("CO2", "AR5GWP100", 1.0), ("SF6", "SARGWP100", 23_900.0), ("CO2_BIO", "AR5GWP100", None),
        ("NOx", "AR5GWP100", None),
    ],
)  # fmt: skip
def test_warming_potential_is_that_of_the_named_set(species, gwp_set, expected):
    assert gwp(species, gwp_set) == expected


def test_sets_have_aliases_and_unknown_ones_are_refused():
    assert gwp_set_name("AR2") == gwp_set_name("SAR") == "SARGWP100"
    with pytest.raises(SchemaError, match="AR9"):
        gwp_set_name("AR9")
