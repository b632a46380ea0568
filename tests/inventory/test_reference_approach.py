"""The reference approach by hand, and its difference to the sectors."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory import reference_approach
from inventory.reference_approach import FuelSupply


def test_apparent_consumption_leaves_exports_bunkers_and_stock_increase_out():
    supply = FuelSupply(production=10.0, imports=100.0, exports=20.0, bunkers=30.0, stock_increase=5.0)
    assert reference_approach.apparent_consumption(supply) == 55.0


def test_stored_carbon_is_taken_off_before_oxidation():
    found = reference_approach.co2_of_supply(
        FuelSupply(imports=1000.0),
        ncv_gj_per_unit=40.0,
        cc_tc_per_tj=20.0,
        oxidation_fraction=0.5,
        stored_carbon_t=200.0,
    )
    assert found == pytest.approx((800 - 200) * 0.5 * 44 / 12, rel=1e-12)


@given(st.floats(0, 1e8), st.floats(0, 1e8))
def test_a_falling_stock_is_a_supply(imports, drawn):
    from_stock = FuelSupply(imports=imports, stock_increase=-drawn)
    assert reference_approach.apparent_consumption(from_stock) == pytest.approx(imports + drawn, rel=1e-12)


def test_table_leaves_a_fuel_with_a_missing_number_empty():
    supplies = pd.DataFrame(
        {
            "fuel": ["coal", "oil"], "production": [0.0, 0.0], "imports": [100.0, 50.0], "exports": [0.0, 10.0],
            "bunkers": [0.0, 15.0], "stock_increase": [np.nan, 5.0], "ncv_gj_per_unit": [20.0, 40.0],
            "cc_tc_per_tj": [25.0, 20.0], "oxidation_fraction": [1.0, 1.0], "stored_carbon_t": [0.0, 0.0],
        }
    )  # fmt: skip
    table = reference_approach.reference_table(supplies)
    assert np.isnan(table["co2_t"][0])
    assert table["apparent_consumption"][1] == 20.0
    assert table["co2_t"][1] == pytest.approx(20 * 40 * 20 / 1000 * 44 / 12, rel=1e-12)


def test_difference_above_five_per_cent_or_unknown_is_flagged():
    reference = pd.DataFrame({"fuel": ["coal", "gas"], "co2_t": [104.0, 53.0]})
    sectoral = pd.DataFrame({"fuel": ["coal", "gas"], "co2_t": [100.0, 50.0]})
    table = reference_approach.compare_approaches(reference, sectoral).set_index("fuel")
    assert table["difference"].to_list() == pytest.approx([0.04, 0.06, 7 / 150])
    assert table["is_flagged"].to_list() == [False, True, False]
    without_gas = reference_approach.compare_approaches(reference, sectoral.head(1)).set_index("fuel")
    assert without_gas["is_flagged"].to_list() == [False, True, True]
    assert np.isnan(without_gas.loc["total", "sectoral_co2_t"])
