"""CO2 of the carbon that refineries, crackers and reformers do not turn into products."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext

_FEED, _KEPT = "feed_carbon_fraction", "carbon_kept_fraction"
_YIELD, _COKE, _BURNED = "coke_yield", "coke_carbon_fraction", "coke_burned_fraction"


def co2_of_feed(feed_t: Amount, *, feed_carbon_fraction: Amount, carbon_kept_fraction: Amount) -> Amount:
    """Return CO2 [t] = feed [t] × its carbon [tC/t] × (1 − fraction of the carbon in products) × 44/12.

    References
    ----------
    IPCC 2006 vol. 3 equation 3.17 (carbon balance of petrochemicals), products as a fraction of the feed's carbon.

    """
    return feed_t * feed_carbon_fraction * (1.0 - carbon_kept_fraction) * CARBON_TO_CO2


def co2_of_coke_burn(
    feed_t: Amount, *, coke_yield: Amount, coke_carbon_fraction: Amount, coke_burned_fraction: Amount = 1.0
) -> Amount:
    """Return CO2 [t] of a catalyst regenerator = feed [t] × coke yield × its carbon [tC/t] × burned × 44/12.

    All coke is burned unless stated.

    References
    ----------
    中国石油化工企业温室气体排放核算方法与报告指南（试行）, 催化裂化烧焦 (from memory).

    """
    return feed_t * coke_yield * coke_carbon_fraction * coke_burned_fraction * CARBON_TO_CO2


def _estimate_feed(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 of a record's feed."""
    return Estimate(
        co2_of_feed(
            record.mass_t,
            feed_carbon_fraction=record.parameter(_FEED),
            carbon_kept_fraction=record.parameter(_KEPT),
        )
    )


def _estimate_coke(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 of a record's regenerator."""
    return Estimate(
        co2_of_coke_burn(
            record.mass_t,
            coke_yield=record.parameter(_YIELD),
            coke_carbon_fraction=record.parameter(_COKE),
            coke_burned_fraction=record.parameter_or(_BURNED, 1.0),
        )
    )


METHODS = (
    Method(
        name="feed_carbon",
        zh="原料碳与产品碳",
        en="carbon of the feed not kept by products",
        species=("CO2",),
        needs=(_FEED, _KEPT),
        categories=("IP.10", "IP.11", "IP.13", "IP.18"),
        estimate=_estimate_feed,
        citation="IPCC 2006 vol. 3 equation 3.17",
    ),
    Method(
        name="coke_burn",
        zh="催化烧焦",
        en="coke burned off a catalyst",
        species=("CO2",),
        needs=(_YIELD, _COKE),
        optional=(_BURNED,),
        categories=("FC.05.02", "IP.10"),
        estimate=_estimate_coke,
        citation="中国石油化工企业温室气体排放核算方法与报告指南（试行）, 催化裂化烧焦",
    ),
)
