"""CO2 of urea and lime spread on soils."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext

UREA_CARBON = 0.20
"""Carbon per mass of urea, IPCC 2006 vol. 4 equation 11.13."""

LIMESTONE_CARBON = 0.12
"""Carbon per mass of limestone, IPCC 2006 vol. 4 equation 11.12."""

DOLOMITE_CARBON = 0.13
"""Carbon per mass of dolomite, IPCC 2006 vol. 4 equation 11.12."""


def co2_of_urea(urea_t: Amount, *, carbon_fraction: Amount = UREA_CARBON) -> Amount:
    """Return CO2 [t] = urea [t] × carbon fraction × 44/12.

    References
    ----------
    IPCC 2006 Guidelines, vol. 4 ch. 11, equation 11.13.

    """
    return urea_t * carbon_fraction * CARBON_TO_CO2


def co2_of_lime(
    limestone_t: Amount,
    *,
    dolomite_t: Amount = 0.0,
    limestone_carbon: Amount = LIMESTONE_CARBON,
    dolomite_carbon: Amount = DOLOMITE_CARBON,
) -> Amount:
    """Return CO2 [t] = (limestone [t] × 0.12 + dolomite [t] × 0.13) × 44/12.

    References
    ----------
    IPCC 2006 Guidelines, vol. 4 ch. 11, equation 11.12.

    """
    return (limestone_t * limestone_carbon + dolomite_t * dolomite_carbon) * CARBON_TO_CO2


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 of urea or lime, by the carbon that the record states."""
    return Estimate(co2_of_urea(record.mass_t, carbon_fraction=record.parameter("carbonate_carbon_fraction")))


METHOD = Method(
    name="spread_carbonate",
    zh="尿素与石灰施用",
    en="urea and lime spread on soil",
    species=("CO2",),
    needs=("carbonate_carbon_fraction",),
    categories=("AG.02",),
    estimate=_estimate,
    citation="IPCC 2006 Guidelines, vol. 4 ch. 11, equations 11.12 and 11.13",
    tier="1",
)
