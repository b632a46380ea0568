"""The fact tables that stand beside the methods of mobile sources."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import StringIO

import pandas as pd


@cache
def method_table(name: str) -> pd.DataFrame:
    """Return a table of this folder, all columns as text; empty cells are ''."""
    text = files("inventory.methods.mobile").joinpath(f"{name}.csv").read_text(encoding="utf-8-sig")
    return pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
