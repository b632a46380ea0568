"""SO2 of sintering by hand."""

import pytest

from inventory.methods.metals import sinter_sulphur


def test_sulphur_of_ore_and_fuel_leaves_at_1_7(make_record, make_context):
    # (600 + 360) t S × 1.7 = 1632 t
    generated_t = sinter_sulphur.so2_of_sintering(
        1.2e6, ore_sulphur_fraction=0.0005, fuel_t=6e4, fuel_sulphur_fraction=0.006
    )
    assert generated_t == pytest.approx(1632.0, rel=1e-12)
    record = make_record(
        source_category="IP.02.01", fuel_or_product="sinter", activity_value=1.2e6,
        parameters={
            "ore_t_per_t": 1.0, "ore_sulphur_fraction": 0.0005, "sinter_fuel_t_per_t": 0.05,
            "fuel_sulphur_fraction": 0.006, "removal:SO2": 0.9,
        },
    )  # fmt: skip
    assert sinter_sulphur.METHOD.applies(record, "SO2")
    found = sinter_sulphur.METHOD.estimate(record, "SO2", make_context())
    assert found.emission_t == pytest.approx(163.2, rel=1e-12)
