"""Rows and files that a delivery holds twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pandas as pd

from inventory.errors import CellRef, Problem, problem
from sources.delivery import DeliveredFile
from sources.registry import DataSource


def repeated_files(files: tuple[DeliveredFile, ...]) -> list[Problem]:
    """Return the files that are copies of one before them."""
    first: dict[str, str] = {}
    problems = []
    for file in files:
        if file.sha256 in first:
            problems.append(problem("IN205", file.name, other=first[file.sha256]))
        first.setdefault(file.sha256, file.name)
    return problems


def repeated_rows(frame: pd.DataFrame, source: DataSource, address: Callable[[pd.Series], CellRef]) -> list[Problem]:
    """Return every row whose declared cells all equal those of another, with the place of the other.

    `address` gives the cell that stands for a row.
    """
    columns = [column.name for column in source.columns]
    is_repeated = frame.duplicated(columns, keep=False)
    if not is_repeated.any():
        return []
    groups: dict[tuple[str, ...], list[CellRef]] = {}
    for _, row in frame[is_repeated].iterrows():
        groups.setdefault(tuple(row[columns]), []).append(address(row))
    problems = []
    for cells in groups.values():
        places = Counter(str(cell) for cell in cells)
        for cell in cells:
            other = next((place for place in places if place != str(cell)), str(cell))
            problems.append(problem("IN205", cell, cell=cell, other=other))
    return problems
