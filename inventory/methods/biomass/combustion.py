"""Biomass burned in stoves and boilers: non-CO2 gases by the fuel's mass, and its biogenic CO2."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext


def emission_of_biomass_fuel(fuel_t: Amount, *, ef_g_per_kg: Amount) -> Amount:
    """Return emission [t] = fuel [t] × factor [g/kg] / 1000.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 生物质燃烧.

    """
    return fuel_t * ef_g_per_kg / 1000.0


def biogenic_co2_of_fuel(fuel_t: Amount, *, carbon_fraction: Amount, oxidation_fraction: Amount = 1.0) -> Amount:
    """Return biogenic CO2 [t] = fuel [t] × carbon fraction × share oxidised × 44/12, a memo item.

    References
    ----------
    IPCC 2006 Guidelines, vol. 2 ch. 2: complete oxidation (1) by default, biogenic CO2 as a memo item.

    """
    return fuel_t * carbon_fraction * oxidation_fraction * CARBON_TO_CO2


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate biogenic CO2 [t] of a biomass fuel."""
    emission_t = biogenic_co2_of_fuel(
        record.mass_t,
        carbon_fraction=record.parameter("biogenic_carbon_fraction"),
        oxidation_fraction=record.parameter_or("oxidation_fraction", 1.0),
    )
    return Estimate(emission_t)


METHOD = Method(
    name="biomass_carbon",
    zh="生物质含碳量法",
    en="carbon of biomass fuel",
    species=("CO2_BIO",),
    needs=("biogenic_carbon_fraction",),
    optional=("oxidation_fraction",),
    categories=("BB.01", "BB.02"),
    estimate=_estimate,
    citation="IPCC 2006 Guidelines, vol. 2 ch. 2",
)
