"""Columns G to M of the table of Approach 1, worked out by hand on two categories."""

import math

import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.uncertainty.trend_table import COLUMNS, level_uncertainty_pct, trend_table, trend_uncertainty_pct

TWO = pd.DataFrame(
    {
        "category": ["a", "b"], "base": [60.0, 40.0], "year": [60.0, 60.0],
        "activity_uncertainty_pct": [3.0, 5.0], "factor_uncertainty_pct": [4.0, 12.0],
    }
)  # fmt: skip
# Σ C = 100, Σ D = 120
I_A = abs((0.6 + 120 - 100.6) / 100.6 * 100 - 20)
I_B = abs((0.6 + 120 - 100.4) / 100.4 * 100 - 20)


def test_level_is_the_root_of_the_weighted_squares():
    assert level_uncertainty_pct(TWO) == pytest.approx(math.sqrt((5 * 60 / 120) ** 2 + (13 * 60 / 120) ** 2), rel=1e-12)


def test_every_column_of_the_printed_table_is_there():
    assert set(COLUMNS) <= set(trend_table(TWO).columns)
    assert "".join(COLUMNS.values()) == "CDEFGHIJKLM"


def test_sensitivities_are_of_one_per_cent_and_of_one_unit():
    table = trend_table(TWO)
    assert table["sensitivity_a"].tolist() == pytest.approx([I_A, I_B], rel=1e-9)
    assert table["sensitivity_b"].tolist() == pytest.approx([0.6, 0.6], rel=1e-12)


def test_trend_with_shared_factors_and_independent_activities():
    parts = [(I_A * 4) ** 2, (0.6 * 3 * math.sqrt(2)) ** 2, (I_B * 12) ** 2, (0.6 * 5 * math.sqrt(2)) ** 2]
    assert trend_uncertainty_pct(TWO) == pytest.approx(math.sqrt(sum(parts)), rel=1e-9)


def test_trend_with_the_other_correlation():
    other = TWO.assign(is_factor_correlated=[False, True], is_activity_correlated=[True, False])
    parts = [(0.6 * 4 * math.sqrt(2)) ** 2, (I_A * 3) ** 2, (I_B * 12) ** 2, (0.6 * 5 * math.sqrt(2)) ** 2]
    assert trend_uncertainty_pct(other) == pytest.approx(math.sqrt(sum(parts)), rel=1e-9)


def test_missing_numbers_and_columns_are_named_together():
    broken = TWO.drop(columns="factor_uncertainty_pct")
    broken.loc[1, "year"] = None
    with pytest.raises(SchemaError, match=r"(?s)factor_uncertainty_pct.*year › 1") as caught:
        trend_table(broken)
    assert len(caught.value.problems) == 2


def test_a_base_year_of_nothing_has_no_trend():
    with pytest.raises(SchemaError, match="TY3709"):
        trend_table(TWO.assign(base=[1.0, -1.0]))
