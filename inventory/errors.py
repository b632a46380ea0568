"""Errors of the inventory, with code, place, cause and remedy in Chinese and English.

InventoryError
├── DataSourceError       a delivery is missing, unreadable or not what source.toml declares
├── SchemaError           a table breaks its contract (column, type, key, range)
├── UnitError             a unit is unknown, refused or of another dimension
├── FactorNotFoundError   no factor, or two that match equally well
├── MissingInputError     a record lacks what its method needs: its species are NE, with this reason
├── ConservationError     mass in is not mass out + outside + unallocated
├── GridError             grid, CRS or geometry cannot be used
└── ReleaseError          the release store is locked, incomplete or changed
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class CellRef:
    """A cell of a delivery; `letter` is its spreadsheet column, empty for text files; rows are 1-based."""

    file: str
    sheet: str
    row: int
    column: str
    letter: str = ""

    @classmethod
    def of(cls, row: Mapping[Any, Any], column: str = "") -> CellRef:
        """Return where a row with origin columns was delivered; its whole row where no column is named."""
        number = str(row["origin_row"]).partition(".")[0]
        line = int(number) if number.isdigit() else 0
        return cls(str(row["origin_file"]), str(row.get("origin_sheet", "")), line, column)

    def __str__(self) -> str:
        """Return file › sheet › E17 (column), or file › row › column of a text file; a whole row has no column."""
        where = (f"{self.letter}{self.row} ({self.column})",) if self.letter else (str(self.row), self.column)
        return " › ".join(part for part in (self.file, self.sheet.strip(), *where) if part)


@dataclass(frozen=True)
class Problem:
    """One finding: what is wrong, where, why, and what mends it.

    `place` reads file › sheet › cell; `message_zh` and `message_en` say the cause, `remedy_*` the cure; `cell` is the
    delivered cell to mark, where there is one.
    """

    code: str
    place: str
    message_zh: str
    message_en: str
    remedy_zh: str = ""
    remedy_en: str = ""
    cell: CellRef | None = None

    def __str__(self) -> str:
        """Return the problem as the terminal prints it."""
        lines = [f"[{self.code}] {self.place}", f"  {self.message_zh}", f"  {self.message_en}"]
        if self.remedy_zh or self.remedy_en:
            lines += [f"  → {self.remedy_zh}", f"  → {self.remedy_en}"]
        return "\n".join(lines)


@cache
def problem_texts() -> dict[str, dict[str, str]]:
    """Return zh, en, remedy_zh and remedy_en of every code of the catalogue (inventory/problems/*.toml)."""
    folder = files("inventory").joinpath("problems")
    texts: dict[str, dict[str, str]] = {}
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if path.name.endswith(".toml"):
            texts |= tomllib.loads(path.read_text(encoding="utf-8"))
    return texts


def problem(code: str, place: object, *, cell: CellRef | None = None, **values: object) -> Problem:
    """Return a finding in the words of the catalogue, its placeholders filled with `values`.

    A cell without a file (of a row that was made, not delivered) is none that can be marked.

    Raises
    ------
    KeyError
        If the catalogue lacks the code, or a placeholder has no value.

    """
    text = problem_texts()[code]
    said = {name: text.get(name, "").format_map(values) for name in ("zh", "en", "remedy_zh", "remedy_en")}
    delivered = cell if cell is not None and cell.file else None
    return Problem(code, str(place), said["zh"], said["en"], said["remedy_zh"], said["remedy_en"], delivered)


class InventoryError(Exception):
    """Base of all errors; carries every problem found in one pass."""

    exit_code = 3

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class DataSourceError(InventoryError):
    """A delivery is missing, unreadable or not what its source.toml declares."""


class SchemaError(InventoryError):
    """A table breaks its contract."""


class UnitError(InventoryError):
    """A unit is unknown, refused or of another dimension."""


class FactorNotFoundError(InventoryError):
    """No factor matches, or two match equally well."""


class MissingInputError(InventoryError):
    """A record lacks what the only fitting method needs; the estimation turns it into NE with this reason."""


class ConservationError(InventoryError):
    """Mass in is not mass out + outside + unallocated."""

    exit_code = 5


class GridError(InventoryError):
    """Grid, CRS or geometry cannot be used."""


class ReleaseError(InventoryError):
    """The release store is locked, incomplete or changed."""

    exit_code = 4
