"""Exhaust of road vehicles: the library's base factor times the corrections that the record asks for.

The utility factor of a plug-in hybrid is the share of its kilometres without fuel: it scales every species of exhaust
alike. A record that states its fuel, its energy or a factor of its own says what those kilometres burn already, or does
not say of which kilometres it speaks: such a record is refused, its activity is to be the kilometres on fuel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate, weakest
from inventory.errors import SchemaError, problem
from inventory.exact_sum import exact_sum
from inventory.methods import library_factor
from inventory.methods.context import Method, MethodContext
from inventory.methods.mobile.on_road_conditions import NAMES, corrections_of, names_carried
from inventory.methods.mobile.on_road_corrections import VehicleKey, corrected_factor
from inventory.vocabulary import chain

_UTILITY, _DRIVEN = "utility_factor", "fuel-driven share"
_BLENDED = ("specific_fuel_use_kg_per_unit", "energy_mj_per_km", "ef_kg_per_unit", "ef_kg_per_tj", "hot_alpha")
"""Parameters by which other methods estimate some species of the same kilometres, whatever the utility factor is."""

_CORRECTED = ("CO", "NMVOC", "THC", "NOx", "PM10", "PM2.5", "BC", "OC")
_DRIVEN_ONLY = ("CO2", "CO2_BIO", "SO2", "NH3", "CH4", "N2O")
"""Species without a correction for conditions: the utility factor alone applies."""

_ALL, _SPEED_ONLY = "base EF", "base 30 km/h"
"""What a base factor says about its conditions in the library: of all of them, or of its speed alone."""


def exhaust_of_fleet(vehicles: Amount, *, annual_km_per_vehicle: Amount, ef_g_per_km: Amount) -> Amount:
    """Return exhaust [t] = P × VKT [km] × EF [g/km] × 1e-6.

    References
    ----------
    T/CSES 144-2024, equation (31).

    """
    return vehicles * annual_km_per_vehicle * ef_g_per_km * 1e-6


def exhaust_of_links(traffic_vehicles: Amount, *, length_km: Amount, ef_g_per_km: Amount) -> float:
    """Return exhaust of road links [t] = Σ TV × L [km] × EF(v) [g/km] × 1e-6, an exact sum.

    Parameters
    ----------
    traffic_vehicles, length_km, ef_g_per_km : Amount
        Numbers, or arrays of shape (links,); the factor is that of the speed on the link.

    References
    ----------
    T/CSES 144-2024, equation (32).

    """
    return exact_sum(np.ravel(np.asarray(traffic_vehicles) * length_km * ef_g_per_km * 1e-6))


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate [t] = activity × base factor × corrections; None where the record asks for no correction.

    Raises
    ------
    SchemaError
        If the record carries a utility factor beside its own fuel use, energy or factors.

    """
    conditions = names_carried(record) if species in _CORRECTED else []
    if not conditions and _UTILITY not in record.parameters:
        return None
    _refuse_blended(record)
    found = library_factor.estimate(record, species, context)
    if found is None:
        return None
    named = dict(_corrections(record, species))
    base = _base_of(found.factor_id, context)
    known = {name: value for name, value in named.items() if value is not None and _is_stated(name, base)}
    steps = [f"{name} ×{_span(value)}" for name, value in known.items()]
    steps += [f"{name}: {_why_not(name, base)}, not corrected" for name in named if name not in known]
    return replace(
        found,
        emission_t=corrected_factor(found.emission_t, corrections=known),
        removed_t={control: corrected_factor(mass_t, corrections=known) for control, mass_t in found.removed_t.items()},
        method="",
        tier="",
        fallback_chain="; ".join(filter(None, (found.fallback_chain, *steps))),
        confidence=weakest(found.confidence, "M", record.confidence_of(*conditions, _UTILITY)),
    )


def _refuse_blended(record: ActivityRecord) -> None:
    """Refuse a utility factor where some species would be estimated without it."""
    found = sorted(name for name in record.parameters if name.partition(":")[0] in _BLENDED)
    if _UTILITY in record.parameters and found:
        names = ", ".join(found)
        raise SchemaError(
            problem(
                "TY3117",
                f"{record.activity_id} ({record.source_category} {record.fuel_or_product}) › {_UTILITY}",
                names=names,
            )
        )


def _base_of(factor_id: str, context: MethodContext) -> str:
    """Return what the library says about the conditions of a factor; '' where it says nothing."""
    details = context.library.cache.get(_ALL)
    if not isinstance(details, dict):
        rows = context.library.factors
        is_detailed = "source_detail" in rows
        details = dict(zip(rows["factor_id"], rows["source_detail"], strict=True)) if is_detailed else {}
        context.library.cache[_ALL] = details
    return str(details.get(factor_id, ""))


def _is_stated(name: str, base: str) -> bool:
    """Return whether a factor is corrected for a condition.

    A factor that states all its base conditions, or none, is corrected from them; one that states its speed alone, for
    speed alone; one with another statement holds its conditions already, so a correction would count twice.
    """
    return name == _DRIVEN or not base or base.startswith(_ALL) or (name == "speed" and base.startswith(_SPEED_ONLY))


def _why_not(name: str, base: str) -> str:
    """Return why a condition was not corrected for."""
    return "no row" if _is_stated(name, base) else "the factor is not stated for it"


def _corrections(record: ActivityRecord, species: str) -> Iterator[tuple[str, Amount | None]]:
    """Yield name and value of what the record asks for; None where the table does not know the vehicle."""
    if _UTILITY in record.parameters:
        yield _DRIVEN, 1.0 - record.parameters[_UTILITY]
    if species not in _CORRECTED:
        return
    key = VehicleKey(record.source_category, record.fuel_or_product, record.technology, species)
    is_of_the_table = any(step.startswith("china_") for step in chain("technologies", record.technology))
    for name, value in corrections_of(record, key):
        yield name, value if is_of_the_table else None


def _span(value: Amount) -> str:
    """Return a correction as text; of many records, the smallest and the largest."""
    low, high = float(np.min(value)), float(np.max(value))
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"


# Without needs: any one condition is enough, and a record without any is left to the library.
METHOD = Method(
    name="on_road_corrected",
    zh="机动车修正因子法",
    en="road vehicles: base factor times corrections",
    species=(*_CORRECTED, *_DRIVEN_ONLY),
    categories=("MB.01", "MB.02", "MB.03"),
    optional=(*NAMES, _UTILITY),
    estimate=_estimate,
    citation="T/CSES 144-2024, equation (31); MEP Announcement 2014 No. 92, annex 3",
)
