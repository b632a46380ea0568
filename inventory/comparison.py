"""Our totals beside published ones: which records a published figure is compared with, and the difference.

Knows the closed list of scopes of a project (`reference_scopes.csv`) and its table of published totals; writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import pandas as pd

from inventory.errors import SchemaError, problem
from inventory.exact_sum import exact_sum
from inventory.project_tables import read_project_table
from inventory.vocabulary.units import convert, known_unit_names, resolve_unit

RecordSet = Literal["airshed", "ghg_total", "fuel_sold", "in_domain", "ledger"]
"""Which records: emitted in the airshed; ghg_role total; total plus both bunker memo items; inside the domain whatever
the role; the activity values of the ledger themselves."""

_SOLD_ROLES = ("total", "memo_int_aviation", "memo_int_marine")
_MASS = "mass"


@dataclass(frozen=True)
class Scope:
    """What a published total is compared with; empty tuples do not restrict.

    Attributes
    ----------
    records : RecordSet
        Set of records to start from.
    categories, without_categories : tuple of str
        Leaves, branches or classes that are in, and that are taken out again.
    fuels : tuple of str
        Codes of fuel_or_product that are in.

    """

    scope: str
    name_zh: str
    name_en: str
    records: str
    categories: tuple[str, ...]
    without_categories: tuple[str, ...]
    fuels: tuple[str, ...]


def load_scopes(project_dir: Path) -> dict[str, Scope]:
    """Return the scopes of a project by name.

    Raises
    ------
    SchemaError
        For every scope that names an unknown set of records.

    """
    table = _read(project_dir / "reference_scopes.csv")
    unknown = table[~table["records"].isin(get_args(RecordSet))]
    if len(unknown):
        raise SchemaError(*(problem("TY3402", f"reference_scopes.csv › {scope}") for scope in unknown["scope"]))
    return {
        row.scope: Scope(
            row.scope, row.name_zh, row.name_en, row.records,
            _codes(row.categories), _codes(row.without_categories), _codes(row.fuels),
        )
        for row in table.itertuples()
    }  # fmt: skip


def load_reference_totals(project_dir: Path, scopes: dict[str, Scope]) -> pd.DataFrame:
    """Return the published totals of a project; `value` is float64 and NaN where none was published.

    Raises
    ------
    SchemaError
        If an id repeats, a row that is comparable lacks a value, a known unit or a known scope, or one that is not
        lacks its reason; all findings at once.

    """
    table = _read(project_dir / "reference_totals.csv")
    table["value"] = pd.to_numeric(table["value"].replace("", None))
    problems = [
        problem("TY3401", f"reference_totals.csv › {row.reference_id}")
        for row in table[table["reference_id"].duplicated()].itertuples()
    ]
    for row in table.itertuples():
        problems += [problem(code, f"reference_totals.csv › {row.reference_id}") for code in _findings(row, scopes)]
    if problems:
        raise SchemaError(*problems)
    return table


def records_in_scope(ledger: pd.DataFrame, emissions: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Return the records of a scope with one `amount_t` per record and species [t].

    Parameters
    ----------
    ledger, emissions : DataFrame
        core_activity and core_emission; rows without a number (NE, IE …) are left out, never counted as 0.

    """
    chosen = ledger[_is_in(ledger, scope)]
    if scope.records == "ledger":
        tonnes = [unit for unit in set(chosen["activity_unit"]) if _is_mass(unit)]
        chosen = chosen[chosen["activity_unit"].isin(tonnes)]
        amounts = [convert(v, u, "t") for v, u in zip(chosen["activity_value"], chosen["activity_unit"], strict=True)]
        return chosen.assign(species="", amount_t=amounts)
    known = emissions.loc[emissions["emission_t"].notna(), ["activity_id", "species", "emission_t"]]
    return chosen.merge(known, on="activity_id").rename(columns={"emission_t": "amount_t"})


def compare_totals(
    ledger: pd.DataFrame, emissions: pd.DataFrame, references: pd.DataFrame, scopes: dict[str, Scope]
) -> pd.DataFrame:
    """Set our totals beside the comparable published ones.

    difference = (ours − published) / published

    Returns
    -------
    DataFrame
        The comparable rows with ours [unit of the row; NaN where no record of the scope has a number] and
        difference_pct [percent].

    """
    comparable = references[references["comparable"] == "yes"].reset_index(drop=True)
    ours = [_ours(ledger, emissions, scopes[row.our_scope], row) for row in comparable.itertuples()]
    table = comparable.assign(ours=pd.Series(ours, dtype="float64"))
    return table.assign(difference_pct=(table["ours"] - table["value"]) / table["value"] * 100.0)


def _ours(ledger: pd.DataFrame, emissions: pd.DataFrame, scope: Scope, row: object) -> float:
    """Return our total of one row in its unit."""
    records = records_in_scope(ledger, emissions, scope)
    amounts = records.loc[records["species"] == row.our_species, "amount_t"]  # type: ignore[attr-defined]
    return convert(exact_sum(amounts), "t", row.unit) if len(amounts) else float("nan")  # type: ignore[attr-defined]


def _is_in(ledger: pd.DataFrame, scope: Scope) -> pd.Series:
    """Return which records of the ledger a scope holds."""
    start = {
        "airshed": ledger["in_airshed"],
        "ghg_total": ledger["ghg_role"] == "total",
        "fuel_sold": ledger["ghg_role"].isin(_SOLD_ROLES),
        "in_domain": ledger["boundary"] == "in_domain",
        "ledger": pd.Series(data=True, index=ledger.index),
    }[scope.records]
    branch = ledger["source_category"] + "."
    if scope.categories:
        start &= branch.str.startswith(tuple(f"{code}." for code in scope.categories))
    if scope.without_categories:
        start &= ~branch.str.startswith(tuple(f"{code}." for code in scope.without_categories))
    return start & ledger["fuel_or_product"].isin(scope.fuels) if scope.fuels else start


def _findings(row: object, scopes: dict[str, Scope]) -> list[str]:
    """Return the codes of what is wrong with a row of the published totals."""
    about = dict(row._asdict())  # type: ignore[attr-defined]
    if about["comparable"] == "no":
        said = about["not_comparable_zh"] and about["not_comparable_en"]
        return [] if said else ["TY3403"]
    if about["comparable"] != "yes":
        return ["TY3404"]
    found = []
    if pd.isna(about["value"]) or about["value"] <= 0:
        found.append("TY3405")
    if not _is_mass(about["unit"]):
        found.append("TY3406")
    if about["our_scope"] not in scopes:
        found.append("TY3407")
    return found


def _is_mass(unit: str) -> bool:
    """Return whether a unit is known and one of mass."""
    return unit in known_unit_names() and resolve_unit(unit).dimension == _MASS


def _read(path: Path) -> pd.DataFrame:
    """Return a table of the project as text."""
    return read_project_table(path).reset_index(drop=True)


def _codes(cell: str) -> tuple[str, ...]:
    """Return the codes of a cell."""
    return tuple(filter(None, cell.split(";")))
