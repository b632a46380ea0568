"""Dust that traffic raises from paved roads; exhaust, tyre and brake wear are other records."""

from __future__ import annotations

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext
from inventory.methods.dust.sized_dust import SPECIES, controlled_dust, days_in_year, multiplier_of

SHORT_TONS_PER_TONNE = 1.0 / 0.90718474
"""US short tons (2000 lb of 0.45359237 kg) per tonne: AP-42 states vehicle weights in short tons."""

_NEEDS = ("silt_load_g_per_m2", "vehicle_weight_t")
_OPTIONAL = ("k", "wet_days_per_a")


def dust_of_paved_road(
    distance_vkm: Amount,
    *,
    k_g_per_vkm: Amount,
    silt_load_g_per_m2: Amount,
    vehicle_weight_short_tons: Amount,
    wet_days: Amount = 0.0,
    period_days: Amount = 365.0,
) -> Amount:
    """Return road dust [t] = distance × k × sL^0.91 × W^1.02 × (1 − P / (4 N)) / 10^6, before control.

    Parameters
    ----------
    distance_vkm : Amount
        Vehicle kilometres [vkm].
    k_g_per_vkm : Amount
        Particle size multiplier [g/vkm].
    silt_load_g_per_m2 : Amount
        Silt load of the road surface, sL [g/m2].
    vehicle_weight_short_tons : Amount
        Mean weight of the vehicles on the road, W [short tons of 907.18474 kg].
    wet_days : Amount
        Days with 0.254 mm of rain or more, P [d].
    period_days : Amount
        Days of the averaging period, N [d].

    Returns
    -------
    Amount
        Dust of the size that k belongs to [t].

    References
    ----------
    US EPA AP-42 13.2.1 (2011), equations 1 and 2.

    """
    dry = 1.0 - wet_days / (4.0 * period_days)
    # np.power and not **: a number and an array of it must give the same bits.
    surface = np.power(silt_load_g_per_m2, 0.91) * np.power(vehicle_weight_short_tons, 1.02)
    return distance_vkm * (k_g_per_vkm * surface * dry) / 1e6


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate one particle size of a road's traffic."""

    def generated_t(size: str) -> Amount:
        return dust_of_paved_road(
            record.amount_in("vkm"),
            k_g_per_vkm=multiplier_of(record, "paved_road", size).k,
            silt_load_g_per_m2=record.parameter("silt_load_g_per_m2"),
            vehicle_weight_short_tons=record.parameter("vehicle_weight_t") * SHORT_TONS_PER_TONNE,
            wet_days=record.parameter_or("wet_days_per_a", 0.0),
            period_days=days_in_year(context.inventory_year),
        )

    confidences = (multiplier_of(record, "paved_road", species).confidence, record.confidence_of(*_NEEDS, *_OPTIONAL))
    return controlled_dust(record, species, context, generated_t=generated_t, confidences=confidences)


METHOD = Method(
    name="paved_road_dust",
    zh="铺装道路积尘负荷法",
    en="silt load of paved roads",
    species=SPECIES,
    needs=_NEEDS,
    optional=_OPTIONAL,
    categories=("DU.01.01",),
    estimate=_estimate,
    reads_year=True,
    citation="US EPA AP-42 13.2.1 (2011), equations 1 and 2",
)
