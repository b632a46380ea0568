"""Codes that no table knows are refused, all at once."""

import pytest

from inventory.errors import SchemaError
from inventory.ledger_codes import require_known_codes
from inventory.ledger_draft import build_draft, draft_row


def _row(**changes):
    known = {
        "draft_id": "d", "source_category": "SV.04.01", "fuel_or_product": "any", "activity_unit": "t", "name_zh": "涂料",
        "origin_file": "industry.csv", "origin_row": 7,
    }  # fmt: skip
    return draft_row(**{**known, **changes})


def _parameter(name, unit="1"):
    return {"draft_id": "d", "name": name, "value": 0.1, "unit": unit, "citation": "c", "confidence": "L"}


def test_known_codes_pass():
    draft = build_draft(
        [_row(control_path_id="own_path", included_species="CO2;SO2")],
        [_parameter("sulphur_fraction"), _parameter("ef_kg_per_unit:NOx", "kg/t"), _parameter("disposed_t:2001", "t")],
    )
    require_known_codes(draft, ["own_path"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"technology": "ultra_low_emision_unit"}, "ultra_low_emision_unit"),
        ({"control_path_id": "ultra_lo"}, "ultra_lo"),
        ({"fuel_or_product": "raw_coall"}, "raw_coall"),
        ({"size_class": "huge_plant"}, "huge_plant"),
        ({"included_species": "CO2;SO₂"}, "SO₂"),
    ],
)
def test_a_misspelt_code_names_file_row_and_code(changes, code):
    with pytest.raises(SchemaError) as caught:
        require_known_codes(build_draft([_row(**changes)], []), [])
    (problem,) = caught.value.problems
    assert "industry.csv › 7" in problem.place
    assert code in problem.message_en


def test_misspelt_parameters_and_units_are_found_together():
    parameters = [
        _parameter("sulfur_fraction"),
        _parameter("ef_kg_per_unit:NOX", "kg/t"),
        _parameter("ef_kg_per_unit:CO", "g/t"),
    ]
    with pytest.raises(SchemaError) as caught:
        require_known_codes(build_draft([_row()], parameters), [])
    assert [problem.code for problem in caught.value.problems] == ["TY3020", "TY3020", "TY3021"]
