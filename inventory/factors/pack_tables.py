"""The method packs as files: their names, what they say of themselves, and their tables as text.

Knows folders and columns; what a row must hold is checked in lint.py, what it is worth is decided in selection.py.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import StringIO

import pandas as pd

from inventory.errors import SchemaError, problem

FACTOR_COLUMNS = (
    "factor_id", "source_category", "fuel_or_product", "technology", "control", "size_class", "species", "value",
    "unit", "basis", "year_from", "year_to", "region_code", "tier", "uncertainty_pct", "distribution", "source",
    "source_detail", "evidence", "confidence", "note", "status", "origin_region", "value_original", "unit_original",
)  # fmt: skip
"""Columns of emission_factors.csv."""

FACTOR_KEY = ("source_category", "fuel_or_product", "technology", "control", "size_class", "species", "region_code")
"""What a factor is valid for."""

EFFECTIVE, UNVERIFIED = "effective", "unverified"
USABLE = (EFFECTIVE, UNVERIFIED)
"""Statuses of pack rows that an estimate may use; library.unverified_rows names the unverified ones in use."""


def pack_names() -> tuple[str, ...]:
    """Return the packs that exist: every folder with a pack.toml."""
    root = files("inventory.factors").joinpath("packs")
    return tuple(sorted(f.name for f in root.iterdir() if f.is_dir() and f.joinpath("pack.toml").is_file()))


def pack_about(pack: str) -> dict[str, str]:
    """Return title, kind, citation, GWP set, validity and note of a pack."""
    text = _folder(pack).joinpath("pack.toml").read_text(encoding="utf-8")
    return {key: str(value) for key, value in tomllib.loads(text).items()}


def pack_table(packs: Sequence[str], name: str) -> pd.DataFrame:
    """Return a table of several packs as text, in their order, with column edition; empty where none has it.

    Raises
    ------
    SchemaError
        If there is no such pack.

    """
    found = [_table(_folder(pack), name).assign(edition=pack) for pack in packs]
    return pd.concat(found, ignore_index=True)


def _folder(pack: str) -> Traversable:
    """Return the folder of a pack."""
    if pack not in pack_names():
        known = "、".join(pack_names())
        raise SchemaError(problem("TY4001", pack, known=known))
    return files("inventory.factors").joinpath("packs", pack)


def _table(folder: Traversable, name: str) -> pd.DataFrame:
    """Return one table of a pack; empty where the pack has none."""
    path = folder.joinpath(name)
    if not path.is_file():
        return pd.DataFrame()
    return pd.read_csv(StringIO(path.read_text(encoding="utf-8-sig")), dtype=str, keep_default_na=False)
