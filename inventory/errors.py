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

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One finding: what is wrong, where, why, and what mends it.

    `place` reads file › sheet › cell; `message_zh` and `message_en` say the cause, `remedy_*` the cure.
    """

    code: str
    place: str
    message_zh: str
    message_en: str
    remedy_zh: str = ""
    remedy_en: str = ""

    def __str__(self) -> str:
        """Return the problem as the terminal prints it."""
        lines = [f"[{self.code}] {self.place}", f"  {self.message_zh}", f"  {self.message_en}"]
        if self.remedy_zh or self.remedy_en:
            lines += [f"  → {self.remedy_zh}", f"  → {self.remedy_en}"]
        return "\n".join(lines)


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
