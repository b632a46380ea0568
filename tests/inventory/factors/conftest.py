"""Tables of local factors that the tests of the library share."""

import pandas as pd
import pytest

from inventory.factors.overrides import LOCAL_COLUMNS, write_local

_PLAIN = {
    "source_category": "FC.03", "fuel_or_product": "coal", "technology": "any", "control": "none", "size_class": "any",
    "species": "NOx", "value": "3.5", "unit": "g/kg", "basis": "generated", "year_from": "2024", "year_to": "",
    "region_code": "310000", "tier": "3", "uncertainty_pct": "20", "distribution": "normal", "source": "test report",
    "evidence": "read", "confidence": "H", "status": "effective", "origin_region": "310000", "reason": "measured",
    "author": "Author", "created_on": "2025-01-02", "reviewer": "Reviewer", "reviewed_on": "2025-01-03",
    "review_reason": "complete", "approver": "Approver", "approved_on": "2025-01-04", "approval_reason": "better",
}  # fmt: skip


@pytest.fixture
def local_row():
    """Return a maker of one local row: an effective one with all its signatures."""

    def make(factor_id, **cells) -> dict[str, str]:
        return dict.fromkeys(LOCAL_COLUMNS, "") | _PLAIN | {"factor_id": factor_id} | cells

    return make


@pytest.fixture
def candidate(local_row):
    """Return a maker of one candidate: nobody has reviewed or approved it."""
    unsigned = dict.fromkeys(
        ("reviewer", "reviewed_on", "review_reason", "approver", "approved_on", "approval_reason"), ""
    )

    def make(factor_id, **cells) -> dict[str, str]:
        return local_row(factor_id, **({"status": "candidate"} | unsigned | cells))

    return make


@pytest.fixture
def local_folder(tmp_path):
    """Return a maker of folders with local_factors.csv."""

    def make(*rows, name="local"):
        folder = tmp_path / name
        write_local(pd.DataFrame(list(rows)), folder)
        return folder

    return make
