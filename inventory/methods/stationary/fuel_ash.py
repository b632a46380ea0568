"""Particles from the ash of the coal that was burned."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext


def particles_of_ash(
    fuel_t: Amount, *, ash_fraction: Amount, ash_retention: Amount, fraction_of_fly_ash: Amount
) -> Amount:
    """Return generated particles [t] = fuel [t] × Aar × (1 − bottom ash) × f_PM, before control.

    References
    ----------
    T/CSES 144-2024, equation (4) and tables C.1 to C.3.

    """
    return fuel_t * ash_fraction * (1.0 - ash_retention) * fraction_of_fly_ash


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate PM [t] = generated × (1 − η); PM10 by its fine and coarse part, BC and OC as fractions of PM2.5."""
    ash = {name: record.parameter(name) for name in ("ash_fraction", "ash_retention")}
    fine_t = particles_of_ash(record.mass_t, **ash, fraction_of_fly_ash=record.parameter("pm25_of_fly_ash"))
    confidence = record.confidence_of("ash_fraction")
    if species == "PM10":
        pm10_t = particles_of_ash(record.mass_t, **ash, fraction_of_fly_ash=record.parameter("pm10_of_fly_ash"))
        return context.controlled_by_size(
            record, generated_fine_t=fine_t, generated_pm10_t=pm10_t, confidence=confidence
        )
    share = 1.0 if species == "PM2.5" else record.parameter(f"{species.lower()}_of_pm25")
    return context.controlled(record, species, fine_t * share, confidence=confidence)


METHOD = Method(
    name="fuel_ash",
    zh="燃料灰分法",
    en="ash balance of the fuel",
    species=("PM2.5", "PM10", "BC", "OC"),
    needs=("ash_fraction", "ash_retention", "pm25_of_fly_ash"),
    optional=("pm10_of_fly_ash", "bc_of_pm25", "oc_of_pm25"),
    estimate=_estimate,
    citation="T/CSES 144-2024, equations (4) to (6), size split of table A.1",
)
