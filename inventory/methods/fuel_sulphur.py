"""SO2 from the sulphur of the fuel that was burned."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Estimate
from inventory.methods.context import MethodContext


def applies(record: ActivityRecord, species: str) -> bool:
    """Return whether the record carries the sulphur of its fuel."""
    return species == "SO2" and "sulphur_fraction" in record.parameters and "t" in record.fuel_amounts


def estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate SO2 [t] = fuel [t] × 2 × S × (1 − retention) × (1 − control efficiency).

    References
    ----------
    T/CSES 144-2024, equation (3).

    """
    control = context.control_paths.removal(record.control_path_id, species)
    generated_t = record.fuel_in("t") * 2.0 * record.parameter("sulphur_fraction")
    generated_t *= 1.0 - record.parameters.get("sulphur_retention", 0.0)
    return Estimate(
        generated_t * (1.0 - control.efficiency),
        "fuel_sulphur",
        tier="2",
        control_efficiency=control.efficiency,
        confidence=record.parameter_confidence["sulphur_fraction"],
    )
