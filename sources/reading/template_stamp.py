"""The hidden sheet by which a template workbook says where the table of each source stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sources.reading.cells import TemplateStamp

STAMP_SHEET = "_template"
STAMP_COLUMNS = ("source_id", "sheet", "id_row", "first_data_row", "template_version")
EXAMPLE_MARKS = ("示例", "example:", "example：")
"""A row of a template whose first cell begins so is an example and no data."""


def read_stamps(rows: Sequence[Sequence[str]]) -> dict[str, TemplateStamp]:
    """Return the stamp of each source; rows that are no stamp are passed over."""
    stamps = {}
    for row in rows[1:]:
        source_id, sheet, id_row, first_data_row, version = (*row, *[""] * len(STAMP_COLUMNS))[: len(STAMP_COLUMNS)]
        if source_id and sheet and id_row.isdecimal() and first_data_row.isdecimal():
            stamps[source_id] = TemplateStamp(sheet, int(id_row), int(first_data_row), version)
    return stamps


def is_older(version: str, current: str) -> bool:
    """Return whether a version comes before another: by their numbers where both are numbers, else if they differ."""
    ours, theirs = ([int(part) for part in re.findall(r"\d+", text)] for text in (current, version))
    return theirs < ours if ours and theirs else version != current


def is_example(first_cell: str) -> bool:
    """Return whether a row of a template is an example."""
    return first_cell.strip().lower().startswith(EXAMPLE_MARKS)
