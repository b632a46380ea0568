"""The codes that every table uses, and their fallback chains.

Tables stand beside this file as CSV; nothing here imports other packages of ours except inventory.errors.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import StringIO

import pandas as pd

from inventory.errors import SchemaError, problem

_CHAINED = {"fuels": "any", "technologies": "any", "regions": "", "products": "any"}


@cache
def load(name: str) -> pd.DataFrame:
    """Return a vocabulary table, all columns as text; empty cells are ''.

    Raises
    ------
    SchemaError
        If there is no such table.

    """
    path = files("inventory.vocabulary").joinpath(f"{name}.csv")
    if not path.is_file():
        raise SchemaError(problem("TY1101", name))
    return pd.read_csv(StringIO(path.read_text(encoding="utf-8-sig")), dtype=str, keep_default_na=False)


@cache
def chain(kind: str, code: str) -> tuple[str, ...]:
    """Return the code and what it falls back to, nearest first.

    Parameters
    ----------
    kind : str
        fuels, products, technologies, regions or categories.
    code : str
        Code of that table.

    Returns
    -------
    tuple of str
        E.g. ('ultra_low_emission_unit', 'pulverised_coal_boiler', 'any'); a category climbs to its branch, class and
        ALL, but a land-use leaf (LU.) stops at its class.

    """
    if kind == "categories":
        return _category_chain(code)
    own = _fallbacks(kind).get(code, "")
    steps = [code, *filter(None, (step.strip() for step in own.split(";")))]
    last = _CHAINED[kind]
    if last and last not in steps:
        steps.append(last)
    return tuple(steps)


@cache
def expected_species(leaf: str) -> tuple[str, ...]:
    """Return the species that a category leaf is expected to emit."""
    return tuple(filter(None, _expected()[leaf].split(";")))


@cache
def biogenic_fuels() -> frozenset[str]:
    """Return the fuels of biogenic carbon."""
    fuels = load("fuels")
    return frozenset(fuels.loc[fuels["biogenic"] == "yes", "code"])


@cache
def _fallbacks(kind: str) -> dict[str, str]:
    """Return the fallback chains of one table by code."""
    table = load(kind)
    return dict(zip(table["code"], table["fallback_chain"], strict=True))


@cache
def _expected() -> dict[str, str]:
    """Return the expected species of each leaf."""
    table = load("categories")
    return dict(zip(table["code"], table["expected_species"], strict=True))


def _category_chain(code: str) -> tuple[str, ...]:
    """Return leaf, branch, class and ALL."""
    parts = code.split(".")
    steps = [".".join(parts[:depth]) for depth in range(len(parts), 0, -1)]
    return tuple(steps if parts[0] == "LU" else [*steps, "ALL"])
