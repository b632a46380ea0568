"""Pollution equivalents and the integrated co-reduction by the tax law's weights and by own ones."""

import pytest

from inventory.assessment.equivalents import (
    integrated_co_reduction,
    pollution_equivalents,
    shanghai_tax_yuan_per_equivalent,
    statutory_equivalents_kg,
)
from inventory.errors import SchemaError


def test_equivalents_are_kilograms_over_the_kilograms_of_one():
    found = pollution_equivalents({"SO2": 95.0, "CO": 167.0, "dust": -8.0})
    assert found.by_substance == pytest.approx({"SO2": 100.0, "CO": 10.0, "dust": -2.0})
    assert found.total == pytest.approx(108.0)


def test_voc_has_no_equivalent_and_is_shown_as_left_out():
    found = pollution_equivalents({"SO2": 0.95, "NMVOC": 50.0})
    assert found.total == pytest.approx(1.0)
    assert found.excluded == ("NMVOC",)


def test_a_weight_of_the_callers_own_counts_and_is_shown():
    found = pollution_equivalents({"NMVOC": 50.0, "SO2": 0.95}, equivalent_kg={"NMVOC": 0.5})
    assert found.total == pytest.approx(101.0)
    assert found.equivalent_kg == {"NMVOC": 0.5, "SO2": 0.95}
    assert found.excluded == ()


def test_tax_per_kilogram_of_so2_and_nox_in_shanghai():
    per_kg = {
        name: rate / statutory_equivalents_kg()[name] for name, rate in shanghai_tax_yuan_per_equivalent().items()
    }
    assert per_kg["SO2"] == pytest.approx(8.0)
    assert per_kg["NOx"] == pytest.approx(9.0)


def test_integrated_reduction_shows_its_parts_and_weights():
    found = integrated_co_reduction(
        {"SO2": 1000.0, "NMVOC": 10.0}, 50.0, carbon_price_yuan_per_t=80.0, price_vintage="2019 / 2024"
    )
    assert found.pollutant_yuan == pytest.approx(8000.0)
    assert found.carbon_yuan == pytest.approx(4000.0)
    assert found.yuan == pytest.approx(12_000.0)
    assert found.tco2e_eq == pytest.approx(150.0)
    assert found.weight_yuan_per_kg == pytest.approx({"SO2": 8.0})
    assert (found.price_vintage, found.excluded) == ("2019 / 2024", ("NMVOC",))


def test_integrated_reduction_by_own_weights():
    found = integrated_co_reduction(
        {"NMVOC": 10.0}, 0.0, carbon_price_yuan_per_t=100.0, price_vintage="2025",
        equivalent_kg={"NMVOC": 0.5}, tax_yuan_per_equivalent={"NMVOC": 3.0},
    )  # fmt: skip
    assert found.yuan == pytest.approx(60.0)


def test_an_equivalent_without_a_tax_rate_is_left_out_of_the_money():
    found = integrated_co_reduction(
        {"X": 10.0}, 1.0, carbon_price_yuan_per_t=100.0, price_vintage="2025", equivalent_kg={"X": 1.0}
    )
    assert (found.yuan, found.excluded) == (100.0, ("X",))


def test_a_carbon_price_of_nothing_is_refused():
    with pytest.raises(SchemaError, match="TY7602"):
        integrated_co_reduction({}, 1.0, carbon_price_yuan_per_t=0.0, price_vintage="2025")


def test_a_weight_of_nothing_is_refused():
    with pytest.raises(SchemaError, match="TY7602"):
        pollution_equivalents({"X": 1.0}, equivalent_kg={"X": 0.0})
