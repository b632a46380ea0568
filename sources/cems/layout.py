"""What the header of a monitoring export says: identity, end of the hour, quantities and their units.

Units come from the header, from a unit column, or from the project (`columns = {"SO2" = "so2_mg_per_m3 [mg/m3]"}`);
there is no default unit, and a time stamp must say which end of its hour it names.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from inventory.errors import CellRef, DataSourceError, Problem, problem
from inventory.monitoring.gas import mg_per_m3_of_ppm
from sources.registry import find_source, provider_maps

IDENTITIES = ("credit_code", "permit", "facility")
OUTLETS = ("outlet", "monitoring_point")
HOURS = ("hour_beginning", "hour_ending")
_FLOW = "flow_m3_per_h"
_UNIT_COLUMNS = {"concentration": "concentration_unit", "flow": "flow_unit"}
_BRACKET = re.compile(r"^(.*?)[(\[]([^()\[\]]*)[)\]]$")


@dataclass(frozen=True)
class Quantity:
    """A measured quantity: bounds that no value passes, and the window of a year's median, in the unit of its name."""

    column: str
    kind: str
    species: str
    low: float
    high: float
    median_low: float
    median_high: float


@dataclass(frozen=True)
class Field:
    """A delivered column of numbers; `factor` turns it into the unit of its name.

    Attributes
    ----------
    factors : mapping of str to float
        By the text of `unit_column`, where the unit stands in each row; empty otherwise.
    is_declared : bool
        The project states the unit, so an unusual magnitude is meant.

    """

    position: int
    quantity: Quantity
    factor: float
    unit_column: int
    factors: Mapping[str, float]
    is_declared: bool


@dataclass(frozen=True)
class Layout:
    """Where a file holds what; positions count from 0."""

    width: int
    facility: int
    outlet: int
    hour: int
    is_ending: bool
    flag: int
    fields: tuple[Field, ...]
    unused: tuple[str, ...]
    undried: tuple[str, ...] = ()
    """Headers of the flow that do not say dry, and for which the project says nothing."""


@cache
def quantities() -> dict[str, Quantity]:
    """Return the measured quantities by column."""
    table = provider_maps("cems")["quantities"]
    numbers = ("low", "high", "median_low", "median_high")
    return {
        row["column"]: Quantity(
            row["column"], row["kind"], row["species"], *(float(row[name] or "nan") for name in numbers)
        )
        for row in table.to_dict("records")
    }


def read_layout(header: list[str], declared: Mapping[str, str], *, file: str) -> Layout:
    """Return the layout of a header.

    Parameters
    ----------
    header : list of str
        First row.
    declared : mapping of str to str
        The project's column by header, perhaps with a unit: `flow_m3_per_h [万m3/h]`.

    Raises
    ------
    DataSourceError
        With all findings: columns that are missing or there twice, units that are missing or refused.

    """
    named = [_named(text, declared) for text in header]
    positions = {column: position for position, (column, _, _) in enumerate(named) if column}
    fields, unclear = _fields(named, header, positions, file=file)
    problems = [*_repeated(named, file), *_absent(named, header, file), *unclear]
    if problems:
        raise DataSourceError(*problems)
    hour = next(name for name in HOURS if name in positions)
    return Layout(
        len(header), _first(positions, IDENTITIES), _first(positions, OUTLETS), positions[hour], hour == "hour_ending",
        positions["flag"], tuple(fields),
        tuple(text for text, (column, _, _) in zip(header, named, strict=True) if text.strip() and not column),
        tuple(
            text for text, (column, _, is_declared) in zip(header, named, strict=True)
            if column == _FLOW and not is_declared and not _says_dry(text)
        ),
    )  # fmt: skip


def _says_dry(header: str) -> bool:
    """Return whether a header of the flow says dry gas; our own name of the column means it."""
    return "干" in header or _split(plain_text(header))[0] == _FLOW


def plain_text(text: str) -> str:
    """Return a text in compatible forms (full width, ³, ℃), without spaces and in lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def _fields(
    named: list[tuple[str, str | None, bool]], header: list[str], positions: Mapping[str, int], *, file: str
) -> tuple[list[Field], list[Problem]]:
    """Return the columns of quantities, and the findings of those without a usable unit."""
    fields, problems = [], []
    for position, (column, unit, is_declared) in enumerate(named):
        if column not in quantities():
            continue
        found = _field(CellRef(file, "", 1, header[position]), quantities()[column], unit, positions)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            fields.append(Field(position, quantities()[column], *found, is_declared))
    return fields, problems


def _named(text: str, declared: Mapping[str, str]) -> tuple[str, str | None, bool]:
    """Return our column of a header (empty: none), its unit (None: not said), and whether the project says the unit."""
    if text.strip() in declared:
        column, unit = _split(declared[text.strip()])
        return column, unit if unit is not None else _split(plain_text(text))[1], unit is not None
    plain = plain_text(text)
    if plain in _headers():
        return _headers()[plain], None, False
    name, unit = _split(plain)
    return _headers().get(name, ""), unit, False


def _split(text: str) -> tuple[str, str | None]:
    """Return a name and the unit in brackets behind it; None without brackets."""
    match = _BRACKET.match(text)
    return (match[1].strip(), plain_text(match[2])) if match else (text, None)


@cache
def _headers() -> dict[str, str]:
    """Return our column by header, in plain text; the names and Chinese labels of source.toml count too."""
    columns = find_source("cems").columns
    labels = {_split(plain_text(column.zh))[0]: column.name for column in columns if column.name not in HOURS}
    ours = {plain_text(column.name): column.name for column in columns}
    table = provider_maps("cems")["headers"]
    return {**labels, **ours, **{plain_text(row["header"]): row["column"] for row in table.to_dict("records")}}


@cache
def _units() -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return factor, basis and note by kind and unit in plain text."""
    rows = provider_maps("cems")["units"].to_dict("records")
    return {(row["kind"], plain_text(row["unit"])): (row["factor"], row["basis"], row["note"]) for row in rows}


def unit_factor(quantity: Quantity, unit: str | None) -> float | None:
    """Return what a number in a unit is multiplied with; None where the unit is unknown or refused."""
    factor, basis, _ = _units().get((quantity.kind, plain_text(unit or "")), ("", "refused", ""))
    if basis == "refused":
        return None
    if basis == "volume":
        per_ppm = mg_per_m3_of_ppm(quantity.species)
        return None if math.isnan(per_ppm) else float(factor) * per_ppm
    return float(factor)


def _field(
    cell: CellRef, quantity: Quantity, unit: str | None, positions: Mapping[str, int]
) -> tuple[float, int, dict[str, float]] | Problem:
    """Return factor, position of the unit column (−1: none) and factors by its text, or why there is none."""
    holder = _UNIT_COLUMNS.get(quantity.kind, "")
    if unit is None and holder in positions:
        known = {name for kind, name in _units() if kind == quantity.kind}
        factors = {name: factor for name in known if (factor := unit_factor(quantity, name)) is not None}
        return math.nan, positions[holder], factors
    factor = unit_factor(quantity, unit)
    if factor is not None:
        return factor, -1, {}
    known_units = "、".join(
        name for (kind, name), (_, basis, _) in _units().items() if kind == quantity.kind and basis != "refused"
    )
    note = _units().get((quantity.kind, unit or ""), ("", "", ""))[2]
    code = "TY2852" if note else "TY2851"
    return problem(code, cell, cell=cell, unit=unit or "", column=quantity.column, known=known_units, note=note)


def _repeated(named: list[tuple[str, str | None, bool]], file: str) -> list[Problem]:
    """Return columns that two headers mean."""
    columns = [column for column, _, _ in named if column]
    twice = sorted({column for column in columns if columns.count(column) > 1})
    return [problem("TY2853", f"{file} › 1", column=column) for column in twice]


def _absent(named: list[tuple[str, str | None, bool]], header: list[str], file: str) -> list[Problem]:
    """Return what no file can do without: identity, outlet, a stated hour, flag, flow, a concentration."""
    there = {column for column, _, _ in named}
    place, headers = f"{file} › 1", "、".join(text for text in header if text.strip())
    needed = {
        "credit_code / permit / facility": IDENTITIES, "outlet / monitoring_point": OUTLETS, "flag": ("flag",),
        "flow_m3_per_h": ("flow_m3_per_h",),
        "*_mg_per_m3": [name for name, each in quantities().items() if each.kind == "concentration"],
    }  # fmt: skip
    found = [
        problem("TY2854", place, column=said, headers=headers)
        for said, names in needed.items()
        if not there.intersection(names)
    ]
    if not there.intersection(HOURS):
        code = "TY2855" if "hour" in there else "TY2854"
        found.append(problem(code, place, column="hour_beginning / hour_ending", headers=headers))
    return found


def _first(positions: Mapping[str, int], names: tuple[str, ...]) -> int:
    """Return the position of the first of some columns that is there."""
    return next(positions[name] for name in names if name in positions)
