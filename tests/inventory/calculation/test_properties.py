"""What holds for every leaf and fuel of the packs: linearity, units, independence of the species, carbon and sulphur."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.calculation.calculate import DEFAULT_PACKS
from inventory.calculation.emission_table import EmissionTableBuilder
from inventory.calculation.validation import check_activity
from inventory.factors.abatement import library_controls
from inventory.factors.library import load_library
from inventory.methods.context import MethodContext
from inventory.vocabulary import load
from inventory.vocabulary.units import convert, resolve_unit
from tests.inventory.calculation.conftest import PLAIN, rows_of

LIBRARY = load_library(DEFAULT_PACKS)
UNITS = load("units")
OK_UNITS = UNITS[UNITS["status"] != "refused"]
BY_BASE = {str(base): own["code"].tolist() for base, own in OK_UNITS.groupby("base_unit")}
UNIT_OF_BASE = {"t": "t", "sm3_20": "wan_sm3_20", "GJ": "GJ"}
QUIET = settings(
    max_examples=3, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def estimated(rows, library=LIBRARY):
    """Return the long form of a table of text."""
    builder = EmissionTableBuilder(MethodContext(library, library_controls(library), 0), "")
    checked = check_activity(rows, "rows")
    return next(iter(builder.estimate(checked).parts(len(rows)))).to_pandas()


def leaf_fuel_keys():
    """Return a record for every leaf below each category and fuel or product of the factor rows, unit as fits."""
    units = dict(zip(load("fuels")["code"], load("fuels")["default_unit"], strict=True))
    units |= dict(zip(load("products")["code"], load("products")["default_unit"], strict=True))
    leaves = load("categories")["code"].tolist()
    pairs = LIBRARY.factors[["source_category", "fuel_or_product"]].drop_duplicates().itertuples(index=False)
    keys = {
        (leaf, fuel)
        for category, fuel in pairs
        for leaf in leaves
        if fuel != "any" and units.get(fuel) and (leaf == category or leaf.startswith(f"{category}."))
    }
    return [(leaf, fuel, units[fuel]) for leaf, fuel in sorted(keys)]


KEYS = leaf_fuel_keys()


def row_of(at, key, value, **changes):
    leaf, fuel, unit = key
    return dict.fromkeys(PLAIN, "") | {
        "activity_id": f"R{at}", "source_category": leaf, "fuel_or_product": fuel, "activity_value": value,
        "activity_unit": unit, "inventory_year": "2021", "region_code": "310000",
    } | changes  # fmt: skip


def numbers(found):
    return found.set_index(["activity_id", "species"])["emission_t"]


@QUIET
@given(value=st.floats(1e-3, 1e9), power=st.integers(-20, 20), part=st.integers(0, 9))
def test_emissions_are_linear_in_the_activity_over_all_keys(value, power, part):
    """A factor of a power of two shifts the exponent only: equal bits. Any factor: the last bits."""
    keys = KEYS[part::10]
    values = {"once": repr(value), "scaled": repr(value * 2.0**power), "one": "1"}
    rows = (row_of(f"{name}:{at}", key, text) for name, text in values.items() for at, key in enumerate(keys))
    found = estimated(rows_of(*rows))
    once, scaled, one = (found[found["activity_id"].str.startswith(f"R{name}:")] for name in values)
    assert (once["notation_key"] == "").sum() > len(keys) / 3
    np.testing.assert_array_equal(numbers(scaled).to_numpy(), numbers(once).to_numpy() * 2.0**power)
    np.testing.assert_allclose(numbers(once).to_numpy(), numbers(one).to_numpy() * value, rtol=1e-14)
    assert once["method"].tolist() == one["method"].tolist()


def test_all_keys_are_many():
    assert len(KEYS) > 400


@pytest.mark.parametrize("base", sorted(BY_BASE))
@QUIET
@given(value=st.floats(1e-6, 1e12))
def test_every_unit_goes_to_every_other_of_its_base_and_back(base, value):
    for one in BY_BASE[base]:
        for other in BY_BASE[base]:
            if resolve_unit(one).dimension != resolve_unit(other).dimension:
                continue
            assert convert(convert(value, one, other), other, one) == pytest.approx(value, rel=1e-15, abs=0)
            exact = Fraction(value) * resolve_unit(one).factor_to_base / resolve_unit(other).factor_to_base
            assert convert(value, one, other) == pytest.approx(float(exact), rel=4e-16, abs=0)


@QUIET
@given(value=st.floats(1e-3, 1e6))
def test_emission_is_the_same_when_the_activity_is_in_another_unit(value):
    """Fuels of mass, gas volume and energy, and livestock, in each unit of their base."""
    keys = [("FC.03.13", "raw_coal", "t"), ("FC.03.13", "natural_gas", "sm3_20"), ("FC.03.13", "diesel", "t")]
    for key in keys:
        units = [unit for unit in units_like(key[2]) if unit != "nm3_0"]
        assert len(units) > 3
        assert_equal_in(units, key, value)


def test_emission_of_a_gas_is_the_same_in_normal_cubic_metres():
    assert_equal_in(["nm3_0"], ("FC.03.13", "natural_gas", "sm3_20"), 1000.0)


def units_like(base):
    """Return the units of the base unit's own dimension."""
    return [unit for unit in BY_BASE[base] if resolve_unit(unit).dimension == resolve_unit(base).dimension]


def assert_equal_in(units, key, value):
    """Check that a record in each unit has the emissions of the base unit."""
    rows = [row_of(unit, (*key[:2], unit), repr(convert(value, key[2], unit))) for unit in {*units, key[2]}]
    found = numbers(estimated(rows_of(*rows))).unstack("activity_id")
    assert found[f"R{key[2]}"].notna().sum() > 3
    for unit in units:
        np.testing.assert_allclose(found[f"R{unit}"], found[f"R{key[2]}"], rtol=2e-15)


def without(species):
    """Return the library without the factor rows of a species."""
    kept = {key: rows for key, rows in LIBRARY.by_species.items() if key[0] != species}
    return replace(LIBRARY, by_species=kept, cache={})


@pytest.mark.parametrize(
    "species", sorted({key[0] for key in LIBRARY.by_species} & {"NOx", "PM2.5", "CH4", "THC", "SO2", "PM10", "Hg"})
)
def test_factors_of_a_species_matter_to_no_other_but_by_ratio(species):
    rows = rows_of(*(row_of(at, key, "1000") for at, key in enumerate(KEYS[::9])))
    whole, less = estimated(rows), estimated(rows, without(species))
    by_ratio = whole["fallback"].str.contains(f"{species} ×", regex=False) | less["fallback"].str.contains(
        "×", regex=False
    )
    needs_size = (whole["species"] == "PM10") & (species == "PM2.5")
    other = (whole["species"] != species) & ~by_ratio & ~needs_size
    assert other.sum() > 100
    for name in ("emission_t", "factor_id", "notation_key", "method"):
        left, right = whole.loc[other, name].astype(object).tolist(), less.loc[other, name].astype(object).tolist()
        assert left == pytest.approx(right, abs=0, rel=0, nan_ok=True) if name == "emission_t" else left == right
