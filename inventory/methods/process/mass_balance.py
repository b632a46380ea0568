"""CO2 of a plant from the carbon that enters and leaves it."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext


def co2_of_carbon_flow(mass_t: Amount, carbon_fraction: Amount, sign: Amount) -> Amount:
    """Return CO2 [t] = sign × mass [t] × carbon fraction [tC/t] × 44/12.

    Inputs carry sign +1, products −1; the plant's CO2 is the sum of its terms.

    References
    ----------
    IPCC 2006 Guidelines, vol. 3 ch. 4, equation 4.9 (Tier 2 carbon balance of iron and steel).

    """
    return sign * (mass_t * carbon_fraction) * CARBON_TO_CO2


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate one term of a plant carbon balance; a record outside a balance group is none."""
    if not record.balance_group:
        return None
    emission_t = co2_of_carbon_flow(record.mass_t, record.parameter("carbon_fraction"), record.parameter("sign"))
    return Estimate(emission_t, confidence=record.confidence_of("carbon_fraction"))


METHOD = Method(
    name="mass_balance",
    zh="厂级碳平衡",
    en="plant carbon balance",
    species=("CO2",),
    needs=("sign", "carbon_fraction"),
    estimate=_estimate,
    citation="IPCC 2006 Guidelines, vol. 3 ch. 4, equation 4.9",
)
