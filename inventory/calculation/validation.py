"""Text cells of an activity table → checked records; every wrong cell is named in one pass.

Knows the columns, their codes and ranges; a blank technology or control means `any` or `none`, nothing else is filled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.activity_table import ActivityTable
from inventory.calculation.codes import code_of, like
from inventory.delivered_cells import parse_number
from inventory.errors import Problem, SchemaError
from inventory.vocabulary import load

REQUIRED = (
    "activity_id", "source_category", "fuel_or_product", "technology", "control", "activity_value", "activity_unit",
    "inventory_year", "region_code",
)  # fmt: skip
"""Columns that every table has."""

OPTIONAL = ("size_class", "balance_group", "activity_uncertainty_pct")
"""Columns of the record itself that may be left out; method parameters are further columns by their names."""

REMARKS = ("name_zh", "note", "citation", "row_number")
"""Columns for the reader; they change nothing."""

_DEFAULTS = {"technology": "any", "control": "none", "size_class": "any"}
_CODED = ("source_category", "fuel_or_product", "technology", "control", "activity_unit", "region_code", "size_class")
_YEARS = (1949, 2100)
_SHOWN = 20
"""Problems of one kind that are listed; the rest is counted."""


@dataclass(frozen=True)
class CheckedActivity:
    """Records ready for estimation, with the uncertainty of their activity [%], NaN where not stated."""

    table: ActivityTable
    activity_uncertainty_pct: npt.NDArray[np.float64]


def check_activity(cells: pd.DataFrame, place: str) -> CheckedActivity:
    """Return the records of a table of text cells.

    Parameters
    ----------
    cells : DataFrame
        Text, one column per name; `row_number` says where a row stands in the file.
    place : str
        Name of the file, for messages.

    Raises
    ------
    SchemaError
        Missing or unknown columns, repeated ids, unknown codes and units, cells that are no number or out of range.

    """
    rows = cells if "row_number" in cells else cells.assign(row_number=range(1, len(cells) + 1))
    problems = list(_header_problems(rows, place))
    if problems:
        raise SchemaError(*problems)
    reader = _CellReader(rows, place, [])
    keys = {column: reader.codes(column) for column in _CODED}
    value = reader.numbers("activity_value", (0.0, np.inf), is_required=True)
    year = reader.numbers("inventory_year", _YEARS, is_required=True)
    parameters = {name: reader.numbers(name, _range(name)) for name in parameter_columns(rows)}
    uncertainty = reader.numbers("activity_uncertainty_pct", (0.0, 1000.0))
    reader.check_ids()
    if reader.problems:
        raise SchemaError(*_shortened(reader.problems))
    table = pd.DataFrame(keys).rename(columns={"control": "control_path_id"})
    table = table.assign(
        activity_id=rows["activity_id"].to_numpy(dtype=object), activity_value=value, in_airshed=True,
        balance_group=reader.texts("balance_group"), included_species="", included_in="",
        inventory_year=year.astype(np.int64),
    )  # fmt: skip
    carried = {name: values for name, values in parameters.items() if not np.isnan(values).all()}
    return CheckedActivity(ActivityTable(table, carried, {}), uncertainty)


def parameter_columns(cells: pd.DataFrame) -> list[str]:
    """Return the columns that are method parameters."""
    return [name for name in cells.columns if name not in (*REQUIRED, *OPTIONAL, *REMARKS)]


@dataclass(frozen=True)
class _CellReader:
    """Reads columns of text cells and keeps what it could not read."""

    rows: pd.DataFrame
    place: str
    problems: list[Problem]

    def codes(self, column: str) -> pd.Series:
        """Return the codes of a column, as a category."""
        if column not in self.rows:
            return pd.Series(pd.Categorical([_DEFAULTS[column]] * len(self.rows)))
        positions, texts = pd.factorize(self.rows[column].str.strip())
        meant = [code_of(column, text) if text else _DEFAULTS.get(column) for text in texts]
        for at, (text, code) in enumerate(zip(texts, meant, strict=True)):
            if code is None:
                self._unknown_code(column, str(text), np.flatnonzero(positions == at).tolist())
        if any(code is None for code in meant):
            return pd.Series(positions)
        known = sorted({str(code) for code in meant})
        return pd.Series(pd.Categorical.from_codes([known.index(str(code)) for code in meant], known).take(positions))

    def numbers(
        self, column: str, limits: tuple[float, float], *, is_required: bool = False
    ) -> npt.NDArray[np.float64]:
        """Return the numbers of a column, NaN where a cell is blank; limits included."""
        if column not in self.rows:
            return np.full(len(self.rows), np.nan)
        texts = self.rows[column].str.strip()
        values = np.array(pd.to_numeric(texts, errors="coerce"), dtype=float)
        for at in np.flatnonzero(~np.isfinite(values)).tolist():
            values[at] = self._one_number(column, str(texts.iloc[at]), at, is_required=is_required)
        for at in np.flatnonzero((values < limits[0]) | (values > limits[1])).tolist():
            self._say(
                "TY2314", column, at, f"{texts.iloc[at]} 超出范围 {limits[0]:g}–{limits[1]:g}",
                f"{texts.iloc[at]} is outside {limits[0]:g} to {limits[1]:g}",
                "核对单位：比例写 0–1，不写百分数", "check the unit: fractions are 0 to 1, never per cent",
            )  # fmt: skip
        return values

    def texts(self, column: str) -> npt.NDArray[np.object_]:
        """Return an optional column of text, blank where the table has none."""
        if column not in self.rows:
            return np.full(len(self.rows), "", dtype=object)
        return np.asarray(self.rows[column], dtype=object)

    def check_ids(self) -> None:
        """Report blank and repeated ids."""
        ids = self.rows["activity_id"].str.strip()
        for at in np.flatnonzero((ids == "").to_numpy()).tolist():
            self._say("TY2311", "activity_id", at, "编号为空", "the id is empty")
        for at in np.flatnonzero(ids.duplicated().to_numpy() & (ids != "").to_numpy()).tolist():
            self._say("TY2312", "activity_id", at, f"编号重复：{ids.iloc[at]}", f"the id is repeated: {ids.iloc[at]}")

    def _one_number(self, column: str, text: str, at: int, *, is_required: bool) -> float:
        """Return the number of a cell that no fast reader understood; NaN where it is blank or wrong."""
        try:
            found = parse_number(text)
        except ValueError:
            self._say("TY2313", column, at, f"不是数：{text}", f"not a number: {text!r}")
            return np.nan
        if found is None and is_required:
            self._say("TY2315", column, at, "缺值；缺失不按 0 处理", "no value; missing is never 0")
        return np.nan if found is None else found

    def _unknown_code(self, column: str, text: str, at: list[int]) -> None:
        """Report a code that no table knows, once, with the number of its rows."""
        if not text:
            self._say("TY2315", column, at[0], f"缺值（{len(at)} 行）", f"no value ({len(at)} rows)")
            return
        hint = like(column, text)
        self._say(
            "TY2316", column, at[0], f"未知的代码或名称：{text}（{len(at)} 行）",
            f"unknown code or name {text!r} ({len(at)} rows)",
            f"相近：{hint}" if hint else "见词表", f"did you mean {hint}" if hint else "see the vocabulary",
        )  # fmt: skip

    def _say(self, code: str, column: str, at: int, *texts: str) -> None:
        """Keep a problem of one cell."""
        place = f"{self.place} › {self.rows['row_number'].iloc[at]} › {column}"
        self.problems.append(Problem(code, place, *texts))


def _header_problems(cells: pd.DataFrame, place: str) -> Iterator[Problem]:
    """Yield missing columns and columns that no method knows."""
    for name in REQUIRED:
        if name not in cells:
            yield Problem("TY2317", f"{place} › {name}", "缺少这一列", "this column is missing")
    known = _parameters()
    for name in parameter_columns(cells):
        base = name.partition(":")[0]
        if base not in known:
            hint = "、".join(get_close_matches(base, [*REQUIRED, *OPTIONAL, *known], n=3, cutoff=0.6))
            yield Problem(
                "TY2318", f"{place} › {name}", "没有这个参数，不会被读取", "no such parameter: nothing reads it",
                f"相近：{hint}" if hint else "删去这一列，或改名为 note",
                f"did you mean {hint}" if hint else "drop it, or call it note",
            )  # fmt: skip
    if not len(cells):
        yield Problem("TY2304", place, "没有数据行", "no rows")


def _parameters() -> Mapping[str, tuple[float, float]]:
    """Return the physical range of each method parameter."""
    table = load("parameters")
    lows = [float(text) if text else -np.inf for text in table["low"]]
    highs = [float(text) if text else np.inf for text in table["high"]]
    return dict(zip(table["code"], zip(lows, highs, strict=True), strict=True))


def _range(name: str) -> tuple[float, float]:
    """Return the physical range of a parameter column."""
    return _parameters()[name.partition(":")[0]]


def _shortened(problems: list[Problem]) -> list[Problem]:
    """Return the first problems of each kind and a count of the rest."""
    kept: list[Problem] = []
    for code in dict.fromkeys(problem.code for problem in problems):
        own = [problem for problem in problems if problem.code == code]
        kept += own[:_SHOWN]
        if len(own) > _SHOWN:
            rest = len(own) - _SHOWN
            kept.append(Problem(code, own[_SHOWN].place, f"同类问题还有 {rest} 处", f"{rest} more of this kind"))
    return kept
