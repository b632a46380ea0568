"""A provider's workbook, empty or with the rows of tables in it."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import pandas as pd
import xlsxwriter

from sources.registry import DataSource
from sources.template.book import CREATED, Book
from sources.template.check_sheet import write_checks
from sources.template.codes_sheet import code_ranges, lists_of, write_codes
from sources.template.data_sheet import Sheet, sheet_rows, write_data_sheet
from sources.template.guide_sheet import write_guide
from sources.template.layout import FIRST_DATA_ROW, HIDDEN, HIDDEN_HEADER, ID_ROW, sources_of
from sources.template.version import template_version


def fill_template(provider: str, tables: Mapping[str, pd.DataFrame] | None = None) -> bytes:
    """Return a provider's workbook (.xlsx); equal tables give equal bytes.

    Parameters
    ----------
    provider : str
        As `provider` in source.toml.
    tables : mapping of str to DataFrame, optional
        Text cells by source_id, columns as in source.toml (others are left out); a source without a table stays empty.
        A cell is written as a number where reading gives the same text again, else as text.

    Raises
    ------
    DataSourceError
        If the provider is unknown, a table lacks a column, or a row cannot come back as it is.

    """
    sources = sources_of(provider)
    given = tables or {}
    lists = lists_of(sources)
    ranges = code_ranges(lists)
    pages = [
        Sheet(
            source,
            {column: where for (source_id, column), where in ranges.items() if source_id == source.source_id},
            sheet_rows(source, given[source.source_id]) if source.source_id in given else (),
        )
        for source in sources
    ]
    content = BytesIO()
    workbook = xlsxwriter.Workbook(content, {"in_memory": True})
    workbook.set_properties({"title": f"排放清单数据表：{provider}", "created": CREATED})
    book = Book(workbook, f"同源 Tongyuan · {provider}")
    write_guide(book, provider, sources)
    for page in pages:
        write_data_sheet(book, page)
    write_codes(book, lists)
    write_checks(book, pages)
    _write_hidden(workbook, sources)
    workbook.close()
    return content.getvalue()


def _write_hidden(workbook: xlsxwriter.Workbook, sources: tuple[DataSource, ...]) -> None:
    """Write the sheet by which reading finds each source, whatever its sheets are called or where they stand."""
    sheet = workbook.add_worksheet(HIDDEN)
    sheet.very_hidden()
    sheet.write_row(0, 0, HIDDEN_HEADER)
    for row, source in enumerate(sources, start=1):
        sheet.write_string(row, 0, source.source_id)
        sheet.write_string(row, 1, source.zh)
        sheet.write_number(row, 2, ID_ROW)
        sheet.write_number(row, 3, FIRST_DATA_ROW)
        sheet.write_string(row, 4, template_version(source))
