"""Dust that wind takes from the surface of stockpiles between two disturbances."""

from __future__ import annotations

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext
from inventory.methods.dust.sized_dust import SPECIES, controlled_dust, multiplier_of

PILE_ROUGHNESS_M = 0.005
"""Roughness length of AP-42's flat piles: with it u* is 0.053 times the wind at 10 m, as printed."""

_NEEDS = ("wind_10m_m_per_s", "threshold_friction_velocity_m_per_s", "disturbances_per_a")


def friction_velocity_of_wind(
    wind_m_per_s: Amount, *, height_m: Amount = 10.0, roughness_length_m: Amount = PILE_ROUGHNESS_M
) -> Amount:
    """Return friction velocity u* [m/s] = 0.4 × u(z) / ln(z / z0), the logarithmic wind profile of a neutral layer.

    Parameters
    ----------
    wind_m_per_s : Amount
        Fastest wind at the height [m/s].
    height_m : Amount
        Height above the surface, z [m].
    roughness_length_m : Amount
        z0 [m].

    References
    ----------
    US EPA AP-42 13.2.5 (2006), equations 1 and 4.

    """
    return 0.4 * wind_m_per_s / np.log(np.asarray(height_m) / roughness_length_m)


def erosion_potential_g_per_m2(friction_velocity_m_per_s: Amount, *, threshold_m_per_s: Amount) -> Amount:
    """Return erosion potential P [g/m2 per disturbance] = 58 (u* − ut*)^2 + 25 (u* − ut*); 0 up to the threshold.

    References
    ----------
    US EPA AP-42 13.2.5 (2006), equation 3.

    """
    excess = np.maximum(friction_velocity_m_per_s - np.asarray(threshold_m_per_s), 0.0)
    return 58.0 * excess * excess + 25.0 * excess


def dust_of_pile_erosion(
    area_m2: Amount,
    *,
    k: Amount,
    friction_velocity_m_per_s: Amount,
    threshold_m_per_s: Amount,
    disturbances: Amount = 1.0,
) -> Amount:
    """Return dust [t] = area × k × P(u*, ut*) × number of disturbances / 10^6, before control.

    Parameters
    ----------
    area_m2 : Amount
        Exposed surface [m2].
    k : Amount
        Particle size multiplier [1].
    friction_velocity_m_per_s : Amount
        Of the fastest wind between two disturbances [m/s].
    threshold_m_per_s : Amount
        Threshold friction velocity of the material [m/s].
    disturbances : Amount
        How often the surface is renewed in the period.

    References
    ----------
    US EPA AP-42 13.2.5 (2006), equations 2 and 3.

    """
    potential = erosion_potential_g_per_m2(friction_velocity_m_per_s, threshold_m_per_s=threshold_m_per_s)
    return area_m2 * k * potential * disturbances / 1e6


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate one particle size of a pile."""

    def generated_t(size: str) -> Amount:
        return dust_of_pile_erosion(
            record.amount_in("m2"),
            k=multiplier_of(record, "stockpile_erosion", size).k,
            friction_velocity_m_per_s=friction_velocity_of_wind(
                record.parameter("wind_10m_m_per_s"),
                roughness_length_m=record.parameter_or("roughness_length_m", PILE_ROUGHNESS_M),
            ),
            threshold_m_per_s=record.parameter("threshold_friction_velocity_m_per_s"),
            disturbances=record.parameter("disturbances_per_a"),
        )

    confidences = (
        multiplier_of(record, "stockpile_erosion", species).confidence,
        record.confidence_of(*_NEEDS, "roughness_length_m"),
    )
    return controlled_dust(record, species, context, generated_t=generated_t, confidences=confidences)


METHOD = Method(
    name="stockpile_wind_erosion",
    zh="堆场风蚀扬尘",
    en="wind erosion of stockpiles",
    species=SPECIES,
    needs=_NEEDS,
    optional=("k", "roughness_length_m"),
    categories=("DU.03.02",),
    estimate=_estimate,
    citation="US EPA AP-42 13.2.5 (2006), equations 1 to 4",
)
