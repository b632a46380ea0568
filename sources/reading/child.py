"""The process that parses one workbook after another under hard limits: JSON lines in, JSON lines out.

Requests: {"op": "open", "path", "kind"} and {"op": "sheet", "name", "most"}. An answer is one line, that of a sheet
followed by a line per row. Imports nothing heavy, so that it starts fast and its limits hold for the workbook alone.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import python_calamine

from sources.reading.archive import check_archive
from sources.reading.cell_text import cell_text, has_lost_digits
from sources.reading.limits import MAX_CHILD_BYTES, MAX_CHILD_S, ReadingRefusedError, refuse_area
from sources.reading.ods_scan import scan_ods
from sources.reading.sheet_facts import SheetFacts
from sources.reading.xls_scan import scan_xls
from sources.reading.xlsb_scan import scan_xlsb_sheet
from sources.reading.xlsx_scan import scan_xlsx_sheet


class Session:
    """The workbook that is open, and what is known of its sheets."""

    def __init__(self) -> None:
        self.path = Path()
        self.kind = ""
        self.book: Any = None
        self.facts: dict[str, SheetFacts] = {}

    def open(self, path: str, kind: str) -> dict[str, object]:
        """Check a workbook, open it and return its sheets; nothing is parsed before the checks are over."""
        self.path, self.kind, self.facts = Path(path), kind, {}
        parts = () if kind == "xls" else check_archive(self.path)
        if kind == "xls":
            self.facts = scan_xls(self.path)
        elif kind == "ods":
            self.facts = scan_ods(self.path)
        for name, facts in self.facts.items():
            refuse_area(facts.rows, facts.columns, sheet=name)
        self.book = python_calamine.load_workbook(path)
        links = [name for name in parts if name.lower().startswith("xl/externallinks/externallink")]
        return {"sheets": [_described(sheet) for sheet in self.book.sheets_metadata], "links": len(links)}

    def sheet(self, name: str, most: int | None) -> tuple[dict[str, object], list[list[str]]]:
        """Return the facts and the rows of a sheet, at most the first `most`."""
        facts = self._facts_of(name)
        refuse_area(facts.rows, facts.columns, sheet=name)
        sheet = self.book.get_sheet_by_name(name)
        end = sheet.end
        if end is not None and (end[0] + 1 > facts.rows or end[1] + 1 > facts.columns):
            raise ReadingRefusedError(code="IN101", reason=f"{name}: cells outside of its markup")
        rows: list[list[str]] = []
        lost: list[tuple[int, int, str]] = []
        for number, values in enumerate(islice(_rows(sheet), most), start=1):
            rows.append([cell_text(value) for value in values])
            lost += [(number, at, cell_text(value)) for at, value in enumerate(values, 1) if has_lost_digits(value)]
        return asdict(facts) | {"lost": lost}, rows

    def _facts_of(self, name: str) -> SheetFacts:
        """Return the facts of a sheet."""
        if name not in self.facts:
            if self.kind not in ("xlsx", "xlsb"):
                raise ReadingRefusedError(code="IN101", reason=f"no sheet {name}")
            self.facts[name] = (scan_xlsx_sheet if self.kind == "xlsx" else scan_xlsb_sheet)(self.path, name)
        return self.facts[name]


def _described(sheet: Any) -> dict[str, object]:  # noqa: ANN401 - the reader's own types
    """Return name, visibility and kind of a sheet."""
    visible, kind = (str(each).rpartition(".")[2] for each in (sheet.visible, sheet.typ))
    return {"name": sheet.name, "visible": visible, "is_table": kind == "WorkSheet"}


def _rows(sheet: Any) -> Any:  # noqa: ANN401 - the reader's own types
    """Return the rows of a sheet from A1 on."""
    first = sheet.start
    if first is None:
        return iter(())
    return iter(sheet.to_python(skip_empty_area=False)) if first != (0, 0) else sheet.iter_rows()


def serve() -> None:
    """Answer requests until there are no more."""
    session = Session()
    for line in sys.stdin:
        _allow_time()
        request = json.loads(line)
        rows: list[list[str]] = []
        try:
            if request["op"] == "open":
                answer = session.open(request["path"], request["kind"])
            else:
                answer, rows = session.sheet(request["name"], request["most"])
        except ReadingRefusedError as refusal:
            answer, rows = {"refused": refusal.code, "values": {k: str(v) for k, v in refusal.values.items()}}, []
        except python_calamine.PasswordError:
            answer = {"refused": "locked", "values": {}}
        except (
            python_calamine.CalamineError,
            OSError,
            MemoryError,
            RecursionError,
            OverflowError,
            ValueError,
        ) as error:
            is_memory = isinstance(error, MemoryError)
            answer = {"refused": "TY2042" if is_memory else "TY2013", "values": {"reason": str(error) or "MemoryError"}}
        _send({**answer, "count": len(rows)}, rows)


def _send(answer: dict[str, object], rows: list[list[str]]) -> None:
    """Write an answer and its rows."""
    out = sys.stdout
    out.write(json.dumps(answer) + "\n")
    for row in rows:
        out.write(json.dumps(row) + "\n")
    out.flush()


def _limit() -> None:
    """Set the limits that hold for the life of the process."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MAX_CHILD_BYTES if hard == resource.RLIM_INFINITY else min(MAX_CHILD_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _allow_time() -> None:
    """Give the next request its processor time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + MAX_CHILD_S, hard))


if __name__ == "__main__":
    _limit()
    serve()
