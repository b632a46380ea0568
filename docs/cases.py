"""Which public function computes each acceptance case, with which arguments: docs/cases/*.csv → docs/cases.md.

`arguments` and `result` are Python expressions over `inputs` (the case's inputs_json), `result` and `np`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from docs.markdown import GENERATED_EN, GENERATED_ZH, table

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class CaseRow:
    """How one case, or one kind of case, is computed; no function where the case itself is judged wrong."""

    case_id: str
    function: str
    arguments: str
    result: str
    note: str
    area: str


def case_rows() -> list[CaseRow]:
    """Return all rows, ordered by area and case."""
    rows = []
    for path in sorted(CASES.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.DictReader(handle):
                texts = (row[name] or "" for name in ("case_id", "function", "arguments", "result", "note"))
                rows.append(CaseRow(*texts, path.stem))
    return rows


def compute(row: CaseRow, inputs: Mapping[str, Any], reference: Path) -> Any:  # noqa: ANN401 - any kind of answer
    """Return what a case asks for, by the function that its row names; `reference` holds the files of cases.

    Raises
    ------
    ImportError, AttributeError
        If there is no such function.

    """
    module, _, name = row.function.rpartition(".")
    given = {"inputs": inputs, "np": np, "reference": reference}
    arguments = eval(row.arguments, given)
    result = getattr(import_module(module), name)(**arguments)
    return eval(row.result, given | {"result": result}) if row.result else result


def cases_document() -> str:
    """Return the list of cases as a page."""
    rows = case_rows()
    header = ("算例 / case", "函数 / function", "参数 / arguments", "结果 / result", "说明 / note")
    parts = [
        "# 算例 / Acceptance cases",
        f"{GENERATED_ZH} {GENERATED_EN}",
        "每个算例由一个公开函数计算；`inputs` 是算例的输入。`kind:` 行是同类的其他算例。"
        " / Each case is computed by a public function; `inputs` are the inputs of the case. Rows `kind:` serve further"
        " cases of the same kind.",
        "活动表的算例也可经 `tongyuan calculate` 计算，参数即列名。"
        " / Rows of activities go through `tongyuan calculate` as well; parameters are columns.",
    ]
    for area in sorted({row.area for row in rows}):
        own = [row for row in rows if row.area == area]
        parts += [
            f"## {area}",
            table(header, [(r.case_id, _code(r.function), _code(r.arguments), _code(r.result), r.note) for r in own]),
        ]
    return "\n\n".join(parts) + "\n"


def _code(text: str) -> str:
    """Return a cell of code."""
    return f"`{text}`" if text else ""
