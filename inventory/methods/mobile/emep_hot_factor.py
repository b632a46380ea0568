"""Hot and cold-start exhaust of road vehicles by the guidebook's speed curve; coefficients come with the record."""

from __future__ import annotations

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import SchemaError, problem
from inventory.methods.context import Method, MethodContext

_NUMERATOR = ("hot_alpha", "hot_beta", "hot_gamma", "hot_delta")
_DENOMINATOR = ("hot_epsilon", "hot_zeta", "hot_eta")
_SPEED, _LOWEST, _HIGHEST = "mean_speed_km_per_h", "hot_speed_min_km_per_h", "hot_speed_max_km_per_h"
_COLD_RATIO, _TRIP, _AIR = "cold_to_hot_ratio", "mean_trip_km", "air_temperature_c"

MEAN_TRIP_KM = 12.4
"""Mean trip of the guidebook [km] (EMEP/EEA 1.A.3.b, from memory)."""


def hot_ef_g_per_km(
    speed_km_per_h: Amount,
    *,
    numerator: tuple[Amount, Amount, Amount, Amount],
    denominator: tuple[Amount, Amount, Amount],
    speed_range_km_per_h: tuple[Amount, Amount] = (0.0, np.inf),
    reduction_fraction: Amount = 0.0,
) -> Amount:
    """Return EF [g/km] = (αv² + βv + γ + δ/v) / (εv² + ζv + η) × (1 − RF), v kept within the curve's range.

    Parameters
    ----------
    speed_km_per_h : Amount
        Mean speed v [km/h].
    numerator : tuple of Amount
        α, β, γ, δ.
    denominator : tuple of Amount
        ε, ζ, η.
    speed_range_km_per_h : tuple of Amount
        Lowest and highest speed that the curve was fitted to [km/h].
    reduction_fraction : Amount
        RF [0–1].

    Raises
    ------
    SchemaError
        If the speed, kept within the range, is not above 0: δ/v would be infinite.

    References
    ----------
    EMEP/EEA Guidebook 2019, 1.A.3.b.i-iv, Tier 3, equation of appendix 4.

    """
    speed = np.clip(np.asarray(speed_km_per_h, dtype=float), *speed_range_km_per_h)
    if np.any(speed <= 0.0):
        raise SchemaError(problem("TY3124", f"{_SPEED} {speed_km_per_h}"))
    alpha, beta, gamma, delta = numerator
    epsilon, zeta, eta = denominator
    upper = alpha * speed**2 + beta * speed + gamma + delta / speed
    found = upper / (epsilon * speed**2 + zeta * speed + eta) * (1.0 - np.asarray(reduction_fraction))
    return found if isinstance(speed_km_per_h, np.ndarray) else float(found)


def cold_distance_fraction(mean_trip_km: Amount, *, air_temperature_c: Amount) -> Amount:
    """Return β = 0.6474 − 0.02545 l − (0.00974 − 0.000385 l) × t, kept within 0 and 1 [1].

    Coefficients from memory.

    References
    ----------
    EMEP/EEA Guidebook 2019, 1.A.3.b.i-iv, Tier 3, table of the cold mileage percentage β.

    """
    slope = 0.00974 - 0.000385 * np.asarray(mean_trip_km)
    return np.clip(0.6474 - 0.02545 * np.asarray(mean_trip_km) - slope * air_temperature_c, 0.0, 1.0)


def cold_start_emission(hot_emission_t: Amount, *, cold_fraction: Amount, cold_to_hot_ratio: Amount) -> Amount:
    """Return the extra exhaust of cold engines [t] = hot × β × (e_cold/e_hot − 1); a ratio below 1 counts as 1.

    References
    ----------
    EMEP/EEA Guidebook 2019, 1.A.3.b.i-iv, Tier 3, equation of cold-start emissions.

    """
    return hot_emission_t * cold_fraction * (np.maximum(cold_to_hot_ratio, 1.0) - 1.0)


def cold_to_hot_ratio(
    air_temperature_c: Amount, *, speed_km_per_h: Amount, per_speed: Amount, per_degree: Amount, constant: Amount
) -> Amount:
    """Return e_cold/e_hot = A × v + B × t + C, not below 1 [1].

    References
    ----------
    EMEP/EEA Guidebook 2019, 1.A.3.b.i-iv, Tier 3, over-emission ratios.

    """
    ratio = np.asarray(per_speed) * speed_km_per_h + np.asarray(per_degree) * air_temperature_c + constant
    return np.maximum(ratio, 1.0)


def _estimate(record: ActivityRecord, species: str, _: MethodContext) -> Estimate:
    """Estimate hot exhaust [t] = vkm × EF / 10^6, with cold starts where the record gives their ratio."""
    alpha, beta, gamma, delta = (_own(record, name, species) for name in _NUMERATOR)
    ef_g_per_km = hot_ef_g_per_km(
        record.parameter(_SPEED),
        numerator=(alpha, beta, gamma, delta),
        denominator=(
            _own(record, "hot_epsilon", species), _own(record, "hot_zeta", species), _own(record, "hot_eta", species)
        ),
        speed_range_km_per_h=(record.parameter(_LOWEST), record.parameter(_HIGHEST)),
        reduction_fraction=record.parameters.get(f"hot_reduction:{species}", 0.0),
    )  # fmt: skip
    hot_t = record.amount_in("vkm") * ef_g_per_km * 1e-6
    if f"{_COLD_RATIO}:{species}" not in record.parameters:
        return Estimate(hot_t)
    fraction = cold_distance_fraction(
        record.parameter_or(_TRIP, MEAN_TRIP_KM), air_temperature_c=record.parameter(_AIR)
    )
    ratio = record.parameters[f"{_COLD_RATIO}:{species}"]
    cold_t = cold_start_emission(hot_t, cold_fraction=fraction, cold_to_hot_ratio=ratio)
    return Estimate(hot_t + cold_t, fallback_chain="with cold starts")


def _own(record: ActivityRecord, name: str, species: str) -> Amount:
    """Return the parameter of a species."""
    return record.parameters[f"{name}:{species}"]


METHOD = Method(
    name="emep_hot_factor",
    zh="EMEP速度曲线法",
    en="speed curve of the EMEP/EEA guidebook",
    species=("CO", "NMVOC", "THC", "NOx", "PM10", "PM2.5", "CH4"),
    needs=(*_NUMERATOR, *_DENOMINATOR, _SPEED, _LOWEST, _HIGHEST),
    optional=("hot_reduction", _COLD_RATIO, _TRIP, _AIR),
    categories=("MB.01", "MB.02", "MB.03"),
    estimate=_estimate,
    citation="EMEP/EEA Guidebook 2019, 1.A.3.b.i-iv, Tier 3",
    tier="3",
)
