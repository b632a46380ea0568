"""Estimate any table of activities: from a file to a file, or from a DataFrame to a DataFrame.

emission[s] = activity × emission_factor[s] × (1 − capture × removal[s] × operation)      s: every species of the leaf
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa

from inventory.calculation.emission_table import EmissionTableBuilder
from inventory.calculation.reading import read_activity_text
from inventory.calculation.validation import check_activity
from inventory.calculation.writing import emission_file
from inventory.errors import Problem
from inventory.factors.abatement import library_controls
from inventory.factors.library import load_library
from inventory.factors.pack_tables import pack_table
from inventory.methods.context import MethodContext
from inventory.vocabulary.gwp import gwp_set_name

DEFAULT_PACKS = ("cn-provincial-2011", "tcses-144-2024", "ipcc-2006")
"""Packs of a calculation that names none, in order of precedence."""

_LOG = logging.getLogger(__name__)
_ROWS_AT_ONCE = 100_000


@dataclass(frozen=True)
class CalculationReport:
    """What a calculation read and wrote.

    Attributes
    ----------
    missing : int
        Rows without a number (NE).
    notices : tuple of Problem
        What to look at: particles out of order, records that may count the same twice.

    """

    activities: int
    emissions: int
    missing: int
    path: Path
    notices: tuple[Problem, ...]


def estimate(
    activity: pd.DataFrame | str | Path,
    *,
    packs: Sequence[str] = DEFAULT_PACKS,
    factors: str | Path | None = None,
    gwp_set: str = "",
) -> pd.DataFrame:
    """Estimate every expected species of every activity.

    Parameters
    ----------
    activity : DataFrame, str or Path
        One row per record: activity_id, source_category, fuel_or_product, technology, control, activity_value,
        activity_unit, inventory_year, region_code; optional columns and method parameters as docs/calculate.md lists
        them. A path is read as a file.
    packs : sequence of str
        Method packs in order of precedence.
    factors : str or Path, optional
        Folder of local factors, which come before the packs.
    gwp_set : str
        E.g. AR5GWP100, or AR5; empty leaves co2e_t empty.

    Returns
    -------
    DataFrame
        Long form: emission_t [t] with its 95 % bounds [t], factor, method, citation and fallback chain; a notation key
        where there is no number, never 0.

    Raises
    ------
    SchemaError, DataSourceError, FactorNotFoundError
        With every finding at once.

    """
    place = "activity" if isinstance(activity, pd.DataFrame) else Path(activity).name
    cells = _as_text(activity) if isinstance(activity, pd.DataFrame) else read_activity_text(Path(activity))
    checked = check_activity(cells, place)
    done = _builder(packs, factors, gwp_set).estimate(checked)
    for notice in done.notices():
        _LOG.warning("%s", notice)
    return pa.concat_tables(done.parts(len(cells))).unify_dictionaries().to_pandas()


def calculate(
    activity: Path,
    out: Path,
    *,
    packs: Sequence[str] = DEFAULT_PACKS,
    factors: Path | None = None,
    gwp_set: str = "",
) -> CalculationReport:
    """Estimate a file of activities into a file; the old one stays until the new one is whole.

    Parameters
    ----------
    out : Path
        `.csv` (UTF-8 with mark, as Excel opens it) or `.parquet`.

    Raises
    ------
    InventoryError
        As `estimate`; nothing is written then.

    """
    checked = check_activity(read_activity_text(activity), activity.name)
    builder = _builder(packs, factors, gwp_set)
    done = builder.estimate(checked)
    emissions = missing = 0
    with emission_file(out) as append:
        for table in done.parts(_ROWS_AT_ONCE):
            emissions += table.num_rows
            missing += table.column("emission_t").null_count
            append(table)
    return CalculationReport(len(checked.table.rows), emissions, missing, out, tuple(done.notices()))


def _builder(packs: Sequence[str], factors: str | Path | None, gwp_set: str) -> EmissionTableBuilder:
    """Return the builder of the long form with the library of a run."""
    library = load_library(packs, local=None if factors is None else Path(factors))
    if library.controls.empty:
        library = replace(library, controls=pack_table(DEFAULT_PACKS, "controls.csv").head(0))
    context = MethodContext(library, library_controls(library), 0)
    return EmissionTableBuilder(context, gwp_set_name(gwp_set) if gwp_set else "")


def _as_text(activity: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of a table as text; a missing cell is blank, numbers keep every digit."""
    texts = {
        str(name): [
            "" if missing else _cell_text(cell)
            for cell, missing in zip(activity[name].tolist(), activity[name].isna(), strict=True)
        ]
        for name in activity.columns
    }
    return pd.DataFrame(texts, dtype=str).drop(columns="row_number", errors="ignore")


def _cell_text(cell: object) -> str:
    """Return a cell as text: whole numbers without `.0`, so that a code stays one beside missing cells."""
    if not isinstance(cell, float):
        return str(cell)
    return str(int(cell)) if cell.is_integer() else repr(float(cell))
