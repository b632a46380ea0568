"""Write the generated pages of docs/: `python -m docs.generate [--work DIR]`."""

from __future__ import annotations

import argparse
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path

from docs.cases import cases_document
from docs.coverage import coverage_document
from docs.dictionary import sources_document, tables_document
from docs.errors import errors_document
from docs.methods import calculate_document, methods_document
from docs.validation import validation_document
from inventory.config import load_config
from inventory.warehouse import read_table
from sources.template.from_tables import write_workbooks
from tongyuan.steps import open_context, run_step

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "shanghai"
_STEPS = ("pull", "stage", "estimate")
"""Steps that write what the documents read: core_activity, core_emission, core_gap."""

_LOG = logging.getLogger(__name__)


def build_example(out: Path) -> Path:
    """Run the example up to the estimate step and return its work folder."""
    for step in _STEPS:
        run_step(step, project=str(EXAMPLE), year=None, out=str(out))
    return open_context(str(EXAMPLE), None, str(out)).work


def documents(work: Path, project: Path = EXAMPLE) -> dict[str, str]:
    """Return the text of every generated document by file name.

    Parameters
    ----------
    work : Path
        Folder with core_activity, core_emission and core_gap as Parquet.
    project : Path
        Project that the tables were made from.

    """
    ledger, emissions, gaps = (read_table(name, work) for name in ("core_activity", "core_emission", "core_gap"))
    return {
        "validation.md": validation_document(ledger, emissions, project),
        "coverage.md": coverage_document(ledger, emissions, gaps),
        "tables.md": tables_document(),
        "sources.md": sources_document(load_config(project)),
    } | standing_documents()


def standing_documents() -> dict[str, str]:
    """Return the documents that need no build: methods, calculation and acceptance cases."""
    return {
        "errors.md": errors_document(),
        "methods.md": methods_document(),
        "calculate.md": calculate_document(),
        "cases.md": cases_document(),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Generate the documents from a work folder, or from a build of the example in a temporary one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, help="folder with core_*.parquet; default: build the example")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent, help="folder of the documents")
    given = parser.parse_args(arguments)
    if given.work is not None:
        _write(documents(given.work), given.out)
        return
    with tempfile.TemporaryDirectory() as folder:
        _write(documents(build_example(Path(folder))), given.out)


def _write(texts: dict[str, str], out: Path) -> None:
    """Write the documents, and the workbooks that the example delivers."""
    write_workbooks(EXAMPLE / "tables", EXAMPLE / "workbooks")
    for name, text in texts.items():
        (out / name).write_text(text, encoding="utf-8")
        _LOG.info("%s: %d lines", name, text.count("\n"))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main()
