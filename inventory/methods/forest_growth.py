"""CO2 removed by the growth of standing trees."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Estimate
from inventory.methods.context import CARBON_TO_CO2, MethodContext, weakest

_NAMES = ("growth_rate", "wood_density", "biomass_expansion", "carbon_fraction")


def applies(record: ActivityRecord, species: str) -> bool:
    """Return whether the record carries a growth rate."""
    return species == "CO2" and "growth_rate" in record.parameters


def estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 [t] = − V [m3] × GR [1/a] × SVD [t/m3] × BEF × carbon fraction × 44/12, a removal.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 森林和其他木质生物质碳储量变化 (44/12 added: the printed form gives carbon).

    """
    growth_m3 = record.activity_value * record.parameter("growth_rate")
    carbon_t = (
        growth_m3
        * record.parameter("wood_density")
        * record.parameter("biomass_expansion")
        * record.parameter("carbon_fraction")
    )
    confidence = weakest(*(record.parameter_confidence[name] for name in _NAMES))
    return Estimate(-carbon_t * CARBON_TO_CO2, "forest_growth", tier="1", confidence=confidence)
