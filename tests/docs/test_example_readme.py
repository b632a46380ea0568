import csv
import re
from collections import Counter

import pytest


@pytest.fixture(scope="module")
def readme(example):
    return (example / "README.md").read_text(encoding="utf-8")


def test_every_file_of_the_example_is_named(readme, example):
    files = {path.relative_to(example).as_posix() for path in example.rglob("*") if path.is_file()} - {"README.md"}
    assert len(files) > 20
    assert [name for name in sorted(files) if f"`{name}`" not in readme] == []


def test_every_file_that_is_named_exists(readme, example):
    named = set(re.findall(r"`((?:tables/|inventory/)?[a-z_/]+\.(?:csv|toml|py))`", readme))
    roots = (example, example / "tables", example.parents[1])
    assert len(named) > 20
    assert [name for name in sorted(named) if not any((root / name).is_file() for root in roots)] == []


def test_each_of_the_twenty_decisions_has_one_row(readme):
    section = readme.split("## 20 项决定")[1].split("\n## ")[0]
    numbers = re.findall(r"^\| (\d+) \|", section, flags=re.MULTILINE)
    assert numbers == [str(number) for number in range(1, 21)]


def test_parameter_sets_and_control_paths_that_are_named_exist(readme, example):
    section = readme.split("## 20 项决定")[1].split("\n## ")[0]
    known = {
        "baoshan_carbon",
        "included_species",
        "fuel_sold_outside",
        "activity_unit",
        "ghg_role",
        "in_airshed",
        "boundary",
    }
    for name, column in (
        ("activity_parameters.csv", "parameter_set"),
        ("control_paths.csv", "control_path_id"),
        ("activity_map.csv", "control_path_id"),
    ):
        with (example / name).open(encoding="utf-8", newline="") as handle:
            known |= {row[column] for row in csv.DictReader(handle)}
    named = set(re.findall(r"`([a-z][a-z0-9_]+)`", section))
    assert len(named) > 15
    assert sorted(named - known) == []


def test_shares_of_ratings_are_those_of_the_tables(readme, example):
    given = Counter()
    for path in (example / "tables").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as handle:
            given += Counter(row["confidence"] for row in csv.DictReader(handle))
    said = re.search(r"H（读到原文）(\d+) %，M（凭记忆引用公认数字）(\d+) %，L（估计）(\d+) %", readme)
    shares = [100 * given[rating] / given.total() for rating in "HML"]
    assert [float(share) for share in said.groups()] == pytest.approx(shares, abs=1.0)


def test_english_follows_the_chinese(readme):
    assert readme.startswith("# 上海市")
    assert readme.index("## English summary") > readme.index("## 局限")
