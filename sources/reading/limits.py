"""How much of a delivered file is worth reading, and the refusal of what goes beyond; imports nothing heavy."""

from __future__ import annotations

from functools import cache

MIB = 1 << 20
MAX_TEXT_BYTES = 512 * MIB
"""Of a delimited text file, as stored."""
MAX_INFLATED_BYTES = 1024 * MIB
"""Of a whole workbook archive."""
RATIO_FLOOR_BYTES = 48 * MIB
"""An archive may inflate this far at any ratio; beyond it MAX_RATIO holds."""
MAX_RATIO = 100
"""Inflated bytes per stored byte; worksheets reach 10 to 50."""
MAX_PARTS = 10_000
"""Entries of a workbook archive."""
MAX_AREA_CELLS = 20_000_000
"""Rows × columns of a sheet from A1 to its last used cell: the reader holds all of them, empty or not."""
MAX_CHILD_BYTES = 3072 * MIB
"""Address space of the process that parses a workbook."""
MAX_CHILD_S = 50
"""Processor time [s] of one request to that process, and its wall time."""
CHUNK_BYTES = 256 * 1024


class ReadingRefusedError(Exception):
    """A file that will not be read: code of the catalogue and the values of its placeholders."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(code)


def refuse_area(rows: int, columns: int, *, sheet: str) -> None:
    """Refuse a sheet whose last used cell spans more cells than can be held.

    Raises
    ------
    ReadingRefusedError
        TY2041, naming the cell.

    """
    if rows * columns > MAX_AREA_CELLS:
        address = f"{column_letter(columns)}{rows}"
        raise ReadingRefusedError(code="TY2041", sheet=sheet, address=address, limit=f"{MAX_AREA_CELLS:,}")


def column_letter(number: int) -> str:
    """Return the spreadsheet letter of a column, 1-based: 1 → A, 28 → AB."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@cache
def column_number(letters: str) -> int:
    """Return the number of a spreadsheet column, 1-based: A → 1, AB → 28."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
