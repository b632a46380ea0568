"""The content of an .ods workbook, streamed: what the value reader does not tell or cannot survive."""

from __future__ import annotations

import re
from pathlib import Path
from xml.parsers import expat

from sources.reading.archive import inflate, open_archive
from sources.reading.limits import ReadingRefusedError
from sources.reading.sheet_facts import SheetFacts

_ERROR = re.compile(r"#(?:DIV/0!|N/A|REF!|NAME\?|VALUE!|NUM!|NULL!)|Err:\d+")
_CELLS = ("table-cell", "covered-table-cell")
_SPANS = frozenset({"table:number-rows-spanned", "table:number-columns-spanned"})


def scan_ods(path: Path) -> dict[str, SheetFacts]:
    """Return the facts of every sheet by name.

    Raises
    ------
    ReadingRefusedError
        IN101 if the content is no well-formed XML.

    """
    scan = _Scan()
    parser = expat.ParserCreate()
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.text
    with open_archive(path) as archive:
        try:
            for chunk in inflate(archive, archive.getinfo("content.xml")):
                parser.Parse(chunk)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise ReadingRefusedError(code="IN101", reason=f"content.xml: {error}") from error
    return scan.sheets


class _Scan:
    """Where the parser stands: sheet, row, column, and the cell that is open."""

    def __init__(self) -> None:
        self.sheets: dict[str, SheetFacts] = {}
        self.facts = SheetFacts()
        self.row = self.column = 0
        self.row_repeat = 1
        self.is_hidden = False
        self.cell: dict[str, str] | None = None
        self.shown: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        name = tag.rpartition(":")[2]
        if name == "table":
            self.facts = self.sheets.setdefault(attributes.get("table:name", ""), SheetFacts())
            self.row = 0
        elif name == "table-row":
            self.row_repeat = int(attributes.get("table:number-rows-repeated", 1))
            self.column = 0
            self.is_hidden = attributes.get("table:visibility", "visible") != "visible"
        elif name == "table-column" and attributes.get("table:visibility", "visible") != "visible":
            self.facts.hidden_columns += int(attributes.get("table:number-columns-repeated", 1))
        elif name in _CELLS:
            self.cell, self.shown = attributes, []

    def text(self, text: str) -> None:
        """Take the shown text of a cell."""
        if self.cell is not None:
            self.shown.append(text)

    def end(self, tag: str) -> None:
        """Close an element."""
        name = tag.rpartition(":")[2]
        if name == "table-row":
            self.facts.hidden_rows += self.row_repeat if self.is_hidden and self.facts.rows > self.row else 0
            self.row += self.row_repeat
        elif name in _CELLS and self.cell is not None:
            self._close_cell(self.cell, "".join(self.shown))
            self.cell = None

    def _close_cell(self, cell: dict[str, str], shown: str) -> None:
        """Note what a cell holds, with its repeats."""
        repeat = int(cell.get("table:number-columns-repeated", 1))
        formula = cell.get("table:formula", "")
        if shown or formula or "office:value-type" in cell:
            self.facts.extend(self.row + self.row_repeat, self.column + repeat)
            row, column = self.row + 1, self.column + 1
            if cell.get("calcext:value-type") == "error" or (formula and _ERROR.fullmatch(shown)):
                self.facts.errors.append((row, column, shown or "#N/A"))
            elif formula and "office:value-type" not in cell:
                self.facts.uncomputed.append((row, column, formula.partition(":=")[2] or formula))
        if not _SPANS.isdisjoint(cell):
            self._note_merged(cell)
        self.column += repeat

    def _note_merged(self, cell: dict[str, str]) -> None:
        """Note the range of a cell that spans others."""
        height, width = (int(cell.get(f"table:number-{side}-spanned", 1)) for side in ("rows", "columns"))
        if height > 1 or width > 1:
            self.facts.merged.append((self.row + 1, self.column + 1, self.row + height, self.column + width))
