"""Reagent of NOx control, and the CO2 of its urea."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext

NOX_TO_NH3 = 17.0 / 46.0
"""NH3 + NO + ¼ O2 → N2 + 1½ H2O: mass of NH3 per NOx removed, NOx as NO2."""

NOX_TO_UREA = 60.0 / (2.0 * 46.0)
"""CO(NH2)2 + 2 NO + ½ O2 → 2 N2 + CO2 + 2 H2O: mass of urea per NOx removed, NOx as NO2."""

UREA_TO_CO2 = 44.0 / 60.0
"""Mass of CO2 per urea that is hydrolysed."""


def nh3_of_denitrification(nox_removed_t: Amount, *, stoichiometric_ratio: Amount = 1.0) -> Amount:
    """Return NH3 used [t] = NOx removed [t NO2] × 17/46 × reagent N per NOx N [mol/mol]."""
    return nox_removed_t * NOX_TO_NH3 * stoichiometric_ratio


def urea_of_denitrification(nox_removed_t: Amount, *, stoichiometric_ratio: Amount = 1.0) -> Amount:
    """Return urea used [t] = NOx removed [t NO2] × 60/92 × reagent N per NOx N [mol/mol].

    The ratio is about 1 for SCR and 1.5 to 2 for SNCR (from memory); 1 is the least that the reaction allows.
    """
    return nox_removed_t * NOX_TO_UREA * stoichiometric_ratio


def co2_of_urea(urea_t: Amount) -> Amount:
    """Return CO2 [t] = urea used [t] × 44/60: all of it is hydrolysed, also what slips or burns.

    References
    ----------
    Stoichiometry; IPCC 2006 vol. 2 ch. 3, urea-based catalysts.

    """
    return urea_t * UREA_TO_CO2


def co2_of_denitrification(
    nox_removed_t: Amount, *, urea_share: Amount = 1.0, stoichiometric_ratio: Amount = 1.0
) -> Amount:
    """Return CO2 [t] = NOx removed [t NO2] × 60/92 × ratio × 44/60 × part of the reagent that is urea.

    Liquid and aqueous ammonia (urea_share = 0) give off none.
    """
    return co2_of_urea(urea_of_denitrification(nox_removed_t, stoichiometric_ratio=stoichiometric_ratio)) * urea_share


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 of the NOx removed per unit of activity (1 where the activity is the NOx itself)."""
    removed_t = record.activity_value * record.parameter("nox_removed_t_per_unit")
    emission_t = co2_of_denitrification(
        removed_t,
        urea_share=record.parameter("urea_share"),
        stoichiometric_ratio=record.parameter_or("reagent_ratio", 1.0),
    )
    return Estimate(emission_t)


METHOD = Method(
    name="denitrification_co2",
    zh="脱硝尿素CO2",
    en="CO2 of urea in NOx control",
    species=("CO2",),
    needs=("nox_removed_t_per_unit", "urea_share"),
    optional=("reagent_ratio",),
    categories=("IP.20.02",),
    estimate=_estimate,
    citation="CO(NH2)2 + 2 NO → 2 N2 + CO2: 60/92 and 44/60",
)
