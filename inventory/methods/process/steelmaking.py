"""Process CO2 of steel works: fluxes, and the carbon that pig iron loses on its way to steel."""

from __future__ import annotations

from dataclasses import dataclass

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext

_PIG, _STEEL, _RATIO = "pig_iron_carbon_fraction", "steel_carbon_fraction", "steel_t_per_t_pig_iron"


@dataclass(frozen=True)
class SteelFactors:
    """Fluxes [t CO2/t] and carbon [tC/t]; defaults of the 2011 guideline, from memory."""

    limestone_t_per_t: Amount = 0.430
    dolomite_t_per_t: Amount = 0.474
    pig_iron_carbon_fraction: Amount = 0.041
    steel_carbon_fraction: Amount = 0.00248


def co2_of_decarburisation(
    pig_iron_t: Amount, *, steel_t: Amount, pig_iron_carbon_fraction: Amount, steel_carbon_fraction: Amount
) -> Amount:
    """Return CO2 [t] = (pig iron × its carbon − steel × its carbon) [tC] × 44/12.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 钢铁生产过程: 炼钢降碳.

    """
    return (pig_iron_t * pig_iron_carbon_fraction - steel_t * steel_carbon_fraction) * CARBON_TO_CO2


def co2_of_steel(
    limestone_t: Amount,
    *,
    dolomite_t: Amount,
    pig_iron_t: Amount,
    steel_t: Amount,
    factors: SteelFactors | None = None,
) -> Amount:
    """Return CO2 [t] = limestone × EF + dolomite × EF + (pig iron × C − steel × C) × 44/12.

    All activities in tonnes; pig iron is what goes to steelmaking. Never beside the carbon balance of the same plant.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 钢铁生产过程.

    """
    used = factors or SteelFactors()
    flux_t = limestone_t * used.limestone_t_per_t + dolomite_t * used.dolomite_t_per_t
    return flux_t + co2_of_decarburisation(
        pig_iron_t,
        steel_t=steel_t,
        pig_iron_carbon_fraction=used.pig_iron_carbon_fraction,
        steel_carbon_fraction=used.steel_carbon_fraction,
    )


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 of the pig iron that a record turns into steel."""
    return Estimate(
        co2_of_decarburisation(
            record.mass_t,
            steel_t=record.mass_t * record.parameter(_RATIO),
            pig_iron_carbon_fraction=record.parameter(_PIG),
            steel_carbon_fraction=record.parameter(_STEEL),
        )
    )


METHOD = Method(
    name="decarburisation",
    zh="炼钢降碳",
    en="carbon removed from pig iron",
    species=("CO2",),
    needs=(_PIG, _STEEL, _RATIO),
    categories=("IP.05.03",),
    estimate=_estimate,
    citation="省级温室气体清单编制指南（试行）2011, 钢铁生产过程",
)
