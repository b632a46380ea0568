"""Which factor applies: the most specific row along every fallback chain, and the chain that led to it.

Order of precedence: control, region, category, fuel or product, technology, size class, kind of unit, pack, vintage
(docs/decisions/0002-factor-selection.md). Knows what each dimension falls back to; inventory.factors.resolution
compares the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import TypeAlias

import duckdb
import pyarrow as pa

from inventory.duckdb_settings import SEALED
from inventory.errors import FactorNotFoundError, Problem, problem
from inventory.factors.library import FactorLibrary, FactorRow, FuelProperty
from inventory.factors.resolution import (
    FactorTree,
    Resolution,
    find_factors,
    index_factors,
    tie_problem,
    with_depths,
)
from inventory.vocabulary import chain, load
from inventory.vocabulary.units import resolve_unit

_NONE = "none"
_ANY = "any"
_AS_STANDARD = "as_standard"
_IMPLIED = "implied by the technology"
_ENERGY_BASE = "kg per GJ"
_LAST_RESORTS = ("as_surveyed", "eu_average")
"""Controls of means over a stock, with whatever that stock has installed: the nearer stock first."""
_HOLDS_CONTROLS = "mean of a stock with the controls that it has, not an uncontrolled value"
_SEPARATOR = "; "
_DIMENSIONS = ("control", "region", "category", "fuel_or_product", "technology", "size_class", "unit_base")
_RANKS = ("pack_rank", "age")
_PLACE = attrgetter(
    "source_category", "fuel_or_product", "technology", "control", "size_class", "region_code", "inventory_year",
    "unit_bases",
)  # fmt: skip
"""A key without its species: species of one place are resolved together."""

_RowBySpecies: TypeAlias = dict[str, FactorRow | tuple[Problem, ...]]
"""The winning row of each species, or the findings where rows match equally well."""


@dataclass(frozen=True)
class FactorKey:
    """What a record offers to the look-up; `unit_bases` are the bases it can be converted to (e.g. `kg per t`)."""

    source_category: str
    fuel_or_product: str
    technology: str
    control: str
    size_class: str
    region_code: str
    species: str
    inventory_year: int
    unit_bases: frozenset[str]


@dataclass(frozen=True)
class SelectedFactor:
    """The factor in kg per base, its basis for controls, and the steps taken to reach it.

    Attributes
    ----------
    is_last_resort : bool
        Whether it is the mean of a stock, controls included, for want of an uncontrolled row.
    control : str
        What the row holds.

    """

    factor_id: str
    edition: str
    kg_per_base: float
    base: str
    basis: str
    fallback_chain: str
    tier: str
    confidence: str
    technology: str
    size_class: str = _ANY
    is_last_resort: bool = False
    control: str = _NONE


@dataclass(frozen=True)
class FuelCarbon:
    """Carbon of a fuel per base unit (t or sm3_20) [GJ per base unit, tC/TJ, 1], from one edition."""

    property_id: str
    base_unit: str
    ncv_gj_per_unit: float
    cc_tc_per_tj: float
    oxidation_fraction: float
    fallback_chain: str
    confidence: str


def select_emission_factor(library: FactorLibrary, key: FactorKey) -> SelectedFactor | None:
    """Return the most specific factor for a key, or None where no row matches.

    A row that already contains the record's control counts as emitted: nothing more is applied to it.

    Raises
    ------
    FactorNotFoundError
        If two rows of one pack match equally well; it names both.

    """
    if key not in library.cache:
        resolve_keys(library, [key])
        row = _index(library).places[_PLACE(key)].get(key.species)
        if isinstance(row, tuple):
            raise FactorNotFoundError(*row)
        library.cache[key] = None if row is None else _selected(row, key)
    found = library.cache[key]
    return found if isinstance(found, SelectedFactor) else None


def resolve_keys(library: FactorLibrary, keys: Iterable[FactorKey]) -> None:
    """Resolve many keys at once, so that select_emission_factor has them at hand; each for every species.

    Rows that match equally well are told when one of their keys is asked for, with all that were met here.
    """
    index = _index(library)
    asked = {place: key for key in keys if (place := _PLACE(key)) not in index.places}
    if not asked:
        return
    places = list(asked.values())
    resolution = _resolve(index, places)
    rows: dict[int | None, _RowBySpecies] = defaultdict(dict)
    for resolution_id, species, number, _ in resolution.winners.fetchall():
        rows[resolution_id][species] = index.rows[number]
    for (resolution_id, species), problems in _tie_problems(index, resolution, places).items():
        rows[resolution_id][species] = problems
    resolution_ids: dict[int, int] = dict(resolution.keys.fetchall())
    for key_id, place in enumerate(asked):
        index.places[place] = rows[resolution_ids.get(key_id)]


def fuel_carbon(library: FactorLibrary, fuel: str, region_code: str) -> FuelCarbon:
    """Return NCV, carbon content and oxidation of a fuel, along its fallback chain.

    Raises
    ------
    FactorNotFoundError
        If the fuel has no property row.

    """
    found = find_fuel_carbon(library, fuel)
    if found is None:
        raise FactorNotFoundError(problem("TY4101", f"{fuel} ({region_code})"))
    return found


def find_fuel_carbon(library: FactorLibrary, fuel: str) -> FuelCarbon | None:
    """Return what fuel_carbon returns, or None where the fuel has no property row; a group has that of its member."""
    member = _default_members().get(fuel, "")
    steps = {fuel: "", member: f"fuel {fuel}→{member} (default member)"} if member else {fuel: ""}
    for step in (*steps, *chain("fuels", fuel)):
        row = library.fuels.get(step)
        if row is not None:
            return _carbon_of(row, steps.get(step, f"fuel {fuel}→{step}"))
    return None


def _carbon_of(row: FuelProperty, steps: str) -> FuelCarbon:
    """Return a property row per base unit, with the steps that led to it."""
    numerator, _, denominator = row.ncv_unit.partition("/")
    per_base = resolve_unit(numerator).factor_to_base / resolve_unit(denominator).factor_to_base
    return FuelCarbon(
        row.property_id,
        resolve_unit(denominator).base_unit,
        row.ncv * float(per_base),
        row.cc_tc_per_tj,
        row.oxidation_fraction,
        steps,
        row.confidence,
    )


@cache
def _default_members() -> dict[str, str]:
    """Return the member that stands for each group of fuels."""
    groups = load("fuels").query("level == 'group'")
    return dict(zip(groups["code"], groups["default_member"], strict=True))


@dataclass(frozen=True)
class _Index:
    """The rows of a library by their number, the tree over them, and what has been resolved so far."""

    rows: tuple[FactorRow, ...]
    tree: FactorTree
    places: dict[tuple[object, ...], _RowBySpecies]


def _index(library: FactorLibrary) -> _Index:
    """Return the index of a library, built when it is first needed."""
    known = library.cache.get(_Index)
    if isinstance(known, _Index):
        return known
    rows = tuple(row for of_species in library.by_species.values() for row in of_species)
    connection = duckdb.connect(config=SEALED)
    tree = index_factors(connection, connection.from_arrow(_factor_table(rows)), names=_DIMENSIONS, ranks=_RANKS)
    index = _Index(rows, tree, {})
    library.cache[_Index] = index
    return index


_TEXT_COLUMNS = {
    "species": "species", "region": "region_code", "category": "source_category", "fuel_or_product": "fuel_or_product",
    "technology": "technology", "size_class": "size_class", "unit_base": "unit.base",
}  # fmt: skip
"""Columns of text of the resolver by the attribute of a factor row."""


def _factor_table(rows: Sequence[FactorRow]) -> pa.Table:
    """Return the factor rows as the resolver reads them; validity filters only where it has an end."""
    texts = {name: [str(attrgetter(attribute)(row)) for row in rows] for name, attribute in _TEXT_COLUMNS.items()}
    texts["control"] = [_given_control(row) for row in rows]
    numbers: dict[str, Sequence[int | None]] = {
        "factor_no": range(len(rows)),
        "valid_from": [None if row.year_to is None else row.year_from for row in rows],
        "valid_to": [row.year_to for row in rows],
        "pack_rank": [row.pack_rank for row in rows],
        "age": [-(row.year_from or 0) for row in rows],
    }
    return _table(texts, numbers)


def _table(texts: Mapping[str, Sequence[str]], numbers: Mapping[str, Sequence[int | None]]) -> pa.Table:
    """Return columns of text and of whole numbers, whatever they hold."""
    columns = {name: pa.array(values, pa.string()) for name, values in texts.items()}
    return pa.table(columns | {name: pa.array(values, pa.int64()) for name, values in numbers.items()})


def _given_control(row: FactorRow) -> str:
    """Return the control of a row; an emission standard on a technology chain (China 6 → China 5) implies its own."""
    return _IMPLIED if row.control == _AS_STANDARD and row.technology != _ANY else row.control


def _resolve(index: _Index, places: Sequence[FactorKey]) -> Resolution:
    """Resolve keys for every species; key_id is the place in the sequence."""
    fuels = frozenset(load("fuels")["code"])
    asked = _asked(places)
    depths_of: dict[str, Callable[[str], dict[str, int]]] = {
        "control": _control_depths,
        "region": lambda code: _depths(chain("regions", code)),
        "category": lambda code: _depths(chain("categories", code)),
        "fuel_or_product": lambda code: _depths(chain("fuels" if code in fuels else "products", code)),
        "technology": lambda code: _depths(chain("technologies", code)),
        "size_class": lambda code: _depths((code,) if code == _ANY else (code, _ANY)),
        "unit_base": _unit_depths,
    }
    dimensions = [with_depths(name, {code: depths_of[name](code) for code in set(asked[name])}) for name in _DIMENSIONS]
    numbers = {"key_id": range(len(places)), "inventory_year": [place.inventory_year for place in places]}
    return find_factors(index.tree, index.tree.connection.from_arrow(_table(asked, numbers)), dimensions)


def _asked(places: Sequence[FactorKey]) -> dict[str, list[str]]:
    """Return the keys as one column per dimension."""
    return {
        "control": [place.control for place in places],
        "region": [place.region_code for place in places],
        "category": [place.source_category for place in places],
        "fuel_or_product": [place.fuel_or_product for place in places],
        "technology": [place.technology for place in places],
        "size_class": [place.size_class for place in places],
        "unit_base": [_SEPARATOR.join(sorted(place.unit_bases)) for place in places],
    }


def _depths(steps: Sequence[str]) -> dict[str, int]:
    """Return the depth of each code of a fallback chain."""
    return {code: depth for depth, code in enumerate(steps)}


def _control_depths(code: str) -> dict[str, int]:
    """Return 0 for the record's own control and an implied one, then rows without control; others never match.

    A record without control may end at the mean of a stock. One that names its control may not: the mean holds other
    controls, and nothing can be taken out of it.
    """
    depths = {code: 0, _IMPLIED: 0, _NONE: 1}
    if code == _NONE:
        depths |= {mean: depth for depth, mean in enumerate(_LAST_RESORTS, start=2)}
    return depths


def _unit_depths(bases: str) -> dict[str, int]:
    """Return 0 for a base of mass, volume or count, 1 for energy, of the bases that a record can be converted to."""
    return {base: int(base == _ENERGY_BASE) for base in bases.split(_SEPARATOR)}


def _tie_problems(
    index: _Index, resolution: Resolution, places: Sequence[FactorKey]
) -> dict[tuple[int, str], tuple[Problem, ...]]:
    """Return the findings of each tied resolution and species: its own first, then the others."""
    problems = [_tie_problem(index, places[tie.key_id], tie.factor_nos) for tie in resolution.ties]
    return {
        (resolution_id, tie.species): (own, *(other for other in problems if other is not own))
        for tie, own in zip(resolution.ties, problems, strict=True)
        for resolution_id in tie.resolution_ids
    }


def _tie_problem(index: _Index, place: FactorKey, factor_nos: Sequence[int]) -> Problem:
    """Return the finding that rows match a key equally well; it names them."""
    rows = [index.rows[number] for number in factor_nos]
    at = f"{place.source_category} {place.fuel_or_product} {place.technology} {rows[0].species}"
    return tie_problem(at, "、".join(row.factor_id for row in rows))


def _selected(row: FactorRow, key: FactorKey) -> SelectedFactor:
    """Return the row with the steps taken from the key to it."""
    pairs = (
        ("region", key.region_code, row.region_code),
        ("category", key.source_category, row.source_category),
        ("fuel_or_product", key.fuel_or_product, row.fuel_or_product),
        ("technology", key.technology, row.technology),
        ("size_class", key.size_class, row.size_class),
        ("control", key.control, row.control),
    )
    steps = "; ".join(f"{name} {asked}→{given}" for name, asked, given in pairs if asked != given)
    contains_control = row.control != _NONE
    is_mean = row.control in _LAST_RESORTS and row.control != key.control
    if is_mean:
        steps = f"{steps} ({_HOLDS_CONTROLS})"
    kg_per_base = row.value * float(row.unit.kg_per_base or 0)
    basis = "emitted" if contains_control else row.basis
    return SelectedFactor(
        row.factor_id, row.edition, kg_per_base, row.unit.base, basis, steps, row.tier, row.confidence, row.technology,
        row.size_class, is_mean, row.control,
    )  # fmt: skip
