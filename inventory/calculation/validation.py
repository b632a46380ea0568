"""Text cells of an activity table → checked records; every wrong cell is named in one pass.

Knows the columns, their codes and ranges; a blank technology or control means `any` or `none`, nothing else is filled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.activity_table import ActivityTable
from inventory.calculation.codes import code_of, like, refusal
from inventory.delivered_cells import parse_number
from inventory.errors import Problem, SchemaError, problem
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
YEARS = (1949, 2100)
"""First and last inventory year that is accepted."""

SHOWN = 20
"""Problems of one kind that are listed; the rest is counted."""


@dataclass(frozen=True)
class CheckedActivity:
    """Records ready for estimation.

    Attributes
    ----------
    activity_uncertainty_pct : ndarray, shape (n,)
        95 % half-width [%]; NaN where not stated.
    place : str
        Name of the file.
    row_numbers : ndarray, shape (n,)
        Where a record stands in it.

    """

    table: ActivityTable
    activity_uncertainty_pct: npt.NDArray[np.float64]
    place: str
    row_numbers: npt.NDArray[np.int64]

    @cached_property
    def ids(self) -> npt.NDArray[np.object_]:
        """Ids of the records [n], as one array for many look-ups."""
        return np.asarray(self.table.rows["activity_id"], dtype=object)

    def at(self, position: int, what: str) -> str:
        """Return file › row › what of a record, for messages."""
        return f"{self.place} › {self.row_numbers[position]} › {what}"


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
    reader = _CellReader(rows, place, list(_header_problems(rows, place)))
    keys = {column: reader.codes(column) for column in _CODED if column in rows or column in _DEFAULTS}
    value = reader.numbers("activity_value", (0.0, np.inf), is_required=True)
    year = reader.whole_numbers("inventory_year", YEARS)
    parameters = {name: reader.numbers(name, limits) for name, limits in _parameter_ranges(rows).items()}
    uncertainty = reader.numbers("activity_uncertainty_pct", (0.0, 1000.0))
    reader.check_ids()
    if reader.problems:
        raise SchemaError(*shortened(reader.problems))
    table = pd.DataFrame(keys).rename(columns={"control": "control_path_id"})
    table = table.assign(
        activity_id=rows["activity_id"].to_numpy(dtype=object), activity_value=value, in_airshed=True,
        balance_group=reader.texts("balance_group"), included_species="", included_in="",
        inventory_year=year.astype(np.int64),
    )  # fmt: skip
    carried = {name: values for name, values in parameters.items() if not np.isnan(values).all()}
    numbers = rows["row_number"].to_numpy(dtype=np.int64)
    return CheckedActivity(ActivityTable(table, carried, {}), uncertainty, place, numbers)


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
        is_unclear = ~np.isfinite(values)
        if not is_required:
            is_unclear &= (texts != "").to_numpy(dtype=bool)
        for at in np.flatnonzero(is_unclear).tolist():
            values[at] = self._one_number(column, str(texts.iloc[at]), at, is_required=is_required)
        for at in np.flatnonzero((values < limits[0]) | (values > limits[1])).tolist():
            self._say("TY2314", column, at, text=texts.iloc[at], low=f"{limits[0]:g}", high=f"{limits[1]:g}")
        return values

    def whole_numbers(self, column: str, limits: tuple[float, float]) -> npt.NDArray[np.float64]:
        """Return the whole numbers of a required column; limits included."""
        values = self.numbers(column, limits, is_required=True)
        for at in np.flatnonzero(values % 1.0 > 0.0).tolist():
            self._say("TY2321", column, at, text=self.rows[column].iloc[at])
        return values

    def texts(self, column: str) -> npt.NDArray[np.object_]:
        """Return an optional column of text, blank where the table has none."""
        if column not in self.rows:
            return np.full(len(self.rows), "", dtype=object)
        return np.asarray(self.rows[column], dtype=object)

    def check_ids(self) -> None:
        """Report blank and repeated ids."""
        if "activity_id" not in self.rows:
            return
        ids = self.rows["activity_id"].str.strip()
        for at in np.flatnonzero((ids == "").to_numpy()).tolist():
            self._say("TY2311", "activity_id", at)
        for at in np.flatnonzero(ids.duplicated().to_numpy() & (ids != "").to_numpy()).tolist():
            first = self.rows["row_number"].iloc[int((ids == ids.iloc[at]).to_numpy().argmax())]
            self._say("TY2312", "activity_id", at, text=ids.iloc[at], first=first)

    def _one_number(self, column: str, text: str, at: int, *, is_required: bool) -> float:
        """Return the number of a cell that no fast reader understood; NaN where it is blank or wrong."""
        try:
            found = parse_number(text)
        except ValueError:
            self._say("TY2313", column, at, text=text)
            return np.nan
        if found is None and is_required:
            self._say("TY2315", column, at)
        return np.nan if found is None else found

    def _unknown_code(self, column: str, text: str, at: list[int]) -> None:
        """Report a code that no table knows, once, with the number of its rows."""
        if not text:
            self._say("TY2322", column, at[0], count=len(at))
            return
        hint, refused = like(column, text) or "—", refusal(column, text)
        if refused is None:
            self._say("TY2316", column, at[0], text=text, count=len(at), hint=hint)
            return
        meant = refused.remedy_en or hint
        self._say("TY2323", column, at[0], text=text, count=len(at), hint_zh=hint, hint_en=meant)

    def _say(self, code: str, column: str, at: int, **values: object) -> None:
        """Keep a problem of one cell."""
        place = f"{self.place} › {self.rows['row_number'].iloc[at]} › {column}"
        self.problems.append(problem(code, place, cell=None, **values))


def _header_problems(cells: pd.DataFrame, place: str) -> Iterator[Problem]:
    """Yield missing columns and columns that no method knows."""
    for name in REQUIRED:
        if name not in cells:
            yield problem("TY2317", f"{place} › {name}")
    known = _parameters()
    for name in parameter_columns(cells):
        base = name.partition(":")[0]
        if base not in known:
            hint = "、".join(get_close_matches(base, [*REQUIRED, *OPTIONAL, *known], n=3, cutoff=0.6))
            yield problem("TY2318", f"{place} › {name}", hint=hint or "—")
    if not len(cells):
        yield problem("TY2304", place)


@cache
def _parameters() -> Mapping[str, tuple[float, float]]:
    """Return the physical range of each method parameter."""
    table = load("parameters")
    lows = [float(text) if text else -np.inf for text in table["low"]]
    highs = [float(text) if text else np.inf for text in table["high"]]
    return dict(zip(table["code"], zip(lows, highs, strict=True), strict=True))


def _parameter_ranges(cells: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return the physical range of each column that is a known parameter, `name:suffix` too."""
    bases = {name: name.partition(":")[0] for name in parameter_columns(cells)}
    return {name: _parameters()[base] for name, base in bases.items() if base in _parameters()}


def shortened(problems: list[Problem]) -> list[Problem]:
    """Return the first problems of each kind and a count of the rest."""
    kept: list[Problem] = []
    for code in dict.fromkeys(found.code for found in problems):
        own = [found for found in problems if found.code == code]
        kept += own[:SHOWN]
        if len(own) > SHOWN:
            kept.append(problem("TY2320", own[SHOWN].place, kind=code, rest=len(own) - SHOWN))
    return kept
