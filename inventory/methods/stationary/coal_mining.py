"""CH4 that coal releases in the mine and after it."""

from __future__ import annotations

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import SchemaError, problem
from inventory.methods.context import Method, MethodContext

CH4_KG_PER_M3 = 0.67
"""Density of CH4 at 20 °C and 101.325 kPa as IPCC 2006 vol. 2 ch. 4 prints it."""

_FACTOR, _RECOVERED = "ch4_m3_per_t", "recovered_ch4_t"


def ch4_of_coal(
    coal_t: Amount, *, ch4_m3_per_t: Amount, recovered_ch4_t: Amount = 0.0, density_kg_per_m3: Amount = CH4_KG_PER_M3
) -> Amount:
    """Return CH4 [t] = coal [t] × EF [m3/t] × density [kg/m3] / 1000 − recovered [t].

    The same form serves underground and surface mining and post-mining activities, each with its own factor.
    Recovered gas counts as used or flared; none unless stated.

    References
    ----------
    IPCC 2006 vol. 2 ch. 4 equations 4.1.1 to 4.1.8; 省级温室气体清单编制指南（试行）2011, 煤炭开采逃逸.

    """
    return coal_t * ch4_m3_per_t * density_kg_per_m3 / 1000.0 - recovered_ch4_t


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CH4; more recovered than released is refused."""
    emission_t = ch4_of_coal(
        record.mass_t, ch4_m3_per_t=record.parameter(_FACTOR), recovered_ch4_t=record.parameter_or(_RECOVERED, 0.0)
    )
    if np.any(np.asarray(emission_t) < 0.0):
        raise SchemaError(
            problem(
                "TY3180", f"{record.activity_id} ({record.source_category})", generated=_FACTOR, recovered=_RECOVERED
            )
        )
    return Estimate(emission_t)


METHOD = Method(
    name="coal_mining",
    zh="煤炭开采与矿后活动",
    en="coal mining and post-mining",
    species=("CH4",),
    needs=(_FACTOR,),
    optional=(_RECOVERED,),
    categories=("IP.19",),
    estimate=_estimate,
    citation="IPCC 2006 vol. 2 ch. 4 equations 4.1.1 to 4.1.8",
    is_proportional=False,
)
