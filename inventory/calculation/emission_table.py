"""Emissions in long form: one row per activity and species, with factor, method, uncertainty and CO2e.

What is the same for all records of a key stands once in a line; rows take it from there.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from inventory.activity_record import ActivityRecord, Amount, ReadParameters
from inventory.activity_table import ActivityTable, RecordGroup
from inventory.by_products import (
    by_products,
    child_records,
    unknown_by_products,
    unknown_child_records,
    unknown_emissions,
)
from inventory.calculation.factor_facts import FactorFacts, factor_facts
from inventory.calculation.plausibility import notices
from inventory.calculation.selection_classes import by_selection_class
from inventory.calculation.validation import SHOWN, CheckedActivity, shortened
from inventory.errors import InventoryError, Problem, SchemaError, problem
from inventory.estimation import SpeciesEstimate, estimate_groups, estimate_record
from inventory.methods import METHODS
from inventory.methods.context import MethodContext
from inventory.uncertainty.bounds import relative_bounds
from inventory.vocabulary.gwp import gwp

COLUMNS = (
    "activity_id", "species", "emission_t", "notation_key", "factor_id", "ef_value", "ef_unit", "control_efficiency",
    "method", "tier", "uncertainty_low", "uncertainty_high", "gwp_set", "co2e_t", "citation", "fallback",
)  # fmt: skip
"""Columns of the long form, in order."""

_Numbers = npt.NDArray[np.float64]
_TEXTS = ("species", "notation_key", "factor_id", "ef_unit", "method", "tier", "gwp_set", "citation")
_NUMBERS = ("emission_t", "ef_value", "control_efficiency", "uncertainty_low", "uncertainty_high", "co2e_t")
_STEP = re.compile(r"(?:^|(?<=; ))(?=(?:category|fuel_or_product|technology|size_class|control) \S+→)")
"""Where the steps of a fallback chain after that of the region begin."""


class _Line(NamedTuple):
    """What the records of a key have in common for one species; NaN where there is no such number.

    `region_code` is the region whose factors were looked up where the library gave one, else empty.
    """

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
    region_code: str


class _Block(NamedTuple):
    """One species of the records of a key: their positions [n], ascending, and their numbers."""

    line: _Line
    positions: npt.NDArray[np.int64]
    emission_t: _Numbers
    control_efficiency: _Numbers


class _Estimated(NamedTuple):
    """Rows of a group, by-products of its controls, those of unknown mass, and what is wrong with it."""

    blocks: list[_Block]
    products: list[pd.DataFrame]
    unknown: list[pd.DataFrame]
    problems: list[Problem]


@dataclass(frozen=True)
class EstimatedActivities:
    """Activities and the by-products of their controls, each with its estimates."""

    of: tuple[tuple[CheckedActivity, list[_Block]], ...]

    def parts(self, rows: int) -> Iterator[pa.Table]:
        """Yield the long form by activity and species, for so many activities at a time; by-products follow."""
        for activity, blocks in self.of:
            for start in range(0, len(activity.table.rows), rows):
                yield _long_form(blocks, activity, start, start + rows)

    def notices(self) -> list[Problem]:
        """Return what a reader should look at: particles out of order, records that may count the same twice."""
        activity, blocks = self.of[0]
        numbers = [(b.line.species, b.line.method, b.positions, b.emission_t) for b in blocks if b.line.method]
        return shortened(notices(activity, numbers))


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

    def estimate(self, activity: CheckedActivity) -> EstimatedActivities:
        """Estimate all, with the by-products of controls as activities of their own, `<activity>/<control>`.

        Raises
        ------
        SchemaError
            With all records that cannot be estimated, and parameters that no method read: they would be ignored.

        """
        own = self._estimated(activity)
        parents = activity.table.rows
        made = _children(activity, child_records(parents, own.products))
        unknown = _children(activity, unknown_child_records(parents, own.unknown))
        return EstimatedActivities(
            ((activity, own.blocks), (made, self._estimated(made).blocks), (unknown, _without_mass(unknown)))
        )

    def _estimated(self, activity: CheckedActivity) -> _Estimated:
        """Estimate all groups.

        Raises
        ------
        SchemaError
            With the problems of all groups.

        """
        table = by_selection_class(activity.table, self.context.library)
        groups = [self._group(group, found, activity) for group, found in estimate_groups(table, self.context)]
        problems = [problem for group in groups for problem in group.problems]
        if problems:
            raise SchemaError(*shortened(problems))
        products = [product for group in groups for product in group.products]
        unknown = [product for group in groups for product in group.unknown]
        return _Estimated([block for group in groups for block in group.blocks], products, unknown, [])

    def _group(self, group: RecordGroup, estimates: Iterator[SpeciesEstimate], activity: CheckedActivity) -> _Estimated:
        """Return the blocks of a group, and what is wrong with its records or read by nothing."""
        ids = activity.ids[group.positions]
        blocks: list[_Block] = []
        products: list[pd.DataFrame] = []
        species: list[SpeciesEstimate] = []
        try:
            for found in estimates:
                species.append(found)
                blocks.append(self._block(group, found))
                products += by_products(group, found, ids)
        except InventoryError:
            failing = islice(self._failing(group, activity), SHOWN)
            problems = [
                replace(problem, place=activity.at(position, problem.place))
                for position, error in failing
                for problem in error.problems
            ]
            return _Estimated([], [], [], problems)
        unknown = unknown_by_products(group, species, ids, control_paths=self.context.control_paths)
        return _Estimated(
            blocks, products, unknown, [_unread(group, name, activity) for name in group.unread_parameters]
        )

    def _failing(self, group: RecordGroup, activity: CheckedActivity) -> Iterator[tuple[int, InventoryError]]:
        """Yield the records of a group that cannot be estimated: it is halved until single ones are left."""
        try:
            deque(estimate_record(group.record, replace(self.context, inventory_year=group.inventory_year)), maxlen=0)
        except InventoryError as error:
            half = len(group.positions) // 2
            if not half:
                yield int(group.positions[0]), error
                return
            for own in (slice(None, half), slice(half, None)):
                yield from self._failing(_part(group, own, activity), activity)

    def _block(self, group: RecordGroup, found: SpeciesEstimate) -> _Block:
        """Return one species of a group."""
        estimate, facts = found.estimate, self._facts.of(found)
        per_tonne = gwp(found.species, self.gwp_set) if self.gwp_set else None
        is_proportional = found.method is not None and found.method.is_proportional
        line = _Line(
            found.species, found.notation_key, estimate.factor_id,
            facts.ef_unit or (f"kg/{group.record.activity_unit}" if is_proportional else ""),
            estimate.method, estimate.tier, self.gwp_set if per_tonne is not None else "", facts.citation,
            estimate.fallback_chain or _why_not(group.record, found), facts.ef_value,
            is_proportional, facts.uncertainty_pct, facts.distribution,
            np.nan if per_tonne is None else per_tonne,
            group.record.region_code if estimate.factor_id in self._facts.factors else "",
        )  # fmt: skip
        records = len(group.positions)
        emission_t, efficiency = _filled(estimate.emission_t, records), _filled(estimate.control_efficiency, records)
        return _Block(line, group.positions, emission_t, efficiency)

    @cached_property
    def _facts(self) -> FactorFacts:
        """Return what the library says of its factors."""
        return factor_facts(self.context.library)


def _why_not(record: ActivityRecord, found: SpeciesEstimate) -> str:
    """Return why a species has no number: no factor fits; the methods that would serve, with what they need."""
    if found.notation_key != "NE":
        return ""
    serving = _methods_with_needs(record.source_category, found.species)
    key = f"{record.fuel_or_product}、{record.technology}、{record.activity_unit}"
    told = f"FX601 因子库没有适用于 {key} 的因子 / no factor fits"
    return f"{told}；可用方法 methods that would serve: {'; '.join(serving)}" if serving else told


@cache
def _methods_with_needs(source_category: str, species: str) -> tuple[str, ...]:
    """Return the methods made for a category that would give a species, with what they need."""
    return tuple(
        f"{method.zh} {method.name} ({', '.join(method.needs)})"
        for method in METHODS
        if method.needs and method.categories and method.serves(source_category, species, method.needs)
    )


def _filled(value: Amount, records: int) -> _Numbers:
    """Return one number per record."""
    if isinstance(value, np.ndarray) and value.shape == (records,):
        return value
    return np.full(records, value, dtype=float)


def _without_mass(children: CheckedActivity) -> list[_Block]:
    """Return the rows of by-products whose removed mass is not known: NE with the reason."""
    told = unknown_emissions(children.table.rows)
    blocks = []
    for (species, reason), own in told.groupby(["species", "fallback_chain"], sort=False):
        line = _Line(
            str(species), "NE", "", "", "", "", "", "", str(reason), np.nan, False, np.nan, "normal", np.nan, ""
        )  # fmt: skip
        nothing = np.full(len(own), np.nan)
        blocks.append(_Block(line, own.index.to_numpy(dtype=np.int64), nothing, nothing))
    return blocks


def _children(activity: CheckedActivity, found: pd.DataFrame) -> CheckedActivity:
    """Return child records of controls as activities of their own, in the order of their parents."""
    position = pd.Index(activity.table.rows["activity_id"]).get_indexer(found["parent_activity_id"])
    order = np.argsort(position, kind="stable")
    rows = found.assign(activity_id=found["parent_activity_id"] + "/" + found["control"]).iloc[order]
    at = position[order]
    return CheckedActivity(
        ActivityTable(rows.reset_index(drop=True), {}, {}), np.full(len(rows), np.nan), activity.place,
        activity.row_numbers[at],
    )  # fmt: skip


def _part(group: RecordGroup, own: slice, activity: CheckedActivity) -> RecordGroup:
    """Return some of the records of a group."""
    positions = group.positions[own]
    record = replace(
        group.record,
        activity_id=activity.table.rows["activity_id"].iloc[positions[0]],
        activity_value=np.asarray(group.record.activity_value)[own],
        parameters=ReadParameters({name: np.asarray(v)[own] for name, v in group.record.parameters.items()}),
    )
    return RecordGroup(positions, group.inventory_year, record)


def _unread(group: RecordGroup, name: str, activity: CheckedActivity) -> Problem:
    """Return the problem of a parameter that no method read."""
    record = group.record
    about = f"{record.activity_id} {record.source_category} {record.fuel_or_product}"
    return problem("TY3106", activity.at(int(group.positions[0]), name), about=about, count=len(group.positions))


def _long_form(blocks: list[_Block], activity: CheckedActivity, start: int, stop: int) -> pa.Table:
    """Return the rows of the activities from start to stop, by activity, then in the order of the leaf's species."""
    if not blocks:
        return _no_rows()
    cuts = [slice(*np.searchsorted(block.positions, (start, stop))) for block in blocks]
    positions = np.concatenate([block.positions[cut] for block, cut in zip(blocks, cuts, strict=True)])
    order = np.argsort(positions, kind="stable")
    line = np.repeat(np.arange(len(blocks)), [cut.stop - cut.start for cut in cuts])[order]
    at = positions[order]
    emission_t = np.concatenate([block.emission_t[cut] for block, cut in zip(blocks, cuts, strict=True)])[order]
    efficiency = np.concatenate([block.control_efficiency[cut] for block, cut in zip(blocks, cuts, strict=True)])[order]
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
    arrays = {name: pa.array(values, from_pandas=True) for name, values in numbers.items()}
    return pa.table(_texts(lines, line, activity, at) | arrays).select(COLUMNS)


def _texts(
    lines: list[_Line], line: npt.NDArray[np.int64], activity: CheckedActivity, at: npt.NDArray[np.int64]
) -> dict[str, pa.Array]:
    """Return the columns of text of the rows: ids by position, the rest as dictionaries of the lines."""
    texts = {name: _dictionary([getattr(own, name) for own in lines], line) for name in _TEXTS}
    texts["fallback"] = _fallbacks(lines, line, activity.table.rows["region_code"].iloc[at])
    return {"activity_id": pa.array(activity.table.rows["activity_id"]).take(pa.array(at)), **texts}


def _no_rows() -> pa.Table:
    """Return a long form without rows: no species is expected of the activities."""
    types = dict.fromkeys(COLUMNS, pa.dictionary(pa.int32(), pa.string())) | dict.fromkeys(_NUMBERS, pa.float64())
    return pa.table({name: pa.array([], kind) for name, kind in (types | {"activity_id": pa.string()}).items()})


def _fallbacks(lines: list[_Line], line: npt.NDArray[np.int64], region: pd.Series) -> pa.DictionaryArray:
    """Return the fallback chain of each row from its own region on."""
    codes, regions = pd.factorize(np.asarray(region, dtype=object))
    pairs = line * len(regions) + codes
    distinct, position = np.unique(pairs, return_inverse=True)
    chains = [_from_region(lines[pair // len(regions)], str(regions[pair % len(regions)])) for pair in distinct]
    return _dictionary(chains, position)


def _from_region(line: _Line, own: str) -> str:
    """Return a fallback chain that begins at a record's own region; records of several regions share a line."""
    if line.region_code in {"", own}:
        return line.fallback
    if f"region {line.region_code}→" in line.fallback:
        return line.fallback.replace(f"region {line.region_code}→", f"region {own}→", 1)
    step, found = f"region {own}→{line.region_code}", _STEP.search(line.fallback)
    if found is not None:
        return f"{line.fallback[: found.start()]}{step}; {line.fallback[found.start() :]}"
    parts = (line.fallback, step) if line.method == "species_ratio" else (step, line.fallback)
    return "; ".join(filter(None, parts))


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
