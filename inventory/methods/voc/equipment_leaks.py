"""VOC that leaks from valves, pumps and flanges: average factors, screening ranges, and leak detection and repair."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import SchemaError, problem
from inventory.methods.context import Method, MethodContext
from inventory.methods.unapplied_control import unapplied_control
from inventory.methods.voc.tables import numbers

LEAK_KG_PER_H = 0.275
"""VOC of a leaking component [kg/h], T/CSES 144-2024 equation (15)."""

LEAK_THRESHOLD_PPM = 10_000.0
"""Leak definition of the screening-range factors [ppmv], EPA-453/R-95-017."""

_COUNT, _LEAKING, _SOUND = "count:", "count_leaking:", "count_sound:"


def voc_of_components(
    counts: Mapping[str, Amount], *, hours: Amount, ef_kg_per_h: Mapping[str, Amount] | None = None
) -> Amount:
    """Return VOC [t] = Σ N × EF [kg/h] × hours × 10^-3.

    Equation (14) of the same text divides the hours by 8760: the factors are per hour, so its result would be too low
    by 8760; hours × 10^-3 is right by dimension.

    Parameters
    ----------
    counts : mapping of str to Amount
        Number of components by code (valve_gas, flange …).
    hours : Amount
        Hours in service per year [h].
    ef_kg_per_h : mapping of str to Amount, optional
        By the same codes; without it table E.5.

    Raises
    ------
    SchemaError
        If a component has no factor.

    References
    ----------
    T/CSES 144-2024, equation (16) and table E.5; US EPA 1995, EPA-453/R-95-017 (average factors of SOCMI).

    """
    factors = numbers("components", "average_kg_per_h") if ef_kg_per_h is None else ef_kg_per_h
    return _kg_per_hour(counts, factors) * hours / 1000.0


def voc_of_screened_components(leaking: Mapping[str, Amount], sound: Mapping[str, Amount], *, hours: Amount) -> Amount:
    """Return VOC [t] = Σ (N ≥ 10 000 ppm × EF_leaking + N < 10 000 ppm × EF_sound) × hours × 10^-3.

    Parameters
    ----------
    leaking, sound : mapping of str to Amount
        Number of components by code, screened at or above, and below 10 000 ppmv.

    Raises
    ------
    SchemaError
        If a component has no screening-range factor.

    References
    ----------
    US EPA 1995, Protocol for Equipment Leak Emission Estimates, EPA-453/R-95-017, screening ranges approach, table 2-5
    (values from memory).

    """
    kg_per_h = _kg_per_hour(leaking, numbers("components", "leaking_kg_per_h"))
    kg_per_h = kg_per_h + _kg_per_hour(sound, numbers("components", "sound_kg_per_h"))
    return kg_per_h * hours / 1000.0


def voc_of_leaks(leaking: Amount, *, repaired: Amount, hours: Amount, leak_kg_per_h: Amount = LEAK_KG_PER_H) -> Amount:
    """Return VOC [t] = 0.275 kg/h × (N_leaking − N_repaired) × hours × 10^-3.

    References
    ----------
    T/CSES 144-2024, equation (15).

    """
    return leak_kg_per_h * (leaking - repaired) * hours / 1000.0


def _kg_per_hour(counts: Mapping[str, Amount], factors: Mapping[str, Amount]) -> Amount:
    """Return Σ N × EF [kg/h] in the order of the codes, so that the order of the mapping does not change a bit."""
    unknown = sorted(set(counts) - set(factors))
    if unknown:
        raise SchemaError(*(problem("TY3151", code) for code in unknown))
    total: Amount = 0.0
    for code in sorted(counts):
        total = total + counts[code] * factors[code]
    return total


def _counts(record: ActivityRecord, prefix: str) -> dict[str, Amount]:
    """Return the components that a record carries under a prefix."""
    return {name.removeprefix(prefix): n for name, n in record.parameters.items() if name.startswith(prefix)}


def _by_average(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate VOC of the components of each plant that the activity counts; None where none is stated."""
    counts = _counts(record, _COUNT)
    if not counts:
        return None
    per_plant_t = voc_of_components(counts, hours=record.parameter("operating_hours"))
    return context.controlled(record, species, record.amount_in("piece") * per_plant_t)


def _by_screening(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate VOC of screened components; the factors know one leak definition only."""
    if np.any(np.asarray(record.parameter("leak_threshold_ppm")) != LEAK_THRESHOLD_PPM):
        raise SchemaError(problem("TY3152", f"{record.activity_id} ({record.source_category})"))
    per_plant_t = voc_of_screened_components(
        _counts(record, _LEAKING), _counts(record, _SOUND), hours=record.parameter("operating_hours")
    )
    told = unapplied_control(record, species, context, because="the screening saw the components as it left them")
    return Estimate(record.amount_in("piece") * per_plant_t, fallback_chain=told)


def _by_repair(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate VOC of the leaks that the activity counts, less the fraction that was repaired."""
    leaking = record.amount_in("component")
    repaired = leaking * record.parameter("repaired_fraction")
    emission_t = voc_of_leaks(leaking, repaired=repaired, hours=record.parameter("operating_hours"))
    told = unapplied_control(record, species, context, because="repaired_fraction stands for it")
    return Estimate(emission_t, fallback_chain=told)


_LEAVES = ("IP.10.02", "IP.11", "IP.12", "IP.15", "ST.02")

METHODS = (
    Method(
        name="component_average",
        zh="密封点平均因子法",
        en="average factors of components",
        species=("NMVOC",),
        needs=("operating_hours",),
        optional=("count",),
        categories=_LEAVES,
        estimate=_by_average,
        citation="T/CSES 144-2024, equation (16) and table E.5",
    ),
    Method(
        name="component_screening",
        zh="密封点筛选范围法",
        en="screening ranges of components",
        species=("NMVOC",),
        needs=("operating_hours", "leak_threshold_ppm"),
        optional=("count_leaking", "count_sound"),
        categories=_LEAVES,
        estimate=_by_screening,
        citation="US EPA 1995, EPA-453/R-95-017, screening ranges approach",
    ),
    Method(
        name="leak_repair",
        zh="泄漏检测与修复",
        en="leak detection and repair",
        species=("NMVOC",),
        needs=("operating_hours", "repaired_fraction"),
        categories=_LEAVES,
        estimate=_by_repair,
        citation="T/CSES 144-2024, equation (15)",
    ),
)
