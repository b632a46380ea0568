"""CO2 of incinerated waste, fossil and biogenic apart."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Estimate
from inventory.methods.context import CARBON_TO_CO2, MethodContext, weakest

_FRACTION = {"CO2": "fossil_carbon_fraction", "CO2_BIO": "biogenic_carbon_fraction"}


def applies(record: ActivityRecord, species: str) -> bool:
    """Return whether the record carries the carbon fraction of the species."""
    return _FRACTION.get(species, "") in record.parameters


def estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 [t] = waste [t] × carbon fraction [tC/t] × combustion efficiency × 44/12.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 废弃物焚烧 (CCW × FCF × EF); IPCC 2006 vol. 5 equation 5.1.

    """
    name = _FRACTION[species]
    carbon_t = record.mass_t * record.parameter(name) * record.parameter("combustion_efficiency")
    confidence = weakest(record.parameter_confidence[name], record.parameter_confidence["combustion_efficiency"])
    return Estimate(carbon_t * CARBON_TO_CO2, "waste_carbon", tier="2", confidence=confidence)
