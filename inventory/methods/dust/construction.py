"""Dust of building sites by their area and the months of activity.

A record in hectare months without these parameters is estimated by the library's factors.
"""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext
from inventory.methods.dust.sized_dust import SPECIES, controlled_dust, multiplier_of

TSP_T_PER_HA_MONTH = 2.69
"""Heavy construction: 1.2 short tons per acre and month = 2.69 t/(ha·month), AP-42 13.2.3 (1995)."""

_HA_PER_M2 = 1e-4


def dust_of_construction(
    area_ha: Amount,
    *,
    months: Amount,
    size_share: Amount = 1.0,
    factor_t_per_ha_month: Amount = TSP_T_PER_HA_MONTH,
    control_efficiency: Amount = 0.0,
) -> Amount:
    """Return site dust [t] = area × months × factor × share of the size × (1 − control efficiency).

    Parameters
    ----------
    area_ha : Amount
        Active area of the site [ha].
    months : Amount
        Months of activity.
    size_share : Amount
        Share of the particle size in TSP [1]; 1 for TSP.
    factor_t_per_ha_month : Amount
        TSP factor of the site without control [t/(ha·month)].
    control_efficiency : Amount
        Of watering, paving, covers or hoardings [1].

    References
    ----------
    US EPA AP-42 13.2.3 (1995): 2.69 t/(ha·month) of TSP.

    """
    return area_ha * months * factor_t_per_ha_month * size_share * (1.0 - control_efficiency)


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate one particle size of a site."""

    def generated_t(size: str) -> Amount:
        return dust_of_construction(
            record.amount_in("m2") * _HA_PER_M2,
            months=record.parameter("construction_months"),
            size_share=multiplier_of(record, "construction", size).k,
            factor_t_per_ha_month=record.parameter_or("dust_factor_t_per_ha_month", TSP_T_PER_HA_MONTH),
        )

    confidences = (
        multiplier_of(record, "construction", species).confidence,
        record.confidence_of("construction_months", "dust_factor_t_per_ha_month"),
    )
    return controlled_dust(record, species, context, generated_t=generated_t, confidences=confidences)


METHOD = Method(
    name="construction_dust",
    zh="施工扬尘面积工期法",
    en="area and months of building sites",
    species=SPECIES,
    needs=("construction_months",),
    optional=("k", "dust_factor_t_per_ha_month"),
    categories=("DU.02.01",),
    estimate=_estimate,
    citation="US EPA AP-42 13.2.3 (1995), heavy construction operations",
)
