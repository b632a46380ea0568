"""CO2 of glass by what was melted and how much of it was cullet."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext

_CULLET, _FACTOR = "cullet_fraction", "glass_ef_t_per_t"
_DEFAULT = 0.20


def co2_of_glass(glass_t: Amount, *, cullet_fraction: Amount, ef_t_per_t: Amount = _DEFAULT) -> Amount:
    """Return CO2 [t] = glass melted [t] × EF [t/t] × (1 − cullet fraction).

    References
    ----------
    IPCC 2006 vol. 3 equations 2.10 and 2.11: EF 0.20 of a batch without cullet, the default here.

    """
    return glass_t * ef_t_per_t * (1.0 - cullet_fraction)


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 of the glass of a record."""
    return Estimate(
        co2_of_glass(
            record.mass_t,
            cullet_fraction=record.parameter(_CULLET),
            ef_t_per_t=record.parameter_or(_FACTOR, _DEFAULT),
        )
    )


METHOD = Method(
    name="glass",
    zh="玻璃（碎玻璃率）",
    en="glass by its cullet",
    species=("CO2",),
    needs=(_CULLET,),
    optional=(_FACTOR,),
    categories=("IP.09.01", "IP.09.02"),
    estimate=_estimate,
    citation="IPCC 2006 vol. 3 equation 2.11",
)
