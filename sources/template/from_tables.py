"""Workbooks filled from reviewed CSV tables: `<source_id>.csv` is one sheet of its provider's workbook."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sources.template.layout import providers, workbook_name
from sources.template.workbook import fill_template


def workbooks_of_tables(tables: Path) -> dict[str, bytes]:
    """Return the content of every workbook by file name.

    A provider without any table gets no workbook; a sheet without a table stays empty.

    Parameters
    ----------
    tables : Path
        Folder of UTF-8 CSV files, named by source_id.

    """
    found: dict[str, bytes] = {}
    for provider, sources in providers().items():
        frames = {
            source.source_id: pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
            for source in sources
            if (path := tables / f"{source.source_id}.csv").is_file()
        }
        if frames:
            found[workbook_name(provider)] = fill_template(provider, frames)
    return found


def write_workbooks(tables: Path, out: Path) -> list[Path]:
    """Write the workbooks of a folder of tables; return their paths."""
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in workbooks_of_tables(tables).items():
        path = out / name
        path.write_bytes(content)
        paths.append(path)
    return paths
