"""CO2 that limestone gives off where it takes up SO2."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext
from inventory.methods.stationary.fuel_sulphur import so2_of_sulphur

SO2_TO_CO2 = 44.0 / 64.0
"""CaCO3 + SO2 + ½ O2 → CaSO4 + CO2: mass of CO2 per SO2 removed."""

SO2_TO_CACO3 = 100.0 / 64.0
"""Mass of CaCO3 per SO2 removed, by the same reaction."""


def co2_of_desulphurisation(so2_removed_t: Amount, *, carbonate_share: Amount = 1.0) -> Amount:
    """Return CO2 [t] = SO2 removed [t] × 44/64 × part of it that carbonate removed.

    Reagent beyond what reacts keeps its CO2. Lime, magnesia and ammonia (carbonate_share = 0) give off none here.

    References
    ----------
    Stoichiometry; IPCC 2006 vol. 3 ch. 2, other process uses of carbonates.

    """
    return so2_removed_t * SO2_TO_CO2 * carbonate_share


def limestone_of_desulphurisation(
    so2_removed_t: Amount, *, calcium_per_sulphur: Amount = 1.0, purity: Amount = 1.0
) -> Amount:
    """Return limestone used [t] = SO2 removed [t] × 100/64 × Ca/S [mol/mol] / purity."""
    return so2_removed_t * SO2_TO_CACO3 * calcium_per_sulphur / purity


def so2_removed_of_fuel(
    fuel_t: Amount,
    *,
    sulphur_fraction: Amount,
    sulphur_retention: Amount = 0.0,
    removal: Amount,
    operation: Amount = 1.0,
) -> Amount:
    """Return SO2 removed [t] = fuel [t] × 2 × S × (1 − retention) × η × operation.

    References
    ----------
    T/CSES 144-2024, equations (2) and (3).

    """
    generated_t = so2_of_sulphur(fuel_t, sulphur_fraction=sulphur_fraction, sulphur_retention=sulphur_retention)
    return generated_t * removal * operation


def _of_removed(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 of the SO2 removed per unit of activity (1 where the activity is the SO2 itself)."""
    removed_t = record.activity_value * record.parameter("so2_removed_t_per_unit")
    return Estimate(co2_of_desulphurisation(removed_t, carbonate_share=record.parameter_or("carbonate_share", 1.0)))


def _of_fuel(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 of the SO2 that was removed from the flue gas of a fuel [t]."""
    removed_t = so2_removed_of_fuel(
        record.mass_t,
        sulphur_fraction=record.parameter("sulphur_fraction"),
        sulphur_retention=record.parameter_or("sulphur_retention", 0.0),
        removal=record.parameter("so2_removal"),
        operation=record.parameter_or("control_operation", 1.0),
    )
    return Estimate(co2_of_desulphurisation(removed_t, carbonate_share=record.parameter_or("carbonate_share", 1.0)))


METHODS = (
    Method(
        name="desulphurisation_co2",
        zh="脱硫碳酸盐CO2",
        en="CO2 of desulphurisation by carbonate",
        species=("CO2",),
        needs=("so2_removed_t_per_unit",),
        optional=("carbonate_share",),
        categories=("IP.20.01",),
        estimate=_of_removed,
        citation="CaCO3 + SO2 → CaSO4 + CO2: 44/64; IPCC 2006 vol. 3 ch. 2",
    ),
    Method(
        name="desulphurisation_co2_of_fuel",
        zh="脱硫碳酸盐CO2(燃料硫分)",
        en="CO2 of desulphurisation, by the sulphur of the fuel",
        species=("CO2",),
        needs=("sulphur_fraction", "so2_removal"),
        optional=("sulphur_retention", "control_operation", "carbonate_share"),
        categories=("IP.20.01",),
        estimate=_of_fuel,
        citation="T/CSES 144-2024, equation (3); CaCO3 + SO2 → CaSO4 + CO2: 44/64",
    ),
)
