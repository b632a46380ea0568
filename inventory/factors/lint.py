"""Everything that can be wrong with the factor library, found in one pass: errors, and notices that a person weighs.

Metadata, ranges, equal keys, fractions, cycles of ratios and the history of local rows are errors. A value far from its
neighbours is a notice: T/CSES and EMEP rows differ by more than that where technologies do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from inventory.errors import Problem, UnitError, problem
from inventory.factors.lifecycle import history_problems
from inventory.factors.overrides import LOCAL, clashes, read_local, valid_years
from inventory.factors.pack_tables import FACTOR_KEY, USABLE, pack_about, pack_table
from inventory.factors.row_checks import place_of, ratio_cycles, repeated_ids, row_problems
from inventory.vocabulary import load
from inventory.vocabulary.units import factor_unit, resolve_unit

NEIGHBOUR_RATIO = 20.0
"""A value that many times above or below the median of its neighbours is noticed [1]."""

_FEWEST_NEIGHBOURS = 3
_ENERGY_BASE = "kg per GJ"
_DISTRIBUTIONS = ("normal", "lognormal")
_BRANCH = 5


@dataclass(frozen=True)
class LintReport:
    """Findings of the library: `problems` forbid its use, `notices` want a look."""

    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...]


def lint_library(packs: Sequence[str], local_dir: Path | None = None) -> LintReport:
    """Return every problem and every notice of the packs and of a folder of local factors.

    Raises
    ------
    SchemaError
        If a pack or the local table cannot be read at all.

    """
    factors = pack_table(packs, "emission_factors.csv")
    properties = pack_table(packs, "fuel_properties.csv")
    rows = factors if local_dir is None else pd.concat([read_local(local_dir), factors], ignore_index=True).fillna("")
    local = rows[rows["edition"] == LOCAL]
    broken = row_problems(rows)
    problems = [*repeated_ids(rows, "factor_id"), *broken, *_metadata(rows, _open_editions(packs))]
    problems += [*repeated_ids(properties, "property_id"), *_properties(properties), *_fractions(packs)]
    problems += ratio_cycles(pack_table(packs, "species_ratios.csv"))
    problems += [found for _, row in local.iterrows() for found in history_problems(row)]
    notices: list[Problem] = []
    if not broken:
        usable = rows[rows["status"].isin(USABLE)]
        problems += [*_ties(usable), *clashes(local[local["status"].isin(USABLE)], factors)]
        notices += _far_from_neighbours(rows[rows["status"] != "superseded"])
    return LintReport(tuple(dict.fromkeys(problems)), tuple(notices))


def _open_editions(packs: Sequence[str]) -> set[str]:
    """Return the packs that state an open validity: their rows hold for every year where they name none."""
    return {pack for pack in packs if pack_about(pack).get("validity") == "open"}


def _metadata(rows: pd.DataFrame, open_editions: set[str]) -> Iterator[Problem]:
    """Yield rows without validity, with an empty or negative range, or a unit that is no mass per activity."""
    uncertainty = pd.to_numeric(rows["uncertainty_pct"], errors="coerce")
    for (_, row), width in zip(rows.iterrows(), uncertainty, strict=True):
        if not (row["year_from"] or row["year_to"] or row["edition"] in open_editions):
            yield problem("TY4005", place_of(row))
        if row["year_from"] and row["year_to"] and row["year_from"] > row["year_to"]:
            yield problem("TY4021", place_of(row))
        yield from _range(row, width)
        if not _is_mass_per_activity(row["unit"]):
            yield problem("TY4020", place_of(row), unit=row["unit"])


def _range(row: pd.Series, width: float) -> Iterator[Problem]:
    """Yield what is wrong with the uncertainty of a row [per cent, half of the 95 % interval]."""
    if row["distribution"] not in ("", *_DISTRIBUTIONS):
        yield problem("TY4006", place_of(row), text=row["distribution"])
    if row["distribution"] == "lognormal" and not row["uncertainty_pct"]:
        yield problem("TY4022", place_of(row))
    if not row["uncertainty_pct"]:
        return
    if not width > 0:
        yield problem("TY4023", place_of(row), width=row["uncertainty_pct"])
    elif row["distribution"] == "normal" and width >= 100 and row["value"] not in ("", "0"):
        yield problem("TY4024", place_of(row))


def _is_mass_per_activity(unit: str) -> bool:
    """Return whether a unit turns an activity into mass; unknown ones are found elsewhere."""
    try:
        return factor_unit(unit).kg_per_base is not None
    except UnitError:
        return True


def _properties(properties: pd.DataFrame) -> Iterator[Problem]:
    """Yield fuel properties with unknown fuel or unit, no source, or numbers out of range."""
    fuels = set(load("fuels")["code"])
    for _, row in properties.iterrows():
        place = f"{row['edition']} › fuel_properties.csv › {row['property_id']}"
        numbers = [pd.to_numeric(row[name], errors="coerce") for name in ("ncv", "cc_tc_per_tj", "oxidation_fraction")]
        if row["fuel"] not in fuels:
            yield problem("TY4007", place, fuel=row["fuel"])
        if not (row["source"] and row["confidence"]):
            yield problem("TY4025", place)
        if not (numbers[0] > 0 and numbers[1] > 0 and 0 < numbers[2] <= 1):
            yield problem("TY4026", place)
        try:
            for part in row["ncv_unit"].split("/"):
                resolve_unit(part)
        except UnitError:
            yield problem("TY4027", place, unit=row["ncv_unit"])
    yield from _repeated_fuels(properties)


def _repeated_fuels(properties: pd.DataFrame) -> Iterator[Problem]:
    """Yield fuels with several rows in one edition: which one counts would be chance."""
    if not len(properties):
        return
    repeated = properties[properties.duplicated(["edition", "fuel"], keep=False)]
    for (edition, fuel), group in repeated.groupby(["edition", "fuel"]):
        names = "、".join(group["property_id"])
        yield problem("TY4008", f"{edition} › fuel_properties.csv", fuel=fuel, names=names)


def _fractions(packs: Sequence[str]) -> Iterator[Problem]:
    """Yield removals, ratios and profile shares outside 0–1."""
    for table, key, column in (
        ("controls.csv", "control_id", "efficiency_fraction"),
        ("species_ratios.csv", "to_species", "ratio"),
        ("temporal_profiles.csv", "temporal_profile_id", "fraction"),
    ):
        rows = pack_table(packs, table)
        if rows.empty:
            continue
        values = pd.to_numeric(rows[column], errors="coerce")
        for _, row in rows[~values.between(0.0, 1.0)].iterrows():
            place = f"{row['edition']} › {table} › {row[key]}"
            yield problem("TY4009", place, column=column, text=row[column])


def _ties(rows: pd.DataFrame) -> Iterator[Problem]:
    """Yield rows of one pack and key that would match equally well in some year."""
    base = rows["unit"].map(lambda code: factor_unit(code).base)
    key = ["edition", *FACTOR_KEY, "base", "year_from"]
    keyed = rows.assign(base=base)
    for _, group in keyed[keyed.duplicated(key, keep=False)].groupby(key, sort=True):
        years = sorted(valid_years(row) for _, row in group.iterrows())
        if any(later[0] <= earlier[1] for earlier, later in pairwise(years)):
            names = "、".join(group["factor_id"])
            yield problem("TY4011", place_of(group.iloc[0]), names=names)


def _far_from_neighbours(rows: pd.DataFrame) -> Iterator[Problem]:
    """Yield values more than 20 times above or below the median of the other rows of their branch, fuel and unit.

    Neighbours share branch (e.g. FC.03), fuel or product, species, basis and base of the unit; zeros have none.
    """
    units = rows["unit"].map(factor_unit)
    keyed = rows.assign(
        branch=rows["source_category"].str[:_BRANCH],
        base=units.map(lambda unit: unit.base),
        kg=rows["value"].astype(float) * units.map(lambda unit: float(unit.kg_per_base or 0)),
    )
    keyed = keyed[keyed["kg"] > 0]
    for _, group in keyed.groupby(["branch", "fuel_or_product", "species", "basis", "base"], sort=True):
        if len(group) <= _FEWEST_NEIGHBOURS:
            continue
        values = group["kg"].to_numpy()
        for position, (_, row) in enumerate(group.iterrows()):
            median = float(np.median(np.delete(values, position)))
            ratio = values[position] / median
            if not 1.0 / NEIGHBOUR_RATIO <= ratio <= NEIGHBOUR_RATIO:
                about = {name: row[name] for name in ("species", "value", "unit")}
                yield problem("TY4012", place_of(row), count=len(group) - 1, ratio=f"{ratio:.3g}", **about)
