"""Every method, parameter, column and unit stands in the pages of the calculation; no parameter is an orphan."""

import pytest

from docs.generate import standing_documents
from docs.methods import READ_BY_ALL, SECTORS, parameter_methods
from inventory.calculation.columns import INPUT_COLUMNS, OUTPUT_COLUMNS
from inventory.calculation.emission_table import COLUMNS
from inventory.calculation.validation import OPTIONAL, REQUIRED
from inventory.methods import METHODS
from inventory.vocabulary import load

PARAMETERS = set(load("parameters")["code"])


@pytest.fixture(scope="module")
def pages():
    return standing_documents()


def test_every_method_stands_on_its_page_with_chinese_name_and_citation(pages):
    lines = [line for line in pages["methods.md"].splitlines() if line.startswith("| `")]
    assert len(lines) == len(METHODS)
    for method in METHODS:
        own = [
            line for line in lines if line.startswith(f"| `{method.name}` | {method.zh} | {', '.join(method.species)}")
        ]
        assert any(method.citation in line for line in own), method.name
        assert any(all(f"`{name}`" in line for name in (*method.needs, *method.optional)) for line in own)


def test_every_sector_of_the_methods_has_a_heading(pages):
    for name_zh, name_en in SECTORS.values():
        assert f"## {name_zh} / {name_en}" in pages["methods.md"]


def test_every_parameter_stands_on_the_page_with_its_range(pages):
    rows = {line.split(" | ")[0].strip("|` "): line for line in pages["calculate.md"].splitlines()}
    for row in load("parameters").itertuples():
        assert row.zh in rows[row.code]
        assert f"{row.low or '−∞'} – {row.high or '∞'}" in rows[row.code]
        assert rows[row.code].rpartition(" | ")[2].strip(" |"), row.code


def test_parameters_that_methods_name_are_those_of_the_vocabulary():
    assert set(parameter_methods()) - PARAMETERS == set()


def test_no_parameter_of_the_vocabulary_is_an_orphan():
    assert PARAMETERS - set(parameter_methods()) == set(READ_BY_ALL)


def test_columns_of_the_page_are_those_of_the_code(pages):
    assert tuple(INPUT_COLUMNS) == (*REQUIRED, *OPTIONAL)
    assert tuple(OUTPUT_COLUMNS) == COLUMNS
    for name in (*REQUIRED, *OPTIONAL, *COLUMNS):
        assert f"| `{name}` |" in pages["calculate.md"]


def test_every_unit_that_is_accepted_stands_on_the_page_and_no_other(pages):
    units = load("units")
    for row in units.itertuples():
        assert (f"`{row.code}` {row.zh}" in pages["calculate.md"]) == (row.status != "refused")
