"""CO2 removed or released where the area of bamboo, economic or shrub forest changes."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext


def co2_of_area_change(area_change_ha: Amount, *, biomass_t_dm_per_ha: Amount, carbon_fraction: Amount = 0.5) -> Amount:
    """Return CO2 [t] = −ΔA [ha] × biomass [t d.m./ha] × carbon fraction × 44/12; a growing area is a removal.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 竹林、经济林、灌木林生物质碳储量变化; carbon fraction 0.5 as printed there.

    """
    return -area_change_ha * biomass_t_dm_per_ha * carbon_fraction * CARBON_TO_CO2


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 [t] of a change of area."""
    emission_t = co2_of_area_change(
        record.amount_in("ha"),
        biomass_t_dm_per_ha=record.parameter("biomass_t_dm_per_ha"),
        carbon_fraction=record.parameter_or("carbon_fraction", 0.5),
    )
    return Estimate(emission_t)


METHOD = Method(
    name="forest_area_change",
    zh="竹林经济林灌木林面积变化",
    en="change of bamboo, economic or shrub forest area",
    species=("CO2",),
    needs=("biomass_t_dm_per_ha",),
    optional=("carbon_fraction",),
    categories=("LU.01.02", "LU.01.03", "LU.01.04"),
    estimate=_estimate,
    citation="省级温室气体清单编制指南（试行）2011, 竹林、经济林、灌木林生物质碳储量变化",
    tier="1",
)
