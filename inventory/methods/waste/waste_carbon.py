"""CO2 of incinerated waste, fossil and biogenic apart."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext

_FRACTION = {"CO2": "fossil_carbon_fraction", "CO2_BIO": "biogenic_carbon_fraction"}


def co2_of_waste_carbon(waste_t: Amount, *, carbon_fraction: Amount, combustion_efficiency: Amount) -> Amount:
    """Return CO2 [t] = waste [t] × carbon of the wanted origin [tC/t waste] × combustion efficiency × 44/12.

    The fossil carbon of waste is CCW × FCF of the printed tables.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 废弃物焚烧 (CCW × FCF × EF); IPCC 2006 vol. 5 equation 5.1.

    """
    return waste_t * carbon_fraction * combustion_efficiency * CARBON_TO_CO2


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 or CO2_BIO."""
    emission_t = co2_of_waste_carbon(
        record.mass_t,
        carbon_fraction=record.parameter(_FRACTION[species]),
        combustion_efficiency=record.parameter("combustion_efficiency"),
    )
    return Estimate(emission_t, confidence=record.confidence_of(_FRACTION[species], "combustion_efficiency"))


METHODS = tuple(
    Method(
        name="waste_carbon",
        zh="废弃物焚烧碳平衡",
        en="carbon of incinerated waste",
        species=(species,),
        needs=(fraction, "combustion_efficiency"),
        estimate=_estimate,
        citation="省级温室气体清单编制指南（试行）2011, 废弃物焚烧; IPCC 2006 vol. 5 equation 5.1",
    )
    for species, fraction in _FRACTION.items()
)
