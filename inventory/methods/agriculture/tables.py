"""The factor tables of agriculture that stand beside the methods as CSV."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import StringIO

import pandas as pd


@cache
def load_table(name: str) -> pd.DataFrame:
    """Return a table of this folder, as text with empty cells as ''.

    Parameters
    ----------
    name : str
        rice_scaling, tan_excretion, tan_losses or crop_residues.

    """
    path = files("inventory.methods.agriculture").joinpath(f"{name}.csv")
    return pd.read_csv(StringIO(path.read_text(encoding="utf-8-sig")), dtype=str, keep_default_na=False)
