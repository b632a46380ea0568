"""The code behind what a cell says: a code, a Chinese name or an alias of the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

from inventory.errors import Problem, UnitError
from inventory.factors.abatement import train_controls
from inventory.vocabulary import load
from inventory.vocabulary.units import known_unit_names, resolve_unit

_REFUSED = "TY1202"
"""Code of the problem of an ambiguous unit."""

_REFUSED_UNIT = "refused"
"""Status of such a unit."""

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
    if column == "activity_unit":
        units = load("units")
        accepted = units[units["status"] != _REFUSED_UNIT]
        by_zh = dict(zip(accepted["zh"], accepted["code"], strict=True))
        return by_zh | {name: resolve_unit(name).code for name in known_unit_names()}
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
    if column == "control" and "+" in text and text not in names_of(column):
        steps = [names_of(column).get(control) for control in train_controls(text)]
        return "+".join(filter(None, steps)) if all(steps) else None
    return names_of(column).get(text)


def like(column: str, text: str) -> str:
    """Return accepted names that look like a text, begin with it or are written of its characters (吨(短) → 短吨)."""
    names = sorted(names_of(column))
    beginning = [name for name in names if text and name.startswith(text)]
    within = [name for name in names if not name.isascii() and len(name) > 1 and set(name) <= set(text)]
    return "、".join((beginning or within)[:5] or get_close_matches(text, names, n=3, cutoff=0.5))


def refusal(column: str, text: str) -> Problem | None:
    """Return why a unit that the vocabulary knows is refused (吨 short or long, 方, 卡); None for any other text."""
    if column != "activity_unit" or text in names_of(column):
        return None
    try:
        resolve_unit(text)
    except UnitError as error:
        (problem,) = error.problems
        return problem if problem.code == _REFUSED else None
    return None
