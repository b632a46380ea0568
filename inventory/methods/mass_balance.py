"""CO2 of a plant from the carbon that enters and leaves it."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Estimate
from inventory.methods.context import CARBON_TO_CO2, MethodContext


def applies(record: ActivityRecord, species: str) -> bool:
    """Return whether the record is a term of a plant carbon balance."""
    return species == "CO2" and bool(record.balance_group) and "sign" in record.parameters


def estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 [t] = sign × mass [t] × carbon fraction [tC/t] × 44/12.

    Inputs carry sign +1, products −1; the plant's CO2 is the sum of its terms.

    References
    ----------
    IPCC 2006 Guidelines, vol. 3 ch. 4, equation 4.9 (Tier 2 carbon balance of iron and steel).

    """
    carbon_t = record.mass_t * record.parameter("carbon_fraction")
    emission_t = record.parameter("sign") * carbon_t * CARBON_TO_CO2
    confidence = record.parameter_confidence["carbon_fraction"]
    return Estimate(emission_t, "mass_balance", tier="2", confidence=confidence)
