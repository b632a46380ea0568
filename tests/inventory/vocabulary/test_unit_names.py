"""Unit names: what staging joins, and conversions there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import UnitError
from inventory.vocabulary.units import convert, factor_unit, known_unit_names, unit_names_table


@given(value=st.floats(1e-6, 1e12), names=st.sampled_from([("t", "万吨"), ("kWh", "MJ"), ("kt", "Mt"), ("km2", "m2")]))
def test_a_conversion_there_and_back_returns_the_value(value, names):
    there, back = names
    assert convert(convert(value, there, back), back, there) == pytest.approx(value, rel=1e-15)


def test_the_table_for_sql_holds_each_name_once_with_code_base_and_factor():
    table = unit_names_table()
    assert table["name"].is_unique
    assert table.notna().all(axis=None)
    assert table.set_index("name").loc["万吨"].tolist() == ["wan_t", "t", 10000.0]


@pytest.mark.parametrize("name", ["ton", "tons", "方", "标方", "卡", "cal"])
def test_an_ambiguous_name_is_no_known_name(name):
    assert name not in known_unit_names()


def test_an_unknown_unit_names_its_remedy_in_both_languages():
    with pytest.raises(UnitError) as caught:
        convert(1.0, "10^4 tt", "t")
    assert "units.csv" in caught.value.problems[0].remedy_zh
    assert "units.csv" in caught.value.problems[0].remedy_en


def test_an_unknown_factor_unit_is_an_error():
    with pytest.raises(UnitError, match="TY1204"):
        factor_unit("g/moon")
