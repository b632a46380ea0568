"""One catalogue of findings: every code has words in both languages, is used, and every used code is there."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import inventory
from inventory.errors import CellRef, problem, problem_texts

ROOT = Path(inventory.__file__).parents[1]
PACKAGES = ("inventory", "grids", "sources", "tongyuan")
TEXT = "\n".join(
    path.read_text(encoding="utf-8") for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))
)
USED = set(re.findall(r"\b(?:problem|_problem|finding)\(\s*\"([A-Z]{1,2}\d{3,4})\"", TEXT))


def placeholders(text: str) -> set[str]:
    """Return the placeholders of a text; `reason_zh` and `reason_en` are the same one."""
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return {re.sub(r"_(zh|en)$", "", name) for name in names}


@pytest.mark.parametrize("code", sorted(problem_texts()))
def test_a_code_says_the_same_in_both_languages(code):
    text = problem_texts()[code]
    assert set(text) <= {"zh", "en", "remedy_zh", "remedy_en"}
    assert text["zh"].strip()
    assert text["en"].strip()
    assert placeholders(text["zh"] + text.get("remedy_zh", "")) == placeholders(text["en"] + text.get("remedy_en", ""))
    assert bool(text.get("remedy_zh")) == bool(text.get("remedy_en"))


def test_no_code_stands_twice():
    named = [
        line
        for path in (ROOT / "inventory" / "problems").glob("*.toml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.fullmatch(r"\[\w+\]", line)
    ]
    assert sorted(named) == sorted(set(named))


def test_every_code_of_the_catalogue_is_used():
    unused = [code for code in problem_texts() if f'"{code}"' not in TEXT]
    assert unused == []


def test_every_code_that_is_asked_for_is_in_the_catalogue():
    assert {code for code in USED if f'problem("{code}"' in TEXT} <= set(problem_texts())


def test_a_finding_is_filled_in_and_keeps_its_cell():
    cell = CellRef("a.xlsx", "产量", 17, "value", "E")
    found = problem("IN303", cell, cell=cell, text="12吨")
    assert (found.place, found.cell) == ("a.xlsx › 产量 › E17 (value)", cell)
    assert "12吨" in found.message_zh
    assert str(CellRef("a.csv", "", 17, "value")) == "a.csv › 17 › value"
