"""Exhaust of road vehicles: the library's base factor times the corrections that the record asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate, weakest
from inventory.exact_sum import exact_sum
from inventory.methods import library_factor
from inventory.methods.context import Method, MethodContext
from inventory.methods.mobile.on_road_corrections import (
    CorrectionName,
    VehicleKey,
    corrected_factor,
    correction,
    humidity_correction,
)
from inventory.vocabulary import chain

_SPEED, _TEMPERATURE, _HUMIDITY = "mean_speed_km_per_h", "air_temperature_c", "relative_humidity"
_UTILITY = "utility_factor"
_CONDITIONS: dict[str, CorrectionName] = {
    _SPEED: "speed",
    _TEMPERATURE: "temperature",
    "altitude_m": "altitude",
    "deterioration_year": "deterioration",
    "fuel_sulphur_ppm": "sulphur",
    "load_fraction": "load",
}


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
    """Estimate [t] = activity × base factor × corrections; None where the record asks for no correction."""
    if not any(name in record.parameters for name in (*_CONDITIONS, _HUMIDITY, _UTILITY)):
        return None
    found = library_factor.estimate(record, species, context)
    if found is None:
        return None
    named = dict(_corrections(record, species))
    known = {name: value for name, value in named.items() if value is not None}
    steps = [f"{name} ×{_span(value)}" for name, value in known.items()]
    steps += [f"{name}: no row, not corrected" for name, value in named.items() if value is None]
    return replace(
        found,
        emission_t=corrected_factor(found.emission_t, corrections=known),
        method="",
        tier="",
        fallback_chain="; ".join(filter(None, (found.fallback_chain, *steps))),
        confidence=weakest(found.confidence, "M"),
    )


def _corrections(record: ActivityRecord, species: str) -> Iterator[tuple[str, Amount | None]]:
    """Yield name and value of what the record asks for; None where the table does not know the vehicle."""
    if _UTILITY in record.parameters:
        yield "fuel-driven share", 1.0 - record.parameters[_UTILITY]
    key = VehicleKey(record.source_category, record.fuel_or_product, record.technology, species)
    is_of_the_table = any(step.startswith("china_") for step in chain("technologies", record.technology))
    for parameter, name in _CONDITIONS.items():
        if parameter not in record.parameters or (name == "speed" and record.size_class.startswith("speed_")):
            continue
        yield name, correction(name, record.parameters[parameter], key) if is_of_the_table else None
    if _HUMIDITY in record.parameters:
        temperature_c = record.parameter_or(_TEMPERATURE, 15.0)
        found = humidity_correction(record.parameters[_HUMIDITY], key, air_temperature_c=temperature_c)
        yield "humidity", found if is_of_the_table else None


def _span(value: Amount) -> str:
    """Return a correction as text; of many records, the smallest and the largest."""
    low, high = float(np.min(value)), float(np.max(value))
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"


# Without needs: any one condition is enough, and a record without any is left to the library.
METHOD = Method(
    name="on_road_corrected",
    zh="机动车修正因子法",
    en="road vehicles: base factor times corrections",
    species=("CO", "NMVOC", "THC", "NOx", "PM10", "PM2.5", "BC", "OC"),
    categories=("MB.01", "MB.02", "MB.03"),
    optional=(*_CONDITIONS, _HUMIDITY, _UTILITY),
    estimate=_estimate,
    citation="T/CSES 144-2024, equation (31); MEP Announcement 2014 No. 92, annex 3",
)
