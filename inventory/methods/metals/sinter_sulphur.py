"""SO2 of sintering from the sulphur of the ores and of the fuel."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext

SINTER_SULPHUR_TO_SO2 = 1.7
"""SO2 per sulphur that enters: 2 × 0.85, the rest stays in the sinter; T/CSES 144-2024 equation (11)."""


def so2_of_sintering(
    ore_t: Amount,
    *,
    ore_sulphur_fraction: Amount,
    fuel_t: Amount,
    fuel_sulphur_fraction: Amount,
    removal: Amount = 0.0,
) -> Amount:
    """Return SO2 [t] = (M × S + M' × S') × 1.7 × (1 − η), M the ores [t], M' the fuel [t].

    References
    ----------
    T/CSES 144-2024, equation (11).

    """
    sulphur_t = ore_t * ore_sulphur_fraction + fuel_t * fuel_sulphur_fraction
    return sulphur_t * SINTER_SULPHUR_TO_SO2 * (1.0 - removal)


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate SO2 of a sinter strand by ores and fuel per tonne of its activity, after its control train."""
    activity_t = record.mass_t
    generated_t = so2_of_sintering(
        activity_t * record.parameter("ore_t_per_t"),
        ore_sulphur_fraction=record.parameter("ore_sulphur_fraction"),
        fuel_t=activity_t * record.parameter("sinter_fuel_t_per_t"),
        fuel_sulphur_fraction=record.parameter("fuel_sulphur_fraction"),
    )
    return context.controlled(record, species, generated_t)


METHOD = Method(
    name="sinter_sulphur",
    zh="烧结硫平衡",
    en="sulphur balance of sintering",
    species=("SO2",),
    needs=("ore_t_per_t", "ore_sulphur_fraction", "sinter_fuel_t_per_t", "fuel_sulphur_fraction"),
    categories=("IP.02", "IP.03"),
    estimate=_estimate,
    citation="T/CSES 144-2024, equation (11)",
)
