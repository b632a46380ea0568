"""Emission from the shared factor library: activity × factor × (1 − control efficiency)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate, weakest
from inventory.activity_table import FACTOR_REGION
from inventory.factors.selection import (
    FactorKey,
    FuelCarbon,
    SelectedFactor,
    find_fuel_carbon,
    resolve_keys,
    select_emission_factor,
)
from inventory.methods.context import Method, MethodContext
from inventory.vocabulary import load

_ANY = "any"
_NCV = "ncv_gj_per_unit"


def estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate emission [t] = activity × EF × (1 − η) / 1000; None where the library has no factor.

    A factor on the energy or the mass of the fuel is applied to the fuel that the record burns. η is applied to
    generated factors only.

    References
    ----------
    T/CSES 144-2024, equation (2).

    """
    amounts = _amounts_with_energy(record, context)
    selected = select_emission_factor(context.library, _key(record, species, frozenset(amounts), context))
    by_ratio = _by_ratio(record, species, selected, context)
    if by_ratio is not None or selected is None:
        return by_ratio
    generated_t = amounts[selected.base] * selected.kg_per_base / 1000.0
    found = Estimate(
        generated_t, "factor", selected.factor_id, selected.fallback_chain, selected.tier, 0.0, selected.confidence
    )
    return _controlled(record, species, found, context) if selected.basis == "generated" else found


def look_up(records: Iterable[tuple[ActivityRecord, int]], context: MethodContext) -> None:
    """Look the factors of many records of their years up at once; estimates find them at hand then."""
    keys = (
        _key(record, "", frozenset(_amounts_with_energy(record, context)), replace(context, inventory_year=year))
        for record, year in records
    )
    resolve_keys(context.library, keys)


def _by_ratio(
    record: ActivityRecord, species: str, selected: SelectedFactor | None, context: MethodContext
) -> Estimate | None:
    """Return the species from another one by a cited ratio, where that one is known for the record's own technology.

    A factor of the species itself wins unless it is only a mean of all technologies.
    """
    if selected is not None and (selected.technology != _ANY or record.technology == _ANY):
        return None
    branch = record.source_category[:5]
    for ratio in context.library.ratios.get((branch, species), ()):
        if ratio.fuel_or_product not in (record.fuel_or_product, _ANY):
            continue
        origin = estimate(record, ratio.from_species, context)
        if origin is None or (
            selected is not None and "technology" in origin.fallback_chain and "→any" in origin.fallback_chain
        ):
            continue
        chain = f"{ratio.from_species} × {ratio.ratio:g} ({ratio.source})"
        return replace(
            origin,
            emission_t=origin.emission_t * ratio.ratio,
            method="species_ratio",
            fallback_chain="; ".join(filter(None, (chain, origin.fallback_chain))),
            confidence=weakest(origin.confidence, ratio.confidence),
        )
    return None


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
    return replace(generated, emission_t=after.emission_t, control_efficiency=after.control_efficiency)


def _amounts_with_energy(record: ActivityRecord, context: MethodContext) -> dict[str, Amount]:
    """Return the record's amounts, with the energy of its fuel where the fuel's NCV is known."""
    amounts = dict(record.amounts)
    if _NCV in record.parameters:
        return amounts | {"kg per GJ": record.activity_value * record.parameter(_NCV)}
    burned = record.fuel_amounts
    if burned and record.fuel_or_product in _fuel_codes():
        carbon = _fuel_carbon(context, record.fuel_or_product)
        if carbon is not None and carbon.base_unit in burned:
            amounts["kg per GJ"] = burned[carbon.base_unit] * carbon.ncv_gj_per_unit
    return amounts


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
    estimate=estimate,
    citation="T/CSES 144-2024, equation (2): E = A × EF × (1 − η)",
    tier="1",
)
