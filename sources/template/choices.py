"""What may be chosen in a column: drop-down lists, and every name that counts as known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import pandas as pd

from inventory.vocabulary import load
from inventory.vocabulary.units import unit_names_table
from sources.registry import DataSource, SourceColumn
from sources.template.meanings import meanings_of

_OPEN = "aliases"
_RATING_MEANING = {"H": "读到原文", "M": "公认数字", "L": "估计"}


@dataclass(frozen=True)
class Choices:
    """Names for the cells of a column.

    Attributes
    ----------
    title : str
        Head of the list in 代码表.
    names, meanings : tuple of str
        What is offered, and what it means (empty text where the name says it).
    more : tuple of str
        Names that are accepted as well, after those offered.
    is_closed : bool
        Other text is an error; else the list only suggests.

    """

    title: str
    names: tuple[str, ...]
    meanings: tuple[str, ...]
    more: tuple[str, ...] = ()
    is_closed: bool = True


def column_choices(source: DataSource, column: SourceColumn) -> Choices | None:
    """Return what may be chosen in a column of a source; None for free text and numbers."""
    if column.type == "unit":
        return _units(column.also)
    if column.name == "unit" and source.group == "statistical":
        return replace(_units(()), is_closed=False)
    if "|" in column.codes:
        names = tuple(column.codes.split("|"))
        if set(names) == set(_RATING_MEANING):
            return Choices("可信度", names, tuple(_RATING_MEANING[name] for name in names))
        return Choices(column.zh, names, meanings_of(source, column, names))
    if column.codes:
        return _vocabulary(column.codes, column)
    return _suggestions(source, column)


@cache
def _units(also: tuple[str, ...]) -> Choices:
    """Return the units: Chinese names where they are unambiguous, else codes; aliases are accepted."""
    known = unit_names_table()
    code_of = dict(zip(known["name"], known["code"], strict=True))
    table = load("units")
    usable = table[table["status"] != "refused"]
    pairs = {
        (zh if code_of.get(zh) == code else code): f"{code} {zh}"
        for code, zh in zip(usable["code"], usable["zh"], strict=True)
    } | dict.fromkeys(also, "")
    more = tuple(sorted(set(code_of) - set(pairs)))
    return Choices("单位" if not also else f"单位（含 {also[0]} 等）", tuple(pairs), tuple(pairs.values()), more)


def _vocabulary(table_name: str, column: SourceColumn) -> Choices:
    """Return the codes of a vocabulary table, or its Chinese names for a column of names."""
    table = load(table_name)
    if table_name == "regions":
        table = table[table["level"] == "district"]
    shown, other = ("zh", "code") if column.name.endswith("_zh") else ("code", "zh")
    return Choices(column.zh, tuple(table[shown]), tuple(table[other]))


def _suggestions(source: DataSource, column: SourceColumn) -> Choices | None:
    """Return the names that the vocabulary knows for a delivered column, where it lists any."""
    table: pd.DataFrame = load(_OPEN)
    names = tuple(dict.fromkeys(table.loc[table["context"] == f"{source.source_id}.csv/{column.name}", "name"]))
    meanings = meanings_of(source, column, names)
    return Choices(f"{source.zh}·{column.zh}", names, meanings, is_closed=False) if names else None
