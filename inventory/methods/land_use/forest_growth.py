"""CO2 removed by the growth of standing trees."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext


def carbon_of_growth(
    volume_m3: Amount, *, growth_rate: Amount, wood_density: Amount, biomass_expansion: Amount, carbon_fraction: Amount
) -> Amount:
    """Return carbon [t/a] = V [m3] × GR [1/a] × SVD [t/m3] × BEF × carbon fraction [tC/t].

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 森林和其他木质生物质碳储量变化.

    """
    return volume_m3 * growth_rate * wood_density * biomass_expansion * carbon_fraction


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 [t], a removal (44/12 added: the printed form gives carbon)."""
    carbon_t = carbon_of_growth(
        record.activity_value,
        growth_rate=record.parameter("growth_rate"),
        wood_density=record.parameter("wood_density"),
        biomass_expansion=record.parameter("biomass_expansion"),
        carbon_fraction=record.parameter("carbon_fraction"),
    )
    return Estimate(-carbon_t * CARBON_TO_CO2)


METHOD = Method(
    name="forest_growth",
    zh="林木生长碳汇",
    en="growth of standing trees",
    species=("CO2",),
    needs=("growth_rate", "wood_density", "biomass_expansion", "carbon_fraction"),
    estimate=_estimate,
    citation="省级温室气体清单编制指南（试行）2011, 森林和其他木质生物质碳储量变化",
    tier="1",
)
