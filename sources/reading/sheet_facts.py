"""What is known of a sheet beyond its values: extent, error cells, formulas never computed, merged and hidden parts."""

from __future__ import annotations

from dataclasses import dataclass, field

Place = tuple[int, int, str]
"""Row and column, 1-based, and what stands there: the error, or the formula."""


@dataclass
class SheetFacts:
    """Collected while a sheet's markup or records stream by; rows and columns are 1-based.

    Attributes
    ----------
    rows, columns : int
        Last row and column that hold anything.
    errors : list of Place
        Cells with an error value (#DIV/0!).
    uncomputed : list of Place
        Formulas without a stored value, or with the 0 that programs write when they compute nothing.
    merged : list of (int, int, int, int)
        First row, first column, last row, last column.

    """

    rows: int = 0
    columns: int = 0
    errors: list[Place] = field(default_factory=list)
    uncomputed: list[Place] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: int = 0
    hidden_columns: int = 0

    def extend(self, row: int, column: int) -> None:
        """Widen the extent to a used cell."""
        self.rows = max(self.rows, row)
        self.columns = max(self.columns, column)
