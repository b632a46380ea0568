"""The code behind what a cell says: a code, a Chinese name or an alias of the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

from inventory.factors.abatement import train_controls
from inventory.vocabulary import load
from inventory.vocabulary.units import known_unit_names, resolve_unit

TABLES = {
    "source_category": ("categories",),
    "fuel_or_product": ("fuels", "products"),
    "technology": ("technologies",),
    "size_class": ("size_classes",),
    "region_code": ("regions",),
    "control": ("controls",),
}
"""Vocabulary tables of each column of codes; no name stands for two codes of a column (a test holds this)."""


@cache
def names_of(column: str) -> Mapping[str, str]:
    """Return the code of each accepted name of a column; codes mean themselves."""
    rows = [row for table in TABLES[column] for row in load(table).to_dict("records")]
    named = {
        str(name).strip(): str(row["code"])
        for row in rows
        for name in (row["zh"], *str(row.get("aliases", "")).split(";"))
        if str(name).strip()
    }
    return named | {str(row["code"]): str(row["code"]) for row in rows}


def code_of(column: str, text: str) -> str | None:
    """Return the code that a cell means, or None where it is unknown.

    A control may be a train: controls joined by `+`, in the order of the flow.
    """
    if column == "activity_unit":
        return resolve_unit(text).code if text in known_unit_names() else None
    if column == "control" and "+" in text:
        steps = [names_of(column).get(control) for control in train_controls(text)]
        return "+".join(filter(None, steps)) if all(steps) else None
    return names_of(column).get(text)


def like(column: str, text: str) -> str:
    """Return accepted names that look like a text or begin with it, for the remedy of an error."""
    names = sorted(known_unit_names() if column == "activity_unit" else names_of(column))
    beginning = [name for name in names if text and name.startswith(text)][:5]
    return "、".join(beginning or get_close_matches(text, names, n=3, cutoff=0.5))
