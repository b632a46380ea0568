"""Whether a table's totals are the sums of its parts, along the sectors and along the fuels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from numpy.typing import ArrayLike

from inventory.errors import ConservationError, problem
from inventory.exact_sum import exact_sum

_ROUNDING = 1e-5
"""Relative: published tables are printed to six decimals of a million tonnes."""


@dataclass(frozen=True)
class MatrixClosure:
    """Sums of a sector × fuel matrix against its printed total, in the unit of the matrix."""

    total: float
    sum_of_sectors: float
    sum_of_fuels: float

    @property
    def is_closed(self) -> bool:
        """Whether both sums are the total within the rounding of a published table."""
        gaps = (closure_gap(self.total, [found]) for found in (self.sum_of_sectors, self.sum_of_fuels))
        return all(abs(gap) <= _ROUNDING for gap in gaps)


def closure_gap(total: float, parts: ArrayLike) -> float:
    """Return (Σ parts − total) / |total| [1]; a total of 0 gives 0 where the parts sum to 0, else infinity."""
    missing = exact_sum(parts) - total
    if total == 0.0:
        return 0.0 if missing == 0.0 else float("inf")
    return missing / abs(total)


def require_closure(total: float, parts: ArrayLike, *, place: str, rel_tolerance: float = _ROUNDING) -> None:
    """Refuse a printed total that is not the sum of its parts.

    Raises
    ------
    ConservationError
        Names the place, the total and the sum.

    """
    if abs(closure_gap(total, parts)) > rel_tolerance:
        found = exact_sum(parts)
        raise ConservationError(problem("TY3187", place, total=f"{total:.10g}", found=f"{found:.10g}"))


def matrix_closure(matrix: pd.DataFrame, *, total_row: str, total_column: str, fuels: list[str]) -> MatrixClosure:
    """Return both sums of a sector × fuel matrix.

    Parameters
    ----------
    matrix : DataFrame, shape (sectors + 1, columns)
        Index: sectors and the total row; columns: fuels, processes and the total of the row.
    total_row, total_column : str
        Names of the printed totals.
    fuels : list of str
        Columns that the total is made of; memo columns (power, heat) are left out.

    """
    printed = float(matrix.loc[total_row, total_column])
    sectors = matrix.drop(index=total_row)[total_column].astype(float)
    return MatrixClosure(printed, exact_sum(sectors), exact_sum(matrix.loc[total_row, fuels].astype(float)))


def sum_of_sectors(path: Path, *, column: str, total_row: str = "TotalEmissions") -> float:
    """Return the sum of one column of a matrix file without its total row; first column: the sectors."""
    matrix = pd.read_csv(path, index_col=0)
    return exact_sum(matrix.drop(index=total_row)[column].astype(float))


def sum_of_fuels(path: Path, *, leave_out: tuple[str, ...], row: str = "TotalEmissions") -> float:
    """Return the sum of one row of a matrix file over its fuels and processes, without the columns to leave out."""
    matrix = pd.read_csv(path, index_col=0)
    return exact_sum(matrix.loc[row].drop(list(leave_out)).astype(float))
