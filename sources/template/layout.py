"""Where things stand in a template, and which data sources share a workbook; rows are 1-based, as people count."""

from __future__ import annotations

from inventory.errors import DataSourceError, problem
from sources.registry import DataSource, all_sources

HEADER_ROW = 1
ID_ROW = 2
EXAMPLE_ROW = 3
FIRST_DATA_ROW = 3
"""Reading begins at the example row, which its first cell marks: a compiler who writes over it loses nothing."""

EXAMPLE_MARK = "示例"
GUIDE, CODES, CHECKS, HIDDEN = "说明", "代码表", "校验", "_template"
HIDDEN_HEADER = ("source_id", "sheet", "id_row", "first_data_row", "template_version")

_SPARE_ROWS = 500
_LEAST_ROWS = 2000


def last_row(rows: int) -> int:
    """Return the last row that drop-downs and checks cover, for a sheet that holds so many rows already."""
    return EXAMPLE_ROW + max(_LEAST_ROWS, rows + _SPARE_ROWS)


def providers() -> dict[str, tuple[DataSource, ...]]:
    """Return the data sources of every workbook by provider, in a fixed order; none for series and polygons."""
    found: dict[str, list[DataSource]] = {}
    for source in all_sources().values():
        if source.provider and source.zh and source.kind == "table" and source.geometry != "polygon":
            found.setdefault(source.provider, []).append(source)
    return {provider: tuple(found[provider]) for provider in sorted(found)}


def sources_of(provider: str) -> tuple[DataSource, ...]:
    """Return the data sources of a provider's workbook.

    Raises
    ------
    DataSourceError
        If no data source names this provider.

    """
    known = providers()
    if provider not in known:
        raise DataSourceError(problem("TY2101", provider, known="、".join(known)))
    return known[provider]


def workbook_name(provider: str) -> str:
    """Return the file name of a provider's workbook."""
    return f"{provider}.xlsx"
