"""Emissions in long form: one row per activity and species, with factor, method, uncertainty and CO2e.

What is the same for all records of a key stands once in a line; rows take it from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from inventory.activity_record import Amount
from inventory.activity_table import RecordGroup
from inventory.calculation.factor_facts import FactorFacts, factor_facts
from inventory.calculation.selection_classes import by_selection_class
from inventory.calculation.validation import CheckedActivity
from inventory.errors import InventoryError, Problem, SchemaError
from inventory.estimation import SpeciesEstimate, estimate_groups
from inventory.methods.context import MethodContext
from inventory.uncertainty.bounds import relative_bounds
from inventory.vocabulary.gwp import gwp

COLUMNS = (
    "activity_id", "species", "emission_t", "notation_key", "factor_id", "ef_value", "ef_unit", "control_efficiency",
    "method", "tier", "uncertainty_low", "uncertainty_high", "gwp_set", "co2e_t", "citation", "fallback",
)  # fmt: skip
"""Columns of the long form, in order."""

_Numbers = npt.NDArray[np.float64]
_TEXTS = ("species", "notation_key", "factor_id", "ef_unit", "method", "tier", "gwp_set", "citation", "fallback")


class _Line(NamedTuple):
    """What the records of a key have in common for one species; NaN where there is no such number."""

    species: str
    notation_key: str
    factor_id: str
    ef_unit: str
    method: str
    tier: str
    gwp_set: str
    citation: str
    fallback: str
    ef_value: float
    is_proportional: bool
    uncertainty_pct: float
    distribution: str
    co2e_per_t: float


class _Block(NamedTuple):
    """One species of the records of a key: their positions [n], ascending, and their numbers."""

    line: _Line
    positions: npt.NDArray[np.int64]
    emission_t: _Numbers
    control_efficiency: _Numbers


@dataclass(frozen=True)
class EmissionTableBuilder:
    """Estimates checked activities and lays them out in long form.

    Attributes
    ----------
    context : MethodContext
        Library and control paths; the year is that of each record.
    gwp_set : str
        Spelled as the package globalwarmingpotentials spells it; empty leaves co2e_t empty.

    """

    context: MethodContext
    gwp_set: str

    def parts(self, activity: CheckedActivity, rows: int) -> Iterator[pa.Table]:
        """Yield the long form, ordered as the activities, then by species, for so many activities at a time.

        Raises
        ------
        SchemaError
            With all records that cannot be estimated, and parameters that no method read: they would be ignored.

        """
        table = by_selection_class(activity.table, self.context.library)
        groups = [self._group(group, found) for group, found in estimate_groups(table, self.context)]
        problems = [problem for _, found in groups for problem in found]
        if problems:
            raise SchemaError(*problems)
        blocks = [block for own, _ in groups for block in own]
        for start in range(0, len(table.rows), rows):
            yield _long_form(blocks, activity, start, start + rows)

    def _group(self, group: RecordGroup, estimates: Iterator[SpeciesEstimate]) -> tuple[list[_Block], list[Problem]]:
        """Return the blocks of a group, and its parameters that nothing read."""
        try:
            blocks = [self._block(group, found) for found in estimates]
        except InventoryError as error:
            return [], list(error.problems)
        return blocks, [_unread(group, name) for name in group.unread_parameters]

    def _block(self, group: RecordGroup, found: SpeciesEstimate) -> _Block:
        """Return one species of a group."""
        estimate, facts = found.estimate, self._facts.of(found)
        per_tonne = gwp(found.species, self.gwp_set) if self.gwp_set else None
        is_proportional = found.method is not None and found.method.is_proportional
        line = _Line(
            found.species, found.notation_key, estimate.factor_id,
            facts.ef_unit or (f"kg/{group.record.activity_unit}" if is_proportional else ""),
            estimate.method, estimate.tier, self.gwp_set if per_tonne is not None else "", facts.citation,
            estimate.fallback_chain, facts.ef_value, is_proportional, facts.uncertainty_pct, facts.distribution,
            np.nan if per_tonne is None else per_tonne,
        )  # fmt: skip
        records = len(group.positions)
        emission_t, efficiency = _filled(estimate.emission_t, records), _filled(estimate.control_efficiency, records)
        return _Block(line, group.positions, emission_t, efficiency)

    @cached_property
    def _facts(self) -> FactorFacts:
        """Return what the library says of its factors."""
        return factor_facts(self.context.library)


def _filled(value: Amount, records: int) -> _Numbers:
    """Return one number per record."""
    if isinstance(value, np.ndarray) and value.shape == (records,):
        return value
    return np.full(records, value, dtype=float)


def _unread(group: RecordGroup, name: str) -> Problem:
    """Return the problem of a parameter that no method read."""
    record = group.record
    place = f"{record.activity_id} ({record.source_category} {record.fuel_or_product}) › {name}"
    return Problem(
        "TY3106", place, f"没有方法读取这个参数（{len(group.positions)} 行）",
        f"no method read this parameter ({len(group.positions)} rows)",
        "补齐该方法所需的其他参数，或删去它", "give the other parameters of that method, or take it away",
    )  # fmt: skip


def _long_form(blocks: list[_Block], activity: CheckedActivity, start: int, stop: int) -> pa.Table:
    """Return the rows of the activities from start to stop, by activity, then in the order of the leaf's species."""
    cuts = [np.searchsorted(block.positions, (start, stop)) for block in blocks]
    counts = np.array([last - first for first, last in cuts])
    positions = np.concatenate([b.positions[slice(*cut)] for b, cut in zip(blocks, cuts, strict=True)])
    order = np.argsort(positions, kind="stable")
    line = np.repeat(np.arange(len(blocks)), counts)[order]
    at = positions[order]
    emission_t, efficiency = (
        np.concatenate([values[slice(*cut)] for values, cut in zip(of_block, cuts, strict=True)])[order]
        for of_block in ([b.emission_t for b in blocks], [b.control_efficiency for b in blocks])
    )
    lines = [block.line for block in blocks]
    low, high = _bounds(emission_t, lines, line, activity.activity_uncertainty_pct[at])
    amounts = activity.table.rows["activity_value"].to_numpy(dtype=float)[at]
    numbers = {
        "emission_t": emission_t,
        "ef_value": _factor_values(emission_t, amounts * (1.0 - efficiency), lines, line),
        "control_efficiency": efficiency,
        "uncertainty_low": low,
        "uncertainty_high": high,
        "co2e_t": emission_t * np.array([own.co2e_per_t for own in lines])[line],
    }
    ids = pa.array(activity.table.rows["activity_id"]).take(pa.array(at))
    texts = {name: _dictionary([getattr(own, name) for own in lines], line) for name in _TEXTS}
    arrays = {name: pa.array(values, from_pandas=True) for name, values in numbers.items()}
    return pa.table({"activity_id": ids, **texts, **arrays}).select(COLUMNS)


def _bounds(
    emission_t: _Numbers, lines: list[_Line], line: npt.NDArray[np.int64], activity_pct: _Numbers
) -> tuple[_Numbers, _Numbers]:
    """Return the 95 % bounds of emissions [t]: factor and activity combined by the root of squares, NaN where unknown.

    References
    ----------
    IPCC 2006 Guidelines, vol. 1 ch. 3, equation 3.1.

    """
    factor_pct = np.array([own.uncertainty_pct for own in lines])[line]
    squares = np.nan_to_num(factor_pct) ** 2 + np.nan_to_num(activity_pct) ** 2
    total_pct = np.where(np.isnan(factor_pct) & np.isnan(activity_pct), np.nan, np.sqrt(squares))
    low, high = np.full(emission_t.shape, np.nan), np.full(emission_t.shape, np.nan)
    shapes = np.array([own.distribution for own in lines])
    for distribution in set(shapes):
        own = (shapes == distribution)[line]
        low[own], high[own] = relative_bounds(total_pct[own], str(distribution))
    return np.minimum(emission_t * low, emission_t * high), np.maximum(emission_t * low, emission_t * high)


def _factor_values(emission_t: _Numbers, passed: _Numbers, lines: list[_Line], line: npt.NDArray[np.int64]) -> _Numbers:
    """Return the printed factor, else the implied one: emission before control per activity [kg per unit]."""
    printed = np.array([own.ef_value for own in lines])[line]
    is_implied = np.array([own.is_proportional for own in lines])[line] & np.isnan(printed) & (passed != 0.0)
    np.divide(emission_t * 1000.0, passed, out=printed, where=is_implied)
    return printed


def _dictionary(of_line: list[str], line: npt.NDArray[np.int64]) -> pa.DictionaryArray:
    """Return the text of each row as a dictionary of the distinct texts of the lines."""
    encoded = pa.array(of_line).dictionary_encode()
    return pa.DictionaryArray.from_arrays(encoded.indices.take(pa.array(line)), encoded.dictionary)
