"""Published and derived cases of $TONGYUAN_REFERENCE (default ../shared), each by the function that docs/cases names."""

import csv
import json
import math
import os
from pathlib import Path

import pytest

from docs.cases import case_rows, compute

pytestmark = pytest.mark.reference

ROOT = Path(os.environ.get("TONGYUAN_REFERENCE", str(Path(__file__).parents[3] / "shared")))
TABLES = {"ghg": ("case_id", "rel_tol"), "pollutant": ("id", "rel_tolerance")}


def read_cases() -> dict[str, dict]:
    """Return all cases by id; none where the reference is not there."""
    found = {}
    for kind, (key, tolerance) in TABLES.items():
        path = ROOT / "method" / kind / "acceptance_cases.csv"
        if not path.is_file():
            continue
        with path.open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.DictReader(handle):
                expected = float(row["expected"]) if kind == "ghg" else json.loads(row["expected_json"])
                found[row[key]] = {
                    "inputs": json.loads(row["inputs_json"]),
                    "expected": expected, "tolerance": float(row[tolerance]),
                }  # fmt: skip
    return found


CASES = read_cases()
ROWS = {row.case_id: row for row in case_rows()}


def agrees(found, expected, tolerance) -> bool:
    """Return whether an answer is the expected one, numbers within the tolerance of the case."""
    if isinstance(expected, dict):
        return all(agrees(found[key], value, tolerance) for key, value in expected.items())
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(agrees, found, expected, [tolerance] * len(expected)))
    if expected is None or isinstance(expected, (str, bool)):
        return found == expected
    return math.isclose(float(found), float(expected), rel_tol=tolerance, abs_tol=1e-15)


def test_reference_is_there_in_ci():
    if not CASES and os.environ.get("CI") != "true":
        pytest.skip("0 cases: no acceptance_cases.csv under $TONGYUAN_REFERENCE")
    assert len(CASES) == 89


def test_every_case_has_a_row(record_property):
    missing = sorted(set(CASES) - set(ROWS))
    refused = sorted(case for case in CASES if case in ROWS and not ROWS[case].function)
    record_property("cases", f"{len(CASES)} cases, {len(CASES) - len(refused)} computed, judged wrong: {refused}")
    assert not missing


def test_case_judged_wrong_says_why():
    assert all(row.note for row in ROWS.values() if not row.function)


@pytest.mark.parametrize("case_id", sorted(case for case in CASES if case in ROWS and ROWS[case].function))
def test_case(case_id):
    case = CASES[case_id]
    found = compute(ROWS[case_id], case["inputs"], ROOT)
    assert agrees(found, case["expected"], case["tolerance"]), f"{case_id}: {found} is not {case['expected']}"
