"""Dust of loading, unloading and dropping bulk material."""

from __future__ import annotations

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext
from inventory.methods.dust.sized_dust import SPECIES, controlled_dust, multiplier_of

_NEEDS = ("wind_speed_m_per_s", "moisture_fraction")


def dust_of_handling(handled_t: Amount, *, k: Amount, wind_speed_m_per_s: Amount, moisture_fraction: Amount) -> Amount:
    """Return dust [t] = mass × k × 0.0016 × (U / 2.2)^1.3 / (M / 2)^1.4 / 1000, before control.

    Each drop of the material is handled mass of its own.

    Parameters
    ----------
    handled_t : Amount
        Material handled [t].
    k : Amount
        Particle size multiplier [1].
    wind_speed_m_per_s : Amount
        Mean wind speed, U [m/s].
    moisture_fraction : Amount
        Moisture of the material [1]; M of the equation is in per cent.

    References
    ----------
    US EPA AP-42 13.2.4 (2006), equation 1 in kg per tonne.

    """
    moisture = np.power(moisture_fraction * 100.0 / 2.0, 1.4)
    factor_kg_per_t = k * 0.0016 * np.power(wind_speed_m_per_s / 2.2, 1.3) / moisture
    return handled_t * factor_kg_per_t / 1000.0


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate one particle size of the handled mass."""

    def generated_t(size: str) -> Amount:
        return dust_of_handling(
            record.mass_t,
            k=multiplier_of(record, "stockpile_handling", size).k,
            wind_speed_m_per_s=record.parameter("wind_speed_m_per_s"),
            moisture_fraction=record.parameter("moisture_fraction"),
        )

    confidences = (multiplier_of(record, "stockpile_handling", species).confidence, record.confidence_of(*_NEEDS))
    return controlled_dust(record, species, context, generated_t=generated_t, confidences=confidences)


METHOD = Method(
    name="stockpile_handling_dust",
    zh="堆场装卸扬尘",
    en="dust of bulk handling",
    species=SPECIES,
    needs=_NEEDS,
    optional=("k",),
    categories=("DU.03.01",),
    estimate=_estimate,
    citation="US EPA AP-42 13.2.4 (2006), equation 1",
)
