"""CO2 of mineral soils from the change of their carbon stock between two uses of land."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext

TRANSITION_YEARS = 20.0
"""Years between two equilibria of soil carbon, IPCC 2006 vol. 4 equation 2.25 (default of D)."""


def soil_carbon_stock(
    area_ha: Amount,
    *,
    reference_t_per_ha: Amount,
    land_use_factor: Amount = 1.0,
    management_factor: Amount = 1.0,
    input_factor: Amount = 1.0,
) -> Amount:
    """Return soil organic carbon [t] = A [ha] × SOC_ref [t/ha] × F_LU × F_MG × F_I.

    References
    ----------
    IPCC 2006 Guidelines, vol. 4 ch. 2, equation 2.25; SOC_ref: table 2.3.

    """
    return area_ha * reference_t_per_ha * land_use_factor * management_factor * input_factor


def co2_of_stock_change(stock_before_t: Amount, *, stock_after_t: Amount, years: Amount = TRANSITION_YEARS) -> Amount:
    """Return CO2 [t/a] = (SOC_before − SOC_after) [t] / D [a] × 44/12; a growing stock is a removal.

    References
    ----------
    IPCC 2006 Guidelines, vol. 4 ch. 2, equation 2.25.

    """
    return (stock_before_t - stock_after_t) / years * CARBON_TO_CO2


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 [t/a] of an area whose stock factor (F_LU × F_MG × F_I) changes."""
    area_ha, reference = record.amount_in("ha"), record.parameter("soil_carbon_t_per_ha")
    before, after = (
        soil_carbon_stock(area_ha, reference_t_per_ha=reference, land_use_factor=record.parameter(name))
        for name in ("stock_factor_before", "stock_factor_after")
    )
    years = record.parameter_or("transition_years", TRANSITION_YEARS)
    return Estimate(co2_of_stock_change(before, stock_after_t=after, years=years))


METHOD = Method(
    name="soil_carbon_change",
    zh="土壤有机碳变化",
    en="change of soil organic carbon",
    species=("CO2",),
    needs=("soil_carbon_t_per_ha", "stock_factor_before", "stock_factor_after"),
    optional=("transition_years",),
    categories=("LU.",),
    estimate=_estimate,
    citation="IPCC 2006 Guidelines, vol. 4 ch. 2, equation 2.25",
    tier="1",
)
