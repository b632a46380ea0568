"""The content hash sees values and nothing else."""

import numpy as np
import pandas as pd
import pytest

from inventory.warehouse import load_contract
from tongyuan.content_hash import table_hash

CONTRACT = load_contract("grid_weight")


def _weights(**changes):
    rows = {"allocation_id": ["b", "a", "a"], "cell_id": [1, 2, 1], "weight": [1.0, 0.25, 0.75]}
    return pd.DataFrame({**rows, **changes})


def test_order_of_rows_and_columns_does_not_matter():
    rows = _weights()
    shuffled = rows.sample(frac=1, random_state=3)[["weight", "cell_id", "allocation_id"]]
    assert table_hash(shuffled, CONTRACT) == table_hash(rows, CONTRACT)


@pytest.mark.parametrize(
    "changes",
    [
        {"weight": [1.0, 0.25, np.nextafter(0.75, 1)]},
        {"cell_id": [1, 2, 3]},
        {"allocation_id": ["b", "a", "ab"]},
    ],
)
def test_the_smallest_change_of_a_value_matters(changes):
    assert table_hash(_weights(**changes), CONTRACT) != table_hash(_weights(), CONTRACT)


def test_minus_zero_is_zero():
    assert table_hash(_weights(weight=[-0.0, 0.25, 0.75]), CONTRACT) == table_hash(
        _weights(weight=[0.0, 0.25, 0.75]), CONTRACT
    )


def test_provenance_does_not_matter():
    contract = load_contract("core_facility")
    facility = pd.DataFrame(
        [{column.name: {"DOUBLE": 1.0, "BIGINT": 1}.get(column.type, "x") for column in contract.columns}]
    )
    assert table_hash(facility.assign(origin_row=9, origin_file="y"), contract) == table_hash(facility, contract)
    assert table_hash(facility.assign(name_zh="y"), contract) != table_hash(facility, contract)
