"""What a build says of delivered monitoring."""

from __future__ import annotations

import pandas as pd

from inventory.monitoring.notices import measurement_messages
from inventory.monitoring.ratio import BEYOND


def delivered(*stacks):
    return pd.DataFrame(stacks, columns=["facility_key", "release_point_key", "inventory_year"])


def measured(*rows):
    names = ["release_point_id", "species", "inventory_year", "is_used", "is_noticed", "reason_zh", "reason_en"]
    return pd.DataFrame(rows, columns=names)


def test_used_unused_and_noticed_measurements_are_named():
    core = measured(
        ("F1:DA001", "SO2", 2021, True, True, "有效", "valid"), ("F1:DA001", "NOx", 2021, True, False, "有效", "valid"),
        ("F2:DA001", "SO2", 2021, False, True, "捕集率低", "capture"), ("F2:DA001", "CO2", 2021, False, False, "捕集率低", "capture"),
    )  # fmt: skip
    said = measurement_messages(delivered(("甲厂", "DA001", 2020), ("甲厂", "DA001", 2021)), core)
    assert said[0].startswith("在线监测：4 项（排放口 × 物种），采用 2 项")
    assert said[1].startswith("在线监测：2020 年的数据没有采用")
    assert said[2] == "在线监测未采用 / not used：F2:DA001 CO2 SO2：捕集率低 / capture"
    assert said[3].endswith("30%：F1:DA001 SO2")
    assert len(said) == 4


def test_a_year_that_the_ledger_lacks_is_not_left_out_in_silence():
    said = measurement_messages(delivered(("甲厂", "DA001", 2020)), measured())
    assert any("2020 年的数据没有采用" in line for line in said)


def test_a_project_without_monitoring_hears_nothing_of_it():
    assert measurement_messages(delivered(), measured()) == ()


def test_a_stack_of_which_only_other_years_were_delivered_is_named():
    core = measured(("F1:DA001", "SO2", 2021, True, False, "有效", "valid"))
    said = measurement_messages(delivered(("甲厂", "DA001", 2021), ("甲厂", "DA002", 2020)), core)
    assert said[-1] == "在线监测：清单年份没有小时的排放口 / stacks without hours in the inventory year：甲厂 DA002"


def test_a_ratio_that_was_not_believed_is_said():
    core = measured(("F1:DA001", "SO2", 2021, False, True, *BEYOND)).assign(measured_per_factor=0.0161)
    said = measurement_messages(delivered(("甲厂", "DA001", 2021)), core)
    assert said[-1].startswith("在线监测未采用 / not used：F1:DA001 SO2 ×0.0161：监测与估算之比在 0.1–10 以外")
