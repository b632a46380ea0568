"""Emission from the shared factor library: activity × factor × (1 − control efficiency)."""

from __future__ import annotations

from dataclasses import replace

from inventory.activity_record import ActivityRecord, Estimate
from inventory.factors.abatement import controlled_pm10
from inventory.factors.selection import FactorKey, SelectedFactor, find_fuel_carbon, select_emission_factor
from inventory.methods.context import MethodContext, weakest
from inventory.vocabulary import load

_ANY = "any"


def applies(record: ActivityRecord, species: str) -> bool:
    """Return True: every record may look into the library; it may find nothing."""
    return True


def estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate emission [t] = activity × EF × (1 − η) / 1000; None where the library has no factor.

    A factor on the energy or the mass of the fuel is applied to the fuel that the record burns. η is applied to
    generated factors only.

    References
    ----------
    T/CSES 144-2024, equation (2).

    """
    amounts = _amounts_with_energy(record, context)
    selected = _select(record, species, frozenset(amounts), context)
    by_ratio = _by_ratio(record, species, selected, context)
    if by_ratio is not None or selected is None:
        return by_ratio
    generated_t = amounts[selected.base] * selected.kg_per_base / 1000.0
    emission_t, efficiency = generated_t, 0.0
    if selected.basis == "generated":
        emission_t, efficiency = _controlled(record, species, generated_t, context)
    return Estimate(
        emission_t,
        "factor",
        selected.factor_id,
        selected.fallback_chain,
        selected.tier,
        efficiency,
        selected.confidence,
    )


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


def _select(
    record: ActivityRecord, species: str, bases: frozenset[str], context: MethodContext
) -> SelectedFactor | None:
    """Look the factor of one species up."""
    key = FactorKey(
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
    return select_emission_factor(context.library, key)


def _controlled(
    record: ActivityRecord, species: str, generated_t: float, context: MethodContext
) -> tuple[float, float]:
    """Apply the control path to a generated emission; PM10 by its fine and coarse parts."""
    if species == "PM10":
        fine = estimate(record, "PM2.5", context)
        if fine is not None and fine.control_efficiency < 1.0:
            generated_fine_t = min(fine.emission_t / (1.0 - fine.control_efficiency), generated_t)
            coarse = context.control_paths.removal(record.control_path_id, "PM2.5-10").efficiency
            emission_t = controlled_pm10(generated_fine_t, generated_t, fine.control_efficiency, coarse)
            return emission_t, 1.0 - emission_t / generated_t if generated_t else 0.0
    efficiency = context.control_paths.removal(record.control_path_id, species).efficiency
    return generated_t * (1.0 - efficiency), efficiency


def _amounts_with_energy(record: ActivityRecord, context: MethodContext) -> dict[str, float]:
    """Return the record's amounts, with the energy of its fuel where the fuel's NCV is known."""
    amounts = dict(record.amounts)
    burned = record.fuel_amounts
    if burned and record.fuel_or_product in set(load("fuels")["code"]):
        carbon = find_fuel_carbon(context.library, record.fuel_or_product)
        if carbon is not None and carbon.base_unit in burned:
            amounts["kg per GJ"] = burned[carbon.base_unit] * carbon.ncv_gj_per_unit
    return amounts


def _factor_region(record: ActivityRecord) -> str:
    """Return the region whose factors apply: the record's own, or the one it names (imported power)."""
    named = record.parameters.get("factor_region")
    return record.region_code if named is None else f"{named:.0f}"
