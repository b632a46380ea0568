"""Time series and recalculations, worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.recalculation import (
    by_growth,
    by_overlap,
    by_surrogate,
    extrapolated,
    interpolated,
    recalculation_pct,
    recalculation_table,
)


def test_overlap_scales_the_old_series_by_the_ratio_of_the_shared_years():
    found = by_overlap(np.array([50.0, 60.0]), new_overlap=[110.0, 130.0], old_overlap=[90.0, 110.0])
    assert found.tolist() == pytest.approx([60.0, 72.0], rel=1e-12)


@pytest.mark.parametrize(
    ("new", "old", "code"), [([1.0], [1.0, 2.0], "TY3721"), ([], [], "TY3721"), ([1.0], [0.0], "TY3722")]
)
def test_an_overlap_that_does_not_pair_is_refused(new, old, code):
    with pytest.raises(SchemaError, match=code):
        by_overlap(1.0, new_overlap=new, old_overlap=old)


def test_surrogate_moves_a_known_year():
    assert by_surrogate(80.0, surrogate_known=4.0, surrogate_wanted=5.0) == pytest.approx(100.0, rel=1e-12)
    with pytest.raises(SchemaError, match="TY3723"):
        by_surrogate(80.0, surrogate_known=0.0, surrogate_wanted=5.0)


def test_interpolation_uses_the_nearest_known_years():
    known = {2010: 10.0, 2015: 90.0, 2018: 120.0, 2030: 0.0}
    assert interpolated(known, 2016) == pytest.approx(100.0, rel=1e-12)
    assert interpolated(known, 2018) == 120.0
    with pytest.raises(SchemaError, match="2031"):
        interpolated(known, 2031)


def test_extrapolation_follows_the_line_of_two_years_and_of_many():
    assert extrapolated({2018: 100.0, 2020: 110.0}, 2023) == pytest.approx(125.0, rel=1e-12)
    # least squares of (1, 1), (2, 3), (3, 2): slope 1/2 through (2, 2)
    assert extrapolated({1: 1.0, 2: 3.0, 3: 2.0}, 6) == pytest.approx(4.0, rel=1e-12)
    with pytest.raises(SchemaError, match="TY3725"):
        extrapolated({2018: 1.0}, 2019)


def test_growth_compounds():
    assert by_growth(100.0, growth_per_a=0.1, years=2) == pytest.approx(121.0, rel=1e-12)


def test_recalculation_is_in_per_cent_of_the_previous_estimate():
    assert recalculation_pct(200.0, recalculated=210.0) == pytest.approx(5.0, rel=1e-12)
    assert np.isnan(recalculation_pct(0.0, recalculated=1.0))


def test_new_and_dropped_categories_are_no_change_from_nothing():
    old = pd.DataFrame({"code": ["a", "b"], "t": [10.0, 5.0]})
    new = pd.DataFrame({"code": ["c", "a"], "t": [1.0, 12.0]})
    table = recalculation_table(old, new, keys=["code"], value="t").set_index("code")
    assert table.loc["a", ["previous", "recalculated", "difference", "difference_pct"]].tolist() == [
        10.0,
        12.0,
        2.0,
        20.0,
    ]
    assert table.loc["b", ["recalculated", "difference", "difference_pct"]].isna().all()
    assert table.loc["c", ["previous", "difference", "difference_pct"]].isna().all()
