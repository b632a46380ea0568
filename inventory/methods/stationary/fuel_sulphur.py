"""SO2 from the sulphur of the fuel that was burned."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext

SULPHUR_TO_SO2 = 2.0
"""Mass of SO2 per mass of sulphur as T/CSES 144-2024 prints it (64/32)."""


def so2_of_sulphur(fuel_t: Amount, *, sulphur_fraction: Amount, sulphur_retention: Amount) -> Amount:
    """Return generated SO2 [t] = fuel [t] × 2 × S × (1 − retention), before control.

    References
    ----------
    T/CSES 144-2024, equation (3).

    """
    return fuel_t * SULPHUR_TO_SO2 * sulphur_fraction * (1.0 - sulphur_retention)


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate SO2 [t] = generated × (1 − η); no retention stated: all sulphur leaves."""
    if "t" not in record.fuel_amounts:
        return None
    generated_t = so2_of_sulphur(
        record.fuel_in("t"),
        sulphur_fraction=record.parameter("sulphur_fraction"),
        sulphur_retention=record.parameter_or("sulphur_retention", 0.0),
    )
    return context.controlled(record, species, generated_t, confidence=record.confidence_of("sulphur_fraction"))


METHOD = Method(
    name="fuel_sulphur",
    zh="燃料硫分法",
    en="sulphur balance of the fuel",
    species=("SO2",),
    needs=("sulphur_fraction",),
    optional=("sulphur_retention",),
    estimate=_estimate,
    citation="T/CSES 144-2024, equation (3)",
)
