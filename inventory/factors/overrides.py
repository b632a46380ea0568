"""Local factors of a city: local_factors.csv, and which rows of the packs they stand in for.

The file has the columns of a pack, and who wrote, reviewed, approved and retired a row, when and why. Only effective
rows are used; the moves between the statuses are in lifecycle.py.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from inventory.errors import Problem, SchemaError, problem
from inventory.factors.pack_tables import FACTOR_COLUMNS, FACTOR_KEY, USABLE, pack_table
from inventory.vocabulary import chain, load
from inventory.vocabulary.units import factor_unit

LOCAL = "local"
"""Edition of local rows in core_emission_factor."""

LOCAL_FILE = "local_factors.csv"

STATUSES = ("candidate", "reviewed", "effective", "superseded")

HISTORY_COLUMNS = (
    "reason", "author", "created_on", "reviewer", "reviewed_on", "review_reason", "approver", "approved_on",
    "approval_reason", "retired_by", "retired_on", "retirement_reason", "supersedes", "hold", "sign_off",
)  # fmt: skip
"""Columns that a pack does not have: the history of a row; `hold` says why it needs a signature of its own."""

LOCAL_COLUMNS = (*FACTOR_COLUMNS, *HISTORY_COLUMNS)

_LAST_YEAR = 9999
_ENERGY_BASE = "kg per GJ"
_ANY = "any"
_BURNED_BASES = (_ENERGY_BASE, "kg per t", "kg per sm3_20")
_COMBUSTION = ("FC", "MB")
"""Classes whose CO2 follows from the carbon of the fuel before any factor is asked."""


def read_local(folder: Path) -> pd.DataFrame:
    """Return all rows of a folder's local_factors.csv as text, with column edition.

    Raises
    ------
    SchemaError
        If the file is missing, cannot be read as UTF-8 CSV, or lacks columns.

    """
    path = folder / LOCAL_FILE
    if not path.is_file():
        raise SchemaError(problem("TY4401", path, file=LOCAL_FILE))
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise SchemaError(problem("TY4402", LOCAL_FILE, reason=error)) from error
    missing = [column for column in LOCAL_COLUMNS if column not in rows]
    if missing:
        names = "、".join(missing)
        raise SchemaError(problem("TY4414", LOCAL_FILE, names=names))
    return rows.assign(edition=LOCAL)


def write_local(rows: pd.DataFrame, folder: Path) -> Path:
    """Write local_factors.csv, sorted by id, whole or not at all; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path, temporary = folder / LOCAL_FILE, folder / f".{LOCAL_FILE}.tmp"
    ordered = rows.reindex(columns=list(LOCAL_COLUMNS), fill_value="").sort_values("factor_id", kind="stable")
    ordered.to_csv(temporary, index=False, encoding="utf-8", lineterminator="\n")
    temporary.replace(path)
    return path


def add_candidates(rows: pd.DataFrame, folder: Path) -> Path:
    """Add rows to a folder's local_factors.csv, which is made where there is none; return its path.

    Raises
    ------
    SchemaError
        Naming every id that the table already holds.

    """
    held = read_local(folder) if folder.joinpath(LOCAL_FILE).is_file() else rows.head(0)
    known = sorted(set(held["factor_id"]) & set(rows["factor_id"]))
    if known:
        raise SchemaError(*(problem("TY4412", f"{LOCAL_FILE} › {name}") for name in known))
    return write_local(pd.concat([held, rows], ignore_index=True), folder)


def superseded_by(row: pd.Series, factors: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table that a local row stands in for: same key, and no year outside its validity.

    The unit is not part of the key: a row per GJ takes the place of one per tonne.
    """
    same = (factors[list(FACTOR_KEY)] == row[list(FACTOR_KEY)]).all(axis=1)
    rows = factors[same]
    first, last = valid_years(row)
    inside = [first <= years[0] and years[1] <= last for years in (valid_years(other) for _, other in rows.iterrows())]
    return rows[pd.Series(inside, index=rows.index, dtype=bool)]


def apply_overrides(factors: pd.DataFrame, local: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the packs behind the local ones; what a local row stands in for is marked superseded.

    Parameters
    ----------
    factors : DataFrame
        Rows of the packs.
    local : DataFrame
        Local rows that are used.

    Returns
    -------
    DataFrame
        Local rows first, with column superseded_by; nothing is dropped.

    """
    marked = factors.assign(superseded_by="")
    for _, row in local.iterrows():
        replaced = superseded_by(row, factors).index
        marked.loc[replaced, ["status", "superseded_by"]] = ["superseded", row["factor_id"]]
    return pd.concat([local.assign(superseded_by=""), marked], ignore_index=True).fillna("")


def clashes(local: pd.DataFrame, factors: pd.DataFrame) -> list[Problem]:
    """Return the local rows that could not win.

    A row of few years over the pack row of its key, where one is per GJ and one is not: outside its years the pack row
    has to stay; within them the look-up would prefer the unit before the pack. And CO2 per mass, volume or energy of a
    fossil fuel: the carbon of the fuel comes before every factor. The other general methods ask the library themselves.
    """
    problems = _unused_carbon(local, factors)
    for _, row in local.iterrows():
        same = factors[(factors[list(FACTOR_KEY)] == row[list(FACTOR_KEY)]).all(axis=1)]
        kept = same[~same.index.isin(superseded_by(row, factors).index)]
        for _, other in kept.iterrows():
            if _is_per_energy(row) != _is_per_energy(other) and _overlap(row, other):
                problems.append(
                    problem(
                        "TY4403", f"{LOCAL_FILE} › {row['factor_id']}", factor_id=other["factor_id"], unit=other["unit"]
                    )
                )
    return problems


def valid_years(row: pd.Series) -> tuple[int, int]:
    """Return first and last valid year; the years exclude only where an end is given, as in the look-up."""
    if not row["year_to"]:
        return 0, _LAST_YEAR
    return int(float(row["year_from"] or 0)), int(float(row["year_to"]))


def _unused_carbon(local: pd.DataFrame, factors: pd.DataFrame) -> list[Problem]:
    """Return the local CO2 rows of fuels burned: their records take the carbon of the fuel, never this factor."""
    rows = local[(local["species"] == "CO2") & local["unit"].map(_is_per_fuel).astype(bool)]
    rows = rows[[_is_combustion(category) for category in rows["source_category"]]]
    if rows.empty:
        return []
    packs = [pack for pack in factors["edition"].unique() if pack != LOCAL]
    fuels = _fuels_of_known_carbon(packs)
    return [
        problem("TY4413", f"{LOCAL_FILE} › {row['factor_id']}", fuel_or_product=row["fuel_or_product"])
        for _, row in rows.iterrows()
        if row["fuel_or_product"] in fuels
    ]


def _fuels_of_known_carbon(packs: list[str]) -> set[str]:
    """Return the fossil fuels whose carbon the packs know, the groups that they fall back to, and `any`."""
    properties = pack_table(packs, "fuel_properties.csv")
    known = set(properties.loc[properties["status"].isin(USABLE), "fuel"]) if len(properties) else set()
    table = load("fuels")
    fossil = table[(table["biogenic"] == "no") & ~table["kind"].isin([_ANY, "energy"])]
    members = dict(zip(table["code"], table["default_member"], strict=True))
    burned = {
        fuel for fuel in fossil["code"] if known & {members[fuel], *chain("fuels", fuel)}
    }  # as find_fuel_carbon looks a fuel up
    return {step for fuel in burned for step in chain("fuels", fuel)}


def _is_combustion(category: str) -> bool:
    """Return whether a category is one of burning fuel, or stands above one."""
    return category.startswith(_COMBUSTION) or category == "ALL"


def _is_per_fuel(unit: str) -> bool:
    """Return whether a factor is stated per mass, volume or energy of what is burned."""
    return factor_unit(unit).base in _BURNED_BASES


def _overlap(row: pd.Series, other: pd.Series) -> bool:
    """Return whether two rows are valid in one year."""
    first, last = valid_years(row)
    other_first, other_last = valid_years(other)
    return first <= other_last and other_first <= last


def _is_per_energy(row: pd.Series) -> bool:
    """Return whether a factor is stated per energy."""
    return factor_unit(row["unit"]).base == _ENERGY_BASE
