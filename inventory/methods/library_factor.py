"""Emission from the shared factor library: activity × factor × (1 − control efficiency)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate, weakest
from inventory.activity_table import FACTOR_REGION
from inventory.errors import MissingInputError, Problem
from inventory.factors.default_technology import default_technologies, judged_default
from inventory.factors.library import FactorLibrary, SpeciesRatio
from inventory.factors.selection import (
    FactorKey,
    FuelCarbon,
    SelectedFactor,
    find_fuel_carbon,
    resolve_keys,
    select_emission_factor,
)
from inventory.methods.context import Method, MethodContext
from inventory.vocabulary import chain, load

_ANY = "any"
_NCV = "ncv_gj_per_unit"
_ENERGY_BASE = "kg per GJ"


@dataclass(frozen=True)
class _Energy:
    """Energy of the fuel of a record [GJ], and whose heating value was used; empty where the record states energy."""

    energy_gj: Amount
    steps: str


def estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate emission [t] = activity × EF × (1 − η) / 1000; None where the library has no factor.

    A factor on the energy or the mass of the fuel is applied to the fuel that the record burns. η is applied to
    generated factors only. Where the record names no technology and no row holds for any, its default is asked.

    References
    ----------
    T/CSES 144-2024, equation (2).

    """
    energy = _energy(record, context)
    amounts = record.amounts if energy is None else record.amounts | {_ENERGY_BASE: energy.energy_gj}
    selected = _select(record, species, frozenset(amounts), context)
    by_ratio = _by_ratio(record, species, selected, context)
    if by_ratio is not None or selected is None:
        return by_ratio
    generated_t = amounts[selected.base] * selected.kg_per_base / 1000.0
    steps = [selected.fallback_chain]
    if energy is not None and selected.base == _ENERGY_BASE:
        steps.append(energy.steps)
    found = Estimate(
        generated_t, "factor", selected.factor_id, "; ".join(filter(None, steps)), selected.tier, 0.0,
        selected.confidence,
    )  # fmt: skip
    return _controlled(record, species, found, context) if selected.basis == "generated" else found


def look_up(records: Iterable[tuple[ActivityRecord, int]], context: MethodContext) -> None:
    """Look the factors of many records of their years up at once; estimates find them at hand then."""
    resolve_keys(context.library, _keys(records, context))


def _keys(records: Iterable[tuple[ActivityRecord, int]], context: MethodContext) -> Iterator[FactorKey]:
    """Yield the keys of records and of what may stand in for their technology."""
    for record, year in records:
        of_year = replace(context, inventory_year=year)
        energy = _energy(record, context)
        bases = frozenset(record.amounts) | ({_ENERGY_BASE} if energy is not None else set())
        key = _key(record, "", bases, of_year)
        yield key
        yield from (replace(key, technology=t, size_class=size) for t, size, _ in _alternatives(record))


def _select(
    record: ActivityRecord, species: str, bases: frozenset[str], context: MethodContext
) -> SelectedFactor | None:
    """Return the factor of the record as it stands, else of its default technology, else the mean of a stock."""
    key = _key(record, species, bases, context)
    plain = select_emission_factor(context.library, key)
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
    raise MissingInputError(Problem("TY3107", place, judged.reason_zh, judged.reason_en))


def _differs_by_technology(library: FactorLibrary, record: ActivityRecord, species: str) -> bool:
    """Return whether the library has the species of a category and its fuel or product, under some technology."""
    is_fuel = record.fuel_or_product in _fuel_codes()
    fuels = chain("fuels" if is_fuel else "products", record.fuel_or_product)
    rows = (row for category in chain("categories", record.source_category)
            for row in library.by_species.get((species, category), ()))  # fmt: skip
    return any(row.fuel_or_product in fuels for row in rows)


def _by_ratio(
    record: ActivityRecord, species: str, selected: SelectedFactor | None, context: MethodContext
) -> Estimate | None:
    """Return the species from another one by a cited ratio, where that one is known for the record's own technology.

    A factor of the species itself wins unless it is only a mean of all technologies.
    """
    if selected is not None and (selected.technology != _ANY or record.technology == _ANY):
        return None
    branch = record.source_category[:5]
    for ratio in _nearest_first(context.library.ratios.get((branch, species), ()), record.fuel_or_product):
        origin = estimate(record, ratio.from_species, context)
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


def _controlled(record: ActivityRecord, species: str, generated: Estimate, context: MethodContext) -> Estimate:
    """Apply the control train to a generated emission; PM10 by its fine and coarse parts."""
    if species == "PM10":
        fine = estimate(record, "PM2.5", context)
        if fine is not None and np.all(np.asarray(fine.control_efficiency) < 1.0):
            fine_t = fine.emission_t / (1.0 - fine.control_efficiency)
            sized = context.controlled_by_size(record, generated_fine_t=fine_t, generated_pm10_t=generated.emission_t)
            return replace(generated, emission_t=sized.emission_t, control_efficiency=sized.control_efficiency)
    after = context.controlled(record, species, generated.emission_t)
    return replace(
        generated,
        emission_t=after.emission_t,
        control_efficiency=after.control_efficiency,
        removed_t=after.removed_t,
    )


def _energy(record: ActivityRecord, context: MethodContext) -> _Energy | None:
    """Return the energy of the record's fuel where its NCV is known: the record's own, else the library's."""
    if _NCV in record.parameters:
        return _Energy(record.activity_value * record.parameter(_NCV), "ncv of the record")
    burned = record.fuel_amounts
    if burned and record.fuel_or_product in _fuel_codes():
        carbon = _fuel_carbon(context, record.fuel_or_product)
        if carbon is not None and carbon.base_unit in burned:
            member = f", {carbon.fallback_chain}" if carbon.fallback_chain else ""
            return _Energy(burned[carbon.base_unit] * carbon.ncv_gj_per_unit, f"ncv {carbon.property_id}{member}")
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
    optional=(FACTOR_REGION, _NCV),
    estimate=_estimate_or_explain,
    citation="T/CSES 144-2024, equation (2): E = A × EF × (1 − η)",
    tier="1",
)
