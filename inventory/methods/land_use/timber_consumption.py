"""CO2 of standing timber that is consumed: by the consumption rate of a stock, or by the volume harvested."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext
from inventory.methods.land_use.forest_growth import carbon_of_growth


def co2_of_consumption(
    volume_m3: Amount,
    *,
    consumption_rate: Amount,
    wood_density: Amount,
    biomass_expansion: Amount,
    carbon_fraction: Amount = 0.5,
) -> Amount:
    """Return CO2 [t] = V [m3] × CR [1/a] × SVD [t/m3] × BEF × carbon fraction × 44/12, an emission.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 活立木消耗碳排放; carbon fraction 0.5 as printed there.

    """
    carbon_t = carbon_of_growth(
        volume_m3,
        growth_rate=consumption_rate,
        wood_density=wood_density,
        biomass_expansion=biomass_expansion,
        carbon_fraction=carbon_fraction,
    )
    return carbon_t * CARBON_TO_CO2


def co2_of_harvest(
    harvested_m3: Amount,
    *,
    conversion_t_per_m3: Amount,
    root_ratio: Amount = 0.0,
    bark_fraction: Amount = 0.0,
    carbon_fraction: Amount,
) -> Amount:
    """Return CO2 [t] = H [m3] × BCEF [t/m3] × (1 + R) × (1 + bark) × carbon fraction × 44/12.

    Parameters
    ----------
    conversion_t_per_m3 : Amount
        BCEF_R: biomass removed per merchantable volume, wood density × BEF [t d.m./m3].

    References
    ----------
    IPCC 2006 Guidelines, vol. 4 ch. 2, equation 2.12.

    """
    biomass_t = harvested_m3 * conversion_t_per_m3 * (1.0 + root_ratio) * (1.0 + bark_fraction)
    return biomass_t * carbon_fraction * CARBON_TO_CO2


def _consumption(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 [t] of the timber consumed from a stock."""
    emission_t = co2_of_consumption(
        record.amount_in("m3"),
        consumption_rate=record.parameter("consumption_rate"),
        wood_density=record.parameter("wood_density"),
        biomass_expansion=record.parameter("biomass_expansion"),
        carbon_fraction=record.parameter("carbon_fraction"),
    )
    return Estimate(emission_t)


def _harvest(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 [t] of a volume harvested."""
    emission_t = co2_of_harvest(
        record.amount_in("m3"),
        conversion_t_per_m3=record.parameter("harvest_conversion_t_per_m3"),
        root_ratio=record.parameter_or("root_ratio", 0.0),
        bark_fraction=record.parameter_or("bark_fraction", 0.0),
        carbon_fraction=record.parameter("carbon_fraction"),
    )
    return Estimate(emission_t)


METHODS = (
    Method(
        name="timber_consumption",
        zh="活立木消耗",
        en="consumption of standing timber",
        species=("CO2",),
        needs=("consumption_rate", "wood_density", "biomass_expansion", "carbon_fraction"),
        categories=("LU.01",),
        estimate=_consumption,
        citation="省级温室气体清单编制指南（试行）2011, 活立木消耗碳排放",
        tier="1",
    ),
    Method(
        name="timber_harvest",
        zh="木材采伐",
        en="harvested timber",
        species=("CO2",),
        needs=("harvest_conversion_t_per_m3", "carbon_fraction"),
        optional=("root_ratio", "bark_fraction"),
        categories=("LU.01",),
        estimate=_harvest,
        citation="IPCC 2006 Guidelines, vol. 4 ch. 2, equation 2.12",
        tier="1",
    ),
)
