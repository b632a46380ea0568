"""Area source = total − points: the three branches."""

import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.residual import apply_residuals


def ledger(total: float, *points: float) -> pd.DataFrame:
    """Return one balance total and its point sources."""
    rows = [("residual", "", total)] + [("point", f"plant {i}", value) for i, value in enumerate(points)]
    return pd.DataFrame(
        [
            {"treatment": treatment, "residual_group": "coal", "facility_id_hint": name, "activity_value": value}
            for treatment, name, value in rows
        ]
    )


def test_rest_becomes_one_area_record():
    found = apply_residuals(ledger(100.0, 60.0, 30.0))
    area = found.activities[found.activities["treatment"] == "residual"]
    assert area["activity_value"].tolist() == [10.0]
    assert found.closure["rescaled_by"].tolist() == [1.0]


def test_two_totals_of_a_group_leave_one_rest():
    frame = pd.concat([ledger(100.0, 60.0), ledger(50.0)], ignore_index=True)
    found = apply_residuals(frame)
    assert found.activities["activity_value"].tolist() == [60.0, 90.0]


def test_small_excess_rescales_the_points_to_the_total():
    found = apply_residuals(ledger(100.0, 60.03, 40.02))
    points = found.activities["activity_value"].tolist()
    factor = 100 / 100.05
    assert points == pytest.approx([60.03 * factor, 40.02 * factor], rel=1e-12)
    assert "residual" not in set(found.activities["treatment"])
    assert found.closure["rescaled_by"].iloc[0] == pytest.approx(factor, rel=1e-12)


def test_larger_excess_stops_and_names_the_plants():
    with pytest.raises(SchemaError, match="plant 0、plant 1"):
        apply_residuals(ledger(100.0, 60.0, 40.2))


def test_points_that_are_the_whole_leave_no_area_record():
    found = apply_residuals(ledger(100.0, 100.0))
    assert found.activities["treatment"].tolist() == ["point"]


def test_points_of_a_group_without_a_total_are_refused():
    activities = pd.DataFrame(
        {
            "treatment": ["point", "residual"], "residual_group": ["coal_powr", "coal_power"], "activity_value": [1.0, 9.0],
            "facility_id_hint": ["a", ""], "name_zh": ["甲厂", "余量"],
        }
    )  # fmt: skip
    with pytest.raises(SchemaError) as caught:
        apply_residuals(activities)
    assert "coal_powr" in caught.value.problems[0].place
