"""The check step on the example: it passes, and it tells every error after the table is written."""

import shutil

import pytest

from inventory.checks import check
from inventory.errors import ConservationError
from inventory.warehouse import load_contract, read_table, write_table


@pytest.fixture
def work(estimated, tmp_path):
    for path in estimated.glob("core_*.parquet"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_example_has_no_error_and_few_notices(work, example_config):
    report = check(example_config, work)
    table = read_table("core_check", work)
    assert report.counts["errors"] == 0
    assert set(table["severity"]) <= {"notice"}
    assert len(report.messages) <= 9
    assert list(table.columns) == [column.name for column in load_contract("core_check").columns]


def test_gap_of_petrol_between_fleet_and_sales_is_told(work, example_config):
    report = check(example_config, work)
    assert any(message.startswith("gasoline：") for message in report.messages)


def test_every_error_is_told_at_once_after_the_table_is_written(work, example_config):
    emissions = read_table("core_emission", work)
    first = emissions.index[emissions["emission_t"] > 0][:2]
    emissions.loc[first[0], "emission_t"] = -1.0
    emissions.loc[first[1], "notation_key"] = "NE"
    write_table(emissions, "core_emission", work)
    with pytest.raises(ConservationError) as error:
        check(example_config, work)
    assert {"TY3503", "TY3502"} <= {problem.code for problem in error.value.problems}
    assert error.value.exit_code == 5
    table = read_table("core_check", work)
    assert {"negative", "finite_or_key"} <= set(table.loc[table["severity"] == "error", "rule_id"])
