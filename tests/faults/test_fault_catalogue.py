"""Every catalogued fault of reading, units, identity, geometry, factors and security, through the command line.

Each case spoils one real file. What must hold: the exit code, the code and the place that are named, no traceback, and
that the published releases are byte for byte what they were.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from tests.faults.cases import CASES

_FAMILIES = ("IN", "UN", "GE", "FX", "SC")


@pytest.mark.parametrize("fault", sorted(CASES))
def test_fault(fault, bench):
    case = CASES[fault]
    before = bench.fingerprint()
    answer = case.run(bench)
    assert "Traceback" not in answer.text
    assert answer.exit_code == case.exit_code, answer.text[-3000:]
    for said in (case.code, *case.places):
        assert said in answer.text, answer.text[-3000:]
    assert bench.fingerprint() == before


def test_every_catalogued_fault_has_a_case():
    folder = Path(os.environ.get("TONGYUAN_REFERENCE", Path(__file__).parents[3] / "shared"))
    catalogue = folder / "reliability" / "fault_catalogue.csv"
    if not catalogue.is_file() and os.environ.get("CI") != "true":
        pytest.skip("the reference data are not here: 1 catalogue not compared")
    with catalogue.open(encoding="utf-8", newline="") as handle:
        wanted = {row["id"] for row in csv.DictReader(handle) if row["id"][:2] in _FAMILIES}
    assert wanted <= set(CASES)
