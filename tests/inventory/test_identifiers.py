"""Codes with their check characters, names in their spellings, groups whatever the order of pairs."""

from __future__ import annotations

import itertools

import pytest

from inventory.identifiers import (
    connected_roots,
    credit_code_of,
    identifier_fault,
    plain_code,
    plain_text,
    suggestions,
)

PETROCHINA = "91110000600037341L"
"""Printed in the documentation of python-stdnum; check character L."""


def by_hand(code: str) -> str:
    """Return the check character of GB 32100-2015: 31 − Σ value · 3^(i−1) mod 31, worked out apart from the library."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return alphabet[(31 - total % 31) % 31]


def test_the_check_character_is_that_of_the_standard():
    assert by_hand(PETROCHINA) == "L"
    assert identifier_fault("credit_code", PETROCHINA) is None


@pytest.mark.parametrize("place", range(8, 17))
def test_one_wrong_digit_is_found_and_the_wanted_character_named(place):
    sign = "1" if PETROCHINA[place] != "1" else "2"
    wrong = PETROCHINA[:place] + sign + PETROCHINA[place + 1 :]
    zh, en = identifier_fault("credit_code", wrong)
    assert f"应为 {by_hand(wrong)}" in zh
    assert f"gives {by_hand(wrong)}" in en


@pytest.mark.parametrize(
    ("scheme", "text", "said"),
    [
        ("credit_code", PETROCHINA[:17], "17 位"),
        ("credit_code", "9.11100006000373E+17", "20 位"),
        ("credit_code", "91110000600O37341L", "字符"),
        ("permit", PETROCHINA, "3 位数字"),
        ("permit", PETROCHINA + "01P", "3 位数字"),
        ("permit", PETROCHINA[:17] + "K001P", "校验位"),
        ("env_stat", "甲", "代码应为"),
        ("facility_id", "F12", "十六进制"),
        ("former_name", " ", "名称为空"),
        ("dunno", "1", "未知的标识类型"),
    ],
)
def test_what_cannot_be_an_identifier_says_why(scheme, text, said):
    assert said in identifier_fault(scheme, text)[0]


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        ("permit", PETROCHINA + "001P"),
        ("credit_code", "９１１１００００ 600037341l"),
        ("ets", "SH-0001"),
        ("name", "一厂"),
    ],
)
def test_identifiers_are_accepted_in_their_spellings(scheme, text):
    assert identifier_fault(scheme, text) is None


def test_width_and_spaces_do_not_tell_names_apart():
    assert plain_text("上海（浦东） 一厂　A") == plain_text("上海(浦东)一厂a")
    assert plain_code(" ｄａ００１") == "DA001"


def test_a_permit_carries_the_credit_code_of_its_holder():
    assert credit_code_of("permit", PETROCHINA + "001P") == PETROCHINA
    assert credit_code_of("ets", "SH-0001") == ""


def test_groups_do_not_depend_on_the_order_of_pairs():
    pairs = [("c", "b"), ("d", "c"), ("x", "y"), ("b", "a")]
    for order in itertools.permutations(pairs):
        assert connected_roots(order) == {"a": "a", "b": "a", "c": "a", "d": "a", "x": "x", "y": "x"}


def test_suggestions_name_what_is_near_and_nothing_else():
    assert suggestions("浦东新曲", ["宝山区", "浦东新区", "普陀区"]).startswith("浦东新区")
    assert suggestions("zzz", ["宝山区"]) == "—"
