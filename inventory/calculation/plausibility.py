"""What a reader of a calculation should look at: particles out of order, and records that may count the same twice.

Notices, not errors: a table of activities has no facilities, so two plants of one region cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.calculation.validation import CheckedActivity
from inventory.checks.activity_rules import activity_problems
from inventory.checks.double_counting import double_counted
from inventory.errors import Problem
from inventory.vocabulary import load

_PARTICLES = ("BC", "OC", "PM2.5", "PM10", "TSP")
_ABOUT = ["source_category", "fuel_or_product", "region_code", "inventory_year", "balance_group"]

SpeciesNumbers = tuple[str, str, npt.NDArray[np.int64], npt.NDArray[np.float64]]
"""Species and method of records of one key, their positions [n] and emissions [t]."""


def notices(activity: CheckedActivity, emissions: Sequence[SpeciesNumbers]) -> list[Problem]:
    """Return the activities whose particles contradict each other, and pairs of records that exclude each other."""
    particles = [own for own in emissions if own[0] in _PARTICLES]
    particles = [own for of_key in _by_key(particles) if _may_contradict(of_key) for own in of_key]
    found = [_named(problem, activity) for problem in activity_problems(_long(particles))]
    rows = activity.table.rows
    position = np.flatnonzero(_may_exclude(rows["source_category"]) | (rows["balance_group"].to_numpy() != ""))
    if not len(position):
        return found
    beside = np.zeros(len(rows), dtype=bool)
    beside[position] = True
    own = _long([numbers for numbers in emissions if beside[numbers[2]].any()])
    own = own[beside[own["activity_id"].to_numpy(dtype=np.int64)]]
    records = rows.iloc[position][_ABOUT].astype(str).assign(activity_id=activity.ids[position])
    named = own.assign(activity_id=activity.ids[own["activity_id"].to_numpy(dtype=np.int64)])
    return [*found, *double_counted(records, named)]


def _by_key(emissions: Sequence[SpeciesNumbers]) -> list[list[SpeciesNumbers]]:
    """Return emissions by the records that they are of: the species of a key share their positions."""
    found: dict[int, list[SpeciesNumbers]] = {}
    for own in emissions:
        found.setdefault(int(own[2][0]), []).append(own)
    return list(found.values())


def _may_contradict(of_key: Sequence[SpeciesNumbers]) -> bool:
    """Return whether any record of a key has finer particles that weigh more than coarser ones."""
    by_species = {species: emission_t for species, _, _, emission_t in of_key}
    carbon = [by_species.pop(name) for name in ("BC", "OC") if name in by_species]
    sizes = [by_species[name] for name in _PARTICLES[2:] if name in by_species]
    ordered = [np.add.reduce(carbon), *sizes] if carbon else sizes
    pairs = [(fine, coarse) for at, fine in enumerate(ordered) for coarse in ordered[at + 1 :]]
    return any(bool(np.any(fine > coarse)) for fine, coarse in pairs)


def _long(emissions: Sequence[SpeciesNumbers]) -> pd.DataFrame:
    """Return emissions in long form, activities by their position."""
    if not emissions:
        return pd.DataFrame({"activity_id": [], "species": [], "emission_t": [], "method": []})
    lengths = [len(positions) for _, _, positions, _ in emissions]
    return pd.DataFrame(
        {
            "activity_id": np.concatenate([positions for _, _, positions, _ in emissions]),
            "species": np.repeat([species for species, _, _, _ in emissions], lengths),
            "emission_t": np.concatenate([emission_t for _, _, _, emission_t in emissions]),
            "method": np.repeat([method for _, method, _, _ in emissions], lengths),
        }
    )


def _may_exclude(category: pd.Series) -> npt.NDArray[np.bool_]:
    """Return whether a record's category stands in the table of alternatives, fuels of balance groups apart."""
    sides = load("alternatives")
    wanted = sides[~sides["scope"].str.contains("balance_group")]
    prefixes = tuple(part for side in ("one_side", "other_side") for text in wanted[side] for part in text.split(";"))
    codes = category.astype("category")
    of_code = np.array([str(code).startswith(prefixes) for code in codes.cat.categories])
    return np.asarray(of_code[codes.cat.codes.to_numpy()])


def _named(problem: Problem, activity: CheckedActivity) -> Problem:
    """Return a problem of a position with the row and the id of its activity."""
    position, _, what = problem.place.partition(" › ")
    at = int(position)
    return replace(problem, place=activity.at(at, f"{activity.ids[at]} › {what}"))
