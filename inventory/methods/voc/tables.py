"""The fact tables beside the VOC methods: read once, as text, with source and confidence of every row."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from io import StringIO


@cache
def table(name: str) -> dict[str, dict[str, str]]:
    """Return the rows of `<name>.csv` by their `code`."""
    text = files("inventory.methods.voc").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return {row["code"]: row for row in csv.DictReader(StringIO(text))}


def numbers(name: str, column: str) -> dict[str, float]:
    """Return one column of `<name>.csv` by `code`; rows without a value are left out."""
    return {code: float(row[column]) for code, row in table(name).items() if row[column]}
