"""Workbooks parsed in a child process: whatever a file does to the parser, this process lives and says so."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from sources.reading.limits import MAX_CHILD_BYTES, MAX_CHILD_S, MIB, ReadingRefusedError
from sources.reading.sheet_facts import Place, SheetFacts

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class SheetName:
    """A sheet of a workbook; `visible` is Visible, Hidden or VeryHidden; charts and macros are no tables."""

    name: str
    visible: str
    is_table: bool


@dataclass(frozen=True)
class Sheet:
    """Rows of text from A1 on, and what is known beyond them; `lost` are numbers with more digits than were kept."""

    rows: list[list[str]]
    facts: SheetFacts
    lost: tuple[Place, ...]


class WorkbookReader:
    """A child process that opens one workbook after another; a context manager.

    A file that kills the child is refused; the next one gets a new child.
    """

    def __init__(self, *, wall_s: float = MAX_CHILD_S) -> None:
        self._wall_s = wall_s
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> WorkbookReader:
        """Return itself; the child starts with the first workbook."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the child."""
        self._end()

    def open(self, path: Path, kind: str) -> tuple[tuple[SheetName, ...], int]:
        """Check and open a workbook; return its sheets and the number of its external links.

        Raises
        ------
        ReadingRefusedError
            With the code of what is wrong with the file.

        """
        answer, _ = self._ask({"op": "open", "path": str(path.resolve()), "kind": kind})
        sheets = tuple(SheetName(each["name"], each["visible"], each["is_table"]) for each in answer["sheets"])
        return sheets, int(answer["links"])

    def sheet(self, name: str, *, most: int | None = None) -> Sheet:
        """Return a sheet of the open workbook, at most its first `most` rows.

        Raises
        ------
        ReadingRefusedError
            With the code of what is wrong with the sheet.

        """
        answer, rows = self._ask({"op": "sheet", "name": name, "most": most})
        places = {key: [tuple(each) for each in answer[key]] for key in ("errors", "uncomputed", "merged", "lost")}
        facts = SheetFacts(
            answer["rows"], answer["columns"], places["errors"], places["uncomputed"], places["merged"],
            answer["hidden_rows"], answer["hidden_columns"],
        )  # fmt: skip
        return Sheet(rows, facts, tuple(places["lost"]))

    def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], list[list[str]]]:
        """Send a request and return the answer with its rows; a child that is too slow is killed."""
        child = self._running()
        is_late = threading.Event()
        timer = threading.Timer(self._wall_s, _stop, (child, is_late))
        timer.start()
        try:
            answer, rows = _exchange(child, request)
        except (BrokenPipeError, EOFError, json.JSONDecodeError) as error:
            reason = "timeout" if is_late.is_set() else _cause(child)
            self._end()
            limit = f"{MAX_CHILD_BYTES // MIB} MiB, {self._wall_s:g} s"
            raise ReadingRefusedError(code="TY2042", reason=f"{reason}; {limit}") from error
        finally:
            timer.cancel()
        if "refused" in answer:
            raise _refusal(answer)
        return answer, rows

    def _running(self) -> subprocess.Popen[str]:
        """Return the child, started where there is none."""
        if self._child is None or self._child.poll() is not None:
            self._end()
            paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH", "")])]
            # -P: a file beside the delivery must not be imported as a module.
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-B", "-m", "sources.reading.child"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            )  # fmt: skip
        return self._child

    def _end(self) -> None:
        """End the child and its pipes."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None and not pipe.closed:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue


def _stop(child: subprocess.Popen[str], is_late: threading.Event) -> None:
    """Kill a child that is too slow."""
    is_late.set()
    child.kill()


def _exchange(child: subprocess.Popen[str], request: dict[str, Any]) -> tuple[dict[str, Any], list[list[str]]]:
    """Write a request, read the answer and its rows."""
    if child.stdin is None or child.stdout is None:
        raise EOFError
    child.stdin.write(json.dumps(request) + "\n")
    child.stdin.flush()
    answer: dict[str, Any] = json.loads(_line(child))
    return answer, [json.loads(_line(child)) for _ in range(int(answer["count"]))]


def _line(child: subprocess.Popen[str]) -> str:
    """Return the next line of the child.

    Raises
    ------
    EOFError
        If there is none.

    """
    line = child.stdout.readline() if child.stdout is not None else ""
    if not line.endswith("\n"):
        raise EOFError
    return line


def _cause(child: subprocess.Popen[str]) -> str:
    """Return why a child ended."""
    code = child.wait()
    return signal.Signals(-code).name if code < 0 else f"exit {code}"


def _refusal(answer: dict[str, Any]) -> ReadingRefusedError:
    """Return the refusal that a child answered."""
    if answer["refused"] == "locked":
        return ReadingRefusedError(
            code="IN103", kind_zh="加密的工作簿", kind_en="an encrypted workbook",
            cure_zh="在 Excel 中去掉密码后另存为 .xlsx", cure_en="remove the password and save it as .xlsx",
        )  # fmt: skip
    return ReadingRefusedError(code=answer["refused"], **answer["values"])
