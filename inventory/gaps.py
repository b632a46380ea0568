"""What is missing: records without a factor, and leaves that occur but have no activity."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from inventory.errors import Problem, SchemaError
from inventory.vocabulary import load

_KEYS = ("NE", "NO", "NA", "IE", "C")
_ANY_SPECIES = "any"
"""Stands in the gap row of a leaf whose species nobody has named yet."""


def find_gaps(ledger: pd.DataFrame, emissions: pd.DataFrame, missing_inputs: pd.DataFrame) -> pd.DataFrame:
    """List every NE of a record and every leaf that occurs in the city without a record.

    Parameters
    ----------
    ledger, emissions : DataFrame
        core_activity and core_emission.
    missing_inputs : DataFrame
        source_category, missing_input, reason_zh, reason_en: what the project says of leaves it has no activity for.

    Returns
    -------
    DataFrame
        core_gap; a leaf that does not occur is NO, a leaf of unknown occurrence or without activity NE.

    """
    without_factor = emissions[emissions["notation_key"] == "NE"].merge(
        ledger[["activity_id", "source_category"]], on="activity_id"
    )
    of_records = without_factor[["source_category", "activity_id", "species", "notation_key"]].assign(
        reason_zh="因子库中没有可用因子",
        reason_en="no factor in the library",
        missing_input="排放因子 / emission factor",
    )
    leaves = load("categories")
    silent = leaves[~leaves["code"].isin(ledger["source_category"])]
    _require_known(missing_inputs, set(leaves["code"]))
    said = {str(row["source_category"]): row for row in missing_inputs.to_dict("records")}
    rows = [
        row
        for leaf in silent.itertuples()
        for row in _leaf_rows(leaf.code, leaf.expected_species, leaf.occurs_in_shanghai, leaf.reason, said)
    ]
    return pd.concat([of_records, pd.DataFrame(rows, columns=of_records.columns)], ignore_index=True)


def _require_known(missing_inputs: pd.DataFrame, leaves: set[str]) -> None:
    """Refuse statements about categories or with notation keys that do not exist: they would be lost."""
    problems = [
        Problem("TY3023", f"missing_inputs.csv › {row['source_category']}", message_zh, message_en)
        for row in missing_inputs.to_dict("records")
        for is_wrong, message_zh, message_en in (
            (row["source_category"] not in leaves, "不是末级分类", "no category leaf"),
            (row["notation_key"] not in _KEYS, "未知的填报符号", f"unknown notation key {row['notation_key']!r}"),
        )
        if is_wrong
    ]
    if problems:
        raise SchemaError(*problems)


def _leaf_rows(
    code: str, expected: str, occurs: str, reason: str, said: Mapping[str, dict[Hashable, Any]]
) -> list[dict[str, str]]:
    """Return one row per expected species of a leaf without activity."""
    if code in said:
        names = ("reason_zh", "reason_en", "missing_input", "notation_key")
        reason_zh, reason_en, missing, key = (str(said[code][name]) for name in names)
    elif occurs == "no":
        reason_zh, reason_en, missing, key = "本市不发生", f"does not occur: {reason}", "", "NO"
    else:
        reason_zh, reason_en, missing, key = "没有活动水平", "no activity data", "活动水平 / activity data", "NE"
    return [
        {
            "source_category": code, "activity_id": "", "species": species, "notation_key": key,
            "reason_zh": reason_zh, "reason_en": reason_en, "missing_input": missing,
        }
        for species in (expected or _ANY_SPECIES).split(";")
    ]  # fmt: skip
