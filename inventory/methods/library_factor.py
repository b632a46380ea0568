"""Emission from the shared factor library: activity × factor × (1 − control efficiency)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from inventory.activity_record import OWN_NCV, ActivityRecord, Amount, Estimate, weakest
from inventory.activity_table import FACTOR_REGION
from inventory.errors import MissingInputError, problem
from inventory.factors.default_technology import default_technologies, judged_default
from inventory.factors.library import FactorLibrary, FactorRow, SpeciesRatio
from inventory.factors.selection import (
    FactorKey,
    FuelCarbon,
    SelectedFactor,
    find_fuel_carbon,
    resolve_keys,
    select_emission_factor,
)
from inventory.methods.context import Method, MethodContext
from inventory.methods.unapplied_control import unapplied_control
from inventory.vocabulary import chain, load

_ANY = "any"
_ENERGY_BASE = "kg per GJ"


@dataclass(frozen=True)
class _Converted:
    """The fuel of a record in another base of factors by a heating value, and whose value that is."""

    base: str
    amount: Amount
    steps: str


def estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate emission [t] = activity × EF × (1 − η) / 1000; None where the library has no factor.

    A factor on the energy or the mass of the fuel is applied to the fuel that the record burns. η is applied to
    generated factors only. Where the record names no technology and no row holds for any, its default is asked; a row
    that holds the record's own control comes before both.

    Raises
    ------
    MissingInputError
        If the control is meant for the species and its removal is not known, or if several technologies hold it.

    References
    ----------
    T/CSES 144-2024, equation (2).

    """
    return _found(record, species, context, frozenset())


def _found(record: ActivityRecord, species: str, context: MethodContext, asked: frozenset[str]) -> Estimate | None:
    """Return what estimate returns; no ratio leads back to a species that was `asked` on the way."""
    converted = _converted(record, context)
    amounts = record.amounts if converted is None else record.amounts | {converted.base: converted.amount}
    selected = _select(record, species, frozenset(amounts), context)
    by_ratio = _by_ratio(record, species, selected, context=context, asked=asked | {species})
    if by_ratio is not None or selected is None:
        return by_ratio
    generated_t = amounts[selected.base] * selected.kg_per_base / 1000.0
    steps = [selected.fallback_chain]
    if converted is not None and selected.base == converted.base:
        steps.append(converted.steps)
    found = Estimate(
        generated_t, "factor", selected.factor_id, "; ".join(filter(None, steps)), selected.tier, 0.0,
        selected.confidence,
    )  # fmt: skip
    if selected.basis != "generated":
        return found if selected.control == record.control_path_id else _uncontrollable(record, species, found, context)
    return _controlled(record, species, found, context=context, asked=asked | {species})


def look_up(records: Iterable[tuple[ActivityRecord, int]], context: MethodContext) -> None:
    """Look the factors of many records of their years up at once; estimates find them at hand then."""
    resolve_keys(context.library, _keys(records, context))


def _keys(records: Iterable[tuple[ActivityRecord, int]], context: MethodContext) -> Iterator[FactorKey]:
    """Yield the keys of records and of what may stand in for their technology."""
    for record, year in records:
        of_year = replace(context, inventory_year=year)
        converted = _converted(record, context)
        bases = frozenset(record.amounts) | ({converted.base} if converted is not None else set())
        key = _key(record, "", bases, of_year)
        yield key
        yield from (replace(key, technology=t, size_class=size) for t, size, _ in _alternatives(record))
        yield from (replace(key, technology=t, size_class=size) for t, size in _holders(record, context.library))


def _select(
    record: ActivityRecord, species: str, bases: frozenset[str], context: MethodContext
) -> SelectedFactor | None:
    """Return the factor of the record as it stands, else of its default technology, else the mean of a stock.

    A row that holds the record's own control comes before them, whatever technology it is of.
    """
    key = _key(record, species, bases, context)
    plain = select_emission_factor(context.library, key)
    holding = _of_control(record, key, plain, context)
    if holding is not None:
        return holding
    if plain is not None and not plain.is_last_resort:
        return plain
    last_resort = plain
    for technology, size_class, confidence in _alternatives(record):
        assumed = replace(key, technology=technology, size_class=size_class)
        found = select_emission_factor(context.library, assumed)
        if found is None or (found.technology, found.size_class) == (_ANY, _ANY):
            continue
        found = _told(found, assumed=assumed, key=key, confidence=confidence)
        if not found.is_last_resort:
            return found
        if last_resort is plain:
            last_resort = found
    return last_resort


def _of_control(
    record: ActivityRecord, key: FactorKey, plain: SelectedFactor | None, context: MethodContext
) -> SelectedFactor | None:
    """Return the row that holds the record's own control under a technology or size that the record does not state.

    None where the row of the record as it stands holds it, or the project itself defines the path.

    Raises
    ------
    MissingInputError
        If rows of several technologies hold it and the default is none of them.

    """
    if key.control in _without_control() or context.control_paths.is_path(key.control):
        return None
    if plain is not None and plain.control == key.control:
        return None
    for technology, size_class, confidence in _alternatives(record):
        assumed = replace(key, technology=technology, size_class=size_class)
        row = select_emission_factor(context.library, assumed)
        if row is not None and row.control == key.control:
            return _told(row, assumed=assumed, key=key, confidence=confidence)
    return _of_holders(record, key, context.library)


def _of_holders(record: ActivityRecord, key: FactorKey, library: FactorLibrary) -> SelectedFactor | None:
    """Return the one row that holds the control under any technology or size; refuse to choose among several."""
    found: dict[str, SelectedFactor] = {}
    held: set[str] = set()
    for technology, size_class in _holders(record, library):
        assumed = replace(key, technology=technology, size_class=size_class)
        row = select_emission_factor(library, assumed)
        if row is None or row.control != key.control:
            continue
        steps = "; ".join(filter(None, (_stated(key, assumed), row.fallback_chain)))
        found[row.factor_id] = replace(row, fallback_chain=steps)
        held.add("/".join(part for part in (row.technology, row.size_class) if part != _ANY))
    if len(found) > 1:
        names = "、".join(sorted(held))
        place = f"{record.activity_id} ({record.source_category} {record.fuel_or_product}) › {key.species}"
        raise MissingInputError(problem("TY3121", place, control=key.control, names=names))
    return next(iter(found.values()), None)


def _stated(key: FactorKey, assumed: FactorKey) -> str:
    """Return which technology and size the row of a control stands under."""
    pairs = (("technology", key.technology, assumed.technology), ("size_class", key.size_class, assumed.size_class))
    return "; ".join(f"{name} {own}→{taken} (holds {key.control})" for name, own, taken in pairs if own != taken)


def _holders(record: ActivityRecord, library: FactorLibrary) -> Iterator[tuple[str, str]]:
    """Yield technology and size class of the rows that hold the record's own control, beside those that it states."""
    if record.control_path_id in _without_control() or _ANY not in (record.technology, record.size_class):
        return
    fuels = chain("fuels" if record.fuel_or_product in _fuel_codes() else "products", record.fuel_or_product)
    categories = chain("categories", record.source_category)
    pairs = set()
    for row in _rows_of_controls(library).get(record.control_path_id, ()):
        if row.source_category in categories and row.fuel_or_product in fuels:
            technology = row.technology if record.technology == _ANY else record.technology
            pairs.add((technology, row.size_class if record.size_class == _ANY else record.size_class))
    yield from sorted(pairs - {(record.technology, record.size_class)})


def _rows_of_controls(library: FactorLibrary) -> dict[str, list[FactorRow]]:
    """Return the rows of each control, indexed once per library."""
    known = library.cache.get(_rows_of_controls)
    if isinstance(known, dict):
        return known
    found: dict[str, list[FactorRow]] = {}
    for row in (row for rows in library.by_species.values() for row in rows):
        found.setdefault(row.control, []).append(row)
    library.cache[_rows_of_controls] = found
    return found


@cache
def _without_control() -> frozenset[str]:
    """Return the codes that name no control of the plant: none, or what its emission standard implies."""
    table = load("controls")
    return frozenset(table.loc[table["group"] == "none", "code"])


def _alternatives(record: ActivityRecord) -> Iterator[tuple[str, str, str]]:
    """Yield technology, size class and confidence of what may stand in for those that a record does not state."""
    for default in default_technologies(record.source_category, record.fuel_or_product):
        technology = default.technology if record.technology == _ANY else record.technology
        size_class = default.size_class if record.size_class == _ANY else record.size_class
        if (technology, size_class) != (record.technology, record.size_class):
            yield technology, size_class, default.confidence


def _told(found: SelectedFactor, *, assumed: FactorKey, key: FactorKey, confidence: str) -> SelectedFactor:
    """Return a factor of an assumed technology or size with what was assumed, and the confidence of that."""
    assumptions = [
        f"{name} {stated}→{taken} (default)"
        for name, stated, taken, used in (
            ("technology", key.technology, assumed.technology, found.technology),
            ("size_class", key.size_class, assumed.size_class, found.size_class),
        )
        if stated != taken and used != _ANY
    ]
    steps = "; ".join(filter(None, (*assumptions, found.fallback_chain)))
    return replace(found, fallback_chain=steps, confidence=weakest(found.confidence, confidence))


def _estimate_or_explain(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Return what estimate returns; where there is nothing and no technology may be assumed, say so.

    Raises
    ------
    MissingInputError
        If the record states no technology, and the table of defaults says why none is assumed.

    """
    found = estimate(record, species, context)
    if found is not None or record.technology != _ANY:
        return found
    judged = judged_default(record.source_category, record.fuel_or_product)
    if judged is None or (judged.technology, judged.size_class) != (_ANY, _ANY):
        return None
    if not _differs_by_technology(context.library, record, species):
        return None
    place = f"{record.activity_id} ({record.source_category} {record.fuel_or_product}) › {species}"
    raise MissingInputError(problem("TY3107", place, reason_zh=judged.reason_zh, reason_en=judged.reason_en))


def _differs_by_technology(library: FactorLibrary, record: ActivityRecord, species: str) -> bool:
    """Return whether the library has the species of a category and its fuel or product, under some technology."""
    is_fuel = record.fuel_or_product in _fuel_codes()
    fuels = chain("fuels" if is_fuel else "products", record.fuel_or_product)
    rows = (row for category in chain("categories", record.source_category)
            for row in library.by_species.get((species, category), ()))  # fmt: skip
    return any(row.fuel_or_product in fuels for row in rows)


def _by_ratio(
    record: ActivityRecord,
    species: str,
    selected: SelectedFactor | None,
    *,
    context: MethodContext,
    asked: frozenset[str],
) -> Estimate | None:
    """Return the species from another one by a cited ratio, where that one is known for the record's own technology.

    A factor of the species itself wins unless it is only a mean of all technologies.
    """
    if selected is not None and (selected.technology != _ANY or record.technology == _ANY):
        return None
    branch = record.source_category[:5]
    for ratio in _nearest_first(context.library.ratios.get((branch, species), ()), record.fuel_or_product):
        if ratio.from_species in asked:
            continue
        origin = _found(record, ratio.from_species, context, asked)
        if origin is None or (
            selected is not None and "technology" in origin.fallback_chain and "→any" in origin.fallback_chain
        ):
            continue
        step = f"{ratio.from_species} × {ratio.ratio:g} ({ratio.source})"
        return replace(
            origin,
            emission_t=origin.emission_t * ratio.ratio,
            method="species_ratio",
            fallback_chain="; ".join(filter(None, (step, origin.fallback_chain))),
            confidence=weakest(origin.confidence, ratio.confidence),
        )
    return None


def _nearest_first(ratios: Iterable[SpeciesRatio], fuel_or_product: str) -> list[SpeciesRatio]:
    """Return the ratios of a fuel or product and of what it falls back to, the nearest first."""
    steps = chain("fuels" if fuel_or_product in _fuel_codes() else "products", fuel_or_product)
    depth = {code: place for place, code in enumerate(steps)}
    own = [ratio for ratio in ratios if ratio.fuel_or_product in depth]
    return sorted(own, key=lambda ratio: depth[ratio.fuel_or_product])


def _key(record: ActivityRecord, species: str, bases: frozenset[str], context: MethodContext) -> FactorKey:
    """Return what a record offers to the look-up of one species."""
    return FactorKey(
        source_category=record.source_category,
        fuel_or_product=record.fuel_or_product,
        technology=record.technology,
        control=record.control_path_id,
        size_class=record.size_class,
        region_code=_factor_region(record),
        species=species,
        inventory_year=context.inventory_year,
        unit_bases=bases,
    )


def _controlled(
    record: ActivityRecord, species: str, generated: Estimate, *, context: MethodContext, asked: frozenset[str]
) -> Estimate:
    """Apply the control train to a generated emission; PM10 by its fine and coarse parts.

    A fine part that is a ratio of PM10 itself is no part of its own: PM10 is removed as the fine particles are.
    """
    if species == "PM10":
        fine = _found(record, "PM2.5", context, asked)
        if fine is not None and np.all(np.asarray(fine.control_efficiency) < 1.0):
            fine_t = fine.emission_t / (1.0 - fine.control_efficiency)
            sized = context.controlled_by_size(record, generated_fine_t=fine_t, generated_pm10_t=generated.emission_t)
            return _after(generated, sized)
    return _after(generated, context.controlled(record, species, generated.emission_t))


def _uncontrollable(record: ActivityRecord, species: str, emitted: Estimate, context: MethodContext) -> Estimate:
    """Return an emission by a factor behind control, and say that the record's control was not applied to it."""
    told = unapplied_control(record, species, context, because="the factor is one behind control")
    return replace(emitted, fallback_chain="; ".join(filter(None, (emitted.fallback_chain, told))))


def _after(generated: Estimate, after: Estimate) -> Estimate:
    """Return a generated emission with what its controls left, and the codes that stood in for them."""
    return replace(
        generated,
        emission_t=after.emission_t,
        control_efficiency=after.control_efficiency,
        removed_t=after.removed_t,
        fallback_chain="; ".join(filter(None, (generated.fallback_chain, after.fallback_chain))),
    )


def _converted(record: ActivityRecord, context: MethodContext) -> _Converted | None:
    """Return the energy of the record's fuel, or the mass or volume of its energy, where its NCV is known.

    The record's own heating value comes first, else that of the library.
    """
    own_gj = record.own_energy_gj
    if own_gj is not None:
        return _Converted(_ENERGY_BASE, own_gj, "ncv of the record")
    if record.fuel_or_product not in _fuel_codes():
        return None
    carbon, burned = _fuel_carbon(context, record.fuel_or_product), record.fuel_amounts
    if carbon is None:
        return None
    steps = f"ncv {carbon.property_id}" + (f", {carbon.fallback_chain}" if carbon.fallback_chain else "")
    if carbon.base_unit in burned:
        return _Converted(_ENERGY_BASE, burned[carbon.base_unit] * carbon.ncv_gj_per_unit, steps)
    if record.is_fuel_energy and not burned:
        return _Converted(f"kg per {carbon.base_unit}", record.amount_in("GJ") / carbon.ncv_gj_per_unit, steps)
    return None


def _fuel_carbon(context: MethodContext, fuel: str) -> FuelCarbon | None:
    """Return the heating value of a fuel, looked for once per library."""
    known = context.library.cache
    if (FuelCarbon, fuel) not in known:
        known[FuelCarbon, fuel] = find_fuel_carbon(context.library, fuel)
    found = known[FuelCarbon, fuel]
    return found if isinstance(found, FuelCarbon) else None


@cache
def _fuel_codes() -> frozenset[str]:
    """Return the codes of the fuels."""
    return frozenset(load("fuels")["code"])


def _factor_region(record: ActivityRecord) -> str:
    """Return the region whose factors apply: the record's own, or the one it names (imported power)."""
    named = record.parameters.get(FACTOR_REGION)
    return record.region_code if named is None else f"{np.ravel(named)[0]:.0f}"


METHOD = Method(
    name="factor",
    zh="因子库",
    en="shared emission factor library",
    species=(),
    optional=(FACTOR_REGION, OWN_NCV),
    estimate=_estimate_or_explain,
    citation="T/CSES 144-2024, equation (2): E = A × EF × (1 − η)",
    tier="1",
)
