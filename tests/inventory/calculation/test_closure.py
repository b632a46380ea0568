"""Carbon and sulphur that leave a fuel are not more than it holds, for every fossil fuel of the packs.

Carbon: CO2 is all carbon × oxidation fraction, as the guidelines want it, so what leaves as CO, CH4, NMVOC or BC is counted
there as well. Where that is more than the carbon that does not oxidise (2 to 7 %), the sum exceeds the fuel.
"""

import pandas as pd
import pytest

from inventory.calculation.calculate import DEFAULT_PACKS
from inventory.factors.library import load_library
from inventory.factors.selection import find_fuel_carbon
from inventory.vocabulary import chain, load
from tests.inventory.calculation.test_properties import estimated, row_of, rows_of

LIBRARY = load_library(DEFAULT_PACKS)
CARBON = {"CO2": 12 / 44, "CO": 12 / 28, "CH4": 12 / 16, "NMVOC": 0.85, "BC": 1.0}
"""Carbon per mass; NMVOC as CH2 (12/14)."""

EXCEEDING = (
    (
        "MB.03",
        "gasoline",
        "*",
        0.39,
        "motorcycles: CO 498 g/kg, NMVOC 131 g/kg of two-stroke and early engines (EMEP/EEA)",
    ),
    ("MB.01", "gasoline", "*", 0.08, "cars: CO 84.7 g/kg, NMVOC 10 g/kg of the fleet mean (EMEP/EEA Tier 1)"),
    ("MB.02", "gasoline", "*", 0.08, "light trucks: CO and NMVOC of the fleet mean (EMEP/EEA Tier 1)"),
    (
        "FC",
        "coal",
        "grate_boiler_manual",
        0.20,
        "hand-fired grates: CO 124 g/kg (T/CSES 144-2024, table E.7), poor coals",
    ),
    ("FC.07", "coal", "any", 0.09, "household stoves: CO of incomplete combustion"),
    ("FC.08", "coal", "any", 0.09, "farm stoves: CO of incomplete combustion"),
)
"""Category, fuel or what it falls back to, technology, excess [1], why. Everything else closes without any excess."""


def fossil_fuels():
    fuels = load("fuels")
    fossil = fuels[(fuels["biogenic"] == "no") & ~fuels["kind"].isin(["any", "energy"])]["code"]
    return [fuel for fuel in fossil if find_fuel_carbon(LIBRARY, fuel) is not None]


def keys_with_factors():
    """Return leaf, fuel and technology wherever the packs have a factor of a species with carbon."""
    leaves = [leaf for leaf in load("categories")["code"] if leaf.startswith(("FC.", "MB."))]
    factors = LIBRARY.factors[LIBRARY.factors["species"].isin(list(CARBON))]
    keys = set()
    for fuel in fossil_fuels():
        own = factors[factors["fuel_or_product"].isin(chain("fuels", fuel))]
        for category, technology in set(zip(own["source_category"], own["technology"], strict=True)):
            below = [leaf for leaf in leaves if f"{leaf}.".startswith(f"{category}.")]
            keys |= {(below[0], fuel, technology)} if below else set()
    return sorted(keys)


def allowed(leaf, fuel, technology):
    for category, of_fuel, own, excess, _ in EXCEEDING:
        if leaf.startswith(category) and of_fuel in chain("fuels", fuel) and own in {"*", technology}:
            return excess
    return 0.0


@pytest.fixture(scope="module")
def carbon():
    """Carbon out per carbon in, by key; 1000 base units of fuel each."""
    keys = keys_with_factors()
    base = {fuel: find_fuel_carbon(LIBRARY, fuel) for fuel in fossil_fuels()}
    rows = [
        row_of(at, (leaf, fuel, base[fuel].base_unit), "1000", technology=technology)
        for at, (leaf, fuel, technology) in enumerate(keys)
    ]
    found = estimated(rows_of(*rows))
    out_t = (
        (found["emission_t"] * found["species"].astype(object).map(CARBON).astype(float))
        .groupby(found["activity_id"])
        .sum()
    )
    in_t = {fuel: 1000 * own.ncv_gj_per_unit * own.cc_tc_per_tj / 1000 for fuel, own in base.items()}
    return pd.Series({key: out_t.get(f"R{at}", 0.0) / in_t[key[1]] for at, key in enumerate(keys)})


def test_carbon_closes_for_every_fuel_of_the_packs(carbon):
    assert len(carbon) > 1000
    wrong = {key: share for key, share in carbon.items() if share > (1 + allowed(*key)) * (1 + 1e-12)}
    assert wrong == {}


def test_most_keys_close_without_any_excess(carbon):
    assert (carbon <= 1.0 + 1e-12).mean() > 0.85
    assert (carbon > 0.9).any()


@pytest.mark.parametrize("place", range(len(EXCEEDING)))
def test_every_listed_excess_is_still_needed(carbon, place):
    category, of_fuel, technology, _, reason = EXCEEDING[place]
    own = [
        share for (leaf, fuel, own_technology), share in carbon.items()
        if leaf.startswith(category) and of_fuel in chain("fuels", fuel) and technology in {"*", own_technology}
    ]  # fmt: skip
    assert max(own) > 1.0
    assert reason


def test_sulphur_of_so2_is_what_the_fuel_holds_less_what_stays_in_the_ash():
    """1000 t with 1 % sulphur of which 10 % stays: 9 t S leave as 18 t SO2; a control only takes away."""
    solid = [fuel for fuel in fossil_fuels() if find_fuel_carbon(LIBRARY, fuel).base_unit == "t"]
    rows = [
        row_of(f"{fuel}:{control}", ("FC.03.13", fuel, "t"), "1000", control=control)
        | {"sulphur_fraction": "0.01", "sulphur_retention": "0.1"}
        for fuel in solid
        for control in ("none", "fgd_limestone")
    ]  # fmt: skip
    found = estimated(rows_of(*rows))
    so2_t = found[found["species"] == "SO2"].set_index("activity_id")["emission_t"]
    assert len(solid) > 15
    for fuel in solid:
        assert so2_t[f"R{fuel}:none"] == pytest.approx(18.0, rel=1e-14)
        assert so2_t[f"R{fuel}:fgd_limestone"] == pytest.approx(18.0 * 0.2, rel=1e-14)


def test_no_factor_of_so2_needs_more_sulphur_than_such_a_fuel_can_hold():
    """Most sulphur in coal 5 %, petroleum coke 8 %, other oil products 5 %, by mass as fired."""
    most = {"coal": 0.05, "petroleum_coke": 0.08, "liquid_fuel": 0.05}
    keys = [
        (leaf, fuel, technology) for leaf, fuel, technology in keys_with_factors()
        if find_fuel_carbon(LIBRARY, fuel).base_unit == "t" and set(chain("fuels", fuel)) & set(most)
    ]  # fmt: skip
    rows = [row_of(at, (leaf, fuel, "t"), "1", technology=tech) for at, (leaf, fuel, tech) in enumerate(keys)]
    found = estimated(rows_of(*rows))
    so2_t = found[found["species"] == "SO2"].set_index("activity_id")["emission_t"]
    assert so2_t.notna().sum() > 100
    for at, (leaf, fuel, technology) in enumerate(keys):
        limit = max(value for code, value in most.items() if code in chain("fuels", fuel))
        if f"R{at}" in so2_t and so2_t[f"R{at}"] == so2_t[f"R{at}"]:
            assert so2_t[f"R{at}"] / 2 <= limit, (leaf, fuel, technology)
