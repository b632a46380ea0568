"""What the names of a drop-down list mean in Chinese: meanings.csv, the Chinese column beside it, the vocabulary."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import StringIO

import pandas as pd

from inventory.vocabulary import load
from sources.registry import DataSource, SourceColumn

_TABLES = ("categories", "technologies", "size_classes", "fuels")


@cache
def meanings_table() -> pd.DataFrame:
    """Return the meanings that are written down: source_id, column, code, zh."""
    text = files("sources.template").joinpath("meanings.csv").read_text(encoding="utf-8")
    return pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)


def meanings_of(source: DataSource, column: SourceColumn, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return what each name of a column's list means; empty text where nothing says it."""
    known = _written(source, column) or _beside(source, column, names) or _of_vocabulary(names)
    return tuple(known.get(name, "") for name in names)


def _written(source: DataSource, column: SourceColumn) -> dict[str, str]:
    """Return the meanings of a column in meanings.csv."""
    table = meanings_table()
    own = table[(table["source_id"] == source.source_id) & (table["column"] == column.name)]
    return dict(zip(own["code"], own["zh"], strict=True))


def _beside(source: DataSource, column: SourceColumn, names: tuple[str, ...]) -> dict[str, str]:
    """Return the list of the column `<name>_zh`, which stands in the same order."""
    lists = [each.codes.split("|") for each in source.columns if each.name == f"{column.name}_zh"]
    return dict(zip(names, lists[0], strict=True)) if lists and len(lists[0]) == len(names) else {}


def _of_vocabulary(names: tuple[str, ...]) -> dict[str, str]:
    """Return the names of the first vocabulary table that holds every code."""
    for name in _TABLES:
        table = load(name)
        known = dict(zip(table["code"], table["zh"], strict=True))
        if set(names) <= set(known):
            return known
    return {}
