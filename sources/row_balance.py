"""What became of every delivered row: core_delivery, core_quarantine, and the gate that nothing was lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from inventory.errors import ConservationError, problem
from inventory.warehouse import read_table, write_table
from sources.registry import find_source

_FIRST = 20
"""Rows of a series that are listed for each code; core_delivery counts all of them."""

_KEY = ["source_id", "origin_file", "origin_sheet", "origin_row", "column_name", "code"]


def write_row_balance(source_ids: Sequence[str], work: Path) -> dict[str, float]:
    """Write core_delivery and core_quarantine of the delivered sources; return rows in, used, quarantined, rejected.

    Raises
    ------
    ConservationError
        If the rows of a source do not add up, or its raw table holds another number than was used.

    """
    ordered = sorted(source_ids)
    balance = pd.concat([read_table(f"raw_{source_id}_balance", work) for source_id in ordered], ignore_index=True)
    in_table = [pq.read_metadata(work / f"raw_{source_id}.parquet").num_rows for source_id in ordered]
    accounted = balance["used"] + balance["quarantined"] + balance["rejected"]
    wrong = balance[(balance["rows_in"] != accounted) | (balance["used"] != in_table)]
    if len(wrong):
        raise ConservationError(
            *(
                problem(
                    "TY2021", row["source_id"], cell=None, rows_in=row["rows_in"], used=row["used"],
                    quarantined=row["quarantined"], rejected=row["rejected"],
                )
                for row in wrong.to_dict("records")
            )
        )  # fmt: skip
    aside = pd.concat([_set_aside(source_id, work) for source_id in ordered], ignore_index=True)
    write_table(balance, "core_delivery", work)
    write_table(aside.drop_duplicates(_KEY), "core_quarantine", work)
    return {name: float(balance[name].sum()) for name in ("rows_in", "used", "quarantined", "rejected")}


def _set_aside(source_id: str, work: Path) -> pd.DataFrame:
    """Return the quarantined cells of a source; of a series the first rows of each code."""
    found = read_table(f"raw_{source_id}_quarantine", work)
    if not find_source(source_id).is_series:
        return found
    first = found.sort_values(["code", "origin_file", "origin_row"]).groupby("code", sort=True).head(_FIRST)
    return pd.DataFrame(
        {
            "source_id": source_id, "origin_file": first["origin_file"], "origin_sheet": "",
            "origin_row": first["origin_row"].astype("int64"), "column_name": "", "code": first["code"],
            "delivered": first["text"], "message_zh": first["reason"], "message_en": "",
        }
    )  # fmt: skip
