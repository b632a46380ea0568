"""Area source = total − points: the three branches."""

import math

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


def districts(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    """Return rows of treatment, region, name and value [t] of one group."""
    about = {
        "residual_group": "coal",
        "activity_unit": "t",
        "fuel_or_product": "raw_coal",
        "source_category": "FC.02.02",
    }
    names = ["treatment", "region_code", "facility_id_hint", "activity_value"]
    frame = pd.DataFrame([dict(zip(names, row, strict=True)) | about for row in rows])
    return frame.assign(draft_id=frame["facility_id_hint"] + frame["region_code"], name_zh=frame["facility_id_hint"])


TWO = (
    ("residual", "310113", "", 100.0), ("residual", "310115", "", 50.0), ("point", "310113", "a", 60.0),
    ("point", "310113", "b", 30.0), ("point", "310115", "c", 20.0),
)  # fmt: skip


def test_totals_of_districts_close_against_the_points_of_their_own_district():
    found = apply_residuals(districts(*TWO))
    rest = found.activities[found.activities["treatment"] == "residual"].set_index("region_code")["activity_value"]
    assert rest.to_dict() == {"310113": 10.0, "310115": 30.0}
    assert found.closure["residual_group"].tolist() == ["coal › 310113", "coal › 310115"]


def test_points_beyond_the_total_of_their_district_stop_though_the_city_would_close():
    rows = (*TWO[:3], ("point", "310113", "b", 45.0), TWO[4])
    with pytest.raises(SchemaError) as caught:
        apply_residuals(districts(*rows))
    (found,) = caught.value.problems
    assert (found.code, found.place) == ("TY3004", "coal › 310113")
    assert "a、b" in found.message_zh


def test_a_total_of_the_city_closes_against_points_of_all_districts_and_those_outside():
    rows = (("residual", "310000", "", 150.0), *TWO[2:], ("point", "", "d", 5.0))
    found = apply_residuals(districts(*rows))
    rest = found.activities[found.activities["treatment"] == "residual"]
    assert rest["activity_value"].tolist() == [150.0 - 60.0 - 30.0 - 20.0 - 5.0]
    assert found.closure["residual_group"].tolist() == ["coal"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((("residual", "310000", "", 500.0), *TWO), "TY3050"),
        ((*TWO, ("point", "310120", "far", 1.0)), "TY3053"),
    ],
)
def test_two_levels_of_totals_and_points_without_a_total_of_their_district_are_refused(rows, code):
    with pytest.raises(SchemaError) as caught:
        apply_residuals(districts(*rows))
    assert code in {found.code for found in caught.value.problems}


@pytest.mark.parametrize(
    ("column", "value", "code"), [("activity_unit", "GJ", "TY3051"), ("fuel_or_product", "coke", "TY3051")]
)
def test_totals_that_cannot_be_added_are_refused(column, value, code):
    frame = districts(
        ("residual", "310000", "", 90.0), ("residual", "310000", "second", 10.0), ("point", "310113", "a", 1.0)
    )
    frame.loc[1, column] = value
    with pytest.raises(SchemaError) as caught:
        apply_residuals(frame)
    assert code in {found.code for found in caught.value.problems}


def test_a_point_in_another_unit_than_its_total_is_refused():
    frame = districts(("residual", "310000", "", 90.0), ("point", "310113", "a", 1.0))
    frame.loc[1, "activity_unit"] = "GJ"
    with pytest.raises(SchemaError) as caught:
        apply_residuals(frame)
    assert [(p.code, p.place) for p in caught.value.problems] == [("TY3052", "coal › a")]


def test_the_threshold_is_the_projects():
    frame = ledger(100.0, 60.0, 40.2)
    found = apply_residuals(frame, threshold=0.005)
    assert found.closure["rescaled_by"].iloc[0] == pytest.approx(100 / 100.2)
    assert found.balance() == [("residual coal", 100.0, 100.0), ("rescaled coal", pytest.approx(100.2), 100.0)]
    assert len(found.messages) == 1


def test_what_is_placed_is_the_total_to_the_last_bit_whatever_the_order():
    points = [0.1 * k + 1e-7 / (k + 1) for k in range(1, 200)]
    for total in (math.fsum(points) * 1.3, math.fsum(points) * 0.9995):
        frame = ledger(total, *points)
        for turned in (frame, frame.iloc[::-1].reset_index(drop=True)):
            found = apply_residuals(turned)
            assert math.fsum(found.activities["activity_value"]) == total
        again = apply_residuals(frame.sample(frac=1.0, random_state=3).reset_index(drop=True))
        assert again.closure.equals(found.closure)
        assert sorted(again.activities["activity_value"]) == sorted(found.activities["activity_value"])


def test_the_row_of_the_rest_does_not_depend_on_the_order_of_the_totals():
    frame = districts(
        ("residual", "310000", "x", 90.0), ("residual", "310000", "b", 10.0), ("point", "310113", "a", 1.0)
    )
    for turned in (frame, frame.iloc[::-1]):
        rest = apply_residuals(turned.reset_index(drop=True)).activities.query("treatment == 'residual'")
        assert rest["draft_id"].tolist() == ["b310000"]
        assert rest["activity_value"].tolist() == [99.0]
