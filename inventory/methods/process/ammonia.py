"""CO2 of ammonia from the fuel that gives its hydrogen."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext

_NEED, _CC, _OXIDATION, _RECOVERED = (
    "fuel_gj_per_t_product", "cc_tc_per_tj", "oxidation_fraction", "recovered_co2_t_per_t",
)  # fmt: skip


def co2_of_ammonia(
    ammonia_t: Amount,
    *,
    fuel_gj_per_t: Amount,
    cc_tc_per_tj: Amount,
    oxidation_fraction: Amount = 1.0,
    recovered_co2_t: Amount = 0.0,
) -> Amount:
    """Return CO2 [t] = ammonia [t] × fuel [GJ/t] × CC [tC/TJ] / 1000 × OF × 44/12 − CO2 recovered for urea [t].

    OF 1 is the default of IPCC 2006. The fuel must not be counted in combustion as well.

    References
    ----------
    IPCC 2006 vol. 3 equation 3.3.

    """
    carbon_t = ammonia_t * fuel_gj_per_t * cc_tc_per_tj / 1000.0 * oxidation_fraction
    return carbon_t * CARBON_TO_CO2 - recovered_co2_t


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 of a record's ammonia."""
    return Estimate(
        co2_of_ammonia(
            record.mass_t,
            fuel_gj_per_t=record.parameter(_NEED),
            cc_tc_per_tj=record.parameter(_CC),
            oxidation_fraction=record.parameter_or(_OXIDATION, 1.0),
            recovered_co2_t=record.mass_t * record.parameter_or(_RECOVERED, 0.0),
        )
    )


METHOD = Method(
    name="ammonia",
    zh="合成氨（原料燃料碳）",
    en="ammonia by the carbon of its fuel",
    species=("CO2",),
    needs=(_NEED, _CC),
    optional=(_OXIDATION, _RECOVERED),
    categories=("IP.13.01",),
    estimate=_estimate,
    citation="IPCC 2006 vol. 3 equation 3.3",
)
