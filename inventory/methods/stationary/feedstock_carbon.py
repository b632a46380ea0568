"""CO2 of fuels used as feedstock or consumed in use: the part of their carbon that is not stored."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Estimate, weakest
from inventory.factors.selection import fuel_carbon
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 [t] = fuel × NCV × CC × emitted fraction × 44/12."""
    carbon = fuel_carbon(context.library, record.fuel_or_product, record.region_code)
    carbon_t = record.fuel_in(carbon.base_unit) * carbon.ncv_gj_per_unit * carbon.cc_tc_per_tj / 1000.0
    emission_t = carbon_t * record.parameter("emitted_carbon_fraction") * CARBON_TO_CO2
    confidence = weakest(carbon.confidence, record.confidence_of("emitted_carbon_fraction"))
    return Estimate(
        emission_t, factor_id=carbon.property_id, fallback_chain=carbon.fallback_chain, confidence=confidence
    )


METHOD = Method(
    name="feedstock_carbon",
    zh="非能源利用",
    en="feedstocks and non-energy use",
    species=("CO2",),
    needs=("emitted_carbon_fraction",),
    estimate=_estimate,
    citation="省级温室气体清单编制指南（试行）2011, 非能源利用: 1 − 固碳率; IPCC 2006 vol. 3 ch. 5",
    tier="1",
)
