"""Particles from the ash of the coal that was burned."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Estimate
from inventory.methods.context import MethodContext

_SPECIES = ("PM2.5", "PM10", "BC", "OC")


def applies(record: ActivityRecord, species: str) -> bool:
    """Return whether the record carries the ash of its fuel."""
    return species in _SPECIES and "ash_fraction" in record.parameters


def estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate PM [t] = fuel [t] × Aar × (1 − bottom ash) × f_PM × (1 − control efficiency).

    PM10 adds the controlled coarse part to the controlled fine part; BC and OC are fractions of PM2.5.

    References
    ----------
    T/CSES 144-2024, equations (4) to (6) and the size split of table A.1.

    """
    fly_ash_t = record.mass_t * record.parameter("ash_fraction") * (1.0 - record.parameter("ash_retention"))
    fine_t = fly_ash_t * record.parameter("pm25_of_fly_ash")
    fine = context.control_paths.removal(record.control_path_id, "PM2.5")
    emitted_fine_t = fine_t * (1.0 - fine.efficiency)
    if species == "PM10":
        coarse = context.control_paths.removal(record.control_path_id, "PM2.5-10")
        coarse_t = fly_ash_t * record.parameter("pm10_of_fly_ash") - fine_t
        emission_t = emitted_fine_t + coarse_t * (1.0 - coarse.efficiency)
    elif species == "PM2.5":
        emission_t = emitted_fine_t
    else:
        emission_t = emitted_fine_t * record.parameter(f"{species.lower()}_of_pm25")
    confidence = record.parameter_confidence["ash_fraction"]
    return Estimate(emission_t, "fuel_ash", tier="2", control_efficiency=fine.efficiency, confidence=confidence)
