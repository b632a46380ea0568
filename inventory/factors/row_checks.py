"""What every row of the library must hold: required cells, known codes, numbers, and an id of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import pandas as pd

from inventory.errors import Problem, problem
from inventory.factors.overrides import LOCAL, LOCAL_FILE
from inventory.vocabulary import chain, load

REQUIRED = ("factor_id", "source_category", "species", "value", "unit", "basis", "region_code", "source", "confidence")
BASES = ("generated", "emitted")
_NOT_FACTORS = ("limit", "parameter")


def row_problems(factors: pd.DataFrame) -> list[Problem]:
    """Return the findings without which a table of factors cannot be used; all in one pass."""
    if factors.empty:
        return []
    problems = [
        problem("FX604", place_of(row), column=column)
        for column in REQUIRED
        for _, row in factors[factors[column] == ""].iterrows()
    ]
    problems += [
        _unknown(row, column)
        for column, known in known_codes().items()
        for _, row in factors[
            ~factors[column].isin(known) & ((factors[column] != "") | (column not in REQUIRED))
        ].iterrows()
    ]
    values = pd.to_numeric(factors["value"], errors="coerce")
    wrong = factors[~((values >= 0) & (values < float("inf"))) & (factors["value"] != "")]
    problems += [problem("TY4015", place_of(row), text=row["value"]) for _, row in wrong.iterrows()]
    for column in ("year_from", "year_to"):
        years = pd.to_numeric(factors[column], errors="coerce")
        no_year = factors[(factors[column] != "") & ~((years % 1 == 0) & years.between(1900, 2200))]
        problems += [problem("TY4016", place_of(row), column=column, text=row[column]) for _, row in no_year.iterrows()]
    return problems


def repeated_ids(rows: pd.DataFrame, key: str) -> list[Problem]:
    """Return a finding for each id that stands twice in the packs of a run, naming both places."""
    problems = []
    doubled = rows[rows.duplicated(key, keep=False)] if len(rows) else rows
    for name, group in doubled.groupby(key, sort=True) if len(doubled) else ():
        places = "、".join(group["edition"])
        problems.append(problem("TY4003", f"{key} › {name}", places=places))
    return problems


def ratio_cycles(ratios: pd.DataFrame) -> list[Problem]:
    """Return a finding for each species that the ratios of a branch and its fuel or product lead back to."""
    problems = []
    for branch, rows in ratios.groupby("source_category", sort=True) if len(ratios) else ():
        for fuel in sorted(set(rows["fuel_or_product"])):
            steps = rows[rows["fuel_or_product"].isin(_fallbacks(fuel))]
            origins: dict[str, set[str]] = {}
            for made, origin in zip(steps["to_species"], steps["from_species"], strict=True):
                origins.setdefault(made, set()).add(origin)
            problems += [
                problem("TY4013", f"species_ratios.csv › {branch} › {fuel} › {species}")
                for species in sorted(origins)
                if species in _reached(species, origins)
            ]
    return problems


def _fallbacks(fuel_or_product: str) -> tuple[str, ...]:
    """Return the fuel or product and what it falls back to."""
    return chain("fuels" if fuel_or_product in set(load("fuels")["code"]) else "products", fuel_or_product)


def _reached(species: str, origins: Mapping[str, Iterable[str]]) -> set[str]:
    """Return every species that a species is made of, by one ratio or several."""
    reached: set[str] = set()
    ahead = [species]
    while ahead:
        new = set(origins.get(ahead.pop(), ())) - reached
        reached |= new
        ahead += sorted(new)
    return reached


def place_of(row: pd.Series) -> str:
    """Return where a factor row stands."""
    table = LOCAL_FILE if row["edition"] == LOCAL else f"{row['edition']} › emission_factors.csv"
    return f"{table} › {row['factor_id']}"


@cache
def known_codes() -> dict[str, frozenset[str]]:
    """Return the codes that each column may hold."""
    codes = {
        "source_category": {*load("categories")["code"], *load("category_branches")["code"]},
        "fuel_or_product": {*load("fuels")["code"], *load("products")["code"]},
        "technology": {*load("technologies")["code"]},
        "control": {*load("controls")["code"]},
        "size_class": {*load("size_classes")["code"]},
        "species": {*load("species")["code"]},
        "unit": {*load("factor_units")["code"]},
        "region_code": {*load("regions")["code"]},
        "basis": {*BASES},
    }
    return {column: frozenset(known) for column, known in codes.items()}


def _unknown(row: pd.Series, column: str) -> Problem:
    """Return the finding of an unknown code; limits and parameters are named for what they are."""
    if column == "basis" and row[column] in _NOT_FACTORS:
        return problem("TY4004", place_of(row), basis=row[column])
    return problem("TY4014", place_of(row), column=column, text=row[column])
